//! The duty roster: planned, copied, swapped, left in a feed; what it does to promises.

use axum::http::StatusCode;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use pufa::members::hours::office_calendar;
use pufa::platform::clock::Moment;
use pufa::platform::coord::News;
use pufa::roster::rules::{days_from, monday_of};

use super::browser::{Browser, House};

/// A shift in the page as `value` of the button or the choice that stands for it.
fn value_before<'a>(page: &'a str, label: &str) -> &'a str {
    let end = page.find(label).unwrap_or_else(|| panic!("no {label}: {page}"));
    let from = page[..end].rfind("value=\"").expect("a value") + 7;
    page[from..end].split('"').next().expect("a quote")
}

/// The Mondays of two coming weeks without any holiday.
fn ordinary_weeks(house: &House) -> (Date, Date) {
    let today = house.app.app.web.deps.clock.now().in_shanghai().date();
    let office = office_calendar();
    let mut ordinary =
        (1..60).map(|weeks| monday_of(today).saturating_add(weeks.weeks())).filter(|monday| {
            let days = days_from(*monday).enumerate();
            days.into_iter().all(|(n, day)| office.is_workday(day) == (n < 5))
        });
    (ordinary.next().expect("a week"), ordinary.next().expect("another"))
}

fn moment(day: Date, hour: i8, minute: i8) -> Moment {
    let there = day.at(hour, minute, 0, 0).to_zoned(TimeZone::fixed(jiff::tz::offset(8))).unwrap();
    Moment(there.timestamp().as_millisecond())
}

/// Moves the clock and lets everything happen that is due then.
async fn wait_until(house: &House, then: Moment) {
    let clock = &house.app.app.web.deps.clock;
    clock.advance(then.since(clock.now()));
    house.app.app.web.directory.refresh().await.unwrap();
    house.app.settle().await;
}

