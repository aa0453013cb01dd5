//! The second factor: six digits from an app that shares a key with us (TOTP, RFC 6238), and codes
//! on paper for when the phone is away. Pure.

use totp_rs::{Builder, Totp};

use crate::platform::clock::{Entropy, Moment};
use crate::platform::error::{Error, Result};
use crate::platform::secrets::Secret;

/// Codes on paper that somebody gets at a time.
pub const RECOVERY_CODES: usize = 8;
/// Steps before and after the present one whose code is taken, for clocks that differ.
const SKEW: u16 = 1;
/// Symbols of codes on paper: none looks like another (Crockford's base 32).
const SYMBOLS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The key that an app shares with us: 160 bits, in base 32.
#[derive(Clone, Debug)]
pub struct Key(Secret);

impl Key {
    /// A new one.
    pub fn fresh(entropy: &Entropy) -> Self {
        let drawn = totp_rs::Secret::new_stack(entropy.bytes::<20>());
        Self(Secret::from(drawn.to_base32()))
    }

    /// The key as it was written down.
    pub fn from_text(text: String) -> Self {
        Self(Secret::from(text))
    }

    /// The key as it is written down.
    pub fn text(&self) -> &str {
        self.0.reveal()
    }

    /// The key in groups of four letters, for typing.
    pub fn spelled(&self) -> String {
        let letters: Vec<char> = self.text().chars().collect();
        letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
    }

    /// What a QR code says to an app: the key, under the name of the `alliance` and of the person.
    ///
    /// # Errors
    /// Internal, when the key is none.
    pub fn address(&self, alliance: &str, username: &str) -> Result<String> {
        // The colon parts the two names in the address.
        let named = self.builder()?.with_issuer(Some(alliance.replace(':', " ")));
        let totp = named.with_account_name(username).build().map_err(broken)?;
        totp.to_url().map_err(broken)
    }

    /// The step whose code this is, if it is near `now` and none up to `used` was used before.
    ///
    /// # Errors
    /// Internal, when the key is none.
    pub fn step_of(&self, code: &str, used: i64, now: Moment) -> Result<Option<i64>> {
        let totp: Totp = self.builder()?.build().map_err(broken)?;
        let seconds = u64::try_from(now.seconds()).unwrap_or(0);
        let step = totp.check(&digits(code), seconds).and_then(|step| i64::try_from(step).ok());
        Ok(step.filter(|step| *step > used))
    }

    fn builder(&self) -> Result<Builder> {
        let secret = totp_rs::Secret::try_from_base32(self.text()).map_err(Error::internal)?;
        Ok(Builder::new().with_secret(secret).with_skew(SKEW))
    }
}

fn broken(error: totp_rs::TotpError) -> Error {
    Error::internal(anyhow::anyhow!("the key of a second factor: {error}"))
}

/// Digits as people type them, with spaces or in full width.
fn digits(code: &str) -> String {
    let plain = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
        other => other,
    };
    code.chars().filter(|c| !c.is_whitespace()).map(plain).collect()
}

/// New codes for paper: 80 random bits each, `abcd-efgh-jkmn-pqrs`.
pub fn recovery_codes(entropy: &Entropy) -> Vec<String> {
    let one = |_| {
        let letters = entropy.bytes::<16>().map(|byte| char::from(SYMBOLS[usize::from(byte % 32)]));
        letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
    };
    (0..RECOVERY_CODES).map(one).collect()
}

/// What is stored of such a code, however it was typed.
pub fn recovery_digest(code: &str) -> [u8; 32] {
    let meant = |c: char| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    let letters = code.chars().filter(char::is_ascii_alphanumeric).map(meant);
    Secret::from(letters.collect::<String>()).digest()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 6238, appendix B: the digits 1 to 9 and 0, twice.
    fn key() -> Key {
        Key::from_text("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned())
    }

    #[test]
    fn codes_are_those_of_the_standard_one_step_early_or_late_and_not_two() {
        let at = |seconds: i64| Moment(seconds * 1000);
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")]
        {
            let step = seconds / 30;
            for apart in [-30, 0, 30] {
                let found = key().step_of(code, 0, at(seconds + apart)).unwrap();
                assert_eq!(found, Some(step), "{code} {apart} s off");
            }
            // In the first minute of time itself there is no such moment before.
            for apart in [-60, 60].into_iter().filter(|apart| seconds + apart >= 0) {
                let now = at(seconds + apart);
                assert_ne!(key().step_of(code, 0, now).unwrap(), Some(step), "{code} {apart}");
            }
        }
        for wrong in ["", "28708", "2870820", "+28708", "28708x", "287083"] {
            assert_eq!(key().step_of(wrong, 0, at(59)).unwrap(), None, "{wrong}");
        }
        assert_eq!(key().step_of(" ２８7 082 ", 0, at(59)).unwrap(), Some(1), "as people type it");
    }

    #[test]
    fn a_used_step_and_those_before_it_are_refused() {
        let now = Moment(1_111_111_109_000);
        let step = key().step_of("081804", 0, now).unwrap().unwrap();
        assert_eq!(key().step_of("081804", step, now).unwrap(), None);
        assert_eq!(key().step_of("081804", step + 1, now).unwrap(), None);
        assert_eq!(key().step_of("081804", step - 1, now).unwrap(), Some(step));
    }

    #[test]
    fn an_app_reads_alliance_person_and_key_from_the_address() {
        let address = key().address("常州: 联盟", "li.xiaoming").unwrap();
        assert!(address.starts_with("otpauth://totp/"), "{address}");
        assert!(address.contains("li.xiaoming") && address.contains(key().text()), "{address}");
        assert_eq!(key().spelled(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let (one, other) = (Key::fresh(&Entropy::seeded(1)), Key::fresh(&Entropy::seeded(2)));
        assert!(one.text().len() == 32 && one.text() != other.text());
        assert!(!format!("{one:?}").contains(one.text()), "never in a log");
    }

    #[test]
    fn a_code_on_paper_is_known_however_it_is_typed() {
        let codes = recovery_codes(&Entropy::seeded(3));
        assert_eq!(codes.len(), RECOVERY_CODES);
        let mut digests: Vec<_> = codes.iter().map(|code| recovery_digest(code)).collect();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), RECOVERY_CODES, "all differ");
        for code in &codes {
            assert_eq!(code.len(), 19);
            let typed = code.to_uppercase().replace('-', " ").replace('0', "O").replace('1', "l");
            assert_eq!(recovery_digest(&typed), recovery_digest(code), "{code}");
        }
    }
}
