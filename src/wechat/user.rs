//! Followers (wechat-protocol.md §10). Since the end of 2021 WeChat gives neither nickname nor
//! region, so there is none here.

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::client::{CallError, Client, decode};

/// Users that one [`Client::user_infos`] asks about.
pub const INFO_LIMIT: usize = 100;
/// Users that one [`Client::moved_openids`] asks about.
pub const MOVE_LIMIT: usize = 100;
/// Longest remark, in bytes of UTF-8.
pub const REMARK_LIMIT_BYTES: usize = 29;

/// What WeChat tells about a user.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct UserInfo {
    /// Whether they follow; if not, everything but the openid is empty.
    #[serde(rename = "subscribe", deserialize_with = "flag")]
    pub follows: bool,
    /// The user, for this account.
    pub openid: String,
    /// The user, for all accounts of one open-platform account.
    pub unionid: Option<String>,
    /// Since when, in seconds since the epoch.
    pub subscribe_time: Option<i64>,
    /// How they found the account, as WeChat codes it (`ADD_SCENE_QR_CODE`).
    pub subscribe_scene: Option<String>,
    /// Scene of the QR code they came by, when it is a text.
    pub qr_scene_str: Option<String>,
    /// Scene of the QR code they came by, when it is a number; 0 when it is none.
    #[serde(default)]
    pub qr_scene: i64,
    /// The name operators gave them.
    pub remark: Option<String>,
    /// Their tags.
    #[serde(default)]
    pub tagid_list: Vec<i64>,
}

impl UserInfo {
    /// Somebody who does not follow, of whom WeChat tells nothing.
    pub fn stranger(openid: &str) -> Self {
        Self {
            follows: false,
            openid: openid.to_owned(),
            unionid: None,
            subscribe_time: None,
            subscribe_scene: None,
            qr_scene_str: None,
            qr_scene: 0,
            remark: None,
            tagid_list: Vec::new(),
        }
    }
}

/// A page of a list of users.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenidPage {
    /// Users on all pages; nothing where WeChat does not say (users of a tag).
    pub total: Option<u64>,
    /// At most 10 000.
    pub openids: Vec<String>,
    /// Where the next page begins; nothing on the last one.
    pub next: Option<String>,
}

/// What became of one openid when an account moved to another subject.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct MovedOpenid {
    /// The user, for the former account.
    #[serde(rename = "ori_openid")]
    pub former: String,
    /// The user, for this account; nothing when they did not come along.
    #[serde(rename = "new_openid")]
    pub present: Option<String>,
}

impl Client {
    /// What WeChat tells about `openid`.
    ///
    /// # Errors
    /// [`CallError`]; 40003 when the openid is none of this account's.
    pub async fn user_info(&self, openid: &str) -> Result<UserInfo, CallError> {
        let query = [("openid", openid), ("lang", "zh_CN")];
        decode(self.get_json("/cgi-bin/user/info", &query).await?)
    }

    /// What WeChat tells about up to [`INFO_LIMIT`] users.
    ///
    /// # Errors
    /// [`CallError`]; 40003 when one of them is none of this account's.
    pub async fn user_infos(&self, openids: &[String]) -> Result<Vec<UserInfo>, CallError> {
        at_most(openids, INFO_LIMIT)?;
        let user = |openid: &String| json!({ "openid": openid, "lang": "zh_CN" });
        let body = json!({ "user_list": openids.iter().map(user).collect::<Vec<_>>() });
        let mut answer = self.post_json("/cgi-bin/user/info/batchget", &body).await?;
        decode(answer["user_info_list"].take())
    }

    /// Gives a user a name that only the account's operators see, at most
    /// [`REMARK_LIMIT_BYTES`]; empty takes it away.
    ///
    /// # Errors
    /// [`CallError`]; 40092 when the name does not suit WeChat.
    pub async fn set_remark(&self, openid: &str, remark: &str) -> Result<(), CallError> {
        let body = json!({ "openid": openid, "remark": remark });
        self.post_json("/cgi-bin/user/info/updateremark", &body).await.map(drop)
    }

    /// A page of the followers, from the beginning or from `next` of the page before. WeChat allows
    /// 500 such calls a day.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn followers(&self, next: Option<&str>) -> Result<OpenidPage, CallError> {
        let query = next.map(|next| ("next_openid", next));
        openid_page(self.get_json("/cgi-bin/user/get", query.as_slice()).await?)
    }

    /// The openids of users who came along when the account `from_app_id` became this one; at most
    /// [`MOVE_LIMIT`] a call.
    ///
    /// # Errors
    /// [`CallError`]; 63178, 63182 and 63183 when there was no such move.
    pub async fn moved_openids(
        &self,
        from_app_id: &str,
        openids: &[String],
    ) -> Result<Vec<MovedOpenid>, CallError> {
        at_most(openids, MOVE_LIMIT)?;
        let body = json!({ "from_appid": from_app_id, "openid_list": openids });
        let mut answer = self.post_json("/cgi-bin/changeopenid", &body).await?;
        decode(answer["result_list"].take())
    }
}

/// A list that WeChat would refuse for its length is not sent.
pub(super) fn at_most(openids: &[String], limit: usize) -> Result<(), CallError> {
    if (1..=limit).contains(&openids.len()) {
        return Ok(());
    }
    Err(CallError::NotSent(format!("{} users in a call for 1 to {limit}", openids.len())))
}

#[derive(Deserialize)]
struct RawPage {
    total: Option<u64>,
    count: u64,
    /// Missing when `count` is 0.
    #[serde(default)]
    data: RawData,
    #[serde(default)]
    next_openid: String,
}

#[derive(Default, Deserialize)]
struct RawData {
    #[serde(default)]
    openid: Vec<String>,
}

/// Reads a page of any of the lists of users.
pub(super) fn openid_page(answer: Value) -> Result<OpenidPage, CallError> {
    let raw: RawPage = decode(answer)?;
    let last = raw.count == 0 || raw.next_openid.is_empty();
    Ok(OpenidPage {
        total: raw.total,
        openids: raw.data.openid,
        next: (!last).then_some(raw.next_openid),
    })
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    i64::deserialize(deserializer).map(|value| value != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_has_no_data_and_no_next() {
        let page = openid_page(json!({"total": 2, "count": 0, "next_openid": ""})).unwrap();
        assert_eq!((page.total, page.openids.len(), page.next), (Some(2), 0, None));
        let page = json!({"total":2,"count":2,"data":{"openid":["a","b"]},"next_openid":"b"});
        let page = openid_page(page).unwrap();
        assert_eq!((page.openids.len(), page.next.as_deref()), (2, Some("b")));
    }

    #[test]
    fn a_list_that_is_too_long_is_not_sent() {
        let many = vec!["o".to_owned(); 3];
        assert!(at_most(&many, 3).is_ok() && at_most(&many, 2).is_err());
        assert!(at_most(&[], 3).is_err());
    }

    #[test]
    fn somebody_who_does_not_follow_has_only_an_openid() {
        let info: UserInfo = serde_json::from_value(json!({"subscribe":0,"openid":"o"})).unwrap();
        assert!(!info.follows && info.tagid_list.is_empty());
    }
}
