//! Campaigns through their pages: written, seen on phones, approved by somebody else, sent once.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::platform::clock::Moment;
use pufa::simulator::{ApiFault, LedgerEntry, PushFault};
use pufa::staff::Role;
use pufa::staff::store::wechat;

use super::browser::{Browser, House, Page};

const TEXT: &str = "今天是国家宪法日。维护宪法权威，就是维护每个人的权利。";

/// The people a campaign needs, each with a WeChat of their own, and three followers.
async fn ready(house: House) -> House {
    let mut house = house;
    house.employ("second", "武运营", Role::Operator, None).await;
    let people = [("operator", "oOPERATOR"), ("approver", "oAPPROVER"), ("second", "oSECOND")];
    for (_, openid) in people {
        house.app.simulator.add_citizen(openid, openid, true);
    }
    let mut tx = house.app.db().begin().await.unwrap();
    let now = house.app.clock.now();
    for (name, openid) in people {
        assert!(wechat::bind(&mut tx, "main", openid, house.people[name], now).await.unwrap());
    }
    tx.commit().await.unwrap();
    for openid in ["oONE", "oTWO", "oTHREE"] {
        house.app.simulator.add_citizen(openid, openid, false);
        house.app.simulator.follow(openid, None).await;
    }
    house.app.settle().await;
    house
}

/// Ten in the morning the day after tomorrow, as a form says it and as a moment.
fn morning(house: &House) -> (String, Moment) {
    let at = house.app.clock.now().next_at_hour(10).plus(Duration::from_secs(24 * 3600));
    (at.in_shanghai().strftime("%Y-%m-%dT%H:%M").to_string(), at)
}

