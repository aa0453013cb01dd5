//! Offers: an organization is asked, says yes, no or nothing, and no inquiry is left lying.

use std::time::Duration;

use jiff::civil::date;
use pufa::inquiries::InquiryId;
use pufa::inquiries::actions::staff::{claim, release};
use pufa::inquiries::offers::DeclineReason;
use pufa::language::Field;
use pufa::members::hours::actions as hours;
use pufa::members::hours::store::Interest;
use pufa::members::{self, Counted, OrganizationEdit, OrganizationId, OrganizationKind};
use pufa::platform::clock::Moment;
use pufa::platform::error::Kind;
use pufa::routing::actions::decline;
use pufa::worktime::calendar::{Span, Week};

use crate::support::TestApp;
use crate::support::app::member;

/// Asks, waits until it is routed, gives the inquiry.
pub async fn ask(app: &TestApp) -> InquiryId {
    ask_that(app, "老板拖欠我三个月工资，我在武进湖塘，怎么办？").await
}

pub async fn ask_that(app: &TestApp, question: &str) -> InquiryId {
    app.simulator.text("oCITIZEN", question).await;
    app.settle().await;
    let mut link = app.db().read().await.expect("a connection");
    pufa::on!(&mut link, c => sqlx::query_scalar("SELECT id FROM inquiries ORDER BY opened_at DESC LIMIT 1").fetch_one(c).await)
        .expect("an inquiry")
}

pub fn second_labor_centre() -> OrganizationEdit {
    let centre = member("第二劳动服务中心", "第二劳动", OrganizationKind::Base);
    OrganizationEdit { fields: vec![Field::Labor], ..centre }
}

pub async fn add(app: &TestApp, edit: &OrganizationEdit) -> OrganizationId {
    let deps = &app.app.web.deps;
    let id =
        members::actions::add(deps, app.labor_responder.id.0, edit).await.expect("an organization");
    app.app.web.directory.refresh().await.expect("the directory");
    id
}

pub async fn organization_of(app: &TestApp, id: InquiryId) -> Option<OrganizationId> {
    let mut link = app.db().read().await.expect("a connection");
    pufa::on!(&mut link, c => sqlx::query_scalar("SELECT organization_id FROM inquiries WHERE id = $1").bind(id).fetch_one(c).await)
        .expect("an inquiry")
}

async fn advance_to(app: &TestApp, at: Moment) {
    app.clock
        .advance(Duration::from_millis(u64::try_from(at.0 - app.clock.now().0).expect("later")));
    app.settle().await;
}

async fn answer_by(app: &TestApp) -> Moment {
    Moment(app.number("SELECT answer_by FROM offers WHERE state = 'open'").await)
}

both! {
    async fn a_declined_inquiry_goes_to_the_next_and_then_to_the_operators(app: TestApp) {
        let second = add(&app, &second_labor_centre()).await;
        let id = ask(&app).await;
        assert_eq!(organization_of(&app, id).await, Some(app.labor));
        let promised = app.number("SELECT due_at FROM inquiries").await;

        let (deps, directory) = (&app.app.web.deps, app.app.web.directory.current());
        let speechless = decline(deps, &directory, &app.labor_responder, id, DeclineReason::Other, " ").await;
        assert_eq!(speechless.expect_err("a word is missing").kind(), Kind::Invalid);
        let stranger = decline(deps, &directory, &app.family_responder, id, DeclineReason::Busy, "").await;
        assert_eq!(stranger.expect_err("not theirs").kind(), Kind::NotFound);
        decline(deps, &directory, &app.labor_responder, id, DeclineReason::Busy, "本周开庭").await.expect("declined");
        assert_eq!(organization_of(&app, id).await, Some(second));
        assert!(app.number("SELECT due_at FROM inquiries").await <= promised, "the citizen's promise slipped");
        let why = app.text("SELECT reasons FROM offers WHERE state = 'open'").await;
        assert!(why.starts_with("labor 服务中心退回：人手不足，不能按时答复。"), "{why}");

        advance_to(&app, Moment(answer_by(&app).await.0 + 31_000)).await;
        assert_eq!(organization_of(&app, id).await, None);
        assert_eq!(app.text("SELECT state FROM inquiries").await, "waiting");
        assert_eq!(app.number("SELECT count(*) FROM offers WHERE state = 'declined' AND decline = 'busy' AND remark = '本周开庭' AND settled_by IS NOT NULL").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM offers WHERE state = 'expired'").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM audit WHERE action = 'inquiry.decline'").await, 1);
    }
}

