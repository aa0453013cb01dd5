//! The link to an inquiry's page for its citizen: unguessable, expiring, kept nowhere.
//!
//! `/c/i/{token}`: the inquiry's id and an expiry, sealed with a key of this installation.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::InquiryId;
use crate::platform::clock::Moment;
use crate::platform::secrets::Secret;

/// Bytes of the seal that are kept: 128 bits.
const SEAL: usize = 16;

/// Makes and opens links.
#[derive(Clone, Debug)]
pub struct PageLinks {
    public_url: String,
    key: Secret,
    lasting: Duration,
}

/// Why a link does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkFault {
    /// It was not made by this installation.
    Unknown,
    /// It was valid once.
    Expired,
}

impl PageLinks {
    /// Links below `public_url` that are valid for `days`.
    pub fn new(public_url: &str, key: Secret, days: u64) -> Self {
        let lasting = Duration::from_secs(days * 24 * 3600);
        Self { public_url: public_url.to_owned(), key, lasting }
    }

    /// The address of an inquiry's page.
    pub fn url(&self, inquiry: InquiryId, now: Moment) -> String {
        format!("{}/c/i/{}", self.public_url, self.token(inquiry, now))
    }

    /// An address below the public URL.
    pub fn site(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// The token within the address.
    pub fn token(&self, inquiry: InquiryId, now: Moment) -> String {
        let mut bytes = Vec::with_capacity(16 + 8 + SEAL);
        bytes.extend_from_slice(inquiry.0.as_bytes());
        bytes.extend_from_slice(&now.plus(self.lasting).seconds().to_be_bytes());
        let seal = self.seal(&bytes);
        bytes.extend_from_slice(&seal);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Which inquiry a token opens at `now`.
    ///
    /// # Errors
    /// [`LinkFault::Unknown`] for anything not made here, [`LinkFault::Expired`] for old links.
    pub fn open(&self, token: &str, now: Moment) -> Result<InquiryId, LinkFault> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| LinkFault::Unknown)?;
        let (sealed, seal) = bytes.split_at_checked(24).ok_or(LinkFault::Unknown)?;
        if !bool::from(self.seal(sealed).ct_eq(seal)) {
            return Err(LinkFault::Unknown);
        }
        let (id, expiry) = sealed.split_at(16);
        let id = Uuid::from_slice(id).map_err(|_| LinkFault::Unknown)?;
        let expiry: [u8; 8] = expiry.try_into().map_err(|_| LinkFault::Unknown)?;
        if now.seconds() >= i64::from_be_bytes(expiry) {
            return Err(LinkFault::Expired);
        }
        Ok(InquiryId(id))
    }

    fn seal(&self, bytes: &[u8]) -> [u8; SEAL] {
        let mut seal = [0; SEAL];
        // HMAC takes a key of any length, so this never fails.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.reveal().as_bytes()) {
            mac.update(b"inquiry page\0");
            mac.update(bytes);
            seal.copy_from_slice(&mac.finalize().into_bytes()[..SEAL]);
        }
        seal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> PageLinks {
        PageLinks::new("https://pufa.example", Secret::from("k".repeat(64)), 7)
    }

    #[test]
    fn a_link_opens_its_inquiry_for_seven_days() {
        let id = InquiryId(Uuid::from_u128(42));
        let token = links().token(id, Moment(0));
        assert_eq!(links().open(&token, Moment::from_seconds(7 * 86_400 - 1)), Ok(id));
        assert_eq!(links().open(&token, Moment::from_seconds(7 * 86_400)), Err(LinkFault::Expired));
    }

    #[test]
    fn a_link_changed_anywhere_opens_nothing() {
        let token = links().token(InquiryId(Uuid::from_u128(42)), Moment(0));
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(links().open(&changed, Moment(0)), Err(LinkFault::Unknown), "byte {place}");
        }
        assert_eq!(links().open("", Moment(0)), Err(LinkFault::Unknown));
        let other = PageLinks::new("https://pufa.example", Secret::from("x".repeat(64)), 7);
        assert_eq!(other.open(&token, Moment(0)), Err(LinkFault::Unknown));
    }
}
