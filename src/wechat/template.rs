//! Template messages and subscription notifications (wechat-protocol.md §6). What their fields may
//! contain is in [`super::template_value`].

use serde_json::{Map, Value, json};

use super::client::{CallError, Client, big};
pub use super::template_value::{ValueFault, check_value, fit_value};

/// A template message (§6.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateMessage {
    /// Which template.
    pub template_id: String,
    /// The page a tap opens; nothing opens nothing.
    pub url: Option<String>,
    /// The mini program a tap opens instead.
    pub mini_program: Option<MiniProgramPage>,
    /// Our id of this message: WeChat sends the same one to the same follower once in ten minutes.
    pub client_msg_id: Option<String>,
    /// Field names (`thing1`) and values, made fit by [`fit_value`].
    pub data: Vec<(String, String)>,
}

/// A subscription notification (§6.2); each needs one consent of the follower.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubscriptionMessage {
    /// Which template.
    pub template_id: String,
    /// The page a tap opens, on the account's registered domain.
    pub page: Option<String>,
    /// The mini program a tap opens instead.
    pub mini_program: Option<MiniProgramPage>,
    /// Field names (`thing1`) and values, made fit by [`fit_value`].
    pub data: Vec<(String, String)>,
}

/// A page of a mini program linked to the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MiniProgramPage {
    /// The mini program's AppID.
    pub app_id: String,
    /// The page and its query.
    pub path: String,
}

impl Client {
    /// Sends a template message and returns its id, under which TEMPLATESENDJOBFINISH reports.
    ///
    /// # Errors
    /// [`CallError`]; 43004 and 47003 are final for this message (§6.1).
    pub async fn send_template(
        &self,
        openid: &str,
        message: &TemplateMessage,
    ) -> Result<Option<u64>, CallError> {
        let mut body = base(openid, &message.template_id, &message.mini_program, &message.data);
        put(&mut body, "url", &message.url);
        put(&mut body, "client_msg_id", &message.client_msg_id);
        let answer = self.post_json("/cgi-bin/message/template/send", &body).await?;
        Ok(big(&answer["msgid"]))
    }

    /// Sends a subscription notification.
    ///
    /// # Errors
    /// [`CallError`]; 43101 when there is no consent left.
    pub async fn send_subscription(
        &self,
        openid: &str,
        message: &SubscriptionMessage,
    ) -> Result<(), CallError> {
        let mut body = base(openid, &message.template_id, &message.mini_program, &message.data);
        put(&mut body, "page", &message.page);
        self.post_json("/cgi-bin/message/subscribe/bizsend", &body).await.map(drop)
    }
}

fn base(
    openid: &str,
    template_id: &str,
    mini_program: &Option<MiniProgramPage>,
    data: &[(String, String)],
) -> Map<String, Value> {
    let data: Map<String, Value> =
        data.iter().map(|(key, value)| (key.clone(), json!({ "value": value }))).collect();
    let mut body = Map::new();
    body.insert("touser".to_owned(), json!(openid));
    body.insert("template_id".to_owned(), json!(template_id));
    body.insert("data".to_owned(), Value::Object(data));
    if let Some(page) = mini_program {
        let page = json!({ "appid": page.app_id, "pagepath": page.path });
        body.insert("miniprogram".to_owned(), page);
    }
    body
}

fn put(body: &mut Map<String, Value>, key: &str, value: &Option<String>) {
    if let Some(value) = value {
        body.insert(key.to_owned(), json!(value));
    }
}
