//! The state that travels with a browser to WeChat and back: sealed, bound to the browser and to
//! where it is going, short-lived, kept nowhere. Pure.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::platform::clock::Moment;
use crate::platform::secrets::Secret;

/// How long a browser may be away; a code lives five minutes.
const AWAY: Duration = Duration::from_secs(10 * 60);
/// How long a repeated return of the same browser gets the result of the first.
const REPEATED_WITHIN: Duration = Duration::from_secs(5 * 60);
/// Bytes of nonce and expiry.
const OPEN: usize = 16 + 8;
/// Bytes of the seal that are kept: 128 bits.
const SEAL: usize = 16;
/// The page that is shown when none is named.
const HOME: &str = "/c/inquiries";

/// What a state is good for.
#[derive(Clone, Copy, Debug)]
pub struct Errand<'a> {
    /// Official account that is to say who it is.
    pub account: &'a str,
    /// Page that is shown afterwards.
    pub next: &'a str,
    /// Secret of the browser, from its cookie.
    pub browser: &'a str,
}

/// Makes a state of 80 hexadecimal digits: WeChat carries up to 128 letters and digits.
pub fn state(key: &Secret, errand: &Errand, nonce: [u8; 16], now: Moment) -> String {
    let mut bytes = Vec::with_capacity(OPEN + SEAL);
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&now.plus(AWAY).0.to_be_bytes());
    let seal = seal(key, errand, &bytes);
    bytes.extend_from_slice(&seal);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether `state` was made here for this errand and is not too old.
pub fn holds(key: &Secret, errand: &Errand, state: &str, now: Moment) -> bool {
    let Some(bytes) = bytes_of(state) else { return false };
    let Some((open, sealed)) = bytes.split_at_checked(OPEN) else { return false };
    let until: Option<[u8; 8]> = open.get(16..).and_then(|expiry| expiry.try_into().ok());
    let in_time = until.is_some_and(|until| now.0 < i64::from_be_bytes(until));
    bool::from(seal(key, errand, open).ct_eq(sealed)) && in_time
}

/// Only the digits that [`state`] writes, so that one state has one spelling.
fn bytes_of(state: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if state.len() != 2 * (OPEN + SEAL) || !state.as_bytes().iter().all(digit) {
        return None;
    }
    (0..state.len()).step_by(2).map(|at| u8::from_str_radix(&state[at..at + 2], 16).ok()).collect()
}

fn seal(key: &Secret, errand: &Errand, open: &[u8]) -> [u8; SEAL] {
    let mut seal = [0; SEAL];
    // HMAC takes a key of any length, so this never fails.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.reveal().as_bytes()) {
        mac.update(b"citizen visit\0");
        for part in [errand.account, errand.next, errand.browser] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.update(open);
        seal.copy_from_slice(&mac.finalize().into_bytes()[..SEAL]);
    }
    seal
}

/// Whether a return that came first at `first` may still be repeated by the same browser: web views
/// load a page twice (§11.1).
pub fn may_repeat(first: Moment, now: Moment) -> bool {
    now.since(first) <= REPEATED_WITHIN
}

/// `path` when it is a citizens' page that one may be led to, else the list of the own inquiries.
pub fn next_page(path: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte);
    let leads = path.starts_with("/c/") && !["/c/enter", "/c/entered"].contains(&path);
    if leads && path.len() <= 200 && path.bytes().all(plain) && !path.contains("//") {
        path
    } else {
        HOME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ERRAND: Errand = Errand { account: "main", next: "/c/inquiries", browser: "secret" };
    const START: Moment = Moment(1_700_000_000_000);

    fn key() -> Secret {
        Secret::from("k".repeat(64))
    }

    #[test]
    fn a_state_holds_for_its_browser_its_page_and_ten_minutes() {
        let made = state(&key(), &ERRAND, [7; 16], START);
        assert!(made.len() == 80 && made.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert!(holds(&key(), &ERRAND, &made, START));
        assert!(holds(&key(), &ERRAND, &made, Moment(START.0 + 599_999)));
        assert!(!holds(&key(), &ERRAND, &made, Moment(START.0 + 600_000)));
        for other in [
            Errand { account: "other", ..ERRAND },
            Errand { next: "/c/privacy", ..ERRAND },
            Errand { browser: "another", ..ERRAND },
            // The same letters, differently divided.
            Errand { account: "main/", next: "c/inquiries", ..ERRAND },
        ] {
            assert!(!holds(&key(), &other, &made, START), "{other:?}");
        }
        assert!(!holds(&Secret::from("x".repeat(64)), &ERRAND, &made, START));
    }

    #[test]
    fn a_state_changed_anywhere_or_spelled_differently_does_not_hold() {
        let made = state(&key(), &ERRAND, [7; 16], START);
        for at in 0..made.len() {
            let mut changed = made.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(!holds(&key(), &ERRAND, &changed, START), "digit {at}");
        }
        for evil in ["", "0", &made.to_uppercase(), &made[2..], &format!("{made}00"), "法"] {
            assert!(!holds(&key(), &ERRAND, evil, START), "{evil}");
        }
    }

    #[test]
    fn only_citizens_pages_are_led_to() {
        assert_eq!(next_page("/c/organizations"), "/c/organizations");
        for evil in [
            "",
            "https://evil.example/c/",
            "//evil.example",
            "/c//evil",
            "/c/\\evil",
            "/c/../console",
            "/console",
            "/c/enter",
            "/c/entered",
            "/c/a?b=c",
            "/c/a\r\nb",
        ] {
            assert_eq!(next_page(evil), HOME, "{evil}");
        }
    }
}
