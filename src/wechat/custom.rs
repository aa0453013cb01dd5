//! Customer-service messages (wechat-protocol.md §5). Whether one may be sent, and how many, is
//! the business of whoever calls.

use serde_json::{Value, json};

use super::client::{CallError, Client};
use super::reply::NewsItem;

/// Longest text, in bytes of UTF-8, that goes through as one message (§5).
pub const CUSTOM_TEXT_LIMIT_BYTES: usize = 2048;

/// A customer-service message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomMessage {
    /// Text up to [`CUSTOM_TEXT_LIMIT_BYTES`]; links allowed.
    Text(String),
    /// A picture.
    Image {
        /// Temporary or permanent.
        media_id: String,
    },
    /// One card that opens a page; WeChat takes no more than one.
    News(NewsItem),
    /// A question with answers to tap.
    Menu(TapMenu),
    /// A voice.
    Voice {
        /// Temporary or permanent.
        media_id: String,
    },
    /// A video.
    Video {
        /// Temporary or permanent.
        media_id: String,
        /// Its cover.
        thumb_media_id: String,
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
        /// Cover.
        thumb_media_id: String,
    },
    /// An article that has been published.
    Article {
        /// Its id, from freepublish (§7.3).
        article_id: String,
    },
    /// A card or coupon.
    Card {
        /// Its id.
        card_id: String,
    },
    /// A page of a mini program that is linked to the account.
    MiniProgram {
        /// Shown above the cover.
        title: String,
        /// AppID of the mini program.
        app_id: String,
        /// Page within it.
        page_path: String,
        /// Cover.
        thumb_media_id: String,
    },
}

/// A question with answers to tap; a tap comes back as text with the entry's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapMenu {
    /// Above the entries.
    pub head: String,
    /// Id and wording of each entry.
    pub entries: Vec<(String, String)>,
    /// Below the entries.
    pub tail: String,
}

impl Client {
    /// Sends `message` to the follower `openid`.
    ///
    /// # Errors
    /// [`CallError`]; 45015, 45047, 43004, 48002 and 70000 are final for this message (§5.3).
    pub async fn send_custom(
        &self,
        openid: &str,
        message: &CustomMessage,
    ) -> Result<(), CallError> {
        self.post_json("/cgi-bin/message/custom/send", &custom_body(openid, message, None))
            .await
            .map(drop)
    }

    /// Sends `message` in the name of an agent (`name@account`), whose name and picture the follower
    /// sees; see [`Client::send_custom`].
    ///
    /// # Errors
    /// [`CallError`]; 65401 when there is no such agent.
    pub async fn send_custom_as(
        &self,
        openid: &str,
        message: &CustomMessage,
        agent: &str,
    ) -> Result<(), CallError> {
        let body = custom_body(openid, message, Some(agent));
        self.post_json("/cgi-bin/message/custom/send", &body).await.map(drop)
    }

    /// Sends a text; see [`Client::send_custom`].
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn send_text(&self, openid: &str, text: &str) -> Result<(), CallError> {
        self.send_custom(openid, &CustomMessage::Text(text.to_owned())).await
    }

    /// Sends a picture; see [`Client::send_custom`].
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn send_image(&self, openid: &str, media_id: &str) -> Result<(), CallError> {
        self.send_custom(openid, &CustomMessage::Image { media_id: media_id.to_owned() }).await
    }

    /// Sends one card; see [`Client::send_custom`].
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn send_news(&self, openid: &str, item: NewsItem) -> Result<(), CallError> {
        self.send_custom(openid, &CustomMessage::News(item)).await
    }

    /// Sends a question with answers to tap; see [`Client::send_custom`].
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn send_menu(&self, openid: &str, menu: TapMenu) -> Result<(), CallError> {
        self.send_custom(openid, &CustomMessage::Menu(menu)).await
    }

    /// Shows the follower that somebody is typing, or takes it back (§5.2).
    ///
    /// # Errors
    /// [`CallError`]; 45080 and 45081 may be ignored.
    pub async fn show_typing(&self, openid: &str, typing: bool) -> Result<(), CallError> {
        let body = typing_body(openid, typing);
        self.post_json("/cgi-bin/message/custom/typing", &body).await.map(drop)
    }
}

/// Body of a request that shows or hides typing.
pub fn typing_body(openid: &str, typing: bool) -> Value {
    json!({ "touser": openid, "command": if typing { "Typing" } else { "CancelTyping" } })
}

/// Body of a customer-service message, in the name of `agent` if there is one.
pub fn custom_body(openid: &str, message: &CustomMessage, agent: Option<&str>) -> Value {
    let (kind, content) = content(message);
    let mut body = json!({ "touser": openid, "msgtype": kind, kind: content });
    if let Some(agent) = agent {
        body["customservice"] = json!({ "kf_account": agent });
    }
    body
}

/// Name of the type and what stands under it (§5).
fn content(message: &CustomMessage) -> (&'static str, Value) {
    match message {
        CustomMessage::Text(text) => ("text", json!({ "content": text })),
        CustomMessage::Image { media_id } => ("image", json!({ "media_id": media_id })),
        CustomMessage::News(item) => ("news", json!({ "articles": [article(item)] })),
        CustomMessage::Menu(menu) => ("msgmenu", tap_menu(menu)),
        CustomMessage::Voice { media_id } => ("voice", json!({ "media_id": media_id })),
        CustomMessage::Video { media_id, thumb_media_id, title, description } => (
            "video",
            json!({
                "media_id": media_id,
                "thumb_media_id": thumb_media_id,
                "title": title,
                "description": description,
            }),
        ),
        CustomMessage::Music { title, description, url, hq_url, thumb_media_id } => (
            "music",
            json!({
                "title": title,
                "description": description,
                "musicurl": url,
                "hqmusicurl": hq_url,
                "thumb_media_id": thumb_media_id,
            }),
        ),
        CustomMessage::Article { article_id } => {
            ("mpnewsarticle", json!({ "article_id": article_id }))
        }
        CustomMessage::Card { card_id } => ("wxcard", json!({ "card_id": card_id })),
        CustomMessage::MiniProgram { title, app_id, page_path, thumb_media_id } => (
            "miniprogrampage",
            json!({
                "title": title,
                "appid": app_id,
                "pagepath": page_path,
                "thumb_media_id": thumb_media_id,
            }),
        ),
    }
}

fn article(item: &NewsItem) -> Value {
    json!({
        "title": item.title,
        "description": item.description,
        "url": item.url,
        "picurl": item.pic_url,
    })
}

fn tap_menu(menu: &TapMenu) -> Value {
    let entry = |(id, content): &(String, String)| json!({ "id": id, "content": content });
    let list: Vec<Value> = menu.entries.iter().map(entry).collect();
    json!({ "head_content": menu.head, "list": list, "tail_content": menu.tail })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_stands_under_the_name_of_its_type() {
        let menu = CustomMessage::Menu(TapMenu {
            head: "满意吗?".to_owned(),
            entries: vec![("101".to_owned(), "满意".to_owned())],
            tail: "谢谢".to_owned(),
        });
        assert_eq!(
            custom_body("o1", &menu, None),
            json!({"touser":"o1","msgtype":"msgmenu","msgmenu":{
                "head_content":"满意吗?","list":[{"id":"101","content":"满意"}],"tail_content":"谢谢"}})
        );
    }
}
