//! The ticket that signs pages for WeChat's JS-SDK (wechat-protocol.md §11.2), kept for its two
//! hours. Normal mode hands every process the same one, so that processes need not share it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::client::{CallError, Client, lacking};
use super::signature::js_sdk_signature;
use crate::platform::clock::{Clock, Moment};

/// Below this remaining time a ticket is fetched anew.
const RENEW_BELOW: Duration = Duration::from_secs(300);

/// Holds the ticket; whoever comes while it is fetched waits.
pub(super) struct TicketCache {
    clock: Clock,
    held: Mutex<Option<Held>>,
}

struct Held {
    ticket: Arc<Zeroizing<String>>,
    expires: Moment,
}

impl TicketCache {
    /// Nothing is fetched before the first use.
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, held: Mutex::default() }
    }
}

/// What a page hands to `wx.config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSignature {
    /// AppID.
    pub app_id: String,
    /// Seconds since the epoch.
    pub timestamp: String,
    /// Random letters and digits.
    pub nonce: String,
    /// Signature over ticket, nonce, timestamp and the page's address.
    pub signature: String,
}

impl Client {
    /// Signs the page at `url`: its address as the browser has it, query included. `nonce` is
    /// random, letters and digits.
    ///
    /// # Errors
    /// [`CallError`] when there is no ticket.
    pub async fn sign_page(&self, url: &str, nonce: &str) -> Result<PageSignature, CallError> {
        let (ticket, now) = self.js_ticket().await?;
        let timestamp = now.seconds().to_string();
        let signature = js_sdk_signature(&ticket, nonce, &timestamp, url);
        Ok(PageSignature {
            app_id: self.app_id().to_owned(),
            timestamp,
            nonce: nonce.to_owned(),
            signature,
        })
    }

    async fn js_ticket(&self) -> Result<(Arc<Zeroizing<String>>, Moment), CallError> {
        let cache = self.ticket();
        let mut held = cache.held.lock().await;
        let now = cache.clock.now();
        if let Some(held) = &*held
            && held.expires.since(now) >= RENEW_BELOW
        {
            return Ok((held.ticket.clone(), now));
        }
        let answer = self.get_json("/cgi-bin/ticket/getticket", &[("type", "jsapi")]).await;
        match (answer.and_then(|answer| ticket_of(&answer)), &*held) {
            (Ok((ticket, lasting)), _) => {
                let ticket = Arc::new(Zeroizing::new(ticket));
                *held = Some(Held { ticket: ticket.clone(), expires: now.plus(lasting) });
                Ok((ticket, now))
            }
            // The old one is good for its last minutes.
            (Err(_), Some(old)) if now < old.expires => Ok((old.ticket.clone(), now)),
            (Err(error), _) => Err(error),
        }
    }
}

/// Ticket and lifetime of an answer of `ticket/getticket`.
///
/// # Errors
/// [`CallError::Unreadable`] when it lacks either.
pub fn ticket_of(answer: &Value) -> Result<(String, Duration), CallError> {
    let lasting = answer["expires_in"].as_u64().filter(|seconds| *seconds > 0);
    match (answer["ticket"].as_str(), lasting) {
        (Some(ticket), Some(seconds)) if !ticket.is_empty() => {
            Ok((ticket.to_owned(), Duration::from_secs(seconds)))
        }
        _ => Err(lacking()),
    }
}
