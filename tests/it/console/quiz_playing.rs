//! Quizzes: rounds, playing them, the draw.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::StatusCode;
use futures_util::future::join_all;
use pufa::language::Field;
use pufa::quiz::actions::bank;
use pufa::quiz::rules::question::key_of;
use pufa::quiz::{Kind, QuestionEdit, QuestionId};
use sha2::{Digest, Sha256};

use super::browser::{Browser, House, Page};
use super::visiting::recognized;

const ROUNDS: &str = "/console/quiz";
const NEW: &str = "/console/quiz/new";
/// Right answers there are on disk.
const RIGHT: &str = "SELECT count(*) FROM quiz_tasks WHERE correct = 1";
const ANSWERED: &str = "SELECT count(*) FROM quiz_tasks WHERE answered_at IS NOT NULL";

/// What stands on a page between two marks.
fn between<'p>(page: &'p Page, from: &str, to: &str) -> &'p str {
    let rest = page.body.split(from).nth(1).unwrap_or_else(|| panic!("no {from}: {}", page.body));
    rest.split(to).next().unwrap()
}

/// `count` questions that may be asked; the second option is right.
async fn bank_of(house: &House, count: usize) {
    let deps = &house.app.app.web.deps;
    let edit = |n: usize| QuestionEdit {
        kind: Kind::Single,
        field: Field::Family,
        situation: String::new(),
        question: format!("第{n}问：满几岁成年？"),
        options: "十六周岁\n十八周岁\n二十周岁".into(),
        answer_key: key_of(Kind::Single, "B"),
        explanation: "只有作答以后才看得到的解析。".into(),
        law: "民法典".into(),
        article: "第十七条".into(),
        source: String::new(),
        difficulty: 1,
        expires_on: None,
    };
    let ids: Vec<QuestionId> =
        (0..count).map(|_| QuestionId(deps.entropy.id_at(deps.clock.now()))).collect();
    let edits = ids.iter().copied().zip((0..count).map(edit)).collect();
    bank::add_all(deps, house.people["operator"], edits).await.expect("questions");
    for id in ids {
        let checker = house.people["approver"];
        bank::decide(deps, checker, id, 1, Ok(())).await.expect("checked");
    }
}

fn day(house: &House, ahead: u64) -> String {
    let at = house.app.clock.now().plus(Duration::from_secs(ahead * 86_400));
    at.in_shanghai().date().to_string()
}

