//! Second readers: no answer goes out that should be read first, whatever anybody tries.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::console::{Method, ROUTES};
use pufa::inquiries::reviewing::actions::set_policy;
use pufa::inquiries::reviewing::rules::Policy;
use pufa::inquiries::{ANSWER_WRITTEN, AnswerWritten, InquiryId, MessageId};
use pufa::language::Field;
use pufa::platform::jobs::{self, NewJob};
use pufa::staff::Role;

use super::browser::{Browser, House, Page};
use super::promising::hub;

const TEXT: &str = "欠薪可以先向劳动监察投诉。";
const BETTER: &str = "欠薪可以先向劳动监察投诉，带上工资流水。";

async fn answer(browser: &Browser, id: InquiryId, body: &str) -> Page {
    browser.answer(&format!("/console/inquiries/{id}"), body).await
}

async fn act(browser: &Browser, id: InquiryId, verb: &str, remark: &str) -> Page {
    let talk = format!("/console/inquiries/{id}");
    let to = format!("{talk}/review/{verb}");
    browser.submit(&talk, &to, &[("remark", remark)]).await
}

/// Whether the citizen has got these words, on the phone or on the page.
async fn arrived(house: &House, id: InquiryId, words: &str) -> bool {
    house.app.settle().await;
    let chat = house.app.simulator.chat("oLABOR");
    let told = chat.iter().any(|bubble| bubble.text().is_some_and(|text| text.contains(words)));
    told || house.stranger().get(&house.street(id)).await.has(words)
}

async fn risky_fields(house: &House, fields: &[Field]) {
    let policy = Policy { fields: fields.to_vec(), ..Policy::default() };
    let (deps, by) = (&house.app.app.web.deps, house.people["manager"]);
    for organization in [house.app.labor, house.app.family] {
        set_policy(deps, by, organization, policy.clone()).await.unwrap();
    }
}

