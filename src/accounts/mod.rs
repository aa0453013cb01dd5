//! How our official accounts stand with WeChat: shared tokens, counted calls, self-checks, WeChat's
//! own figures, and messages that WeChat counted but that never reached us.
//!
//! [`Accounts`] is the one place to get a client for an account: it shares its token with the other
//! processes through the database and writes every call into the books ([`actions::books`]).
//! [`actions::checkup`] asks WeChat how an account stands, [`jobs`] does so every hour and collects
//! figures every morning, [`rules`] puts it into words with cause and remedy.
//!
//! Refuses to know: inquiries, citizens.

pub mod actions;
pub mod jobs;
pub mod rules;
pub mod store;
pub mod views;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::platform::clock::{Clock, Entropy, Moment};
use crate::platform::config::Config;
use crate::platform::db::Db;
use crate::text_enum;
use crate::wechat::client::{AppSecret, Client, Credentials};

use actions::books::Book;

text_enum!(
    /// How a checked thing stands.
    Verdict {
        /// Does not work.
        Broken = "broken", "不正常";
        /// Works, needs a look soon.
        Watch = "watch", "需要留意";
        /// Not known.
        Unknown = "unknown", "未知";
        /// As it should be.
        Good = "good", "正常";
    }
);

text_enum!(
    /// What a self-check looks at.
    Check {
        /// Whether WeChat accepts AppID, AppSecret and our address.
        Token = "token", "账号密钥与 IP 白名单";
        /// Whether the account is verified (认证), which most APIs need.
        Verified = "verified", "微信认证";
        /// Which APIs answer.
        Apis = "apis", "接口权限";
        /// Whether WeChat reaches our server.
        Callback = "callback", "微信访问本系统";
        /// Where WeChat's API and pushes are.
        Addresses = "addresses", "微信服务器地址";
        /// How much of today's calls is left.
        Quota = "quota", "今日接口额度";
        /// Whether our clock and WeChat's agree.
        Clock = "clock", "时钟";
    }
);

/// What a self-check found about one thing.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Finding {
    /// What was looked at.
    #[sqlx(rename = "name")]
    pub check: Check,
    /// How it stands.
    pub verdict: Verdict,
    /// What was seen, for people.
    pub seen: String,
    /// The cause; empty when it is good.
    pub why: String,
    /// The remedy; empty when nothing is to be done.
    pub todo: String,
    /// When.
    pub at: Moment,
}

/// The configured official accounts; cheap to clone.
#[derive(Clone, Default)]
pub struct Accounts(Arc<BTreeMap<String, Account>>);

struct Account {
    client: Client,
    book: Option<Arc<Book>>,
}

impl Accounts {
    /// Prepares a client for every configured account. With a database, processes share tokens and
    /// calls are counted; without one (`pufa doctor` before the first migration) each is alone.
    ///
    /// # Errors
    /// When the API's address cannot be used.
    pub fn open(
        config: &Config,
        db: Option<&Db>,
        clock: &Clock,
        entropy: &Entropy,
    ) -> anyhow::Result<Self> {
        let holder = entropy.id_at(clock.now()).to_string();
        let base = &config.wechat.api_base_url;
        let mut accounts = BTreeMap::new();
        for (id, account) in &config.wechat.accounts {
            let secret = account.app_secret.reveal();
            let credentials =
                Credentials { app_id: account.app_id.clone(), app_secret: AppSecret::from(secret) };
            let book = db.map(|db| Arc::new(Book::new(id, account, db.clone(), entropy.clone())));
            let client = match &book {
                Some(book) => {
                    Client::kept(base, credentials, clock.clone(), &holder, book.clone())?
                }
                None => Client::new(base, credentials, clock.clone())?,
            };
            accounts.insert(id.clone(), Account { client, book });
        }
        Ok(Self(Arc::new(accounts)))
    }

    /// The client of one account; nothing when it is not configured.
    pub fn client(&self, id: &str) -> Option<&Client> {
        self.0.get(id).map(|account| &account.client)
    }

    /// Every account with its client, in the order of their ids.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Client)> {
        self.0.iter().map(|(id, account)| (id.as_str(), &account.client))
    }

    fn books(&self) -> impl Iterator<Item = &Arc<Book>> {
        self.0.values().filter_map(|account| account.book.as_ref())
    }
}
