//! What an organization cannot keep goes on at once, and nobody's promise slips by it.

use pufa::inquiries::InquiryId;
use pufa::inquiries::actions::staff::{claim, save_draft};
use pufa::members::{self, MemberStatus, OrganizationEdit, OrganizationId};
use pufa::routing::jobs::share_out;
use pufa::routing::rules::{Directory, Duty, Times};
use pufa::routing::store::directory;

use super::offering::{add, ask, ask_that, organization_of, second_labor_centre};
use crate::support::TestApp;

/// Changes the labour centre and waits for what follows from it.
async fn change(app: &TestApp, edit: OrganizationEdit) {
    let mut link = app.db().read().await.expect("a connection");
    let known = members::store::get(&mut link, app.labor).await.expect("a look").expect("it");
    drop(link);
    let edit = OrganizationEdit { territories: known.territories, ..edit };
    let by = app.labor_responder.id.0;
    let deps = &app.app.web.deps;
    members::actions::change(deps, by, app.labor, known.version, &edit).await.expect("changed");
    app.settle().await;
}

/// The directory as it is, for decisions under other circumstances.
async fn looked_up(app: &TestApp) -> Directory {
    directory(app.db(), &Times::default(), app.clock.now(), None).await.expect("a directory")
}

async fn second_question(app: &TestApp) -> InquiryId {
    app.simulator.add_citizen("oSECOND", "另一位群众", true);
    app.simulator.text("oSECOND", "公司不给我交社保，我在武进湖塘").await;
    app.settle().await;
    let sql = "SELECT id FROM inquiries ORDER BY number DESC LIMIT 1";
    let mut link = app.db().read().await.expect("a connection");
    pufa::on!(&mut link, c => sqlx::query_scalar(sql).fetch_one(c).await).expect("an inquiry")
}

async fn due_of(app: &TestApp, id: InquiryId) -> i64 {
    let sql = "SELECT due_at FROM inquiries WHERE id = $1";
    let mut link = app.db().read().await.expect("a connection");
    pufa::on!(&mut link, c => sqlx::query_scalar(sql).bind(id).fetch_one(c).await).expect("it")
}

async fn count(app: &TestApp, of: OrganizationId) -> i64 {
    let sql = "SELECT count(*) FROM inquiries WHERE organization_id = $1";
    let mut link = app.db().read().await.expect("a connection");
    pufa::on!(&mut link, c => sqlx::query_scalar(sql).bind(of).fetch_one(c).await).expect("it")
}

both! {
    async fn a_suspended_organization_loses_everything_at_once_and_drafts_stay_as_notes(app: TestApp) {
        let second = add(&app, &second_labor_centre()).await;
        let (untaken, claimed) = (ask(&app).await, second_question(&app).await);
        let deps = &app.app.web.deps;
        claim(deps, &app.labor_responder, claimed).await.expect("a claim");
        save_draft(deps, &app.labor_responder, claimed, "您可以先到劳动监察部门投诉").await.expect("a draft");
        let promised = [due_of(&app, untaken).await, due_of(&app, claimed).await];

        change(&app, OrganizationEdit { status: MemberStatus::Suspended, ..second_labor_centre() }).await;
        assert_eq!(organization_of(&app, untaken).await, Some(second));
        let why = app.text("SELECT reasons FROM offers WHERE state = 'open'").await;
        assert!(why.contains("目前不接件"), "{why}");
        assert_eq!(organization_of(&app, claimed).await, None);
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE state = 'waiting' AND assignee_id IS NULL").await, 1);
        let note = app.text("SELECT body FROM messages WHERE author = 'note'").await;
        assert!(note.ends_with("您可以先到劳动监察部门投诉"), "{note}");
        assert_eq!(app.number("SELECT count(*) FROM drafts").await, 0);
        assert!(due_of(&app, untaken).await <= promised[0] && due_of(&app, claimed).await <= promised[1]);
    }
}

both! {
    async fn a_lower_cap_gives_away_what_is_too_much_when_somebody_else_has_room(app: TestApp) {
        let (first, _) = (ask(&app).await, second_question(&app).await);
        assert_eq!(count(&app, app.labor).await, 2);
        let cap = |most| OrganizationEdit { most_open: Some(most), ..second_labor_centre() };
        change(&app, cap(1)).await;
        assert_eq!(count(&app, app.labor).await, 2, "nobody else has room");
        let promised = due_of(&app, first).await;
        let second = add(&app, &second_labor_centre()).await;
        app.settle().await;
        assert_eq!((count(&app, app.labor).await, count(&app, second).await), (1, 1));
        assert_eq!(organization_of(&app, first).await, Some(second), "the oldest goes first");
        assert!(due_of(&app, first).await <= promised);
    }
}