in_both! {
    async fn a_manager_says_which_answers_are_read_first(house: House) {
        let manager = house.log_in("manager").await;
        let list = manager.get("/console/reviews").await;
        assert!(list.has("没有等待复核的答复") && list.has("本单位还没有设置"));
        let form = format!("/console/members/{}/review", house.app.labor);
        assert!(list.has(&form));
        let page = manager.get(&form).await;
        assert!(page.has("本单位有 4 人能答复"), "{}", page.body);
        let wrong = manager.submit(&form, &form, &[("first_answers", "许多"), ("share", "5")]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        assert!(wrong.has("0 到 100 之间") && wrong.has("value=\"许多\""));
        let fields = [("first_answers", "1"), ("share", "0"), ("field", "family")];
        let done = manager.submit(&form, &form, &fields).await;
        assert_eq!(done.location(), format!("{form}?done=saved"));
        let list = manager.get("/console/reviews").await;
        assert!(list.has("每个人的前 1 条") && list.has("婚姻家庭"), "{}", list.body);
        let li = house.log_in("li").await;
        assert_eq!(li.get(&form).await.status, StatusCode::FORBIDDEN);
        let foreign = format!("/console/members/{}/review", house.app.family);
        assert_eq!(manager.get(&foreign).await.status, StatusCode::NOT_FOUND);

        // The first answer of a newcomer waits, the second goes out at once.
        let id = house.labor_inquiry().await;
        assert!(answer(&li, id, TEXT).await.location().ends_with("done=held"));
        assert!(act(&manager, id, "release", "").await.location().ends_with("done=let-go"));
        assert!(arrived(&house, id, TEXT).await);
        house.app.simulator.text("oLABOR", "要交钱吗？").await;
        house.app.settle().await;
        assert!(answer(&li, id, "投诉不收费。").await.location().ends_with("done=answered"));
        assert!(arrived(&house, id, "投诉不收费。").await);
    }
}

in_both! {
    async fn a_held_answer_reaches_nobody_before_a_colleague_lets_it_go(house: House) {
        risky_fields(&house, &[Field::Labor]).await;
        let id = house.labor_inquiry().await;
        let talk = format!("/console/inquiries/{id}");
        let li = house.log_in("li").await;
        assert!(answer(&li, id, TEXT).await.location().ends_with("done=held"));

        // Neither the job of a delivery, nor the citizen's next message, nor any form of the author.
        let held: MessageId = {
            let mut link = house.app.db().read().await.unwrap();
            let sql = "SELECT id FROM answer_reviews WHERE state = 'in_review'";
            pufa::on!(&mut link, c => sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
        };
        let (deps, now) = (&house.app.app.web.deps, house.app.clock.now());
        let mut tx = deps.db.begin().await.unwrap();
        let job = NewJob::new(ANSWER_WRITTEN, &AnswerWritten { message: held }, now).unwrap();
        jobs::store::enqueue(&mut tx, &job, now).await.unwrap();
        tx.commit().await.unwrap();
        house.app.simulator.text("oLABOR", "有人看到了吗？").await;
        let forms = ROUTES.iter().filter(|route| {
            route.method == Method::Post && route.path.starts_with("/console/inquiries/{id}")
                && !route.path.ends_with("/withdraw")
        });
        let mut tried = 0;
        for route in forms {
            let to = route.path.replace("{id}", &id.to_string());
            let once = li.get(&talk).await.hidden("once").to_owned();
            let version = house.app.number("SELECT version FROM inquiries").await.to_string();
            let fields = [("once", once.as_str()), ("body", TEXT), ("remark", "我自己放行"),
                ("version", version.as_str()), ("seen", "9"), ("outcome", "answered"),
                ("choice", "supplement"), ("reason", "看看原文")];
            li.post(&to, &fields).await;
            assert!(!arrived(&house, id, TEXT).await, "{to}");
            tried += 1;
        }
        assert!(tried >= 10, "{tried} forms");
        assert_eq!(house.app.number("SELECT count(*) FROM messages WHERE author = 'staff'").await, 0);
        assert_eq!(house.app.number("SELECT count(*) FROM deliveries").await, 0);
        let own = act(&li, id, "release", "我很确定").await;
        assert_eq!(own.status, StatusCode::CONFLICT);
        let stranger = house.log_in("stranger").await;
        let foreign = stranger.post(&format!("{talk}/review/release"), &[]).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);

        li.submit(&talk, &format!("{talk}/claim"), &[]).await;
        house.app.clock.advance(Duration::from_secs(25 * 3600));
        let (li, wang) = (house.log_in("li").await, house.log_in("wang").await);
        let waiting = "<span>复核</span><b class=\"badge\">1<";
        let list = wang.get("/console/reviews").await;
        assert!(list.has("请您复核") && list.has("已超时") && list.has(waiting));
        assert!(!li.get("/console/reviews").await.has(waiting));
        assert_eq!(act(&wang, id, "return", " ").await.status, StatusCode::BAD_REQUEST);
        let done = act(&wang, id, "return", "写明带什么材料").await;
        assert!(done.location().ends_with("done=sent-back"), "{}", done.body);
        let page = li.get(&talk).await;
        assert!(page.has("王答复：写明带什么材料") && page.has(&format!(">{TEXT}</textarea>")));
        assert!(li.get("/console/reviews").await.has("退回给我"));

        assert!(answer(&li, id, BETTER).await.location().ends_with("done=held"));
        let seen = wang.get(&talk).await.hidden("version").to_owned();
        house.app.simulator.text("oLABOR", "还在等").await;
        house.app.settle().await;
        let fields = [("version", seen.as_str())];
        let stale = wang.post(&format!("{talk}/review/release"), &fields).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.has("群众又来信") && !arrived(&house, id, BETTER).await);
        assert!(act(&wang, id, "release", "").await.location().ends_with("done=let-go"));
        assert!(arrived(&house, id, BETTER).await);
        let by = "SELECT s.username FROM messages m JOIN staff s ON s.id = m.staff_id \
            WHERE m.author = 'staff'";
        assert_eq!(house.app.text(by).await, "li");
        let page = wang.get(&talk).await;
        for deed in ["李答复 写好答复，等同事复核", "王答复 复核后退回", "王答复 复核后放行"] {
            assert!(page.has(deed), "{deed}");
        }
    }
}

