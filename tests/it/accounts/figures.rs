//! WeChat's own figures, collected and held against what reached us.

use std::time::Duration;

use pufa::accounts::rules::days;
use pufa::simulator::{ApiFault, PushFault};
use pufa::wechat::advice::until_midnight;

use super::calls;
use crate::support::TestApp;

const HOURLY: &str = "/datacube/getupstreammsghour";

/// Waits until the worker has written down what it does every morning.
async fn scheduled(app: &TestApp) {
    let written = async {
        while app.number("SELECT count(*) FROM jobs WHERE kind = 'accounts.collect'").await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), written).await.expect("a recurring job");
}

/// Moves to tomorrow morning, twenty minutes after figures are ready, and lets what is due be done.
async fn next_morning(app: &TestApp) {
    scheduled(app).await;
    let now = app.clock.now();
    // Not this morning, should it still come: today must be over.
    let midnight = now.plus(until_midnight(now));
    let morning = days::next_morning(midnight).plus(Duration::from_secs(1200));
    app.clock.advance(morning.since(now));
    app.settle().await;
}

/// Moves to some minutes past the next whole hour: what comes before is older than the installation.
fn next_hour(app: &TestApp) {
    let into = app.clock.now().0.rem_euclid(3_600_000);
    let left = u64::try_from(3_600_000 - into).expect("less than an hour");
    app.clock.advance(Duration::from_millis(left) + Duration::from_secs(600));
}

async fn missing(app: &TestApp) -> i64 {
    app.number("SELECT COALESCE(CAST(sum(missing) AS BIGINT), 0) FROM message_gaps").await
}

both! {
    async fn messages_whose_pushes_were_lost_are_missed_to_the_number_the_next_morning(app: TestApp) {
        scheduled(&app).await;
        next_hour(&app);
        for _ in 0..4 {
            app.simulator.text("oCITIZEN", "老板拖欠工资怎么办？").await;
        }
        app.simulator.faults().on_push(PushFault::Lost, 3);
        for _ in 0..3 {
            app.simulator.text("oCITIZEN", "还有加班费，也没有给").await;
        }
        next_morning(&app).await;
        assert_eq!(missing(&app).await, 3);
        assert_eq!(app.number("SELECT counted FROM message_gaps").await, 7);
        assert_eq!(app.number("SELECT received FROM message_gaps").await, 4);
    }
}

both! {
    async fn nothing_is_missed_when_everything_arrived(app: TestApp) {
        scheduled(&app).await;
        next_hour(&app);
        for _ in 0..5 {
            app.simulator.text("oCITIZEN", "老板拖欠工资怎么办？").await;
        }
        app.simulator.menu_tap("oCITIZEN", "HELP").await;
        next_morning(&app).await;
        assert_eq!(missing(&app).await, 0);
        let fetched = "SELECT count(*) FROM account_figures WHERE dataset = 'getupstreammsghour'";
        let fetched = app.number(fetched).await;
        // One day more when the hour that was waited for began before this morning's collection.
        assert!((30..=31).contains(&fetched), "{fetched} days");
    }
}

both! {
    async fn figures_that_are_late_are_fetched_an_hour_later(app: TestApp) {
        app.simulator.faults().on_api(HOURLY, ApiFault::Errcode { errcode: 61503 }, 1);
        next_morning(&app).await;
        let hourly = "SELECT count(*) FROM account_figures WHERE dataset = 'getupstreammsghour'";
        let others = "SELECT count(*) FROM account_figures WHERE dataset = 'getinterfacesummary'";
        assert_eq!(app.number(hourly).await, 0);
        assert_eq!(app.number(others).await, 30, "one late kind held up the others");
        app.clock.advance(Duration::from_secs(3600 + 121));
        app.settle().await;
        assert_eq!(app.number(hourly).await, 30);
    }
}

both! {
    async fn a_collection_that_is_cut_off_goes_on_where_it_was(app: TestApp) {
        let summary = "/datacube/getusersummary";
        app.simulator.faults().on_api("/datacube/getupstreammsg", ApiFault::Errcode { errcode: -1 }, 1);
        next_morning(&app).await;
        let first = calls(&app, summary);
        assert_eq!(first, 5, "30 days in weeks");
        assert_eq!(app.number("SELECT count(*) FROM account_figures WHERE dataset = 'getupstreammsg'").await, 0);
        app.clock.advance(Duration::from_secs(1200));
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM account_figures WHERE dataset = 'getupstreammsg'").await, 30);
        assert_eq!(calls(&app, summary), first, "what was fetched was fetched again");
    }
}

both! {
    async fn a_day_that_was_missed_is_filled_and_the_last_three_are_looked_at_again(app: TestApp) {
        next_morning(&app).await;
        let before = calls(&app, HOURLY);
        app.clock.advance(Duration::from_secs(2 * 86_400));
        next_morning(&app).await;
        // Two or three new days, and those that WeChat may still have revised.
        let more = calls(&app, HOURLY) - before;
        assert!((3..=9).contains(&more), "{more}");
        let newest = app.text("SELECT max(day) FROM account_figures WHERE dataset = 'getupstreammsghour'").await;
        let yesterday = days::before(app.clock.now().in_shanghai().date(), 1).to_string();
        assert_eq!(newest, yesterday);
    }
}
