//! The answer to a push, in the body of the HTTP response (wechat-protocol.md §3, §1.5).

use std::borrow::Cow;
use std::fmt::Write;

use super::crypto::{self, AesKey};
use super::signature;
pub use super::split::split_text;
use super::split::truncate;
use crate::platform::clock::Moment;

/// The body that acknowledges a push without a reply. Never encrypted, never quoted.
pub const ACKNOWLEDGED: &str = "success";
/// Longest text reply, in bytes of UTF-8. From about 2047 on followers see an error line (§3).
pub const TEXT_LIMIT_BYTES: usize = 2040;
/// Most articles of a reply to an event. A reply to a message shows exactly one (§3).
pub const NEWS_LIMIT: usize = 8;

/// What a follower gets back at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Acknowledged, nothing shown.
    Nothing,
    /// Text; `<a href>` and [`menu_link`] work.
    Text(String),
    /// A picture.
    Image {
        /// Temporary or permanent.
        media_id: String,
    },
    /// A voice message.
    Voice {
        /// Temporary or permanent.
        media_id: String,
    },
    /// A video.
    Video {
        /// Temporary or permanent.
        media_id: String,
        /// Shown above it.
        title: String,
        /// Shown below it.
        description: String,
    },
    /// Music to be streamed.
    Music {
        /// Shown above it.
        title: String,
        /// Shown below it.
        description: String,
        /// Where it is.
        url: String,
        /// Where it is in high quality, used on Wi-Fi.
        hq_url: String,
        /// Cover; required by WeChat.
        thumb_media_id: String,
    },
    /// Cards that open pages; at most [`NEWS_LIMIT`], one in reply to a message.
    News(Vec<NewsItem>),
    /// Hands the conversation to WeChat's own customer service.
    TransferCustomerService {
        /// A certain agent, `name@account`.
        account: Option<String>,
    },
}

/// One card of [`Reply::News`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsItem {
    /// Headline.
    pub title: String,
    /// Shown when the card is alone.
    pub description: String,
    /// JPG or PNG.
    pub pic_url: String,
    /// The page it opens.
    pub url: String,
}

/// Writes the body of the response to a push: XML from `from` (our original id) to `to` (the
/// follower), or [`ACKNOWLEDGED`] for nothing, a blank text or no articles.
///
/// Text beyond [`TEXT_LIMIT_BYTES`] is cut off: split it before. Characters that XML cannot carry
/// are left out.
pub fn encode(reply: &Reply, to: &str, from: &str, at: Moment) -> String {
    let text = if let Reply::Text(text) = reply { printable(text) } else { Cow::Borrowed("") };
    let silent = match reply {
        Reply::Nothing => true,
        Reply::Text(_) => text.trim().is_empty(),
        Reply::News(items) => items.is_empty(),
        _ => false,
    };
    if silent {
        return ACKNOWLEDGED.to_owned();
    }
    let mut xml = Xml(String::with_capacity(320 + text.len()));
    xml.0.push_str("<xml>");
    xml.field("ToUserName", to);
    xml.field("FromUserName", from);
    xml.number("CreateTime", at.seconds());
    match reply {
        Reply::Nothing => {}
        Reply::Text(_) => {
            xml.field("MsgType", "text");
            xml.field("Content", truncate(&text, TEXT_LIMIT_BYTES));
        }
        Reply::Image { media_id } => {
            xml.field("MsgType", "image");
            xml.group("Image", &[("MediaId", media_id)]);
        }
        Reply::Voice { media_id } => {
            xml.field("MsgType", "voice");
            xml.group("Voice", &[("MediaId", media_id)]);
        }
        Reply::Video { media_id, title, description } => {
            xml.field("MsgType", "video");
            xml.group(
                "Video",
                &[("MediaId", media_id), ("Title", title), ("Description", description)],
            );
        }
        Reply::Music { title, description, url, hq_url, thumb_media_id } => {
            xml.field("MsgType", "music");
            let fields: [(&str, &str); 5] = [
                ("Title", title),
                ("Description", description),
                ("MusicUrl", url),
                ("HQMusicUrl", hq_url),
                ("ThumbMediaId", thumb_media_id),
            ];
            xml.group("Music", &fields);
        }
        Reply::News(items) => xml.news(items),
        Reply::TransferCustomerService { account } => {
            xml.field("MsgType", "transfer_customer_service");
            if let Some(account) = account {
                xml.group("TransInfo", &[("KfAccount", account)]);
            }
        }
    }
    xml.0.push_str("</xml>");
    xml.0
}

/// A link that, when tapped, sends `content` in the follower's name with `id` as its
/// `bizmsgmenuid` (§3). Characters that would break out of the link are left out; what remains is
/// written as it is, since WeChat shows percent-encoding to the follower.
pub fn menu_link(label: &str, content: &str, id: &str) -> String {
    let clean = |text: &str, unwanted: &[char]| {
        text.chars().filter(|c| !c.is_control() && !unwanted.contains(c)).collect::<String>()
    };
    let in_address = ['"', '\'', '<', '>', '&', '#', '%'];
    format!(
        "<a href=\"weixin://bizmsgmenu?msgmenucontent={}&msgmenuid={}\">{}</a>",
        clean(content, &in_address),
        clean(id, &in_address),
        clean(label, &['<', '>']),
    )
}