const WAITS: &str = "SELECT coalesce(string_agg(s.username, ' ' ORDER BY s.username), '') \
    FROM alerts a JOIN staff s ON s.id = a.recipient WHERE a.occasion = 'review_waits'";

async fn later(house: &House, hours: u64) {
    house.app.clock.advance(Duration::from_secs(hours * 3600));
    house.app.settle().await;
}

in_both! {
    async fn readers_are_alerted_when_time_runs_out_and_the_author_is_not(house: House) {
        risky_fields(&house, &[Field::Labor]).await;
        let id = house.labor_inquiry().await;
        let li = house.log_in("li").await;
        answer(&li, id, TEXT).await;
        later(&house, 13).await;
        assert_eq!(house.app.text(WAITS).await, "", "there is time");
        later(&house, 7).await;
        assert_eq!(house.app.text(WAITS).await, "labor-responder manager wang");
        let wang = house.log_in("wang").await;
        let alerts = wang.get("/console/alerts").await;
        assert!(alerts.has("答复待复核") && !alerts.has("劳动监察"), "{}", alerts.body);
        assert!(act(&wang, id, "return", "写明带什么材料").await.location().ends_with("sent-back"));
        let open = "SELECT count(*) FROM alerts WHERE occasion = 'review_waits' AND seen_at IS NULL";
        assert_eq!(house.app.number(open).await, 0, "decided: nobody need look");
        // The next draft is another one, and time is short at once.
        let li = house.log_in("li").await;
        assert!(answer(&li, id, BETTER).await.location().ends_with("done=held"));
        house.app.clock.advance(Duration::from_secs(31));
        house.app.settle().await;
        assert_eq!(house.app.number(open).await, 3);
    }
}

/// Nobody but the stranger answers for the family centre any more, and everything there is read.
async fn alone(house: &House) -> InquiryId {
    let fire = "UPDATE staff SET active = FALSE WHERE username = 'family-responder'";
    let mut tx = house.app.app.web.deps.db.begin().await.unwrap();
    pufa::run!(&mut tx, sqlx::query(fire)).unwrap();
    tx.commit().await.unwrap();
    risky_fields(house, &[Field::Family]).await;
    house.asked("oFAMILY", "我在武进湖塘，想离婚，孩子抚养权怎么争取？").await
}

/// Numbers that nobody outside reads.
const NUMBER: &str = "请打 13861234567 联系王芳，先调解。";

async fn lent_address(browser: &Browser) -> Option<String> {
    let list = browser.get("/console/reviews").await;
    let rest = list.body.split("href=\"/console/reviews/").nth(1)?;
    rest.split('"').next().map(|id| format!("/console/reviews/{id}"))
}

