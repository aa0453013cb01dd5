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

/// A one-time subscription message (§6.3): one confirmation on WeChat's page, one message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OneTimeMessage {
    /// Which template.
    pub template_id: String,
    /// The scene the follower confirmed, 0 to 10000.
    pub scene: String,
    /// Title, at most 15 characters (40062).
    pub title: String,
    /// The text, at most 200 characters.
    pub content: String,
    /// The page a tap opens.
    pub url: Option<String>,
    /// The mini program a tap opens instead.
    pub mini_program: Option<MiniProgramPage>,
}

/// Where a follower confirms one message (§6.3). `reserved`, at most 128 bytes, comes back to
/// `redirect` with `openid`, `template_id`, `action` (`confirm` or `cancel`) and `scene`.
pub fn one_time_confirm_url(
    app_id: &str,
    template_id: &str,
    scene: u16,
    redirect: &str,
    reserved: &str,
) -> Option<String> {
    if scene > 10_000 || reserved.len() > 128 {
        return None;
    }
    let mut url = reqwest::Url::parse("https://mp.weixin.qq.com/mp/subscribemsg").ok()?;
    url.query_pairs_mut()
        .append_pair("action", "get_confirm")
        .append_pair("appid", app_id)
        .append_pair("scene", &scene.to_string())
        .append_pair("template_id", template_id)
        .append_pair("redirect_url", redirect)
        .append_pair("reserved", reserved);
    url.set_fragment(Some("wechat_redirect"));
    Some(url.into())
}

impl TemplateMessage {
    /// The body of the call.
    pub fn request(&self, openid: &str) -> Value {
        let data = values(&self.data);
        let mut body = base(openid, &self.template_id, &self.mini_program, data);
        put(&mut body, "url", &self.url);
        put(&mut body, "client_msg_id", &self.client_msg_id);
        Value::Object(body)
    }
}

impl SubscriptionMessage {
    /// The body of the call.
    pub fn request(&self, openid: &str) -> Value {
        let data = values(&self.data);
        let mut body = base(openid, &self.template_id, &self.mini_program, data);
        put(&mut body, "page", &self.page);
        Value::Object(body)
    }
}

impl OneTimeMessage {
    /// The body of the call.
    pub fn request(&self, openid: &str) -> Value {
        let data = values(&[("content".to_owned(), self.content.clone())]);
        let mut body = base(openid, &self.template_id, &self.mini_program, data);
        put(&mut body, "url", &self.url);
        body.insert("scene".to_owned(), json!(self.scene));
        body.insert("title".to_owned(), json!(self.title));
        Value::Object(body)
    }
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
        let body = message.request(openid);
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
        let body = message.request(openid);
        self.post_json("/cgi-bin/message/subscribe/bizsend", &body).await.map(drop)
    }

    /// Sends the one message a follower confirmed.
    ///
    /// # Errors
    /// [`CallError`]; 40062 when the title is too long, 43101 without a confirmation.
    pub async fn send_one_time(
        &self,
        openid: &str,
        message: &OneTimeMessage,
    ) -> Result<(), CallError> {
        let body = message.request(openid);
        self.post_json("/cgi-bin/message/template/subscribe", &body).await.map(drop)
    }
}

fn values(data: &[(String, String)]) -> Value {
    data.iter().map(|(key, value)| (key.clone(), json!({ "value": value }))).collect()
}

fn base(
    openid: &str,
    template_id: &str,
    mini_program: &Option<MiniProgramPage>,
    data: Value,
) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("touser".to_owned(), json!(openid));
    body.insert("template_id".to_owned(), json!(template_id));
    body.insert("data".to_owned(), data);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_a_confirmation_carries_everything_escaped_and_within_its_limits() {
        let url = one_time_confirm_url("wx1", "T", 837, "https://ex.cn/c?a=1&b=2", "状态");
        let url = url.unwrap_or_default();
        assert!(url.contains("redirect_url=https%3A%2F%2Fex.cn%2Fc%3Fa%3D1%26b%3D2&"), "{url}");
        assert!(url.ends_with("#wechat_redirect"), "{url}");
        assert_eq!(one_time_confirm_url("wx1", "T", 10_001, "https://ex.cn", ""), None);
        assert_eq!(one_time_confirm_url("wx1", "T", 1, "https://ex.cn", &"r".repeat(129)), None);
    }
}
