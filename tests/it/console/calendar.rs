//! The calendar of legal education: planned, done, reminded of, changed, subscribed to.

use std::time::Duration;

use axum::http::{StatusCode, header};
use jiff::ToSpan;
use jiff::civil::Date;
use pufa::calendar::rules::day_in_words;
use pufa::calendar::{Held, jobs, store};

use super::browser::{Browser, House};

fn today(house: &House) -> Date {
    house.app.app.web.deps.clock.now().in_shanghai().date()
}

/// A shipped date whose first task is due in more than a week.
async fn coming(house: &House) -> Held {
    let today = today(house);
    let mut link = house.app.db().read().await.unwrap();
    let held = store::held(&mut link, today.year()..=today.year() + 1).await.unwrap();
    let far = |held: &&Held| {
        held.tasks.len() == 8 && held.tasks[0].due.unwrap() > today.saturating_add(7.days())
    };
    held.iter().find(far).expect("a date").clone()
}

async fn decide(browser: &Browser, page: &str, fields: &[(&str, &str)]) -> StatusCode {
    browser.submit(page, page, fields).await.status
}

/// The month of a date on the calendar.
fn month_of(held: &Held) -> String {
    format!("/console/calendar?month={}", held.days.unwrap().first.strftime("%Y-%m"))
}

in_both! {
    async fn a_date_is_planned_and_its_tasks_are_done_and_undone(house: House) {
        let held = coming(&house).await;
        let (page, month) = (format!("/console/calendar/{}", held.id), month_of(&held));
        let operator = house.log_in("operator").await;
        let owner = house.people["operator"].to_string();
        let plan = [("theme", "学宪法讲宪法"), ("owner", owner.as_str())];
        assert_eq!(decide(&operator, &page, &plan).await, StatusCode::SEE_OTHER);
        let shown = operator.get(&month).await;
        assert!(shown.has("学宪法讲宪法") && shown.has("完成 0/8，下一项：定方案"), "{}", shown.body);

        let to = format!("{page}/task");
        operator.submit(&page, &to, &[("task", "plan"), ("done", "1")]).await;
        let shown = operator.get(&page).await;
        assert!(shown.has("周运营 今天") && shown.has("没有完成<span"), "{}", shown.body);
        assert!(operator.get(&month).await.has("完成 1/8，下一项：写稿"));
        operator.submit(&page, &to, &[("task", "plan"), ("done", "")]).await;
        assert!(operator.get(&month).await.has("完成 0/8"));
        let unknown = operator.submit(&page, &to, &[("task", "nothing"), ("done", "1")]).await;
        assert_eq!(unknown.status, StatusCode::BAD_REQUEST);

        let manager = house.log_in("manager").await;
        let shown = manager.get(&page).await;
        assert!(shown.has("学宪法讲宪法") && !shown.has("name=\"theme\"") && !shown.has("/task"));
        assert_eq!(manager.post(&to, &[("task", "plan")]).await.status, StatusCode::FORBIDDEN);
    }
}