both! {
    async fn an_offer_nobody_answers_moves_on_in_time_and_one_that_is_taken_stays(app: TestApp) {
        let second = add(&app, &second_labor_centre()).await;
        let id = ask(&app).await;
        let until = answer_by(&app).await;
        advance_to(&app, Moment(until.0 - 1000)).await;
        assert_eq!(organization_of(&app, id).await, Some(app.labor), "taken away too early");
        advance_to(&app, Moment(until.0 + 31_000)).await;
        assert_eq!(organization_of(&app, id).await, Some(second));

        app.simulator.add_citizen("oSECOND", "另一位群众", true);
        app.simulator.text("oSECOND", "公司不给我交社保，我在武进湖塘").await;
        app.settle().await;
        let mut link = app.db().read().await.expect("a connection");
        let mine: InquiryId = pufa::on!(&mut link, c => sqlx::query_scalar("SELECT id FROM inquiries ORDER BY number DESC LIMIT 1").fetch_one(c).await).expect("one");
        drop(link);
        assert_eq!(organization_of(&app, mine).await, Some(app.labor));
        let deps = &app.app.web.deps;
        claim(deps, &app.labor_responder, mine).await.expect("a claim");
        release(deps, &app.labor_responder, mine).await.expect("put back");
        app.clock.advance(Duration::from_secs(20 * 86_400));
        app.settle().await;
        assert_eq!(organization_of(&app, mine).await, Some(app.labor), "it was accepted");
    }
}

both! {
    async fn who_must_stay_away_or_has_enough_is_not_asked(app: TestApp) {
        let second = add(&app, &OrganizationEdit { most_open: Some(1), ..second_labor_centre() }).await;
        let deps = &app.app.web.deps;
        let interest = Interest { organization_id: app.labor, name: "武进大发鞋厂".into(), reason: "常年法律顾问单位".into() };
        hours::add_interest(deps, app.labor_responder.id.0, &interest).await.expect("noted");
        app.app.web.directory.refresh().await.expect("the directory");
        let id = ask_that(&app, "我在武进湖塘的武进大发鞋厂上班，老板拖欠我三个月工资").await;
        assert_eq!(organization_of(&app, id).await, Some(second));
        let why = app.text("SELECT reasons FROM offers").await;
        assert!(why.contains("labor与当事人有利益关系，应回避") && !why.contains("大发"), "{why}");

        app.app.web.directory.refresh().await.expect("the directory");
        app.simulator.add_citizen("oSECOND", "另一位群众", true);
        app.simulator.text("oSECOND", "我在武进湖塘的武进大发鞋厂上班，老板拖欠我三个月工资").await;
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE state = 'waiting'").await, 1);
        assert!(app.text("SELECT reasons FROM offers WHERE organization_id IS NULL").await.contains("在办件数已达上限"));
        hours::remove_interest(deps, app.labor_responder.id.0, app.labor, "武进大发鞋厂").await.expect("removed");
        assert_eq!(app.number("SELECT count(*) FROM interests").await, 0);
    }
}

both! {
    async fn a_promise_in_workdays_follows_the_organizations_own_calendar(app: TestApp) {
        let deps = &app.app.web.deps;
        let mut link = app.db().read().await.expect("a connection");
        let known = members::store::get(&mut link, app.labor).await.expect("a look").expect("it");
        drop(link);
        let edit = OrganizationEdit { promise_amount: 2, promise_counted: Counted::Work, territories: known.territories, ..second_labor_centre() };
        members::actions::change(deps, app.labor_responder.id.0, app.labor, known.version, &edit).await.expect("changed");
        // One hour of work a day, whatever day it is.
        let day = vec![Span { from: 1380, to: 1440 }];
        let week = Week(std::array::from_fn(|_| day.clone()));
        hours::set_week(deps, app.labor_responder.id.0, app.labor, date(2020, 1, 1), &week).await.expect("a week");
        let never = Week::default();
        let refused = hours::set_week(deps, app.labor_responder.id.0, app.labor, date(2020, 1, 1), &never).await;
        assert_eq!(refused.expect_err("never open").kind(), Kind::Invalid);
        app.app.web.directory.refresh().await.expect("the directory");
        let id = ask(&app).await;
        assert_eq!(organization_of(&app, id).await, Some(app.labor));
        let due = Moment(app.number("SELECT due_at FROM inquiries").await).in_shanghai();
        assert!(due.hour() == 0 && due.minute() == 0 || due.hour() == 23, "{due}");
        let days = app.number("SELECT (due_at - opened_at) / 3600000 FROM inquiries").await;
        assert!((23..=48).contains(&days), "{days} hours for two evenings");
        let why = app.text("SELECT reasons FROM offers").await;
        assert!(why.contains("承诺：") && why.contains("2 个工作小时"), "{why}");
    }
}