async fn write(house: &House, author: &Browser, more: &[(&str, &str)]) -> String {
    let (when, _) = morning(house);
    let mut fields = vec![("title", "国家宪法日"), ("kind", "text"), ("body", TEXT)];
    if !more.iter().any(|(name, _)| *name == "send_at") {
        fields.push(("send_at", &when));
    }
    fields.extend(more);
    let added = author.submit("/console/campaigns/new", "/console/campaigns/new", &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    added.location().trim_end_matches("?done=saved").to_owned()
}

/// Sends a form of a campaign's page as it is now, also one that the page does not offer.
async fn press(
    house: &House,
    who: &Browser,
    page: &str,
    deed: &str,
    fields: &[(&str, &str)],
) -> Page {
    let newest = "SELECT version FROM campaigns ORDER BY updated_at DESC, version DESC LIMIT 1";
    let version = house.app.number(newest).await.to_string();
    who.post(&format!("{page}/{deed}"), &[&[("version", version.as_str())], fields].concat()).await
}

fn done(page: &Page) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

/// Has two people see a campaign on their phones and submits it.
async fn submit(house: &House, author: &Browser, page: &str) {
    let operator = house.people["operator"].to_string();
    let approver = house.people["approver"].to_string();
    let testers = [("tester", operator.as_str()), ("tester", approver.as_str())];
    done(&press(house, author, page, "show", &testers).await);
    house.app.settle().await;
    done(&press(house, author, page, "seen", &[]).await);
    done(&press(house, &house.log_in("approver").await, page, "seen", &[]).await);
    done(&press(house, author, page, "submit", &[]).await);
}

async fn fresh_digits(house: &House) -> String {
    let mut tx = house.app.db().begin().await.unwrap();
    let forget = "UPDATE staff_second_factors SET last_step = 0";
    pufa::run!(&mut tx, sqlx::query(forget)).unwrap();
    tx.commit().await.unwrap();
    house.digits()
}

async fn approve(house: &House, page: &str) {
    let approver = house.log_in("approver").await;
    assert_eq!(approver.get(&format!("{page}/preview")).await.status, StatusCode::OK);
    let code = fresh_digits(house).await;
    done(&press(house, &approver, page, "approve", &[("code", &code)]).await);
}

/// Has a campaign scheduled that goes to everybody.
async fn schedule(house: &House, author: &Browser, page: &str) -> Page {
    let shown = author.get(page).await;
    let count = shown.hidden("shown").to_owned();
    let code = fresh_digits(house).await;
    let fields = [("shown", count.as_str()), ("typed", count.as_str()), ("code", code.as_str())];
    press(house, author, page, "schedule", &fields).await
}

/// A campaign that is to be sent to everybody.
async fn scheduled(house: &House) -> String {
    let author = house.log_in("operator").await;
    let page = write(house, &author, &[]).await;
    submit(house, &author, &page).await;
    approve(house, &page).await;
    done(&schedule(house, &author, &page).await);
    page
}

/// Moves the clock to so long before the time of a campaign, and lets what is due be done.
async fn wait_until(house: &House, before: Duration) {
    let due = Moment(house.app.number("SELECT max(send_at) FROM campaigns").await);
    let now = house.app.clock.now();
    // A little later: it began to cool when the worker came to it, not to the millisecond.
    let later = if before.is_zero() { 60 } else { 5 };
    house.app.clock.advance(due.minus(before).since(now) + Duration::from_secs(later));
    house.app.settle().await;
}

const TEN_MINUTES: Duration = Duration::from_secs(600);

fn sends(house: &House) -> Vec<LedgerEntry> {
    let ledger = house.app.simulator.ledger();
    ledger.into_iter().filter(|call| call.kind == "mass_send").collect()
}

async fn stage(house: &House) -> String {
    house.app.text("SELECT stage FROM campaigns ORDER BY updated_at DESC LIMIT 1").await
}

in_both! {
    async fn what_two_phones_saw_and_another_person_approved_is_sent_once_to_everybody(house: House) {
        let house = ready(house).await;
        let page = scheduled(&house).await;
        wait_until(&house, TEN_MINUTES).await;
        assert_eq!(stage(&house).await, "cooling");
        let shown = house.log_in("operator").await.get(&page).await;
        assert!(shown.has("取消发送") && shown.has("还有 9 分"), "{}", shown.body);
        assert!(sends(&house).is_empty());
        wait_until(&house, Duration::ZERO).await;
        let sent = sends(&house);
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].request["text"]["content"], TEXT);
        assert_eq!(sent[0].request["filter"]["is_to_all"], true);
        assert_eq!(stage(&house).await, "sent");
        let shown = house.log_in("operator").await.get(&page).await;
        assert!(shown.has("应发 7，过滤后 7，成功 7，失败 0"), "{}", shown.body);
        assert!(house.app.simulator.chat("oONE").iter().any(|b| format!("{b:?}").contains(TEXT)));
        let csv = house.log_in("approver").await.get(&format!("{page}/slices.csv")).await;
        assert!(csv.has("1,7,成功,7,7,7,0"), "{}", csv.body);
        // Of the month's four one is used.
        let list = house.log_in("operator").await.get("/console/campaigns").await;
        assert!(list.has("群发 1/4 次") || list.has("群发 0/4 次"));
    }
}

