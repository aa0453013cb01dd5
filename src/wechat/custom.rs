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
        self.post_json("/cgi-bin/message/custom/send", &body(openid, message)).await.map(drop)
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
        let command = if typing { "Typing" } else { "CancelTyping" };
        let body = json!({ "touser": openid, "command": command });
        self.post_json("/cgi-bin/message/custom/typing", &body).await.map(drop)
    }
}

fn body(openid: &str, message: &CustomMessage) -> Value {
    let (kind, content) = match message {
        CustomMessage::Text(text) => ("text", json!({ "content": text })),
        CustomMessage::Image { media_id } => ("image", json!({ "media_id": media_id })),
        CustomMessage::News(item) => {
            let article = json!({
                "title": item.title,
                "description": item.description,
                "url": item.url,
                "picurl": item.pic_url,
            });
            ("news", json!({ "articles": [article] }))
        }
        CustomMessage::Menu(menu) => {
            let list: Vec<Value> = menu
                .entries
                .iter()
                .map(|(id, content)| json!({ "id": id, "content": content }))
                .collect();
            let menu =
                json!({ "head_content": menu.head, "list": list, "tail_content": menu.tail });
            ("msgmenu", menu)
        }
    };
    json!({ "touser": openid, "msgtype": kind, kind: content })
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
            body("o1", &menu),
            json!({"touser":"o1","msgtype":"msgmenu","msgmenu":{
                "head_content":"满意吗?","list":[{"id":"101","content":"满意"}],"tail_content":"谢谢"}})
        );
    }
}
