//! The real program in this process, with the simulated WeChat beside it, for flows.

pub mod app;
pub mod database;
pub mod postbox;

pub use app::TestApp;
pub use database::Backend;

/// Declares a test that runs on SQLite and on PostgreSQL.
macro_rules! both {
    ($(#[$doc:meta])* async fn $name:ident($app:ident: TestApp) $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "not every flow needs its file's helpers")]
            use super::*;

            $(#[$doc])*
            async fn flow($app: $crate::support::TestApp) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                flow($crate::support::TestApp::start($crate::support::Backend::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                if $crate::support::database::postgres_is_missing() {
                    return;
                }
                flow($crate::support::TestApp::start($crate::support::Backend::Postgres).await).await;
            }
        }
    };
}
