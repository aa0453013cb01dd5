//! Who opened a page: web authorization (网页授权, wechat-protocol.md §11.1), for verified 服务号.
//!
//! The browser goes to [`authorize_url`] and comes back with a code; [`Client::web_user`] turns the
//! code into an openid. A code works once and for five minutes. The tokens of this family are about
//! one person and have nothing to do with the account's access token.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use super::client::{CallError, Client, decode, integer, lacking};
use crate::platform::http::shell::href;
use crate::platform::secrets::Secret;

/// What the person is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The openid alone, without a question to the person.
    Base,
    /// Nickname and picture too; the person is asked, so only after a tap of theirs.
    UserInfo,
}

impl Scope {
    fn name(self) -> &'static str {
        match self {
            Scope::Base => "snsapi_base",
            Scope::UserInfo => "snsapi_userinfo",
        }
    }
}

/// Where a browser inside WeChat is sent to be recognized. `base` is where WeChat's pages are
/// (`https://open.weixin.qq.com`), `redirect_uri` comes back with `code` and `state` added;
/// `state` is at most 128 letters and digits. WeChat wants the parameters in this order.
pub fn authorize_url(
    base: &str,
    app_id: &str,
    redirect_uri: &str,
    scope: Scope,
    state: &str,
) -> String {
    let query = [
        ("appid", app_id),
        ("redirect_uri", redirect_uri),
        ("response_type", "code"),
        ("scope", scope.name()),
        ("state", state),
    ];
    let path = format!("{}/connect/oauth2/authorize", base.trim_end_matches('/'));
    format!("{}#wechat_redirect", href(&path, &query))
}

/// A person who has come back with a code. Printing it shows nothing of the person.
#[derive(Clone)]
pub struct WebUser {
    /// Their id at the account.
    pub openid: String,
    /// Whether the page runs as a snapshot (快照页) with an invented openid: not a real person,
    /// never to be remembered.
    pub is_virtual: bool,
    /// Their id across the accounts of one owner, when WeChat gives it.
    pub union_id: Option<String>,
    /// For [`Client::web_profile`]; valid for [`WebUser::expires_in`].
    pub access_token: Secret,
    /// For [`Client::refresh_web_user`]; valid for 30 days.
    pub refresh_token: Secret,
    /// Seconds.
    pub expires_in: u64,
    /// What was granted, as WeChat names it.
    pub scope: String,
}

impl fmt::Debug for WebUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebUser").field("is_virtual", &self.is_virtual).finish_non_exhaustive()
    }
}

impl WebUser {
    /// Reads the answer of `/sns/oauth2/access_token` or `/sns/oauth2/refresh_token`.
    ///
    /// # Errors
    /// [`CallError::Unreadable`] without an openid.
    pub fn read(value: &Value) -> Result<Self, CallError> {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let openid = text("openid");
        if openid.is_empty() {
            return Err(lacking());
        }
        let mark = &value["is_snapshotuser"];
        Ok(Self {
            openid,
            is_virtual: mark.as_bool().unwrap_or_else(|| integer(mark).is_some_and(|n| n != 0)),
            union_id: Some(text("unionid")).filter(|id| !id.is_empty()),
            access_token: Secret::from(text("access_token")),
            refresh_token: Secret::from(text("refresh_token")),
            expires_in: value["expires_in"].as_u64().unwrap_or_default(),
            scope: text("scope"),
        })
    }
}

/// What a person who agreed shows of themselves. Sex and region have been empty since 2021.
#[derive(Clone, Deserialize)]
pub struct WebProfile {
    /// Their id at the account.
    pub openid: String,
    /// As they call themselves.
    pub nickname: String,
    /// Address of the picture; dies when the picture is changed.
    #[serde(default, rename = "headimgurl")]
    pub picture: String,
    /// Their id across the accounts of one owner.
    #[serde(default, rename = "unionid")]
    pub union_id: Option<String>,
}

impl fmt::Debug for WebProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebProfile(..)")
    }
}

impl Client {
    /// Who came back with `code`.
    ///
    /// # Errors
    /// [`CallError`]; 40029, 40163 and 42003 are about the code: the person opens the page anew.
    pub async fn web_user(&self, code: &str) -> Result<WebUser, CallError> {
        let credentials = self.credentials();
        let query = [
            ("appid", credentials.app_id.as_str()),
            ("secret", credentials.app_secret.expose()),
            ("code", code),
            ("grant_type", "authorization_code"),
        ];
        WebUser::read(&self.get_bare("/sns/oauth2/access_token", &query).await?)
    }

    /// New tokens for the same person.
    ///
    /// # Errors
    /// [`CallError`]; 40030 and 42002 when the person must authorize anew.
    pub async fn refresh_web_user(&self, refresh_token: &Secret) -> Result<WebUser, CallError> {
        let query = [
            ("appid", self.app_id()),
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.reveal()),
        ];
        WebUser::read(&self.get_bare("/sns/oauth2/refresh_token", &query).await?)
    }

    /// Nickname and picture of a person who agreed to [`Scope::UserInfo`].
    ///
    /// # Errors
    /// [`CallError`]; 48001 with [`Scope::Base`].
    pub async fn web_profile(&self, user: &WebUser) -> Result<WebProfile, CallError> {
        let query = [
            ("access_token", user.access_token.reveal()),
            ("openid", user.openid.as_str()),
            ("lang", "zh_CN"),
        ];
        decode(self.get_bare("/sns/userinfo", &query).await?)
    }

    /// Asks WeChat whether the person's token still holds.
    ///
    /// # Errors
    /// [`CallError`]; 40003 when it does not.
    pub async fn check_web_user(&self, user: &WebUser) -> Result<(), CallError> {
        let query =
            [("access_token", user.access_token.reveal()), ("openid", user.openid.as_str())];
        self.get_bare("/sns/auth", &query).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_address_keeps_wechats_order_and_ends_in_its_fragment() {
        let back = "https://pufa.example/c/entered?account=main&next=/c/inquiries";
        assert_eq!(
            authorize_url("https://open.weixin.qq.com/", "wx1", back, Scope::Base, "ab12"),
            "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1&redirect_uri=https%3A%2F%2Fpufa.example%2Fc%2Fentered%3Faccount%3Dmain%26next%3D%2Fc%2Finquiries&response_type=code&scope=snsapi_base&state=ab12#wechat_redirect"
        );
    }

    #[test]
    fn a_snapshot_is_seen_however_it_is_marked_and_nobody_is_printed() {
        for (mark, seen) in [(json!(1), true), (json!("1"), true), (json!(true), true)]
            .into_iter()
            .chain([(json!(0), false), (json!(null), false), (json!(false), false)])
        {
            let user = WebUser::read(&json!({"openid": "oSECRET", "is_snapshotuser": mark}));
            let user = user.unwrap();
            assert_eq!(user.is_virtual, seen);
            assert!(!format!("{user:?}").contains("SECRET"));
        }
        assert!(WebUser::read(&json!({"access_token": "t"})).is_err());
    }
}
