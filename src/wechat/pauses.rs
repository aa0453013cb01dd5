//! Calls whose limit was just reached are not made for a minute (wechat-protocol.md §4.2.6): WeChat
//! would refuse them anyway, and counts the attempts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::platform::clock::Moment;

use super::client::CallError;

/// How long a limit is believed without asking. A daily limit may be cleared at any moment, by
/// another process or in WeChat's console, so it is asked about once a minute.
const PAUSE: Duration = Duration::from_secs(60);

/// Refusals that stand, by path.
#[derive(Default)]
pub(super) struct Pauses(Mutex<HashMap<String, (CallError, Moment)>>);

impl Pauses {
    /// The refusal that stands for `path`.
    pub(super) fn standing(&self, path: &str, now: Moment) -> Option<CallError> {
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match pauses.get(path) {
            Some((error, until)) if now < *until => Some(error.clone()),
            Some(_) => {
                pauses.remove(path);
                None
            }
            None => None,
        }
    }

    /// Remembers a refusal for reaching a limit (45009 by day, 45011 by minute); ignores others.
    pub(super) fn note(&self, path: &str, error: &CallError, now: Moment) {
        if matches!(error, CallError::Refused { errcode: 45009 | 45011, .. }) {
            let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            pauses.insert(path.to_owned(), (error.clone(), now.plus(PAUSE)));
        }
    }

    /// Forgets all of them.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