/// A round of two days with so many questions a day; gives its page in the console.
async fn draft(house: &House, operator: &Browser, questions: usize) -> String {
    let questions = questions.to_string();
    let (first, last) = (day(house, 0), day(house, 1));
    let fields = [
        ("account", "main"),
        ("title", "宪法周答题"),
        ("opens_on", first.as_str()),
        ("closes_on", last.as_str()),
        ("period_days", "1"),
        ("per_period", questions.as_str()),
        ("hardest", "5"),
        ("least_right", "2"),
        ("winners", "1"),
        ("prizes", "话费 20 元"),
        ("units", "第一小学\n第二小学"),
    ];
    let added = operator.submit(NEW, NEW, &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    added.location().split('?').next().unwrap().to_owned()
}

async fn running(house: &House) -> String {
    running_with(house, 2).await
}

/// A round with so many questions a day that runs; gives its page for citizens.
pub async fn running_with(house: &House, questions: usize) -> String {
    bank_of(house, 3 * questions).await;
    let (operator, approver) = (house.log_in("operator").await, house.log_in("approver").await);
    let page = draft(house, &operator, questions).await;
    operator.post(&format!("{page}/submit"), &[]).await;
    let shown = approver.get(&page).await;
    let version = [("version", shown.hidden("version"))];
    let open = approver.post(&format!("{page}/approve"), &version).await;
    assert_eq!(open.location(), format!("{page}?done=round-open"), "{}", open.body);
    page.replace("/console/quiz/rounds/", "/c/quiz/")
}

async fn player(house: &House, openid: &str) -> Browser {
    house.app.simulator.add_citizen(openid, "群众", true);
    recognized(house, openid).await
}

async fn begin(who: &Browser, round: &str, nickname: &str) -> Page {
    let begun = who.post(&format!("{round}/start"), &[("nickname", nickname)]).await;
    assert_eq!(begun.location(), format!("{round}/play"), "{}", begun.body);
    who.get(begun.location()).await
}

async fn answer(who: &Browser, round: &str, place: usize, chosen: &str) -> Page {
    let shown = who.get(&format!("{round}/play?n={place}")).await;
    let fields =
        [("period", shown.hidden("period")), ("place", shown.hidden("place")), ("chosen", chosen)];
    who.post(&format!("{round}/answer"), &fields).await
}

in_both! {
    async fn a_round_is_let_go_by_another_and_its_rules_stay(house: House) {
        let (operator, approver) = (house.log_in("operator").await, house.log_in("approver").await);
        let page = draft(&house, &operator, 2).await;
        let poor = operator.post(&format!("{page}/submit"), &[]).await;
        assert_eq!(poor.status, StatusCode::CONFLICT);
        assert!(poor.has("可用的题只有 0 道"), "{}", poor.body);
        bank_of(&house, 6).await;
        let citizens = page.replace("/console/quiz/rounds/", "/c/quiz/");
        assert_eq!(house.stranger().get(&citizens).await.status, StatusCode::NOT_FOUND);
        operator.post(&format!("{page}/submit"), &[]).await;
        assert_eq!(operator.post(&format!("{page}/approve"), &[("version", "1")]).await.status,
            StatusCode::CONFLICT, "the own round");
        let stale = approver.post(&format!("{page}/approve"), &[("version", "9")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let open = approver.post(&format!("{page}/approve"), &[("version", "1")]).await;
        assert_eq!(open.location(), format!("{page}?done=round-open"), "{}", open.body);
        let change = operator.post(&page, &[("version", "1"), ("title", "改规则")]).await;
        assert_eq!(change.status, StatusCode::CONFLICT);
        let home = house.stranger().get(&citizens).await;
        assert!(home.has("宪法周答题") && home.has("在微信里打开这个网页"), "{}", home.body);
        let draw = house.stranger().get(&format!("{citizens}/draw")).await;
        let commitment = house.app.text("SELECT commitment FROM quiz_rounds").await;
        assert!(draw.has(&commitment) && draw.has("还没有开奖"), "{}", draw.body);
        assert!(house.stranger().get("/c/quiz").await.has(&citizens));
        assert!(operator.get(ROUNDS).await.has("进行中"));
    }
}

in_both! {
    async fn the_key_leaves_the_server_only_with_the_answer(house: House) {
        let round = running(&house).await;
        let who = player(&house, "oPLAYER").await;
        let first = begin(&who, &round, "王小明").await;
        assert!(first.has("第 1 题，共 2 题") && first.has("十八周岁"), "{}", first.body);
        for told in ["解析", "正确", "民法典", "第十七条"] {
            assert!(!first.has(told), "{told} before the answer");
        }
        let none = answer(&who, &round, 1, "").await;
        assert_eq!(none.status, StatusCode::BAD_REQUEST);
        assert!(none.has("还没有选答案") && !none.has("解析"), "{}", none.body);
        let done = answer(&who, &round, 1, "1").await;
        let shown = who.get(done.location()).await;
        assert!(shown.has("答错了") && shown.has("您选的，不对"), "{}", shown.body);
        assert!(shown.has("只有作答以后才看得到的解析") && shown.has("《民法典》第十七条"));
        let again = who
            .post(&format!("{round}/answer"), &[("period", "0"), ("place", "1"), ("chosen", "2")])
            .await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
        assert_eq!(house.app.number(RIGHT).await, 0, "a second answer changes nothing");
        answer(&who, &round, 2, "2").await;
        let result = who.get(&format!("{round}/play")).await;
        assert_eq!(result.location(), format!("{round}/result"));
        let result = who.get(result.location()).await;
        assert!(result.has("1 / 2 题") && result.has("再答对 1 题就能参加抽奖"), "{}", result.body);
        let foreign = player(&house, "oOTHER").await.get(&format!("{round}/result")).await;
        assert_eq!(foreign.location(), round, "nobody sees another's result");
    }
}

in_both! {
    async fn of_many_taps_at_once_one_counts(house: House) {
        let round = running(&house).await;
        let who = player(&house, "oPLAYER").await;
        let taps = std::array::from_fn::<_, 6, _>(|_| begin(&who, &round, ""));
        let pages = join_all(taps).await;
        let all: BTreeSet<&str> = pages.iter().map(|page| between(page, "<legend>", "</legend>")).collect();
        assert_eq!(all.len(), 1, "every tap shows the same question");
        assert_eq!(house.app.number("SELECT count(*) FROM quiz_players").await, 1);
        assert_eq!(house.app.number("SELECT count(*) FROM quiz_tasks").await, 2);
        let to = format!("{round}/answer");
        let chosen = ["1", "2", "4"].map(|bit| [("period", "0"), ("place", "1"), ("chosen", bit)]);
        join_all(chosen.iter().cycle().take(9).map(|fields| who.post(&to, fields))).await;
        assert_eq!(house.app.number(ANSWERED).await, 1);
    }
}

in_both! {
    async fn a_day_has_its_questions_and_no_more(house: House) {
        let round = running(&house).await;
        let who = player(&house, "oPLAYER").await;
        begin(&who, &round, "").await;
        for place in 1..=2 {
            answer(&who, &round, place, "2").await;
        }
        who.post(&format!("{round}/start"), &[]).await;
        assert_eq!(house.app.number("SELECT count(*) FROM quiz_tasks").await, 2);
        house.app.clock.advance(Duration::from_secs(86_400));
        let who = player(&house, "oPLAYER").await;
        begin(&who, &round, "").await;
        let distinct = "SELECT count(DISTINCT question_id) FROM quiz_tasks";
        assert_eq!(house.app.number(distinct).await, 4, "the next day brings new questions");
        let late = who
            .post(&format!("{round}/answer"), &[("period", "0"), ("place", "1"), ("chosen", "1")])
            .await;
        assert_eq!(late.status, StatusCode::SEE_OTHER, "was answered in time");
        house.app.clock.advance(Duration::from_secs(86_400));
        let who = player(&house, "oPLAYER").await;
        let over = who.post(&format!("{round}/start"), &[]).await;
        assert_eq!(over.status, StatusCode::CONFLICT);
        assert!(over.has("已经结束"), "{}", over.body);
    }
}

in_both! {
    async fn anybody_can_compute_the_draw_again(house: House) {
        let round = running(&house).await;
        for n in 0..6 {
            let who = player(&house, &format!("oPLAYER{n}")).await;
            begin(&who, &round, "王小明").await;
            for place in 1..=2 {
                answer(&who, &round, place, if n == 0 { "1" } else { "2" }).await;
            }
        }
        let operator = house.log_in("operator").await;
        let page = round.replace("/c/quiz/", "/console/quiz/rounds/");
        let draw = format!("{page}/draw");
        let early = operator.post(&draw, &[("sure", "1")]).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "it still runs");
        let commitment = house.app.text("SELECT commitment FROM quiz_rounds").await;
        house.app.clock.advance(Duration::from_secs(2 * 86_400));
        let operator = house.log_in("operator").await;
        let stranger = house.stranger();
        assert_eq!(stranger.get(&format!("{round}/entries")).await.status, StatusCode::CONFLICT);
        let drawn = operator.post(&draw, &[("sure", "1")]).await;
        assert_eq!(drawn.location(), format!("{page}?done=round-drawn"), "{}", drawn.body);
        assert_eq!(operator.post(&draw, &[("sure", "1")]).await.status, StatusCode::CONFLICT);

        // From here on as a citizen does it, with nothing but the published texts and SHA-256.
        let sha = |text: &str| -> String {
            Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
        };
        let list = stranger.get(&format!("{round}/entries")).await.body;
        let shown = stranger.get(&format!("{round}/draw")).await;
        let seed = house.app.text("SELECT seed FROM quiz_rounds").await;
        assert_eq!(sha(&seed), commitment);
        assert!(shown.has(&seed) && shown.has(&sha(&list)) && shown.has(&commitment), "{}", shown.body);
        assert_eq!(list.lines().count(), 5, "who had nothing right is not among them");
        let ticket = |number: &&str| sha(&format!("{seed}:{}:{number}", sha(&list)));
        let won = list.lines().min_by_key(ticket).expect("somebody");
        let row = between(&shown, "<li>王**", "</li>");
        assert!(row.contains(won), "{won} is not in {row}");
        assert!(!shown.has("王小明"));
    }
}

in_both! {
    async fn teams_of_few_people_are_not_shown(house: House) {
        let round = running(&house).await;
        for n in 0..6 {
            let who = player(&house, &format!("oPLAYER{n}")).await;
            let unit = if n < 5 { "第一小学" } else { "第二小学" };
            let place = [("unit", unit), ("place", "320412")];
            who.post(&format!("{round}/start"), &place).await;
            answer(&who, &round, 1, "2").await;
        }
        let league = house.stranger().get(&format!("{round}/league")).await;
        assert!(league.has("第一小学") && !league.has("第二小学"), "{}", league.body);
        assert!(league.has("武进区") && league.has("答对 6 题（100%），6 人参加"), "{}", league.body);
        assert!(league.has("不算参与率"), "no denominator is known");
        let operator = house.log_in("operator").await;
        let page = operator.get(&round.replace("/c/quiz/", "/console/quiz/rounds/")).await;
        assert!(page.has("6 人") && page.has("满几岁成年"), "{}", page.body);
    }
}

in_both! {
    async fn who_erases_themselves_leaves_answers_that_lead_to_nobody(house: House) {
        let round = running(&house).await;
        let who = player(&house, "oPLAYER").await;
        begin(&who, &round, "王小明").await;
        answer(&who, &round, 1, "2").await;
        let copy = who.get("/c/privacy/copy.json").await;
        assert!(copy.has("宪法周答题") && copy.has("王小明"), "{}", copy.body);
        who.post("/c/privacy/erase", &[("confirm", "yes")]).await;
        let left = "SELECT count(*) FROM quiz_players WHERE openid IS NOT NULL OR nickname <> '' \
            OR device IS NOT NULL";
        assert_eq!((house.app.number(left).await, house.app.number(RIGHT).await), (0, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_word_for_quiz_is_answered_with_the_way_to_the_rounds() {
    let house = House::open().await;
    house.app.simulator.add_citizen("oCHAT", "群众", true);
    let said = house.app.simulator.text("oCHAT", "答题").await.reply_text.expect("a reply");
    assert!(said.contains("/c/quiz\">"), "{said}");
    house.app.settle().await;
    assert_eq!(house.app.number("SELECT count(*) FROM inquiries").await, 0);
}

/// The number somebody plays under.
async fn number(who: &Browser, round: &str) -> String {
    let result = who.get(&format!("{round}/result")).await;
    between(&result, "class=\"mono\">", "<").to_owned()
}

in_both! {
    async fn what_looks_like_cheating_is_decided_by_people_before_the_draw(house: House) {
        let round = running_with(&house, 5).await;
        // Nobody reads five questions in the time this takes.
        for openid in ["oHASTY", "oBOT"] {
            let who = player(&house, openid).await;
            begin(&who, &round, "").await;
            for place in 1..=5 {
                answer(&who, &round, place, "2").await;
            }
        }
        house.app.clock.advance(Duration::from_secs(2 * 86_400));
        let (hasty, bot) = (player(&house, "oHASTY").await, player(&house, "oBOT").await);
        let (honest, guilty) = (number(&hasty, &round).await, number(&bot, &round).await);
        let (operator, approver) = (house.log_in("operator").await, house.log_in("approver").await);
        let page = round.replace("/c/quiz/", "/console/quiz/rounds/");
        let sure = [("sure", "1")];
        let early = operator.post(&format!("{page}/draw"), &sure).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        assert!(early.has("有 2 条异常还没有处理"), "{}", early.body);
        let list = operator.get(&format!("{page}/flags")).await;
        assert!(list.has(&honest) && list.has("答得比读题还快"), "{}", list.body);
        let told = hasty.get(&format!("{round}/result")).await;
        assert!(told.has("等工作人员核实") && told.has("5 / 5 题"), "{}", told.body);

        let decide = async |who: &Browser, number: &str, decision: &str, reason: &str| {
            let fields =
                [("number", number), ("kind", "pace"), ("decision", decision), ("reason", reason)];
            who.post(&format!("{page}/flag"), &fields).await.status
        };
        let refused = (StatusCode::BAD_REQUEST, StatusCode::CONFLICT);
        assert_eq!(decide(&operator, &honest, "excluded", " ").await, refused.0, "without a reason");
        for number in [&honest, &guilty] {
            decide(&operator, number, "excluded", "十秒钟答完五题").await;
        }
        assert!(hasty.get(&format!("{round}/result")).await.has("十秒钟答完五题"));
        let empty = hasty.post(&format!("{round}/appeal"), &[("text", " ")]).await;
        assert_eq!(empty.status, StatusCode::BAD_REQUEST);
        hasty.post(&format!("{round}/appeal"), &[("text", "我前一天看过原题")]).await;
        assert!(approver.get(&format!("{page}/flags")).await.has("我前一天看过原题"));
        assert_eq!(decide(&operator, &honest, "cleared", "再想想").await, refused.1, "the own decision");
        assert_eq!(decide(&approver, &honest, "cleared", "说得通").await, StatusCode::SEE_OTHER);
        let drawn = operator.post(&format!("{page}/draw"), &sure).await;
        assert_eq!(drawn.status, StatusCode::SEE_OTHER, "{}", drawn.body);
        let list = house.stranger().get(&format!("{round}/entries")).await;
        assert_eq!(list.body, format!("{honest}\n"), "who was left out is not drawn");
        assert_eq!(decide(&approver, &guilty, "cleared", "太晚").await, refused.1);
    }
}

in_both! {
    async fn a_certificate_is_verified_by_its_code_and_goes_with_its_owner(house: House) {
        let round = running(&house).await;
        let who = player(&house, "oPLAYER").await;
        who.post(&format!("{round}/start"), &[("nickname", "王小明"), ("aware", "2")]).await;
        answer(&who, &round, 1, "2").await;
        let early = who.post(&format!("{round}/certificate"), &[]).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "one right answer is too few");
        answer(&who, &round, 2, "2").await;
        let some = who.post(&format!("{round}/survey"), &[("aware", "5")]).await;
        assert_eq!(some.status, StatusCode::BAD_REQUEST);
        let marks = [("aware", "5"), ("useful", "4"), ("satisfied", "5")];
        who.post(&format!("{round}/survey"), &marks).await;
        let operator = house.log_in("operator").await;
        let page = operator.get(&round.replace("/c/quiz/", "/console/quiz/rounds/")).await;
        assert!(page.has("100%（目标 90%，达到目标），1 人回答") && page.has("0%，1 人回答"), "{}", page.body);

        let made = who.post(&format!("{round}/certificate"), &[]).await;
        let again = who.post(&format!("{round}/certificate"), &[]).await;
        assert_eq!(made.location(), again.location(), "one certificate a player");
        let (stranger, code) = (house.stranger(), made.location().rsplit('/').next().unwrap());
        let typed = format!("{}-{}", &code[..4], code[4..].to_uppercase());
        let found = stranger.get(&format!("/c/certificate?code={typed}")).await;
        assert_eq!(found.location(), made.location());
        let shown = stranger.get(made.location()).await;
        assert!(shown.has("证书有效") && shown.has("答对 2 题") && !shown.has("王小明"), "{}", shown.body);
        let picture = stranger.get(&format!("{}/picture", made.location())).await;
        assert!(picture.has("王小明") && picture.has("<svg"), "{}", picture.body);
        assert!(stranger.get("/c/certificate?code=00").await.has("没有找到"));
        who.post("/c/privacy/erase", &[("confirm", "yes")]).await;
        assert_eq!(stranger.get(made.location()).await.status, StatusCode::NOT_FOUND);
    }
}
