//! The own account: where one is signed in, and the password.

use askama::Template;

use crate::platform::http::shell::{Choice, Input, Shell};
use crate::platform::http::when::When;

/// One place where the person is signed in.
#[derive(Clone, Debug, Default)]
pub struct SessionRow {
    /// Id the form sends as `session`.
    pub id: String,
    /// Device in words: Chrome · Windows.
    pub device: String,
    /// When it began.
    pub since: When,
    /// When it was last used.
    pub used: When,
    /// Whether it is this very one.
    pub current: bool,
}

/// One bound WeChat.
#[derive(Clone, Debug, Default)]
pub struct WechatRow {
    /// Official account, which the form sends as `account`.
    pub account: String,
    /// Its name; empty when there is only one.
    pub name: String,
    /// Since when.
    pub bound: When,
    /// When it last signed the person in.
    pub used: Option<When>,
}

/// `/console/account`. Posts `session` to `…/account/sessions`, nothing to `…/account/sessions/others`, `current`, `fresh`, `again` to
/// `…/account/password`, `account` and `password` to `…/account/wechat`, `account` to
/// `…/account/wechat/unbind`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "account.html", config = "src/console/askama.toml")]
pub struct AccountPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// User name.
    pub username: String,
    /// Name.
    pub name: String,
    /// Role and organization in words.
    pub role: String,
    /// Last log-in before this one: time, way and device in words.
    pub last_login: Option<String>,
    /// All places.
    pub sessions: Vec<SessionRow>,
    /// Since when the second factor counts; `None` when there is none.
    pub second_since: Option<When>,
    /// Bound WeChats.
    pub wechats: Vec<WechatRow>,
    /// Official accounts in which one can still be bound.
    pub unbound: Vec<Choice>,
    /// The password that is asked for once more before that.
    pub password: Input,
    /// The present password.
    pub current: Input,
    /// The new password.
    pub fresh: Input,
    /// The new password again.
    pub again: Input,
    /// Least characters of a password.
    pub least_length: usize,
}
