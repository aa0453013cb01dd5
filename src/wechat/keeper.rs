//! What a [`super::client::Client`] leaves to others: the shelf on which the processes of an
//! installation share one access token, and the book of every call (wechat-protocol.md §4.2, §4.3).
//!
//! This floor keeps nothing; whoever puts the program together hands in a [`Keeper`].

use std::pin::Pin;

use crate::platform::clock::Moment;
use crate::platform::error::Result;

use super::client::CallError;
use super::shelf::{Step, Turn};

/// A future that can stand behind a trait object.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One exchange with WeChat that has come to an end.
#[derive(Clone, Copy, Debug)]
pub struct Called<'a> {
    /// Path of the call, with a leading slash and without a query.
    pub path: &'a str,
    /// When it ended.
    pub at: Moment,
    /// How it ended; nothing when it succeeded.
    pub error: Option<&'a CallError>,
}

/// Keeps what the processes of an installation share about one account.
pub trait Keeper: Send + Sync + 'static {
    /// Lets [`super::shelf::Shelf::turn`] change the shared shelf, one process at a time.
    ///
    /// # Errors
    /// When the shelf cannot be reached; the client then works with a shelf of its own, which is
    /// safe in normal mode (§4.1) and only costs more calls.
    fn turn(&self, turn: Turn) -> Later<'_, Result<Step>>;

    /// Notes an exchange. Must be cheap and may lose the last seconds in a crash.
    fn called(&self, call: Called<'_>);
}