async fn plan(browser: &Browser, page: &str, who: &str, days: &[String], spans: &str) {
    let mut fields = vec![("person", who), ("spans", spans)];
    fields.extend(days.iter().map(|day| ("day", day.as_str())));
    let action = page.split('?').next().expect("a path");
    let done = browser.submit(page, &format!("{action}/shift"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

in_both! {
    async fn a_week_is_planned_copied_and_its_gaps_and_double_bookings_are_shown(house: House) {
        let manager = house.log_in("manager").await;
        let roster = format!("/console/members/{}/roster", house.app.labor);
        assert!(manager.get(&roster).await.has("还没有排班"));
        let today = house.app.app.web.deps.clock.now().in_shanghai().date();
        let (next, after) = ordinary_weeks(&house);
        let shown = format!("{roster}?week={next}");
        let monday = [next.to_string()];
        let li = house.people["li"].to_string();
        plan(&manager, &shown, &li, &monday, "9:00-12:00").await;
        let page = manager.get(&shown).await;
        assert!(page.has("<b>09:00–12:00</b><br>李答复"), "{}", page.body);
        assert!(page.has("无人值班：13:30–17:30") && page.has("无人值班：09:00–12:00、13:30–17:30"));
        assert!(!page.has("同一时间排了两次"));

        plan(&manager, &shown, &li, &monday, "11:00-13:00").await;
        let page = manager.get(&shown).await;
        assert!(page.has("同一时间排了两次"));
        let shift = value_before(&page.body, ">移除").to_owned();
        manager.submit(&shown, &format!("{roster}/shift"), &[("remove", &shift)]).await;
        assert!(!manager.get(&shown).await.has("同一时间排了两次"));

        let to = after.to_string();
        let copy = [("from", monday[0].as_str()), ("to", to.as_str())];
        let copied = manager.submit(&shown, &format!("{roster}/copy"), &copy).await;
        assert!(copied.has("已复制 1 个班。"), "{}", copied.body);
        let again = manager.submit(&shown, &format!("{roster}/copy"), &copy).await;
        assert!(again.has("跳过：1 个班那一周已经有了"), "{}", again.body);

        let wrong = [("person", li.as_str()), ("spans", "12:00-9:00"), ("day", monday[0].as_str())];
        let refused = manager.submit(&shown, &format!("{roster}/shift"), &wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("结束要晚于开始") && refused.has("value=\"12:00-9:00\""));
        let stranger = house.people["stranger"].to_string();
        let foreign = [("person", stranger.as_str()), ("spans", "9:00-12:00"), ("day", monday[0].as_str())];
        assert!(manager.submit(&shown, &format!("{roster}/shift"), &foreign).await.has("本单位的人员"));
        let past = today.saturating_sub(8.days()).to_string();
        let over = [("person", li.as_str()), ("spans", "9:00-12:00"), ("day", past.as_str())];
        assert!(manager.submit(&shown, &format!("{roster}/shift"), &over).await.has("已经过去"));
    }
}

in_both! {
    async fn a_shift_changes_hands_only_with_the_colleagues_consent(house: House) {
        let (manager, li, wang) =
            (house.log_in("manager").await, house.log_in("li").await, house.log_in("wang").await);
        let roster = format!("/console/members/{}/roster", house.app.labor);
        let today = house.app.app.web.deps.clock.now().in_shanghai().date();
        let day = [today.to_string()];
        plan(&manager, &roster, &house.people["li"].to_string(), &day, "9:00-12:00").await;
        let swap = format!("{roster}/swap");
        let shown = li.get(&roster).await;
        let shift = value_before(&shown.body, "09:00–12:00</option>").to_owned();
        let colleague = house.people["wang"].to_string();
        let wish = [("shift", shift.as_str()), ("colleague", colleague.as_str()), ("remark", "下午开庭")];
        assert!(wang.submit(&roster, &swap, &wish).await.has("请选择"), "not wang's shift");
        assert_eq!(li.submit(&roster, &swap, &wish).await.status, StatusCode::SEE_OTHER);

        let asked = wang.get(&roster).await;
        assert!(asked.has("李答复请王答复换班") && asked.has("下午开庭") && asked.has("等待同意"));
        let id = asked.hidden("swap").to_owned();
        let agree = [("swap", id.as_str()), ("settle", "agree")];
        assert_eq!(li.submit(&roster, &swap, &agree).await.status, StatusCode::CONFLICT);
        assert!(wang.get(&roster).await.has("<br>李答复"), "nothing has changed hands");
        assert_eq!(wang.submit(&roster, &swap, &agree).await.status, StatusCode::SEE_OTHER);
        let after = wang.get(&roster).await;
        assert!(after.has("<br>王答复（我）") && after.has("已换班") && !after.has("<br>李答复"));
        assert_eq!(wang.submit(&roster, &swap, &agree).await.status, StatusCode::CONFLICT);
    }
}

in_both! {
    async fn absences_notes_and_the_calendar_feed_are_everybodys_own(house: House) {
        let (manager, li) = (house.log_in("manager").await, house.log_in("li").await);
        let roster = format!("/console/members/{}/roster", house.app.labor);
        let today = house.app.app.web.deps.clock.now().in_shanghai().date().to_string();
        let days = [today.clone()];
        plan(&manager, &roster, &house.people["li"].to_string(), &days, "0:00-24:00").await;
        assert!(li.get(&roster).await.has("现在值班：李答复（到 24:00）"));
        let made = li.submit(&roster, &format!("{roster}/feed"), &[]).await;
        let address = made.body.split("<code class=\"long\">").nth(1).expect("an address");
        let path = address.split('<').next().unwrap();
        let path = &path[path.find("/console/").unwrap()..];
        let feed = house.stranger().get(path).await;
        assert_eq!(feed.status, StatusCode::OK);
        assert!(feed.has("BEGIN:VEVENT") && feed.has("STATUS:CONFIRMED") && feed.has("DTSTART:"));
        assert!(!li.get(&roster).await.has(path), "shown once");

        let id = house.labor_inquiry().await;
        let case = format!("/console/inquiries/{id}");
        li.submit(&case, &format!("{case}/claim"), &[]).await;
        let taken = "SELECT count(*) FROM inquiries WHERE assignee_id IS NOT NULL";
        assert_eq!(house.app.number(taken).await, 1);
        let days = [("first", today.as_str()), ("last", today.as_str())];
        let ill = [("reason", "ill"), days[0], days[1], ("hand_back", "1")];
        let away = format!("{roster}/absence");
        assert_eq!(li.submit(&roster, &away, &ill).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.app.number(taken).await, 0, "given back to colleagues");
        let shown = li.get(&roster).await;
        assert!(shown.has("请假，不算值班") && shown.has("现在无人值班"), "{}", shown.body);
        assert!(house.stranger().get(path).await.has("STATUS:CANCELLED"));
        let absence = value_before(&shown.body, ">取消").to_owned();
        let wang = house.log_in("wang").await;
        let back = [("remove", absence.as_str())];
        assert_eq!(wang.submit(&roster, &away, &back).await.status, StatusCode::CONFLICT);
        assert_eq!(li.submit(&roster, &away, &back).await.status, StatusCode::SEE_OTHER);
        assert!(!li.get(&roster).await.has("请假，不算值班"));

        li.submit(&roster, &format!("{roster}/feed"), &[]).await;
        assert_eq!(house.stranger().get(path).await.status, StatusCode::NOT_FOUND);

        let note = [("body", "请先看 2611-0001，电话 13812345678")];
        let mut news = house.app.app.web.deps.coord.subscribe();
        li.submit(&roster, &format!("{roster}/handover"), &note).await;
        while let Ok(heard) = news.try_recv() {
            assert!(!matches!(heard, News::Directory), "a word changes nobody's duty");
        }
        let read = wang.get(&roster).await;
        assert!(read.has("请先看 2611-0001") && !read.has("13812345678"), "{}", read.body);
        let operator = house.log_in("operator").await;
        assert!(operator.get("/console/roster").await.has("现在值班：李答复"));
        assert!(operator.submit(&roster, &format!("{roster}/handover"), &note).await.has("只供本单位"));
    }
}

in_both! {
    async fn working_time_runs_only_while_somebody_is_on_duty(house: House) {
        let manager = house.log_in("manager").await;
        let roster = format!("/console/members/{}/roster", house.app.labor);
        let (next, _) = ordinary_weeks(&house);
        let shown = format!("{roster}?week={next}");
        plan(&manager, &shown, &house.people["li"].to_string(), &[next.to_string()], "18:00-21:00").await;
        let at = |hour, minute| moment(next, hour, minute);
        let clock = &house.app.app.web.deps.clock;
        clock.advance(at(12, 0).since(clock.now()));
        let asked_until = |house: &House| {
            let directory = house.app.app.web.directory.current();
            directory.answer_by(directory.organization(house.app.labor).unwrap(), false, at(12, 0))
        };
        house.app.app.web.directory.refresh().await.unwrap();
        assert_eq!(asked_until(&house), at(20, 0), "two hours from 18:00 on");
        let manager = house.log_in("manager").await;
        manager.submit(&shown, &format!("{roster}/counts"), &[("counts", "")]).await;
        assert_eq!(asked_until(&house), at(15, 30), "two hours from 13:30 on");
    }
}

in_both! {
    async fn who_is_off_duty_is_not_asked_until_the_shift_begins_and_no_longer_when_it_ends(house: House) {
        let manager = house.log_in("manager").await;
        let roster = format!("/console/members/{}/roster", house.app.labor);
        let (next, _) = ordinary_weeks(&house);
        let shown = format!("{roster}?week={next}");
        plan(&manager, &shown, &house.people["li"].to_string(), &[next.to_string()], "18:00-21:00").await;
        wait_until(&house, moment(next, 12, 0)).await;
        let with = |name| format!("SELECT count(*) FROM inquiries i JOIN organizations o ON o.id = i.organization_id WHERE o.slug = '{name}'");
        let with_labor: &'static str = with("labor").leak();
        house.asked("oLABOR", "老板拖欠我三个月工资，我在武进湖塘，怎么办？").await;
        assert_eq!(house.app.number(with_labor).await, 0);
        let why = "SELECT reasons FROM offers ORDER BY at DESC, id DESC LIMIT 1";
        assert!(house.app.text(why).await.contains("现在无人值班"), "{}", house.app.text(why).await);
        wait_until(&house, moment(next, 18, 1)).await;
        assert_eq!(house.app.number(with_labor).await, 1, "{}", house.app.text(why).await);
        wait_until(&house, moment(next, 21, 1)).await;
        assert_eq!(house.app.number(with_labor).await, 0, "nobody has claimed it");
    }
}