both! {
    async fn a_newcomer_relieves_a_full_desk_at_once_of_what_nobody_has_taken(app: TestApp) {
        change(&app, OrganizationEdit { most_open: Some(2), ..second_labor_centre() }).await;
        let (first, second) = (ask(&app).await, second_question(&app).await);
        assert_eq!(count(&app, app.labor).await, 2);
        claim(&app.app.web.deps, &app.labor_responder, first).await.expect("a claim");
        let promised = due_of(&app, second).await;
        let like_it = OrganizationEdit { territories: vec!["320412".into()], ..second_labor_centre() };
        let newcomer = add(&app, &like_it).await;
        app.settle().await;
        assert_eq!(organization_of(&app, first).await, Some(app.labor), "somebody is on it");
        assert_eq!(organization_of(&app, second).await, Some(newcomer));
        let why = app.text("SELECT reasons FROM offers WHERE state = 'open'").await;
        assert!(why.starts_with("能接的件数有变，第二劳动 "), "{why}");
        assert!(due_of(&app, second).await <= promised);
    }
}

both! {
    async fn when_a_shift_ends_untaken_offers_move_and_wait_until_somebody_is_there(app: TestApp) {
        let deps = &app.app.web.deps;
        let id = ask_that(&app, "老板拖欠我三个月工资，我在武进湖塘，怎么办？").await;
        let promised = due_of(&app, id).await;
        let mut night = looked_up(&app).await;
        night.duty.insert(app.labor, Duty::Off);
        share_out(deps, &night).await.expect("shared out");
        assert_eq!(organization_of(&app, id).await, None);
        let why = app.text("SELECT reasons FROM offers WHERE state = 'open'").await;
        assert!(why.contains("现在无人值班") && why.contains("一有单位能接"), "{why}");
        share_out(deps, &night).await.expect("shared out");
        assert_eq!(app.number("SELECT count(*) FROM offers").await, 2, "nothing to say twice");

        let mut morning = looked_up(&app).await;
        morning.duty.insert(app.labor, Duty::On);
        share_out(deps, &morning).await.expect("shared out");
        assert_eq!(organization_of(&app, id).await, Some(app.labor));
        assert!(due_of(&app, id).await <= promised, "the citizen's promise slipped");

        claim(deps, &app.labor_responder, id).await.expect("a claim");
        share_out(deps, &night).await.expect("shared out");
        assert_eq!(organization_of(&app, id).await, Some(app.labor), "somebody is on it");
    }
}

both! {
    async fn who_had_to_stay_away_stays_away_when_the_inquiry_moves_on(app: TestApp) {
        use members::hours::{actions as hours, store::Interest};
        let deps = &app.app.web.deps;
        let by = app.labor_responder.id.0;
        let second = add(&app, &second_labor_centre()).await;
        let interest = Interest { organization_id: app.labor, name: "武进大发鞋厂".into(), reason: "顾问".into() };
        hours::add_interest(deps, by, &interest).await.expect("noted");
        app.app.web.directory.refresh().await.expect("the directory");
        let id = ask_that(&app, "我在武进湖塘的武进大发鞋厂上班，老板拖欠我三个月工资").await;
        assert_eq!(organization_of(&app, id).await, Some(second));
        // The name is forgotten, what it led to is not.
        hours::remove_interest(deps, by, app.labor, "武进大发鞋厂").await.expect("removed");
        let mut later = looked_up(&app).await;
        later.duty.insert(second, Duty::Off);
        share_out(deps, &later).await.expect("shared out");
        assert_eq!(organization_of(&app, id).await, None, "not to whom it concerns");
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE field = 'labor'").await, 1);
    }
}

#[test]
fn urgent_ones_move_first_and_one_organization_with_many_does_not_hold_up_the_others() {
    use pufa::inquiries::State;
    use pufa::inquiries::store::Held;
    use pufa::platform::clock::Moment;
    use uuid::Uuid;
    let held = |n: u128, by: u128, urgent| Held {
        inquiry_id: InquiryId(Uuid::from_u128(n)),
        organization_id: OrganizationId(Uuid::from_u128(by)),
        state: State::Offered,
        urgent,
        due_at: Moment(n as i64),
        unanswered: true,
    };
    let mut all: Vec<Held> = (1..=6).map(|n| held(n, 1, false)).collect();
    all.extend([held(7, 2, false), held(8, 2, false), held(9, 2, true)]);
    let order: Vec<u128> = pufa::routing::moving::in_turn(all)
        .iter()
        .map(|held| held.inquiry_id.0.as_u128())
        .collect();
    assert_eq!(order, [9, 1, 7, 2, 8, 3, 4, 5, 6]);
}
