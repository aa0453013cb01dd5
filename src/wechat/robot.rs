//! Robots in WeCom groups (企业微信群机器人): a text goes to the group whose key is known.
//!
//! The key alone lets anybody write to the group, so it is a secret like a token. WeCom takes 20
//! messages a minute from a robot, a text of at most 2048 bytes.

use std::sync::Arc;

use anyhow::Context;
use serde_json::{Value, json};

use super::client::CallError;
use super::errcode::{Action, Meaning};
use super::http::{Body, Call, Http};
use super::split::split_text;

/// Longest text of one message, in bytes of UTF-8.
const TEXT_LIMIT_BYTES: usize = 2048;

/// Calls robots; clones share connections.
#[derive(Clone)]
pub struct Robot(Arc<Http>);

impl Robot {
    /// Prepares calls to `base_url`; no other host is ever asked.
    ///
    /// # Errors
    /// When it is no http(s) URL.
    pub fn new(base_url: &str) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Http::new(base_url).context("alerts.robot_base_url")?)))
    }

    /// Sends a text to the group of `key`; a text that is too long is cut.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn send(&self, key: &str, text: &str) -> Result<(), CallError> {
        let text = split_text(text, TEXT_LIMIT_BYTES).into_iter().next().unwrap_or_default();
        let message = json!({ "msgtype": "text", "text": { "content": text } });
        let body = serde_json::to_vec(&message).map_err(|e| CallError::NotSent(e.to_string()))?;
        let query = [("key", key)];
        let call = Call { path: "/cgi-bin/webhook/send", query: &query, body: Body::Json(body) };
        let answer = self.0.send(&call, None).await?;
        let json: Value = serde_json::from_slice(&answer.bytes)
            .map_err(|_| CallError::Unreadable("the answer is not JSON".to_owned()))?;
        match json.get("errcode").and_then(Value::as_i64) {
            Some(0) => Ok(()),
            Some(errcode) => {
                let meaning = meaning(errcode);
                Err(CallError::Refused { errcode, meaning, rid: None, ip: None })
            }
            None => Err(CallError::Unreadable("the answer has no errcode".to_owned())),
        }
    }
}

/// What a robot's refusal means; its codes are WeCom's, not those of official accounts.
fn meaning(code: i64) -> Meaning {
    let (meaning, operator_hint, action) = match code {
        45009 => (
            "too many messages in a minute",
            "群机器人一分钟最多发 20 条，稍后自动重试。",
            Action::WaitSeconds(60),
        ),
        -1 => ("WeCom is busy", "企业微信系统繁忙，稍后自动重试。", Action::Retry),
        93000 | 93004 | 93008 => (
            "no such robot in the group",
            "企业微信说没有这个群机器人，可能已被移出群。请在群里重新添加机器人，把新的地址保存到“群提醒”。",
            Action::TellOperator,
        ),
        _ => (
            "refused by WeCom",
            "企业微信没有接受这条消息。请在群里检查机器人，必要时重新添加并保存新的地址。",
            Action::GiveUp,
        ),
    };
    Meaning { code, meaning, operator_hint, action }
}
