//! Signatures of WeChat's pushes and of its JS-SDK (wechat-protocol.md §1.2, §1.3, §11.2).
//!
//! A push is signed over the token and its parameters; in the encrypted modes `msg_signature`
//! covers the ciphertext too. Which parts go in is the caller's knowledge:
//! `[timestamp, nonce]` for `signature`, `[timestamp, nonce, encrypt]` for `msg_signature`.

use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// SHA-1, lower-case hex, over the byte-wise sorted `token` and `parts` without a separator (§1.2).
pub fn sign(token: &str, parts: &[&str]) -> String {
    digest(token, parts).iter().map(|&byte| char::from(byte)).collect()
}

/// Whether `given` is the signature of `token` and `parts`; takes the same time wherever they
/// differ. An empty token proves nothing and is refused.
pub fn verify(token: &str, parts: &[&str], given: &str) -> bool {
    !token.is_empty() && bool::from(digest(token, parts)[..].ct_eq(given.as_bytes()))
}

/// The signature a page hands to `wx.config` (§11.2). `url` is the page's address as the browser
/// has it, query included; a fragment is cut off here.
pub fn js_sdk_signature(ticket: &str, nonce: &str, timestamp: &str, url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url);
    let mut hash = Sha1::new();
    for (name, value) in
        [("jsapi_ticket=", ticket), ("&noncestr=", nonce), ("&timestamp=", timestamp)]
    {
        hash.update(name);
        hash.update(value);
    }
    hash.update("&url=");
    hash.update(url);
    hex(&hash.finalize().into()).iter().map(|&byte| char::from(byte)).collect()
}

fn digest(token: &str, parts: &[&str]) -> [u8; 40] {
    let mut sorted = Vec::with_capacity(parts.len() + 1);
    sorted.push(token);
    sorted.extend_from_slice(parts);
    sorted.sort_unstable();
    let mut hash = Sha1::new();
    for part in sorted {
        hash.update(part);
    }
    hex(&hash.finalize().into())
}

fn hex(bytes: &[u8; 20]) -> [u8; 40] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = [0; 40];
    for (pair, byte) in out.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_parts_does_not_matter_but_their_bytes_do() {
        let signature = sign("token", &["b", "a"]);
        assert!(verify("token", &["a", "b"], &signature));
        assert!(!verify("token", &["a", "c"], &signature));
        assert!(!verify("token", &["a", "b"], &signature.to_uppercase()));
        assert!(!verify("token", &["a", "b"], &signature[..39]));
    }

    #[test]
    fn an_empty_token_verifies_nothing() {
        assert!(!verify("", &["a"], &sign("", &["a"])));
    }

    #[test]
    fn the_fragment_of_a_page_address_is_not_signed() {
        assert_eq!(
            js_sdk_signature("t", "n", "1", "https://example.com/a?b=1"),
            js_sdk_signature("t", "n", "1", "https://example.com/a?b=1#top"),
        );
    }
}