/// Wraps the output of [`encode`] for the safe mode (§1.5). `timestamp` (digits) and `nonce` may
/// be those of the request. An acknowledgement is returned as it is: it is never encrypted.
pub fn encrypt_reply(
    xml: &str,
    key: &AesKey,
    app_id: &str,
    token: &str,
    timestamp: &str,
    nonce: &str,
    random16: [u8; 16],
) -> String {
    if xml.is_empty() || xml == ACKNOWLEDGED {
        return xml.to_owned();
    }
    let encrypted = crypto::encrypt(key, random16, xml.as_bytes(), app_id);
    let signature = signature::sign(token, &[timestamp, nonce, &encrypted]);
    let mut out = Xml(String::with_capacity(encrypted.len() + 240));
    out.0.push_str("<xml>");
    out.field("Encrypt", &encrypted);
    out.field("MsgSignature", &signature);
    if !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        let _ = write!(out.0, "<TimeStamp>{timestamp}</TimeStamp>");
    } else {
        out.field("TimeStamp", timestamp);
    }
    out.field("Nonce", nonce);
    out.0.push_str("</xml>");
    out.0
}

/// The text without what XML 1.0 cannot carry; `\t`, `\n` and `\r` stay.
fn printable(text: &str) -> Cow<'_, str> {
    if is_carried(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| carried(*c)).collect())
}

/// Whether XML can carry all of `text`. Whole blocks are looked at without branching, because most
/// of what passes here is kilobytes of base64.
fn is_carried(text: &str) -> bool {
    let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let blocks = &mut text.as_bytes().chunks(64);
    !blocks.any(|block| block.iter().fold(false, |found, byte| found | control(byte)))
        && !text.contains('\u{fffe}')
        && !text.contains('\u{ffff}')
}

fn carried(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

struct Xml(String);

impl Xml {
    fn field(&mut self, name: &str, text: &str) {
        let _ = write!(self.0, "<{name}><![CDATA[");
        self.cdata(text);
        let _ = write!(self.0, "]]></{name}>");
    }

    fn number(&mut self, name: &str, value: i64) {
        let _ = write!(self.0, "<{name}>{value}</{name}>");
    }

    fn group(&mut self, name: &str, fields: &[(&str, &str)]) {
        let _ = write!(self.0, "<{name}>");
        for (name, text) in fields {
            self.field(name, text);
        }
        let _ = write!(self.0, "</{name}>");
    }

    fn news(&mut self, items: &[NewsItem]) {
        let items = &items[..items.len().min(NEWS_LIMIT)];
        self.field("MsgType", "news");
        let _ = write!(self.0, "<ArticleCount>{}</ArticleCount><Articles>", items.len());
        for NewsItem { title, description, pic_url, url } in items {
            let fields: [(&str, &str); 4] =
                [("Title", title), ("Description", description), ("PicUrl", pic_url), ("Url", url)];
            self.group("item", &fields);
        }
        self.0.push_str("</Articles>");
    }

    /// The inside of a CDATA section: `]]>` is spread over two sections. Characters that XML cannot
    /// carry are left out first, so that they cannot hide a `]]>`.
    fn cdata(&mut self, text: &str) {
        if !is_carried(text) {
            let carried: String = text.chars().filter(|c| carried(*c)).collect();
            return self.cdata(&carried);
        }
        let mut run = 0;
        for (at, _) in text.match_indices("]]>") {
            self.0.push_str(&text[run..at]);
            self.0.push_str("]]]]><![CDATA[");
            run = at + 2;
        }
        self.0.push_str(&text[run..]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::xml::Document;
    use super::*;

    fn content_of(xml: &str) -> String {
        Document::read(xml).unwrap().root().value("Content").unwrap_or_default().to_owned()
    }

    fn text(content: &str) -> String {
        encode(&Reply::Text(content.to_owned()), "o1", "gh_1", Moment(1_000))
    }

    #[test]
    fn nothing_to_say_is_an_acknowledgement() {
        assert_eq!(encode(&Reply::Nothing, "o", "g", Moment(0)), "success");
        assert_eq!(encode(&Reply::News(Vec::new()), "o", "g", Moment(0)), "success");
        for blank in ["", " \n", "\u{1}\u{2}"] {
            assert_eq!(text(blank), "success");
        }
    }

    #[test]
    fn any_text_arrives_as_it_was_meant() {
        for sample in ["a]]>b", "]]>]]>", "]]]]>>", "😀 & <a href=\"x\">", "]]\u{1}>", "a\tb\nc"]
        {
            let expected: String = sample.chars().filter(|c| *c != '\u{1}').collect();
            assert_eq!(content_of(&text(sample)), expected, "{sample:?}");
        }
    }

    #[test]
    fn too_long_a_text_is_cut_between_characters() {
        let content = content_of(&text(&format!("a{}", "法".repeat(1_000))));
        assert_eq!(content.len(), 2_038);
        assert!(content.ends_with('法'));
    }

    #[test]
    fn at_most_eight_articles_are_sent_and_counted() {
        let item = NewsItem {
            title: "题".to_owned(),
            description: String::new(),
            pic_url: String::new(),
            url: "https://example.com".to_owned(),
        };
        let xml = encode(&Reply::News(vec![item; 9]), "o", "g", Moment(0));
        let document = Document::read(&xml).unwrap();
        assert_eq!(document.root().number::<usize>("ArticleCount"), Some(8));
        assert_eq!(document.root().descendants("item").count(), 8);
    }

    #[test]
    fn a_menu_link_cannot_be_broken_out_of() {
        assert_eq!(
            menu_link("满意", "满意", "101"),
            "<a href=\"weixin://bizmsgmenu?msgmenucontent=满意&msgmenuid=101\">满意</a>"
        );
        let hostile = menu_link("</a><b>", "x\"><script>&msgmenuid=9", "1\n2");
        assert_eq!(hostile.matches('<').count(), 2);
        assert!(hostile.contains("msgmenucontent=xscriptmsgmenuid=9&msgmenuid=12"), "{hostile}");
    }
}
