//! Sealing of what must not lie readable in the database: citizens' words before they were masked.
//!
//! AES-256-GCM; the key comes by HKDF-SHA256 from a secret. A sealed text reads
//! `sealed:01:` and base64 of nonce, ciphertext and tag; the two digits name the key, so that a new
//! key can come while old texts still open. Which row a text belongs to is part of the seal: a
//! sealed text moved to another row does not open.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};

use super::clock::Entropy;
use super::secrets::Secret;

/// The key made of the installation's own secret, which lies in the database.
const INSTALLATION: u8 = 1;
/// The key made of the file that settings name, which does not.
const FILE: u8 = 2;
/// Fewest characters of the file's secret.
const LEAST: usize = 32;
const PREFIX: &str = "sealed:";

/// Seals and opens; cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    all: Vec<(u8, LessSafeKey)>,
    current: u8,
}

impl Vault {
    /// The vault of an installation; `file` (empty: none) names a secret kept apart from the
    /// database, with which everything is sealed from then on.
    ///
    /// # Errors
    /// When the file cannot be read or holds fewer than 32 characters.
    pub fn open_up(installation: &Secret, file: &Path) -> anyhow::Result<Self> {
        let mut all = vec![(INSTALLATION, key(installation)?)];
        if !file.as_os_str().is_empty() {
            let text = std::fs::read_to_string(file).with_context(|| {
                format!("store.seal_key_file: cannot read {}; mend the path", file.display())
            })?;
            let secret = Secret::from(text.trim().to_owned());
            anyhow::ensure!(
                secret.reveal().len() >= LEAST,
                "store.seal_key_file: {} holds fewer than {LEAST} characters; write a longer secret",
                file.display()
            );
            all.push((FILE, key(&secret)?));
        }
        let current = all.last().map_or(INSTALLATION, |(id, _)| *id);
        Ok(Self(Arc::new(Keys { all, current })))
    }

    /// The id of the key that seals now.
    pub fn current(&self) -> u8 {
        self.0.current
    }

    /// How a text sealed with the current key begins.
    pub fn prefix(&self) -> String {
        format!("{PREFIX}{:02x}:", self.0.current)
    }

    /// Seals `text`, which belongs to the row `about`; `None` only for a text of impossible length.
    pub fn seal(&self, entropy: &Entropy, about: &[u8], text: &str) -> Option<String> {
        let (id, key) = self.0.all.last()?;
        let nonce = entropy.bytes::<NONCE_LEN>();
        let mut bytes = Vec::with_capacity(NONCE_LEN + text.len() + AES_256_GCM.tag_len());
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(text.as_bytes());
        let tag = key
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound(*id, about)),
                &mut bytes[NONCE_LEN..],
            )
            .ok()?;
        bytes.extend_from_slice(tag.as_ref());
        let mut sealed = self.prefix();
        STANDARD_NO_PAD.encode_string(&bytes, &mut sealed);
        Some(sealed)
    }

    /// What was sealed for the row `about`; `None` when it was not sealed for it, was changed, or
    /// its key is missing.
    pub fn open(&self, about: &[u8], sealed: &str) -> Option<String> {
        let (id, encoded) = sealed.strip_prefix(PREFIX)?.split_once(':')?;
        let id = u8::from_str_radix(id, 16).ok()?;
        let (_, key) = self.0.all.iter().find(|(known, _)| *known == id)?;
        let mut bytes = STANDARD_NO_PAD.decode(encoded).ok()?;
        let nonce = bytes.get(..NONCE_LEN)?.try_into().ok()?;
        let plain = key
            .open_in_place(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound(id, about)),
                bytes.get_mut(NONCE_LEN..)?,
            )
            .ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }

    /// A text as it must lie in the database, whether it is sealed already, with whichever key, or
    /// still plain.
    pub fn sealed_anew(&self, entropy: &Entropy, about: &[u8], text: &str) -> Option<String> {
        if text.starts_with(&self.prefix()) {
            return Some(text.to_owned());
        }
        match self.open(about, text) {
            Some(plain) => self.seal(entropy, about, &plain),
            None if text.starts_with(PREFIX) => None,
            None => self.seal(entropy, about, text),
        }
    }
}

/// The key's id is sealed along, so that it cannot be exchanged.
fn bound(id: u8, about: &[u8]) -> Vec<u8> {
    [&[id], about].concat()
}

fn key(secret: &Secret) -> anyhow::Result<LessSafeKey> {
    let drawn = Salt::new(HKDF_SHA256, b"pufa").extract(secret.reveal().as_bytes());
    let key = drawn
        .expand(&[b"citizens' words before masking"], &AES_256_GCM)
        .map_err(|_| anyhow::anyhow!("no key could be made for sealing"))?;
    Ok(LessSafeKey::new(UnboundKey::from(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(letter: &str) -> Secret {
        Secret::from(letter.repeat(64))
    }

    fn vault() -> Vault {
        Vault::open_up(&secret("a"), Path::new("")).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_only_for_its_row_and_only_unchanged() {
        let entropy = Entropy::seeded(1);
        let sealed = vault().seal(&entropy, b"row", "打13812345678").unwrap();
        assert!(sealed.starts_with("sealed:01:") && !sealed.contains("138"));
        assert_eq!(vault().open(b"row", &sealed).as_deref(), Some("打13812345678"));
        assert_eq!(vault().open(b"other", &sealed), None);
        assert_ne!(vault().seal(&entropy, b"row", "打13812345678").unwrap(), sealed);
        let other = Vault::open_up(&secret("b"), Path::new("")).unwrap();
        assert_eq!(other.open(b"row", &sealed), None);
        for place in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[place] = if changed[place] == b'B' { b'C' } else { b'B' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(vault().open(b"row", &changed), None, "byte {place}");
        }
    }

    #[test]
    fn a_new_key_seals_while_what_the_old_one_sealed_still_opens() {
        let entropy = Entropy::seeded(1);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "too short").unwrap();
        assert!(Vault::open_up(&secret("a"), &file).is_err());
        std::fs::write(&file, "k".repeat(40)).unwrap();
        let both = Vault::open_up(&secret("a"), &file).unwrap();
        let old = vault().seal(&entropy, b"row", "原文").unwrap();
        assert_eq!(both.open(b"row", &old).as_deref(), Some("原文"));
        let new = both.sealed_anew(&entropy, b"row", &old).unwrap();
        assert!(new.starts_with("sealed:02:"));
        assert_eq!(both.open(b"row", &new).as_deref(), Some("原文"));
        assert_eq!(both.sealed_anew(&entropy, b"row", &new), Some(new.clone()));
        assert_eq!(vault().open(b"row", &new), None, "without the file nothing opens");
        assert_eq!(vault().sealed_anew(&entropy, b"row", &new), None);
        let plain = both.sealed_anew(&entropy, b"row", "从前的原文").unwrap();
        assert_eq!(both.open(b"row", &plain).as_deref(), Some("从前的原文"));
    }
}
