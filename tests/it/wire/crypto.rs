//! The cipher and the signatures, against vectors made elsewhere.

use pufa::wechat::crypto::{AesKey, CryptoError, decrypt, encrypt};
use pufa::wechat::signature::{js_sdk_signature, sign, verify};
use serde_json::Value;

use super::recorded;

/// Made with `openssl enc -aes-256-cbc -nopad` and `sha1sum`, padded by hand to 32 bytes (31).
const KEY: &str = "AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw";
const APP_ID: &str = "wx0123456789abcdef";
const TOKEN: &str = "pufatoken";
const TIMESTAMP: &str = "1763900000";
const NONCE: &str = "8461";
const MESSAGE: &str = "<xml><Content>我想咨询劳动合同 😀</Content></xml>";
const ENCRYPTED: &str = concat!(
    "P8XLYP3mVm467GEjgHZ6BXFjx2a02Ry8hgxyVp/30AZMwhbMj2pY+5RDGVJKbgIre7qUt7fz9qZu7CuVVvOOzsvm",
    "8oItzuiM4eTWHTWgkH31OqjKP6o9Oc6u4bv/UfZpwKLHsQIx3CQidbzq19wLz8HH43rIzn34JhpNIpRz3YQ=",
);
const SIGNATURE: &str = "589f5fb6306555da066f588655726dc610cbee19";

fn key() -> AesKey {
    AesKey::parse(KEY).unwrap()
}

#[test]
fn our_own_vector_holds_in_both_directions() {
    assert_eq!(decrypt(&key(), ENCRYPTED, APP_ID).unwrap(), MESSAGE.as_bytes());
    assert_eq!(encrypt(&key(), *b"0123456789abcdef", MESSAGE.as_bytes(), APP_ID), ENCRYPTED);
    assert_eq!(sign(TOKEN, &[TIMESTAMP, NONCE, ENCRYPTED]), SIGNATURE);
}

#[test]
fn any_changed_byte_of_ciphertext_signature_or_parameters_is_refused() {
    for at in 0..ENCRYPTED.len() {
        let changed = flipped(ENCRYPTED, at);
        assert!(!verify(TOKEN, &[TIMESTAMP, NONCE, &changed], SIGNATURE), "ciphertext byte {at}");
        // Behind the signature the cipher itself must at least survive.
        let _ = decrypt(&key(), &changed, APP_ID);
    }
    for at in 0..SIGNATURE.len() {
        let changed = flipped(SIGNATURE, at);
        assert!(!verify(TOKEN, &[TIMESTAMP, NONCE, ENCRYPTED], &changed), "signature byte {at}");
    }
    for at in 0..APP_ID.len() {
        let changed = flipped(APP_ID, at);
        assert_eq!(decrypt(&key(), ENCRYPTED, &changed), Err(CryptoError::WrongAppId), "{at}");
    }
    assert!(!verify(TOKEN, &["1763900001", NONCE, ENCRYPTED], SIGNATURE));
    assert!(!verify(TOKEN, &[TIMESTAMP, "8462", ENCRYPTED], SIGNATURE));
    assert!(!verify("pufatokem", &[TIMESTAMP, NONCE, ENCRYPTED], SIGNATURE));
    // The signature that every mode carries does not cover the ciphertext and must not do for it.
    let plain = sign(TOKEN, &[TIMESTAMP, NONCE]);
    assert!(!verify(TOKEN, &[TIMESTAMP, NONCE, ENCRYPTED], &plain));
}

#[test]
fn the_wrong_key_gives_an_error_and_no_garbage() {
    let other = AesKey::parse(&KEY.replace('A', "B")).unwrap();
    assert_eq!(decrypt(&other, ENCRYPTED, APP_ID), Err(CryptoError::Malformed));
}

#[test]
fn the_known_page_signature_is_reproduced() {
    assert_eq!(
        js_sdk_signature(
            "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
            "Wm3WZYTPz0wzccnW",
            "1414587457",
            "http://mp.weixin.qq.com?params=value",
        ),
        "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
    );
    let logged = "d95256de9800ecd4dfb537a9e568dc0b46d4cdaf";
    assert!(verify("weixin", &["1483081045", "1938463495"], logged));
}

#[test]
fn every_recorded_vector_holds_in_both_directions() {
    let Some(path) = recorded("fixtures/wechat/crypto/aes-vectors.json") else { return };
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let vectors = vectors["vectors"].as_array().unwrap();
    assert!(vectors.len() >= 6);
    for vector in vectors {
        let field = |name: &str| vector[name].as_str().unwrap();
        let key = AesKey::parse(field("encoding_aes_key")).unwrap();
        let (app_id, text, message) =
            (field("receive_id"), field("ciphertext"), field("plaintext_expected"));
        assert_eq!(decrypt(&key, text, app_id).unwrap(), message.as_bytes(), "{}", field("id"));
        let random: [u8; 16] = field("random16").as_bytes().try_into().unwrap();
        assert_eq!(encrypt(&key, random, message.as_bytes(), app_id), text, "{}", field("id"));
        let parts = [field("timestamp"), field("nonce"), text];
        assert!(verify(field("token"), &parts, field("msg_signature")), "{}", field("id"));
    }
}

/// `text` with another, equally legal character at `at`.
fn flipped(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
    String::from_utf8(bytes).unwrap()
}
