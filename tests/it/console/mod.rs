//! The pages, through the real router, as browsers with and without a session see them.

/// Declares a test of a [`browser::House`] that runs on SQLite and on PostgreSQL.
macro_rules! in_both {
    (async fn $name:ident($house:ident: House) $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "not every test needs its file's helpers")]
            use super::*;

            async fn visit($house: House) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                visit(House::open().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                if !crate::support::database::postgres_is_missing() {
                    visit(House::open_on(crate::support::Backend::Postgres).await).await;
                }
            }
        }
    };
}

mod agents;
mod alerting;
mod asking;
mod attaching;
mod balancing;
pub mod browser;
mod bulk;
mod calendar;
mod campaigning;
mod cards;
mod citing;
mod citizens;
mod codes;
mod composing;
mod consenting;
mod filtering;
mod founding;
mod going;
mod helping;
mod hours;
mod labelling;
mod live;
mod login;
mod managing;
mod menus;
mod merging;
mod noticing;
mod owning;
mod picking;
mod promising;
mod publishing;
mod qualifying;
mod quiz_figures;
pub mod quiz_playing;
mod quizzing;
mod racing;
mod reaching;
mod referring;
mod repeating;
mod reviewing;
mod rostering;
mod ruling;
mod sampling;
mod scanning;
mod sealing;
mod searching;
mod second;
mod showing;
mod talking;
mod teaching;
pub mod visiting;
mod walking;
mod wording;
mod writing;
