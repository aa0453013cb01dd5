//! Reads the answer to a push as strictly as WeChat does (wechat-protocol.md §1.5, §2.7, §3).

use super::chat::{BubbleBody, NewsArticle};
use super::{PushMode, SimulatedAccount};
use crate::wechat::crypto::{self, AesKey};
use crate::wechat::signature;
use crate::wechat::xml::{Document, Element};

/// A passive text may have this many bytes of UTF-8 (§3).
pub(super) const TEXT_LIMIT: usize = 2048;

/// A passive news reply to an event may have this many articles.
const ARTICLE_LIMIT: usize = 8;

/// An answer WeChat accepts.
#[derive(Debug, PartialEq)]
pub(super) enum Reply {
    /// `success` or an empty body: the citizen sees nothing.
    Silence,
    /// A hand-over to WeChat's own agents: the citizen sees nothing either.
    HandOver,
    /// A message for the citizen.
    Message {
        /// The XML after decryption.
        xml: String,
        /// What the phone shows.
        body: BubbleBody,
    },
}

/// Reads the body of a 200 answer.
///
/// # Errors
/// The reason, in Chinese for the phone page, why WeChat would show its failure line.
pub(super) fn read(
    config: &SimulatedAccount,
    key: Option<&AesKey>,
    openid: &str,
    body: &[u8],
) -> Result<Reply, &'static str> {
    let body = std::str::from_utf8(body).map_err(|_| "应答不是 UTF-8 文本")?;
    if matches!(body.trim(), "" | "success") {
        return Ok(Reply::Silence);
    }
    let outer = Document::read(body).map_err(|_| "应答不是合格的 XML")?;
    let outer = outer.root();
    let xml = match (config.mode, outer.get("Encrypt").is_some()) {
        (PushMode::Plain, true) => return Err("明文模式下收到了加密应答"),
        (PushMode::Safe, false) => return Err("安全模式下的应答没有加密"),
        (_, false) => body.to_owned(),
        (_, true) => open(config, key, outer)?,
    };
    let document = Document::read(&xml).map_err(|_| "应答解密后不是合格的 XML")?;
    let inner = document.root();
    if inner.name() != "xml" {
        return Err("应答的根元素不是 xml");
    }
    let (to, from) = (value(inner, "ToUserName"), value(inner, "FromUserName"));
    if to != openid || from != config.original_id {
        return Err("应答的收发双方不对");
    }
    if inner.number::<u64>("CreateTime").is_none() {
        return Err("应答的 CreateTime 不是整数");
    }
    if value(inner, "MsgType") == "transfer_customer_service" {
        return Ok(Reply::HandOver);
    }
    let body = content(inner)?;
    Ok(Reply::Message { xml: xml.clone(), body })
}

fn value<'d>(element: Element<'d>, name: &'static str) -> &'d str {
    element.value(name).map_or("", str::trim)
}

fn open(
    config: &SimulatedAccount,
    key: Option<&AesKey>,
    outer: Element<'_>,
) -> Result<String, &'static str> {
    let key = key.ok_or("EncodingAESKey 无效，无法解密应答")?;
    let sealed = value(outer, "Encrypt");
    let parts = [value(outer, "TimeStamp"), value(outer, "Nonce"), sealed];
    if parts.contains(&"") {
        return Err("加密应答缺少 TimeStamp、Nonce 或 Encrypt");
    }
    if signature::sign(&config.token, &parts) != value(outer, "MsgSignature") {
        return Err("加密应答的 MsgSignature 不对");
    }
    let plain = crypto::decrypt(key, sealed, &config.app_id)
        .map_err(|_| "加密应答无法解密，或其中的 AppID 不对")?;
    String::from_utf8(plain).map_err(|_| "应答不是 UTF-8 文本")
}