in_both! {
    async fn nobody_sends_by_mistake_in_thirty_steps(house: House) {
        let house = ready(house).await;
        let author = house.log_in("operator").await;
        let page = write(&house, &author, &[]).await;
        let approver = house.log_in("approver").await;
        let second = house.log_in("second").await;
        let refused = |page: Page, words: &str| {
            assert_ne!(page.status, StatusCode::SEE_OTHER, "{words}");
            assert!(page.has(words), "{words}: {}", page.body);
        };
        // 1-5: what is not approved cannot be scheduled, resumed, approved, returned.
        let code = fresh_digits(&house).await;
        refused(press(&house, &author, &page, "schedule", &[("code", &code)]).await, "还没有通过审批");
        let code = fresh_digits(&house).await;
        refused(press(&house, &approver, &page, "approve", &[("code", &code)]).await, "不在等待审批");
        refused(press(&house, &approver, &page, "return", &[("reason", "错")]).await, "不在等待审批");
        let code = fresh_digits(&house).await;
        refused(press(&house, &second, &page, "resume", &[("code", &code)]).await, "没有停住");
        refused(press(&house, &author, &page, "unschedule", &[]).await, "没有排期");
        // 6-9: nobody has seen it on a phone, one has, one who was never sent it says so.
        refused(press(&house, &author, &page, "submit", &[]).await, "现在有 0 位");
        refused(press(&house, &author, &page, "seen", &[]).await, "还没有发到您的手机上");
        let own = house.people["operator"].to_string();
        done(&press(&house, &author, &page, "show", &[("tester", &own)]).await);
        house.app.settle().await;
        done(&press(&house, &author, &page, "seen", &[]).await);
        refused(press(&house, &author, &page, "submit", &[]).await, "现在有 1 位");
        // 10-11: testers without a WeChat, and nobody at all.
        let unbound = house.people["auditor"].to_string();
        refused(press(&house, &author, &page, "show", &[("tester", &unbound)]).await, "绑定了微信");
        refused(press(&house, &author, &page, "show", &[]).await, "绑定了微信");
        // 12-17: own work, unseen preview, wrong digits, used digits, no digits, a reason missing.
        submit(&house, &author, &page).await;
        assert_eq!(author.get(&format!("{page}/preview")).await.status, StatusCode::OK);
        let code = fresh_digits(&house).await;
        refused(press(&house, &author, &page, "approve", &[("code", &code)]).await, "要请另一位同事审批");
        let code = fresh_digits(&house).await;
        refused(press(&house, &approver, &page, "approve", &[("code", &code)]).await, "请先点“看预览”");
        approver.get(&format!("{page}/preview")).await;
        refused(press(&house, &approver, &page, "approve", &[("code", "000000")]).await, "动态码不对");
        refused(press(&house, &approver, &page, "approve", &[("code", &code)]).await, "动态码不对");
        refused(press(&house, &approver, &page, "approve", &[]).await, "动态码不对");
        refused(press(&house, &approver, &page, "return", &[("reason", " ")]).await, "原因");
        // 18-20: edited while it waited: the approval of the page seen before is worth nothing.
        let stale = approver.get(&page).await.hidden("version").to_owned();
        let (when, _) = morning(&house);
        let edit = [("title", "国家宪法日"), ("kind", "text"), ("body", "改过"), ("send_at", &when)];
        let form = format!("{page}/edit");
        done(&author.submit(&form, &form, &edit).await);
        let code = fresh_digits(&house).await;
        let old = [("version", stale.as_str()), ("code", &code)];
        refused(approver.post(&format!("{page}/approve"), &old).await, "刚有变化");
        refused(press(&house, &author, &page, "submit", &[]).await, "现在有 0 位");
        submit(&house, &author, &page).await;
        approve(&house, &page).await;
        // 21-24: the number not typed, typed wrongly, no digits, twice.
        let code = fresh_digits(&house).await;
        let without = [("shown", "3"), ("code", code.as_str())];
        refused(press(&house, &author, &page, "schedule", &without).await, "亲手输入人数 3");
        let code = fresh_digits(&house).await;
        let wrong = [("shown", "3"), ("typed", "30"), ("code", code.as_str())];
        refused(press(&house, &author, &page, "schedule", &wrong).await, "亲手输入人数 3");
        let typed = [("shown", "3"), ("typed", "3")];
        refused(press(&house, &author, &page, "schedule", &typed).await, "动态码不对");
        done(&schedule(&house, &author, &page).await);
        let code = fresh_digits(&house).await;
        let again = [("shown", "3"), ("typed", "3"), ("code", code.as_str())];
        refused(press(&house, &author, &page, "schedule", &again).await, "已经排期");
        // 25: what is scheduled is not edited.
        refused(author.submit(&form, &form, &edit).await, "先撤回排期");
        // 26-28: the stop is pulled, cannot be lifted by the same person, nothing is scheduled.
        let stop = [("reason", "内容有误")];
        done(&author.submit("/console/campaigns", "/console/campaigns/stop", &stop).await);
        let lifted = author.post("/console/campaigns/lift", &[]).await;
        refused(lifted, "要请另一位同事核对后解除");
        wait_until(&house, Duration::ZERO).await;
        assert_eq!(stage(&house).await, "held");
        // 29-30: lifted, what was stopped stays so, and its time has passed.
        let approver = house.log_in("approver").await;
        done(&approver.post("/console/campaigns/lift", &[]).await);
        house.app.settle().await;
        let author = house.log_in("operator").await;
        done(&press(&house, &author, &page, "unschedule", &[]).await);
        house.app.clock.advance(Duration::from_secs(3600));
        house.app.settle().await;
        refused(schedule(&house, &author, &page).await, "发送时间已经过了");
        assert!(sends(&house).is_empty());
    }
}