in_both! {
    async fn where_nobody_else_can_read_somebody_of_the_hub_reads_the_masked_answer(house: House) {
        let mut house = house;
        let people = [
            ("hub-reader", "韩复核", Role::Responder),
            ("hub-manager", "韩枢纽", Role::HubManager),
        ];
        hub(&mut house, &people).await;
        let id = alone(&house).await;
        let talk = format!("/console/inquiries/{id}");
        let stranger = house.log_in("stranger").await;
        assert!(answer(&stranger, id, NUMBER).await.location().ends_with("done=held"));
        house.app.clock.advance(Duration::from_secs(31));
        house.app.settle().await;
        assert_eq!(house.app.text(WAITS).await, "hub-reader");
        let reader = house.log_in("hub-reader").await;
        assert!(reader.get("/console/reviews").await.has("请您代别的单位复核"));
        let lent = lent_address(&reader).await.expect("a held answer");
        for other in ["li", "operator", "stranger"] {
            let other = house.log_in(other).await;
            assert_eq!(lent_address(&other).await, None);
            assert_eq!(other.get(&lent).await.status, StatusCode::NOT_FOUND);
            let posted = other.post(&format!("{lent}/release"), &[("version", "9")]).await;
            assert_eq!(posted.status, StatusCode::NOT_FOUND);
        }
        let balancing = house.log_in("hub-manager").await;
        assert_eq!(balancing.get(&lent).await.status, StatusCode::FORBIDDEN);

        let page = reader.get(&lent).await;
        assert!(page.has("先调解") && page.has("想离婚"), "{}", page.body);
        for private in ["13861234567", "oFAMILY", &talk] {
            assert!(!page.has(private), "{private}: {}", page.body);
        }
        assert_eq!(reader.get(&talk).await.status, StatusCode::NOT_FOUND);
        let read = "SELECT count(*) FROM audit a JOIN staff s ON s.id = a.staff_id \
            WHERE a.action = 'review.lent_read' AND s.username = 'hub-reader'";
        assert_eq!(house.app.number(read).await, 1);

        let bare = reader.submit(&lent, &format!("{lent}/return"), &[("remark", " ")]).await;
        assert_eq!(bare.status, StatusCode::BAD_REQUEST);
        let back = reader.submit(&lent, &format!("{lent}/return"), &[("remark", "写明去哪里")]).await;
        assert_eq!(back.location(), "/console/reviews?done=sent-back", "{}", back.body);
        assert_eq!(reader.get(&lent).await.status, StatusCode::NOT_FOUND, "only while it waits");
        assert!(stranger.get(&talk).await.has("外单位复核人：写明去哪里"));
        assert!(answer(&stranger, id, BETTER).await.location().ends_with("done=held"));
        let lent = lent_address(&reader).await.expect("the next draft");
        let done = reader.submit(&lent, &format!("{lent}/release"), &[]).await;
        assert_eq!(done.location(), "/console/reviews?done=let-go", "{}", done.body);
        house.app.settle().await;
        assert_eq!(house.app.number("SELECT count(*) FROM deliveries WHERE state = 'sent'").await, 1);
        let by = "SELECT s.username FROM messages m JOIN staff s ON s.id = m.staff_id \
            WHERE m.author = 'staff'";
        assert_eq!(house.app.text(by).await, "stranger", "the answer stays its author's");
        assert!(stranger.get(&talk).await.has("外单位复核人复核后放行"));
    }
}

in_both! {
    async fn without_a_hub_operators_read_and_when_time_is_short_the_author_says_why(house: House) {
        let id = alone(&house).await;
        let talk = format!("/console/inquiries/{id}");
        let stranger = house.log_in("stranger").await;
        assert!(answer(&stranger, id, TEXT).await.location().ends_with("done=held"));
        house.app.clock.advance(Duration::from_secs(31));
        house.app.settle().await;
        assert_eq!(house.app.text(WAITS).await, "operator");
        let operator = house.log_in("operator").await;
        let lent = lent_address(&operator).await.expect("a held answer");
        assert!(operator.get(&lent).await.has(TEXT));
        let page = stranger.get(&talk).await;
        assert!(page.has("已请枢纽型组织或联盟运营复核") && !page.has("自行放行的理由"));
        let early = act(&stranger, id, "release", "单位目前只有我一人").await;
        assert_eq!(early.status, StatusCode::CONFLICT, "somebody else can read it");
        let taken = stranger.submit(&talk, &format!("{talk}/review/withdraw"), &[]).await;
        assert!(taken.location().ends_with("done=taken-back"));
        assert!(stranger.get(&talk).await.has(&format!(">{TEXT}</textarea>")));
        assert!(answer(&stranger, id, TEXT).await.location().ends_with("done=held"));

        later(&house, 20).await;
        let stranger = house.log_in("stranger").await;
        assert!(stranger.get(&talk).await.has("自行放行的理由"));
        assert_eq!(act(&stranger, id, "release", "").await.status, StatusCode::BAD_REQUEST);
        let done = act(&stranger, id, "release", "单位目前只有我一人").await;
        assert!(done.location().ends_with("done=let-go"), "{}", done.body);
        house.app.settle().await;
        let answered = "SELECT count(*) FROM messages WHERE author = 'staff'";
        assert_eq!(house.app.number(answered).await, 1);
        assert!(stranger.get(&talk).await.has("自行放行了答复"));
        let kept = "SELECT remark FROM answer_reviews WHERE state = 'released'";
        assert_eq!(house.app.text(kept).await, "单位目前只有我一人");
    }
}