fn content(inner: Element<'_>) -> Result<BubbleBody, &'static str> {
    let media = |wrapper: &'static str| {
        let media_id = inner.get(wrapper).map_or("", |inside| value(inside, "MediaId"));
        if media_id.is_empty() { Err("应答缺少 MediaId") } else { Ok(media_id.to_owned()) }
    };
    let other = |label: &str| BubbleBody::Other { label: label.to_owned() };
    Ok(match value(inner, "MsgType") {
        "text" => {
            let text = inner.value("Content").ok_or("文字应答的内容是空的")?;
            if text.len() > TEXT_LIMIT {
                return Err("文字应答超过 2048 字节");
            }
            BubbleBody::Text { text: text.to_owned() }
        }
        "image" => BubbleBody::Image { media_id: media("Image")? },
        "voice" => media("Voice").map(|_| other("语音"))?,
        "video" => media("Video").map(|_| other("视频"))?,
        "music" => other("音乐"),
        "news" => BubbleBody::News { articles: articles(inner)? },
        _ => return Err("应答的 MsgType 不认识"),
    })
}

fn articles(inner: Element<'_>) -> Result<Vec<NewsArticle>, &'static str> {
    let items = inner.get("Articles").into_iter().flat_map(|list| list.all("item"));
    let own = |item, name| value(item, name).to_owned();
    let articles: Vec<_> = items
        .map(|item| NewsArticle {
            title: own(item, "Title"),
            description: own(item, "Description"),
            url: own(item, "Url"),
            picture: own(item, "PicUrl"),
        })
        .collect();
    if inner.number("ArticleCount") != Some(articles.len()) {
        return Err("图文应答的篇数与内容不符");
    }
    match articles.len() {
        1..=ARTICLE_LIMIT => Ok(articles),
        _ => Err("图文应答的篇数不对"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::config::AccountKind;
    use crate::simulator::xml::Writer;

    fn account(mode: PushMode) -> SimulatedAccount {
        SimulatedAccount {
            id: "main".into(),
            original_id: "gh_sim".into(),
            app_id: "wxsim".into(),
            app_secret: "secret".into(),
            token: "token".into(),
            encoding_aes_key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".into(),
            mode,
            kind: AccountKind::Service,
            name: "常州普法".into(),
            push_url: String::new(),
        }
    }

    fn text(content: &str) -> String {
        let inside = Writer::default()
            .text("ToUserName", "o1")
            .text("FromUserName", "gh_sim")
            .number("CreateTime", 1)
            .text("MsgType", "text")
            .text("Content", content)
            .inside();
        format!("<xml>{inside}</xml>")
    }

    fn read_plain(body: &str) -> Result<Reply, &'static str> {
        read(&account(PushMode::Plain), None, "o1", body.as_bytes())
    }

    #[test]
    fn success_and_nothing_are_silence() {
        assert_eq!(read_plain("success"), Ok(Reply::Silence));
        assert_eq!(read_plain(""), Ok(Reply::Silence));
    }

    #[test]
    fn text_of_2048_bytes_passes_and_one_more_fails() {
        assert!(read_plain(&text(&"a".repeat(2048))).is_ok());
        assert!(read_plain(&text(&"a".repeat(2049))).is_err());
        assert!(read_plain(&text("")).is_err());
    }

    #[test]
    fn json_html_and_a_foreign_receiver_fail() {
        assert!(read_plain("{\"ok\":true}").is_err());
        assert!(read_plain("<html><body>502</body></html>").is_err());
        assert!(read_plain(&text("x").replace("o1", "o2")).is_err());
    }

    #[test]
    fn safe_mode_takes_only_replies_sealed_with_token_key_and_app_id() {
        let config = account(PushMode::Safe);
        let key = AesKey::parse(&config.encoding_aes_key).unwrap();
        let seal = |app_id: &str, token: &str| {
            let sealed = crypto::encrypt(&key, [7; 16], text("好").as_bytes(), app_id);
            let over = signature::sign(token, &["9", "n", &sealed]);
            let inside = Writer::default()
                .text("Encrypt", &sealed)
                .text("MsgSignature", &over)
                .number("TimeStamp", 9)
                .text("Nonce", "n")
                .inside();
            format!("<xml>{inside}</xml>")
        };
        let read = |body: String| read(&config, Some(&key), "o1", body.as_bytes());
        assert!(matches!(read(seal("wxsim", "token")), Ok(Reply::Message { .. })));
        assert!(read(seal("wxother", "token")).is_err());
        assert!(read(seal("wxsim", "guess")).is_err());
        assert!(read(text("好")).is_err());
    }
}