in_both! {
    async fn cancelling_while_it_cools_wins_and_afterwards_is_refused(house: House) {
        let house = ready(house).await;
        let page = scheduled(&house).await;
        wait_until(&house, TEN_MINUTES).await;
        let approver = house.log_in("approver").await;
        done(&press(&house, &approver, &page, "unschedule", &[]).await);
        wait_until(&house, Duration::ZERO).await;
        assert!(sends(&house).is_empty());
        assert_eq!(stage(&house).await, "approved");
        let author = house.log_in("operator").await;
        done(&schedule(&house, &author, &page).await);
        house.app.settle().await;
        wait_until(&house, Duration::ZERO).await;
        house.app.clock.advance(TEN_MINUTES);
        house.app.settle().await;
        assert_eq!(sends(&house).len(), 1);
        let author = house.log_in("operator").await;
        let late = press(&house, &author, &page, "unschedule", &[]).await;
        assert!(late.status == StatusCode::CONFLICT && late.has("撤不回来"), "{}", late.body);
    }
}

in_both! {
    async fn a_call_without_an_answer_is_unknown_until_wechat_or_a_person_tells(house: House) {
        let house = ready(house).await;
        let page = scheduled(&house).await;
        wait_until(&house, TEN_MINUTES).await;
        let faults = house.app.simulator.faults();
        faults.on_push(PushFault::Lost, 1);
        faults.on_api("/cgi-bin/message/mass/sendall", ApiFault::AcceptThenReset, 1);
        wait_until(&house, Duration::ZERO).await;
        assert_eq!(stage(&house).await, "unknown");
        let author = house.log_in("operator").await;
        let shown = author.get(&page).await;
        assert!(shown.has("待核实") && shown.has("不能重试：万一发了两次"), "{}", shown.body);
        let second = house.log_in("second").await;
        let code = fresh_digits(&house).await;
        let again = [("nth", "1"), ("code", code.as_str())];
        let refused = press(&house, &second, &page, "repeat", &again).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
        house.app.clock.advance(Duration::from_secs(3600));
        house.app.settle().await;
        assert_eq!(sends(&house).len(), 1, "nothing repeats it by itself");
        let author = house.log_in("operator").await;
        done(&press(&house, &author, &page, "found-sent", &[("nth", "1")]).await);
        assert_eq!(stage(&house).await, "sent");
    }
}

in_both! {
    async fn a_change_behind_the_back_and_a_missed_time_send_nothing(house: House) {
        let house = ready(house).await;
        scheduled(&house).await;
        let mut tx = house.app.db().begin().await.unwrap();
        let change = "UPDATE campaigns SET body = 'other words'";
        pufa::run!(&mut tx, sqlx::query(change)).unwrap();
        tx.commit().await.unwrap();
        wait_until(&house, Duration::ZERO).await;
        assert_eq!(stage(&house).await, "held");
        assert!(house.app.text("SELECT reason FROM campaigns").await.contains("不一致"));
        assert!(sends(&house).is_empty());
    }
}