in_both! {
    async fn a_plan_somebody_else_changed_meanwhile_is_not_overwritten(house: House) {
        let page = format!("/console/calendar/{}", coming(&house).await.id);
        let operator = house.log_in("operator").await;
        assert_eq!(decide(&operator, &page, &[("theme", "第一稿")]).await, StatusCode::SEE_OTHER);
        let stale = operator.post(&page, &[("theme", "第二稿"), ("version", "0")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.has("value=\"第二稿\"") && operator.get(&page).await.has("value=\"第一稿\""));
        let stranger = house.people["li"].to_string();
        let wrong = operator.submit(&page, &page, &[("owner", &stranger)]).await;
        assert!(wrong.has("负责人要从名单里选"), "{}", wrong.body);
    }
}

in_both! {
    async fn whoever_looks_after_a_date_is_reminded_once_and_no_more_when_it_is_done(house: House) {
        let held = coming(&house).await;
        let page = format!("/console/calendar/{}", held.id);
        let operator = house.log_in("operator").await;
        let owner = house.people["operator"].to_string();
        decide(&operator, &page, &[("owner", &owner)]).await;
        let deps = &house.app.app.web.deps;
        jobs::remind(deps.clone()).await.unwrap();
        let told = format!("href=\"{page}\"");
        assert!(!operator.get("/console/alerts").await.has(&told), "nothing is due yet");
        let days = (held.tasks[0].due.unwrap() - today(&house)).get_days();
        deps.clock.advance(Duration::from_secs(86_400) * u32::try_from(days).unwrap());
        for _ in 0..3 {
            jobs::remind(deps.clone()).await.unwrap();
        }
        // The walk of the clock ended the session.
        let operator = house.log_in("operator").await;
        let shown = operator.get("/console/alerts").await;
        assert_eq!(shown.body.matches(&told).count(), 1, "{}", shown.body);
        assert!(shown.has("普法日历到期"));
        const UNSEEN: &str =
            "SELECT count(*) FROM alerts WHERE occasion = 'task_due' AND seen_at IS NULL";
        let before = house.app.number(UNSEEN).await;
        operator.submit(&page, &format!("{page}/task"), &[("task", "plan"), ("done", "1")]).await;
        assert_eq!(house.app.number(UNSEEN).await, before - 1, "the owner's, and no other");
    }
}

in_both! {
    async fn operators_add_dates_of_their_own_and_drop_shipped_ones(house: House) {
        let operator = house.log_in("operator").await;
        let new = "/console/calendar/new";
        let fields = [("name", "重阳敬老普法"), ("basis", "惯例"), ("kind", "lunar"), ("month", "9"),
            ("day", "9"), ("template", "campaign")];
        let added = operator.submit(new, new, &fields).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        let rule = added.location().split('?').next().unwrap().to_owned();
        assert!(operator.get(&rule).await.has("2026 年：10月18日 周日"));
        let october = operator.get("/console/calendar?month=2026-10").await;
        assert!(october.has("重阳敬老普法") && october.has("10月18日 周日有 老年节、重阳敬老普法，请合在一次里发"));
        let wrong = operator.submit(new, new, &[("name", "错"), ("basis", "惯例"), ("kind", "fixed"),
            ("month", "2"), ("day", "30")]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        assert!(wrong.has("日期规则不对") && wrong.has("value=\"30\""), "{}", wrong.body);

        let shipped = "/console/calendar/rules/elderly-day";
        let fields = [("name", "老年节"), ("basis", "惯例"), ("kind", "lunar"), ("month", "9"), ("day", "9"),
            ("dropped", "1")];
        assert_eq!(operator.submit(shipped, shipped, &fields).await.status, StatusCode::SEE_OTHER);
        let october = operator.get("/console/calendar?month=2026-10").await;
        assert!(!october.has("老年节") && !october.has("请合在一次里发"));
        assert!(operator.get("/console/calendar?year=2026").await.has("不再使用的日期"));
        let stale = operator.post(shipped, &[&fields[..], &[("version", "0")]].concat()).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
    }
}

in_both! {
    async fn a_date_by_yearly_notice_waits_for_its_day(house: House) {
        let operator = house.log_in("operator").await;
        let new = "/console/calendar/new";
        let fields =
            [("name", "网络安全宣传周"), ("basis", "每年通知"), ("kind", "notice"), ("month", "9")];
        let added = operator.submit(new, new, &fields).await;
        let code = added.location().split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
        let september = "/console/calendar?month=2027-09";
        let page = format!("/console/calendar/2027-{code}");
        assert!(operator.get(september).await.has("日期还没有定"));
        let wrong = operator.submit(&page, &page, &[("first", "2026-09-14")]).await;
        assert!(wrong.has("日期要在 2027 年"), "{}", wrong.body);
        let days = [("first", "2027-09-13"), ("last", "2027-09-19")];
        assert_eq!(decide(&operator, &page, &days).await, StatusCode::SEE_OTHER);
        let shown = operator.get(september).await;
        let (first, last) = (jiff::civil::date(2027, 9, 13), jiff::civil::date(2027, 9, 19));
        assert!(shown.has(&format!("{} 至 {}", day_in_words(first), day_in_words(last))));
        assert!(!shown.has("日期还没有定"), "{}", shown.body);
    }
}

in_both! {
    async fn the_feed_is_open_to_its_newest_address_alone(house: House) {
        let manager = house.log_in("manager").await;
        let street = house.stranger();
        let mut addresses = Vec::new();
        for _ in 0..2 {
            let made = manager.submit("/console/calendar", "/console/calendar/feed", &[]).await;
            let from = made.body.find("/console/calendar/feed/").expect("an address");
            addresses.push(made.body[from..].split('<').next().unwrap().to_owned());
        }
        assert_eq!(street.get(&addresses[0]).await.status, StatusCode::NOT_FOUND);
        let feed = street.get(&addresses[1]).await;
        assert_eq!(feed.headers[header::CONTENT_TYPE], "text/calendar; charset=utf-8");
        let day = format!("DTSTART;VALUE=DATE:{}1204\r\n", today(&house).year());
        assert!(feed.has(&day) && feed.has("SUMMARY:国家宪法日\r\n"), "{}", feed.body);
    }
}
