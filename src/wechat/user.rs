//! Followers (wechat-protocol.md §10). Since the end of 2021 WeChat gives neither nickname nor
//! region, so there is none here.

use serde::{Deserialize, Deserializer};

use super::client::{CallError, Client, decode};

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
    /// Scene of the QR code they came by.
    pub qr_scene_str: Option<String>,
    /// The name operators gave them.
    pub remark: Option<String>,
    /// Their tags.
    #[serde(default)]
    pub tagid_list: Vec<i64>,
}

/// A page of the list of followers.
#[derive(Clone, PartialEq, Eq)]
pub struct FollowerPage {
    /// Followers in all.
    pub total: u64,
    /// At most 10 000.
    pub openids: Vec<String>,
    /// Where the next page begins; nothing on the last one.
    pub next: Option<String>,
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

    /// A page of the followers, from the beginning or from `next` of the page before. WeChat allows
    /// 500 such calls a day.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn followers(&self, next: Option<&str>) -> Result<FollowerPage, CallError> {
        let query = next.map(|next| ("next_openid", next));
        let page = self.get_json("/cgi-bin/user/get", query.as_slice()).await?;
        decode(page).map(follower_page)
    }
}

#[derive(Deserialize)]
struct RawPage {
    total: u64,
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

fn follower_page(raw: RawPage) -> FollowerPage {
    let last = raw.count == 0 || raw.next_openid.is_empty();
    FollowerPage {
        total: raw.total,
        openids: raw.data.openid,
        next: (!last).then_some(raw.next_openid),
    }
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    i64::deserialize(deserializer).map(|value| value != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_last_page_has_no_data_and_no_next() {
        let page = follower_page(
            serde_json::from_value(json!({"total": 2, "count": 0, "next_openid": ""})).unwrap(),
        );
        assert_eq!((page.total, page.openids.len(), page.next), (2, 0, None));
        let page = json!({"total":2,"count":2,"data":{"openid":["a","b"]},"next_openid":"b"});
        let page = follower_page(serde_json::from_value(page).unwrap());
        assert_eq!((page.openids.len(), page.next.as_deref()), (2, Some("b")));
    }

    #[test]
    fn somebody_who_does_not_follow_has_only_an_openid() {
        let info: UserInfo = serde_json::from_value(json!({"subscribe":0,"openid":"o"})).unwrap();
        assert!(!info.follows && info.tagid_list.is_empty());
    }
}
