//! What the API took and what it refused: written once, never changed.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;

use crate::platform::clock::Moment;

/// One call of the API.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerEntry {
    /// Number in the order of acceptance, from 1.
    pub seq: u64,
    /// When, by the citizens' clock.
    pub at: Moment,
    /// Account whose token was used; empty when the token was not known.
    pub account: String,
    /// What kind of call: `custom_message`, `typing`, `template`, `template_repeat` (same
    /// `client_msg_id`, shown once), `menu_create`, `menu_delete`, `menu_get`, `qrcode_create`,
    /// `media_upload`, `media_get`, `token`, `user_info`, `user_infos`, `user_get`, `quota`, `robot`,
    /// `unknown` …
    pub kind: String,
    /// Path of the call.
    pub path: String,
    /// Receiver, when there is one.
    pub openid: Option<String>,
    /// The text sent, the head of a msgmenu, the title of an article; for other kinds a short gist.
    pub content: String,
    /// The request's JSON; null for calls without one, for those that carry a secret and for
    /// questions about users, of which there may be very many.
    pub request: Value,
    /// Whether WeChat took it.
    pub accepted: bool,
    /// Error code answered; 0 when accepted.
    pub errcode: i64,
    /// Name of the fault that was played on this call.
    pub fault: Option<&'static str>,
}

/// Append-only list of [`LedgerEntry`].
#[derive(Default)]
pub(super) struct Ledger(Mutex<Vec<LedgerEntry>>);

impl Ledger {
    /// Appends an entry and gives it its number.
    pub fn append(&self, mut entry: LedgerEntry) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entry.seq = entries.len() as u64 + 1;
        entries.push(entry);
    }

    /// A copy of everything written so far.
    pub fn entries(&self) -> Vec<LedgerEntry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
