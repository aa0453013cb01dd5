//! The message cipher of the compatible and safe modes (wechat-protocol.md §1.4).
//!
//! AES-256-CBC with the key's first half as the fixed IV; inside: 16 random bytes, the message's
//! length (u32, big endian), the message, the account's AppID, padding to 32 bytes. The cipher
//! alone does not prove who wrote the text: check `msg_signature` before [`decrypt`].

use std::fmt;

use aes::Aes256;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::engine::{DecodePaddingMode, Engine as _};
use cbc::cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Bytes before the message: 16 random ones and the length.
const HEAD: usize = 20;
/// Padding works on 32-byte blocks although the cipher's are 16 (§1.4).
const PAD_BLOCK: usize = 32;

/// 43 characters carry 258 bits, so real keys have junk in the last two.
const KEY_ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The 32-byte key behind an EncodingAESKey; wiped when dropped, never printed.
#[derive(Clone)]
pub struct AesKey(Zeroizing<[u8; 32]>);

/// Why an EncodingAESKey cannot be used. Carries nothing of the key itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not 43 characters; carries how many there were.
    #[error("an EncodingAESKey has exactly 43 characters, this one has {0}")]
    Length(usize),
    /// A character outside of A-Z, a-z, 0-9, `+` and `/`.
    #[error("an EncodingAESKey consists of letters and digits only")]
    Alphabet,
}

/// Why a ciphertext was refused. Both print the same sentence, so that an answer made of it tells
/// an attacker nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// Not base64, not whole blocks, bad padding or an impossible length: usually the wrong key.
    #[error("the message could not be decrypted")]
    Malformed,
    /// Deciphered, but addressed to another AppID.
    #[error("the message could not be decrypted")]
    WrongAppId,
}

impl AesKey {
    /// Reads the 43 characters shown in WeChat's console; surrounding white space is forgiven.
    pub fn parse(encoding_aes_key: &str) -> Result<AesKey, KeyError> {
        let text = encoding_aes_key.trim();
        let length = text.chars().count();
        if length != 43 {
            return Err(KeyError::Length(length));
        }
        let mut bytes = Zeroizing::new([0; 33]);
        match KEY_ENGINE.decode_slice(text, &mut bytes[..]) {
            Ok(32) => {
                let mut key = AesKey(Zeroizing::new([0; 32]));
                key.0.copy_from_slice(&bytes[..32]);
                Ok(key)
            }
            _ => Err(KeyError::Alphabet),
        }
    }

    /// A key of our own, made of `secret`, for sealing something at rest; `purpose` keeps keys of
    /// different uses apart.
    pub fn derived(purpose: &str, secret: &str) -> AesKey {
        let hash = Sha256::new().chain_update(purpose).chain_update([0]).chain_update(secret);
        AesKey(Zeroizing::new(hash.finalize().into()))
    }

    fn iv(&self) -> Array<u8, cbc::cipher::consts::U16> {
        let mut iv = Array::default();
        iv.copy_from_slice(&self.0[..16]);
        iv
    }
}

impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesKey(..)")
    }
}

/// Enciphers `message` for the account `app_id`; standard base64 with padding (§1.4).
/// `random16` must come from the system's entropy.
pub fn encrypt(key: &AesKey, random16: [u8; 16], message: &[u8], app_id: &str) -> String {
    let plain = HEAD + message.len() + app_id.len();
    let pad = PAD_BLOCK - plain % PAD_BLOCK;
    let mut buffer = Vec::with_capacity(plain + pad);
    buffer.extend_from_slice(&random16);
    // A reply is a few kilobytes; one of 4 GiB is cut short by the reader, which then refuses it.
    buffer.extend_from_slice(&u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
    buffer.extend_from_slice(message);
    buffer.extend_from_slice(app_id.as_bytes());
    buffer.resize(plain + pad, u8::try_from(pad).unwrap_or_default());
    let mut cipher = cbc::Encryptor::<Aes256>::new(&(*key.0).into(), &key.iv());
    let (blocks, _) = Array::slice_as_chunks_mut(&mut buffer);
    cipher.encrypt_blocks(blocks);
    STANDARD.encode(&buffer)
}

/// Deciphers the base64 text of an `Encrypt` element and returns the message inside (§1.4).
///
/// # Errors
/// [`CryptoError::Malformed`] for anything that is not a well-formed ciphertext under this key,
/// [`CryptoError::WrongAppId`] when it was made for another account. Never panics.
pub fn decrypt(key: &AesKey, ciphertext: &str, app_id: &str) -> Result<Vec<u8>, CryptoError> {
    let mut buffer = STANDARD.decode(ciphertext.trim()).map_err(|_| CryptoError::Malformed)?;
    let mut cipher = cbc::Decryptor::<Aes256>::new(&(*key.0).into(), &key.iv());
    let (blocks, rest) = Array::slice_as_chunks_mut(&mut buffer);
    if !rest.is_empty() {
        return Err(CryptoError::Malformed);
    }
    cipher.decrypt_blocks(blocks);
    buffer.truncate(unpadded(&buffer).ok_or(CryptoError::Malformed)?);
    let length = buffer
        .get(16..HEAD)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_be_bytes)
        .and_then(|length| usize::try_from(length).ok())
        .ok_or(CryptoError::Malformed)?;
    let end = HEAD.checked_add(length).ok_or(CryptoError::Malformed)?;
    match buffer.get(end..) {
        None => return Err(CryptoError::Malformed),
        Some(tail) if tail != app_id.as_bytes() => return Err(CryptoError::WrongAppId),
        Some(_) => {}
    }
    buffer.truncate(end);
    buffer.drain(..HEAD);
    Ok(buffer)
}

