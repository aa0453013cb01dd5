//! Forms that arrive more than once.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::console::once::Running;
use pufa::console::{self, Method, ROUTES};
use uuid::Uuid;

use super::browser::{Browser, House, Page};

/// Forms sent in the figure below.
const FORMS: usize = 25;

const NEW_MEMBER: &str = "/console/members/new";

async fn add_member(browser: &Browser, once: &str, nth: usize) -> Page {
    let name = format!("第{nth}法律服务社");
    let fields = [
        ("once", once),
        ("name", name.as_str()),
        ("short_name", name.as_str()),
        ("kind", "professional"),
        ("status", "full"),
        ("phone", "0519-81112222"),
        ("hours", "周一至周五"),
        ("promise_amount", "12"),
        ("promise_counted", "clock"),
    ];
    browser.post(NEW_MEMBER, &fields).await
}

const MEMBERS: &str = "SELECT count(*) FROM organizations WHERE short_name LIKE '第%'";

in_both! {
    async fn each_form_sent_three_times_at_once_and_again_later_acts_once(house: House) {
        let one = house.log_in("supervisor").await;
        // Another process with the same database knows nothing of what this one is working on.
        let mut web = house.app.app.web.clone();
        web.running = Running::default();
        let other = one.through(console::routes(web));
        for nth in 0..FORMS {
            let once = Uuid::from_u128(nth as u128 + 1).to_string();
            let (a, b, c) = tokio::join!(
                add_member(&one, &once, nth),
                add_member(&one, &once, nth),
                add_member(&other, &once, nth),
            );
            for page in [a, b, c] {
                assert_eq!(page.location(), "/console/members?done=added", "{}", page.body);
            }
        }
        house.app.clock.advance(Duration::from_secs(30));
        for nth in 0..FORMS {
            let once = Uuid::from_u128(nth as u128 + 1).to_string();
            let page = add_member(&other, &once, nth).await;
            assert_eq!(page.location(), "/console/members?done=added", "{}", page.body);
        }
        assert_eq!(house.app.number(MEMBERS).await, FORMS as i64);
    }
}

in_both! {
    async fn a_form_whose_outcome_was_lost_says_so_and_does_not_act_again(house: House) {
        let browser = house.log_in("supervisor").await;
        let once = Uuid::from_u128(7).to_string();
        add_member(&browser, &once, 1).await;
        // As after a crash between the effect and the note of where it led.
        let deps = &house.app.app.web.deps;
        let mut tx = deps.db.begin().await.unwrap();
        pufa::run!(&mut tx, sqlx::query("UPDATE operations SET outcome = NULL")).unwrap();
        tx.commit().await.unwrap();
        let again = add_member(&browser, &once, 1).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(again.has("已经提交并处理过，这次没有再做一遍"), "{}", again.body);
        assert_eq!(house.app.number(MEMBERS).await, 1);
        // Other content or another person is another form.
        add_member(&browser, &once, 2).await;
        assert_eq!(house.app.number(MEMBERS).await, 2);
        let operator = house.log_in("operator").await;
        assert_eq!(add_member(&operator, &once, 1).await.status, StatusCode::FORBIDDEN);
    }
}

in_both! {
    async fn a_refused_form_may_be_sent_again_and_one_without_an_id_does_nothing(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let (li, wang) = (house.log_in("li").await, house.log_in("wang").await);
        let shown = wang.get(&page).await;
        let claim = [("once", shown.hidden("once"))];
        li.submit(&page, &format!("{page}/claim"), &[]).await;
        let refused = wang.post(&format!("{page}/claim"), &claim).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        li.submit(&page, &format!("{page}/release"), &[]).await;
        let done = wang.post(&format!("{page}/claim"), &claim).await;
        assert_eq!(done.location(), format!("{page}?done=claimed"));

        for once in ["", "nonsense"] {
            let fields = [("once", once), ("body", "没有编号的备注")];
            let refused = wang.post(&format!("{page}/note"), &fields).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST);
            assert!(refused.has("什么都没有做") && refused.has(">没有编号的备注</textarea>"));
        }
        assert_eq!(house.app.number("SELECT count(*) FROM messages WHERE author = 'note'").await, 0);
    }
}

in_both! {
    async fn citizens_forms_act_once_and_what_is_kept_of_them_opens_nothing(house: House) {
        let id = house.labor_inquiry().await;
        let (street, citizen) = (house.street(id), house.stranger());
        let shown = citizen.get(&street).await;
        let fields = [("once", shown.hidden("once")), ("body", "补充：还有加班费")];
        for _ in 0..3 {
            let page = citizen.post(&format!("{street}/message"), &fields).await;
            assert_eq!(page.location(), format!("{street}?done=sent"));
        }
        assert_eq!(house.app.number("SELECT count(*) FROM messages").await, 2);
        assert!(house.app.text("SELECT outcome FROM operations").await.starts_with("sealed:"));
        assert_eq!(house.app.number("SELECT count(*) FROM operations").await, 1);

        house.app.clock.advance(Duration::from_secs(25 * 3600));
        let later = [("body", "再补充一句")];
        citizen.submit(&street, &format!("{street}/message"), &later).await;
        assert_eq!(house.app.number("SELECT count(*) FROM operations").await, 1, "old ones go");
    }
}

/// Forms in a page or template, each as its text.
pub fn forms(text: &str) -> impl Iterator<Item = &str> {
    let forms =
        text.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or(rest));
    forms.filter(|form| form.split('>').next().is_some_and(|head| head.contains("method=\"post\"")))
}

#[test]
fn every_form_of_every_template_carries_the_id_of_its_operation() {
    let mut seen = 0;
    for folder in std::fs::read_dir("src").unwrap() {
        let Ok(files) = std::fs::read_dir(folder.unwrap().path().join("templates")) else {
            continue;
        };
        for file in files {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            for form in forms(&text) {
                seen += 1;
                let carried = ["name=\"once\"", "m::hidden(", "carried(shell.once"];
                assert!(carried.iter().any(|way| form.contains(way)), "{}: {form}", path.display());
            }
        }
    }
    assert!(seen > 60, "{seen} forms");
    let repeatable = ROUTES.iter().filter(|route| route.method == Method::Post && !route.once);
    let repeatable: Vec<&str> = repeatable.map(|route| route.path).collect();
    assert_eq!(
        repeatable,
        [
            // The key of its push holds the form's id.
            "/c/ask",
            // A question is dealt once and answered once, whatever arrives.
            "/c/quiz/{id}/start",
            "/c/quiz/{id}/answer",
            "/console/login",
            "/console/login/code",
            "/console/login/wechat",
            "/console/login/wechat/enter",
            "/console/setup",
            "/console/inquiries/{id}/preview",
            "/console/inquiries/{id}/draft",
            "/console/inquiries/{id}/reveal",
            "/console/rules/try",
            "/console/settings/texts/{key}/preview",
            "/console/health/request",
            // They show codes on paper, which are kept nowhere.
            "/console/account/code/confirm",
            "/console/account/code/paper",
            "/console/account/wechat",
        ],
        "all others act once"
    );
}
