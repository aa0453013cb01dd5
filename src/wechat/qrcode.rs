//! QR codes that carry a scene (wechat-protocol.md §9). A scan comes back as an event.

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{CallError, Client, decode};

/// Longest scene text, in characters.
pub const SCENE_LIMIT: usize = 64;
/// Longest life of a temporary code: thirty days, in seconds.
pub const LIFE_LIMIT_SECONDS: u32 = 2_592_000;

/// How long a code works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// For this many seconds; at most [`LIFE_LIMIT_SECONDS`], longer is cut.
    Seconds(u32),
    /// For ever. There are 100 000 per account and none can be deleted.
    Permanent,
}

/// A code just made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct QrCode {
    /// For [`show_url`].
    pub ticket: String,
    /// Seconds it works; nothing for permanent ones.
    pub expire_seconds: Option<u32>,
    /// What the code says, for drawing it ourselves.
    pub url: String,
}

impl Client {
    /// Makes a code whose scans carry `scene` (1 to [`SCENE_LIMIT`] characters).
    ///
    /// # Errors
    /// [`CallError`]; 45029 when the account has used up its permanent codes.
    pub async fn create_qr_code(&self, scene: &str, life: Life) -> Result<QrCode, CallError> {
        decode(self.post_json("/cgi-bin/qrcode/create", &request(scene, life)).await?)
    }
}

/// What [`Client::create_qr_code`] sends.
pub fn request(scene: &str, life: Life) -> Value {
    let action_info = json!({ "scene": { "scene_str": scene } });
    match life {
        Life::Seconds(seconds) => json!({
            "expire_seconds": seconds.min(LIFE_LIMIT_SECONDS),
            "action_name": "QR_STR_SCENE",
            "action_info": action_info,
        }),
        Life::Permanent => {
            json!({ "action_name": "QR_LIMIT_STR_SCENE", "action_info": action_info })
        }
    }
}

/// Where WeChat shows the picture of a code; needs no token. The ticket is percent-encoded.
pub fn show_url(ticket: &str) -> String {
    let mut url = String::from("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=");
    for byte in ticket.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_ticket_is_percent_encoded() {
        assert!(super::show_url("gQ+/=a_b-").ends_with("?ticket=gQ%2B%2F%3Da_b-"));
    }
}