in_both! {
    async fn a_campaign_whose_time_was_missed_is_not_made_up_for(house: House) {
        let house = ready(house).await;
        scheduled(&house).await;
        let due = Moment(house.app.number("SELECT max(send_at) FROM campaigns").await);
        let late = due.plus(Duration::from_secs(31 * 60)).since(house.app.clock.now());
        house.app.clock.advance(late);
        house.app.settle().await;
        assert_eq!(stage(&house).await, "held");
        assert!(house.app.text("SELECT reason FROM campaigns").await.contains("错过了发送时间"));
        assert!(sends(&house).is_empty());
    }
}

in_both! {
    async fn the_database_itself_refuses_a_slice_that_nobody_else_approved(house: House) {
        let house = ready(house).await;
        let author = house.log_in("operator").await;
        let page = write(&house, &author, &[]).await;
        submit(&house, &author, &page).await;
        let tries = [
            "UPDATE campaign_approvals SET decision = 'approved', decided_by = submitted_by",
            "INSERT INTO campaign_slices (campaign_id, nth, approval_id, hash, account_id, target, \
             size, state, client_msg_id) SELECT campaign_id, 1, id, hash, 'main', '\"everybody\"', \
             3, 'pending', 'forged' FROM campaign_approvals",
        ];
        for sql in tries {
            let mut tx = house.app.db().begin().await.unwrap();
            assert!(pufa::run!(&mut tx, sqlx::query(sql)).is_err(), "{sql}");
        }
        approve(&house, &page).await;
        let other = "INSERT INTO campaign_slices (campaign_id, nth, approval_id, hash, account_id, \
            target, size, state, client_msg_id) SELECT campaign_id, 1, id, 'other', 'main', \
            '\"everybody\"', 3, 'pending', 'forged' FROM campaign_approvals";
        let mut tx = house.app.db().begin().await.unwrap();
        assert!(pufa::run!(&mut tx, sqlx::query(other)).is_err());
    }
}

in_both! {
    async fn nights_and_a_full_month_need_a_reason_or_another_time(house: House) {
        let house = ready(house).await;
        let author = house.log_in("operator").await;
        let (_, at) = morning(&house);
        let night = at.plus(Duration::from_secs(13 * 3600));
        let night = night.in_shanghai().strftime("%Y-%m-%dT%H:%M").to_string();
        let page = write(&house, &author, &[("send_at", &night)]).await;
        submit(&house, &author, &page).await;
        approve(&house, &page).await;
        let refused = schedule(&house, &author, &page).await;
        assert!(refused.has("免打扰时间"), "{}", refused.body);
        let why = [("send_at", night.as_str()), ("override_reason", "台风红色预警")];
        let page = write(&house, &author, &why).await;
        submit(&house, &author, &page).await;
        let waits = house.log_in("approver").await.get(&page).await;
        assert!(waits.has("破例的理由：台风红色预警"));
        approve(&house, &page).await;
        done(&schedule(&house, &author, &page).await);
        // Four sent by hand in that month leave no room.
        let mut tx = house.app.db().begin().await.unwrap();
        let by_hand = "INSERT INTO mass_reports (account_id, msg_id, succeeded, reason, total, \
            filtered, sent, errors, happened_at) VALUES ('main', $1, TRUE, '', 3, 3, 3, 0, $2)";
        for n in 1..=4 {
            pufa::run!(&mut tx, sqlx::query(by_hand).bind(n).bind(at.0)).unwrap();
        }
        tx.commit().await.unwrap();
        let page = write(&house, &author, &[]).await;
        submit(&house, &author, &page).await;
        approve(&house, &page).await;
        let refused = schedule(&house, &author, &page).await;
        assert!(refused.has("次群发已经用完"), "{}", refused.body);
    }
}
