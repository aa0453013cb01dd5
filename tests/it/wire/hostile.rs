//! Input made by somebody who wants us to fall over.

use proptest::prelude::*;

use pufa::wechat::crypto::{AesKey, decrypt, encrypt};
use pufa::wechat::message::{ParseError, parse, parse_outer};
use pufa::wechat::xml::{Document, TreeError};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

#[test]
fn external_entities_and_billion_laughs_are_refused_before_they_expand() {
    let bomb = "<!DOCTYPE lolz [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">\
                <!ENTITY c \"&b;&b;&b;&b;\">]><xml><CreateTime>1</CreateTime><Content>&c;</Content></xml>";
    let file =
        "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><xml><Content>&f;</Content></xml>";
    let lower = "<!doctype x><xml></xml>";
    let unknown = "<xml><Content>&nbsp;</Content></xml>";
    for xml in [bomb, file, lower, unknown] {
        let refused = Err(ParseError::Document(TreeError::Forbidden));
        assert_eq!(parse(xml.as_bytes()), refused, "{xml}");
        assert_eq!(parse_outer(xml.as_bytes()).map(drop), refused.map(drop), "{xml}");
    }
}

#[test]
fn deep_wide_and_long_documents_are_refused() {
    let deep = "<xml>".repeat(100_000);
    let wide = format!("<xml>{}</xml>", "<a/>".repeat(5_000));
    let long = format!("<xml><a>{}</a></xml>", "x".repeat(2_000_000));
    let json = format!("{{\"a\":{}1{}}}", "{\"a\":".repeat(20), "}".repeat(20));
    for body in [deep, wide, long, json] {
        assert_eq!(
            parse(body.as_bytes()),
            Err(ParseError::Document(TreeError::TooLarge)),
            "{}",
            &body[..40]
        );
    }
}

#[test]
fn what_is_no_push_is_an_error_with_a_name() {
    assert_eq!(parse(b"\xff\xfe"), Err(ParseError::Encoding));
    assert_eq!(parse(b""), Err(ParseError::Document(TreeError::Malformed)));
    assert_eq!(parse(b"<xml></xml>"), Err(ParseError::Missing("CreateTime")));
    let no_sender =
        b"<xml><ToUserName>g</ToUserName><CreateTime>1</CreateTime><MsgType>text</MsgType></xml>";
    assert_eq!(parse(no_sender), Err(ParseError::Missing("FromUserName")));
    let no_time = b"<xml><CreateTime>soon</CreateTime><MsgType>text</MsgType></xml>";
    assert_eq!(parse(no_time), Err(ParseError::Missing("CreateTime")));
}

/// Pieces out of which broken documents are put together.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "<xml>",
            "</xml>",
            "<Content>",
            "</Content>",
            "<a",
            "/>",
            ">",
            "<",
            "</",
            "<![CDATA[",
            "]]>",
            "]]",
            "<!--",
            "-->",
            "<!-->",
            "<!DOCTYPE",
            "<?xml",
            "?>",
            "<?",
            "&",
            "&lt;",
            "&#x41;",
            "&#0;",
            "&#xD800;",
            "&#99999999999;",
            ";",
            "\u{feff}",
            "<MsgType>text</MsgType>",
            "<MsgType>event</MsgType>",
            "<CreateTime>1</CreateTime>",
            "<ToUserName>g</ToUserName>",
            "<FromUserName>o</FromUserName>",
            "<Event>LOCATION</Event>",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\":",
            ",",
            "\\u0000",
            "\\ud800",
            "<Encrypt>",
            "</Encrypt>",
            " ",
            "\n",
            "=",
            "a=\"b\"",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
        let _ = parse_outer(&bytes);
    }

    #[test]
    fn no_broken_document_makes_the_readers_panic(
        pieces in prop::collection::vec(fragment(), 0..30),
    ) {
        let text = pieces.concat();
        let _ = parse(text.as_bytes());
        let _ = parse_outer(text.as_bytes());
        if let Ok(document) = Document::read(&text) {
            prop_assert!(document.root().subtree().count() < 1_000);
        }
    }

    #[test]
    fn no_ciphertext_makes_the_cipher_panic(
        text in "[A-Za-z0-9+/]{0,200}={0,3}",
        junk in "\\PC{0,60}",
        app_id in "\\PC{0,20}",
    ) {
        let key = AesKey::parse(KEY).unwrap();
        let _ = decrypt(&key, &text, &app_id);
        let _ = decrypt(&key, &junk, &app_id);
        let _ = AesKey::parse(&junk);
    }

    #[test]
    fn every_message_comes_back_from_the_cipher(
        message in prop::collection::vec(any::<u8>(), 0..300),
        random in any::<[u8; 16]>(),
        app_id in "[a-z0-9]{0,40}",
    ) {
        let key = AesKey::parse(KEY).unwrap();
        let text = encrypt(&key, random, &message, &app_id);
        prop_assert_eq!(decrypt(&key, &text, &app_id).unwrap(), message);
    }

    #[test]
    fn a_push_can_be_keyed_and_printed_whatever_it_says(
        kind in "[a-zA-Z_]{0,12}",
        content in "\\PC{0,200}",
    ) {
        let content = content.replace("]]>", "");
        let xml = format!(
            "<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><CreateTime>1\
             </CreateTime><MsgType>event</MsgType><Event><![CDATA[{kind}]]></Event>\
             <EventKey><![CDATA[{content}]]></EventKey></xml>"
        );
        let push = parse(xml.as_bytes()).unwrap();
        prop_assert!(push.dedup_key().len() <= 160);
        prop_assert!(push.kind().starts_with("event/"));
    }
}