/// The length without PKCS#7 padding of block size 32, or nothing when the padding is not valid.
fn unpadded(bytes: &[u8]) -> Option<usize> {
    let pad = usize::from(*bytes.last()?);
    let kept = bytes.len().checked_sub(pad)?;
    let sound = (1..=PAD_BLOCK).contains(&pad)
        && bytes[kept..].iter().all(|&byte| usize::from(byte) == pad);
    sound.then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    fn key() -> AesKey {
        AesKey::parse(KEY).unwrap()
    }

    /// Enciphers raw plaintext, so that a test can get the inside wrong.
    fn raw(mut plain: Vec<u8>) -> String {
        let mut cipher = cbc::Encryptor::<Aes256>::new(&(*key().0).into(), &key().iv());
        let (blocks, _) = Array::slice_as_chunks_mut(&mut plain);
        cipher.encrypt_blocks(blocks);
        STANDARD.encode(plain)
    }

    #[test]
    fn a_key_with_junk_in_its_last_two_bits_is_read() {
        // `G` is 000110: its last two bits do not fit into 32 bytes.
        assert_eq!(key().0[..4], [0x69, 0xb7, 0x1d, 0x79]);
        assert!(AesKey::parse(&format!(" {KEY}\n")).is_ok());
    }

    #[test]
    fn a_key_of_the_wrong_length_or_alphabet_is_refused_without_being_shown() {
        assert_eq!(AesKey::parse(&KEY[1..]).unwrap_err(), KeyError::Length(42));
        assert_eq!(AesKey::parse(&format!("{KEY}=")).unwrap_err(), KeyError::Length(44));
        assert_eq!(AesKey::parse(&KEY.replace('a', "*")).unwrap_err(), KeyError::Alphabet);
        assert_eq!(AesKey::parse(&"键".repeat(43)).unwrap_err(), KeyError::Alphabet);
        assert_eq!(format!("{:?}", key()), "AesKey(..)");
    }

    #[test]
    fn every_padding_from_one_to_thirty_two_comes_back() {
        for length in 0..64 {
            let message = vec![b'x'; length];
            let text = encrypt(&key(), [7; 16], &message, "wx1");
            assert_eq!(decrypt(&key(), &text, "wx1").unwrap(), message);
        }
    }

    #[test]
    fn a_message_for_another_account_is_refused() {
        let text = encrypt(&key(), [7; 16], b"hello", "wx1");
        assert_eq!(decrypt(&key(), &text, "wx2"), Err(CryptoError::WrongAppId));
        assert_eq!(decrypt(&key(), &text, ""), Err(CryptoError::WrongAppId));
        assert_eq!(CryptoError::WrongAppId.to_string(), CryptoError::Malformed.to_string());
    }

    #[test]
    fn a_length_that_points_outside_is_refused() {
        for length in [13_u32, u32::MAX, u32::MAX - 19] {
            let mut plain = vec![0; 16];
            plain.extend(length.to_be_bytes());
            plain.resize(32, 1);
            assert_eq!(decrypt(&key(), &raw(plain), ""), Err(CryptoError::Malformed));
        }
    }

    #[test]
    fn bad_padding_is_refused() {
        for last in [0, 33, 255] {
            assert_eq!(decrypt(&key(), &raw(vec![last; 32]), ""), Err(CryptoError::Malformed));
        }
        let mut uneven = vec![32; 32];
        uneven[5] = 31;
        assert_eq!(decrypt(&key(), &raw(uneven), ""), Err(CryptoError::Malformed));
        assert_eq!(decrypt(&key(), "", ""), Err(CryptoError::Malformed));
        assert_eq!(decrypt(&key(), "AAAA", ""), Err(CryptoError::Malformed));
    }
}
