//! Replies and error codes.

use proptest::prelude::*;

use pufa::platform::clock::Moment;
use pufa::wechat::crypto::{AesKey, decrypt};
use pufa::wechat::errcode::{Action, is_known, meaning};
use pufa::wechat::reply::{
    NewsItem, Reply, TEXT_LIMIT_BYTES, encode, encrypt_reply, menu_link, split_text,
};
use pufa::wechat::signature::verify;
use pufa::wechat::xml::Document;

use super::recorded;

/// What each recorded reply was made of.
fn samples() -> Vec<(&'static str, Reply)> {
    let text = str::to_owned;
    vec![
        ("text", Reply::Text(text("你好"))),
        ("image", Reply::Image { media_id: text("media_id") }),
        ("voice", Reply::Voice { media_id: text("media_id") }),
        (
            "video",
            Reply::Video {
                media_id: text("media_id"),
                title: text("title"),
                description: text("description"),
            },
        ),
        (
            "music",
            Reply::Music {
                title: text("TITLE"),
                description: text("DESCRIPTION"),
                url: text("MUSIC_Url"),
                hq_url: text("HQ_MUSIC_Url"),
                thumb_media_id: text("media_id"),
            },
        ),
        (
            "news",
            Reply::News(vec![NewsItem {
                title: text("title1"),
                description: text("description1"),
                pic_url: text("picurl"),
                url: text("url"),
            }]),
        ),
        (
            "transfer_customer_service",
            Reply::TransferCustomerService { account: Some(text("test1@test")) },
        ),
    ]
}

#[test]
fn every_recorded_reply_is_written_the_same() {
    let Some(folder) = recorded("fixtures/wechat/reply-xml") else { return };
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), samples().len());
    for (name, reply) in samples() {
        let expected = std::fs::read_to_string(folder.join(format!("reply_{name}.xml"))).unwrap();
        let expected = Document::read(&expected).unwrap();
        let root = expected.root();
        let at = Moment::from_seconds(root.number("CreateTime").unwrap());
        let (to, from) = (root.value("ToUserName").unwrap(), root.value("FromUserName").unwrap());
        let written = encode(&reply, to, from, at);
        assert!(Document::read(&written).unwrap() == expected, "{name}: {written}");
    }
}

#[test]
fn every_kind_of_reply_says_its_type_and_swaps_nobody() {
    for (name, reply) in samples() {
        let xml = encode(&reply, "oTO", "gh_FROM", Moment::from_seconds(12_345_678));
        let document = Document::read(&xml).unwrap();
        let root = document.root();
        assert_eq!(root.value("MsgType"), Some(name));
        assert_eq!(root.value("ToUserName"), Some("oTO"));
        assert_eq!(root.value("FromUserName"), Some("gh_FROM"));
        assert_eq!(root.value("CreateTime"), Some("12345678"));
    }
}

#[test]
fn an_encrypted_reply_can_be_opened_by_wechat_and_an_acknowledgement_stays_plain() {
    let key = AesKey::parse("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").unwrap();
    let inner = encode(&Reply::Text("收到😀".to_owned()), "o1", "gh_1", Moment(0));
    let wrap = |xml: &str| encrypt_reply(xml, &key, "wx1", "token", "1411525903", "n]]>1", [3; 16]);
    let outer = wrap(&inner);
    let document = Document::read(&outer).unwrap();
    let value = |name| document.root().value(name).unwrap();
    let parts = [value("TimeStamp"), value("Nonce"), value("Encrypt")];
    assert_eq!(&parts[..2], ["1411525903", "n]]>1"]);
    assert!(verify("token", &parts, value("MsgSignature")));
    assert_eq!(decrypt(&key, value("Encrypt"), "wx1").unwrap(), inner.as_bytes());
    assert_eq!(wrap("success"), "success");
    assert_eq!(wrap(""), "");
}

#[test]
fn every_code_the_protocol_lists_is_understood() {
    let Some(path) = recorded("docs/wechat-protocol.md") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let section = text.split("\n## 15. ").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut codes = 0;
    for cell in section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()) {
        for part in cell.split([',', '/']).map(str::trim) {
            let (first, last) = part.split_once('–').unwrap_or((part, part));
            let (Ok(first), Ok(last)) = (first.parse::<i64>(), last.parse::<i64>()) else {
                assert!(matches!(part, "code" | "---"), "{part} is no code");
                continue;
            };
            for code in first..=last {
                assert!(is_known(code), "{code} is not in the table");
                codes += 1;
            }
        }
    }
    assert!(codes >= 330, "only {codes} codes were found in the protocol");
}

#[test]
fn unknown_codes_are_never_repeated() {
    assert_eq!(meaning(123_456).action, Action::GiveUp);
    assert!(!meaning(123_456).operator_hint.is_empty());
}

/// Texts of the kind that gets cut: sentences, paragraphs, links, emoji.
fn long_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[一-龥]{1,30}[。，！？\n ]",
        1 => Just("\n\n".to_owned()),
        1 => Just("😀👨\u{200d}👩\u{200d}👧".to_owned()),
        1 => Just(menu_link("满意", "满意", "1")),
        1 => Just("<a href=\"https://example.com/a?b=1\">查看 详情。</a>".to_owned()),
        1 => "[b-z<>/ ]{0,12}",
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn pieces_fit_rejoin_and_never_tear_a_link(text in long_text(), limit in 90_usize..700) {
        let pieces = split_text(&text, limit);
        prop_assert_eq!(pieces.concat(), text.clone());
        for piece in &pieces {
            prop_assert!(!piece.is_empty() && piece.len() <= limit);
            // No generated link is longer than 80 bytes, so each stays whole.
            prop_assert_eq!(piece.matches("<a href").count(), piece.matches("</a>").count());
        }
    }

    #[test]
    fn any_text_is_cut_without_loss(text in "\\PC{0,200}", limit in 0_usize..50) {
        let pieces = split_text(&text, limit);
        prop_assert_eq!(pieces.concat(), text);
        prop_assert!(pieces.iter().all(|piece| piece.len() <= limit.max(4) && !piece.is_empty()));
    }

    #[test]
    fn any_text_survives_a_reply(text in "(\\PC|\\s|]]>|<|&){0,80}") {
        let xml = encode(&Reply::Text(text.clone()), "o", "g", Moment(0));
        let kept = |c: &char| matches!(c, '\t' | '\n' | '\r') || *c >= ' ';
        let expected: String = text.chars().filter(kept).collect();
        // Every reader of XML takes the three kinds of line ends for one.
        let expected = expected.replace("\r\n", "\n").replace('\r', "\n");
        if expected.trim().is_empty() {
            prop_assert_eq!(xml, "success");
        } else {
            let document = Document::read(&xml).unwrap();
            prop_assert_eq!(document.root().get("Content").unwrap().text(), expected);
        }
    }

    #[test]
    fn a_text_reply_never_exceeds_what_wechat_shows(text in "[一-龥a-z😀]{600,1200}") {
        let xml = encode(&Reply::Text(text.clone()), "o", "g", Moment(0));
        let document = Document::read(&xml).unwrap();
        let content = document.root().value("Content").unwrap();
        prop_assert!(content.len() <= TEXT_LIMIT_BYTES && text.starts_with(content));
        prop_assert!(text.len() <= TEXT_LIMIT_BYTES || content.len() > TEXT_LIMIT_BYTES - 4);
    }
}
