//! The stand-in for WeChat, used by the demo, by tests and for training people.
//!
//! It plays the two roles of the platform over real HTTP and remembers what it did:
//!
//! * **API side** – answers `/cgi-bin/…` as `api.weixin.qq.com` would, with the token rules of
//!   wechat-protocol.md §4.1, the 48-hour / one-minute allowances of §5.1, menu and QR-code limits
//!   and the error codes of §15. One file per family under [`api`].
//! * **Push side** – sends signed and, by mode, encrypted pushes to an account's `push_url`, waits
//!   five seconds, tries three times, and reads the reply as strictly as a phone would (§1, §2.7, §3).
//!
//! Around them stand a simulated phone (a web page at `/`), programmable [`Faults`] and an
//! append-only [`ledger`](Simulator::ledger): the oracle that tells a test what WeChat really took.
//!
//! It knows nothing of inquiries, organizations or the database. It is never part of a production
//! installation.
//!
//! # Control endpoints (JSON, used by the phone page and by scripts)
//!
//! | call | body | answer |
//! |---|---|---|
//! | `GET /sim/state?chats=a,b` | – | clock, accounts with menus, citizens, chats of the named ones |
//! | `GET /sim/events` | – | server-sent events; `data` is a version number that grows with every change |
//! | `GET /sim/ledger` | – | the ledger, one JSON object a line |
//! | `GET`, `POST`, `DELETE /sim/faults` | see [`faults`] | the faults still waiting |
//! | `POST /sim/clock` | `{"advance_seconds":n}` | the new time |
//! | `POST /sim/tokens/expire` | – | every access token is void from now on |
//! | `POST /sim/tokens/foreign` | – | another program forces new tokens: ours are invalid |
//! | `POST /sim/citizens` | `{"nickname","account"?,"following"?}` | `{"openid"}` |
//! | `POST /sim/crowd` | `{"size","account"?,"left"?}`, `left` the numbers of those who follow no longer | `{}` |
//! | `POST /sim/citizens/{openid}/follow` | `{"scene"?}` | a [`PushOutcome`] |
//! | `…/unfollow` | `{}` | 〃 |
//! | `…/scan` | `{"scene"}` | 〃 |
//! | `…/text` | `{"content"}` | 〃 |
//! | `…/voice` | `{"recognition"?}` | 〃 |
//! | `…/image` | `{"picture"?}`, one of the names in `GET /sim/state` | 〃 |
//! | `…/location` | `{"lat","lon","label"}` | 〃 |
//! | `…/menu` | `{"key"}` or `{"url"}` | 〃 |
//! | `…/link` | `{"content","menu_id"}` | 〃 |
//! | `…/subscribe` | `{"key","accept"?}`, a subscription template and the choice (yes) | 〃 |
//! | `…/unsubscribe` | `{"key"}`, taken back in the settings | 〃 |
//! | `…/preview` | `{"buttons"?}`, a menu for this phone only; without it the account's again | 〃 |
//! | `…/confirm` | `{"key","scene"}`, one message of a template (§6.3) | 〃 |
//! | `…/refuse` | `{"accept"?}`, from now on no notices, or all of them again | 〃 |
//! | `…/push` | `{"xml"}` | 〃, sends the XML as it is |
//!
//! `POST /sim/mass` takes `{"account","protected"?,"verdict"?,"confirm"?}`: whether the
//! administrator must confirm mass sends to everybody, what the next one comes to, and the
//! administrator's word on the one that waits.
//!
//! Gestures answer when the push has been answered. With `?later=1` they answer at once with
//! `{}` and the result appears in the chat.
//!
//! # Why
//! 2025-11: pushes use hyper's connection directly instead of the shared HTTP client. WeChat opens
//! a fresh connection for each try and cuts it after five seconds; that is what servers must
//! survive, and a pooled client hides it. Only `http://` push addresses are served, since the
//! stand-in talks to the same machine.

mod allowance;
mod api;
mod chat;
mod control;
mod crowd;
pub mod faults;
mod gestures;
mod ledger;
mod phone;
mod pictures;
mod push;
mod reply;
mod world;
mod xml;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::platform::clock::{Clock, Entropy, Moment};
use crate::platform::config::AccountKind;

pub use allowance::Trigger;
pub use api::template_library::{ANSWERED_NOTICE, ANSWERED_TEMPLATE};
pub use chat::{Bubble, BubbleBody, MenuItem, NewsArticle, Side, TemplateRow, Via};
pub use faults::{ApiFault, Faults, PushFault};
pub use ledger::LedgerEntry;
pub use push::PushOutcome;

use crowd::Crowd;
use ledger::Ledger;
use world::World;

/// How pushes travel (wechat-protocol.md §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushMode {
    /// 明文: plain XML, only `signature`.
    Plain,
    /// 兼容: plain fields and `<Encrypt>` side by side; the reply may be either.
    Compatible,
    /// 安全: `<Encrypt>` only; a reply with content must be encrypted.
    Safe,
}

/// One official account as the WeChat console would know it.
#[derive(Clone, Debug)]
pub struct SimulatedAccount {
    /// Short name of the account: the path segment in `/wechat/{id}`.
    pub id: String,
    /// Original id, `gh_…`.
    pub original_id: String,
    /// AppID, `wx…`.
    pub app_id: String,
    /// AppSecret that `/cgi-bin/token` asks for.
    pub app_secret: String,
    /// Token of the server configuration, used for signatures.
    pub token: String,
    /// EncodingAESKey, 43 characters; unused in [`PushMode::Plain`].
    pub encoding_aes_key: String,
    /// How pushes travel.
    pub mode: PushMode,
    /// What sort of account it is; decides how often it may send to the masses.
    pub kind: AccountKind,
    /// Display name on the phone.
    pub name: String,
    /// Where pushes go, `http://127.0.0.1:8080/wechat/main`.
    pub push_url: String,
}

/// What a [`Simulator`] is made of.
pub struct Options {
    /// The accounts it serves; citizens belong to the first one unless said otherwise.
    pub accounts: Vec<SimulatedAccount>,
    /// The clock that windows and `CreateTime` follow.
    pub clock: Clock,
    /// Whether the server under test runs on the same clock. If not, push signatures and token
    /// lifetimes follow the operating system, so that the server does not refuse them as stale.
    pub clock_is_shared: bool,
    /// Source of tokens, nonces and ids.
    pub entropy: Entropy,
    /// Scene strings of station QR codes with the station's name, offered by the phone page.
    pub demo_scenes: Vec<(String, String)>,
    /// Address of the staff console; linked from the phone page.
    pub console_url: Option<String>,
    /// Address of the public pages; linked from the phone page.
    pub public_url: Option<String>,
}

/// How long a push may take and how soon it is repeated; real time.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A try is dropped after this time. WeChat: five seconds.
    pub limit: Duration,
    /// Pause before the next try. WeChat: none worth mentioning.
    pub pause: Duration,
    /// Tries in all. WeChat: three.
    pub tries: u8,
}

impl Default for Patience {
    fn default() -> Self {
        Self { limit: Duration::from_secs(5), pause: Duration::ZERO, tries: 3 }
    }
}

/// Handle on the stand-in; clones share one world.
#[derive(Clone)]
pub struct Simulator(Arc<Inner>);

struct Inner {
    clock: Clock,
    wire_clock: Clock,
    entropy: Entropy,
    demo_scenes: Vec<(String, String)>,
    console_url: Option<String>,
    public_url: Option<String>,
    world: Mutex<World>,
    ledger: Ledger,
    faults: Faults,
    patience: Mutex<Patience>,
    /// Version number of everything the phone page shows.
    changed: watch::Sender<u64>,
    /// Number of pushes that have come to an end; a reordered push waits for it to grow.
    pushed: watch::Sender<u64>,
}

impl Simulator {
    /// Builds the stand-in with three invented citizens who do not follow yet.
    pub fn new(options: Options) -> Self {
        let wire_clock =
            if options.clock_is_shared { options.clock.clone() } else { Clock::system() };
        let simulator = Self(Arc::new(Inner {
            world: Mutex::new(World::new(options.accounts)),
            clock: options.clock,
            wire_clock,
            entropy: options.entropy,
            demo_scenes: options.demo_scenes,
            console_url: options.console_url,
            public_url: options.public_url,
            ledger: Ledger::default(),
            faults: Faults::default(),
            patience: Mutex::default(),
            changed: watch::channel(0).0,
            pushed: watch::channel(0).0,
        }));
        for nickname in ["小周 外卖骑手", "吴阿姨", "小林"] {
            let openid = simulator.world().invent_openid();
            simulator.add_citizen(&openid, nickname, false);
        }
        simulator
    }

    /// Everything it answers: WeChat's API, the phone page and the control endpoints.
    pub fn router(&self) -> axum::Router {
        api::router(self).merge(phone::router(self)).merge(control::router(self))
    }

    /// Adds a citizen of the first account, or renames one; `following` takes effect without a
    /// push. The allowances stay closed: a follower who was there before has said nothing lately.
    pub fn add_citizen(&self, openid: &str, nickname: &str, following: bool) {
        let now = self.now();
        self.world().put_citizen(openid, nickname, 0, following, now);
        self.touch();
    }

    /// The same for the account `id`; does nothing when there is no such account.
    pub fn add_citizen_of(&self, id: &str, openid: &str, nickname: &str, following: bool) {
        let now = self.now();
        let mut world = self.world();
        let account = world.accounts.iter().position(|account| account.config.id == id);
        if let Some(account) = account {
            world.put_citizen(openid, nickname, account, following, now);
        }
        drop(world);
        self.touch();
    }

    /// Gives an account `size` followers without telephones, numbered from 1, of whom those in `left`
    /// follow no longer; unknown accounts are ignored. No push is sent.
    pub fn set_crowd(&self, account: &str, size: u64, left: impl IntoIterator<Item = u64>) {
        let mut world = self.world();
        if let Some(found) = world.accounts.iter_mut().find(|a| a.config.id == account) {
            found.crowd = Crowd { size, left: left.into_iter().collect() };
        }
    }

    /// What the API took and refused so far, oldest first.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.0.ledger.entries()
    }

    /// The programmable faults.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// What the citizen's phone shows, oldest first; empty for an unknown citizen.
    pub fn chat(&self, openid: &str) -> Vec<Bubble> {
        self.world()
            .citizen(openid)
            .map(|c| c.bubbles.iter().cloned().collect())
            .unwrap_or_default()
    }

    /// Makes every access token issued so far expire now: calls with one get 42001.
    pub fn expire_tokens(&self) {
        let now = self.wire_now();
        self.world().accounts.iter_mut().for_each(|account| account.tokens.expire_all(now));
    }

    /// Sends the pushes of one account elsewhere from now on; unknown accounts are ignored.
    pub fn set_push_url(&self, account: &str, push_url: &str) {
        let mut world = self.world();
        if let Some(found) = world.accounts.iter_mut().find(|a| a.config.id == account) {
            found.config.push_url = push_url.to_owned();
        }
    }

    /// Keeps a file as if somebody had uploaded it just now, whatever it is, and gives its media id.
    pub fn keep_file(&self, content_type: &'static str, name: &str, bytes: &[u8]) -> String {
        let media = world::Media {
            content_type,
            file_name: name.to_owned(),
            bytes: bytes.to_vec(),
            created_at: self.now(),
            is_video: content_type.starts_with("video/"),
        };
        self.world().keep_media(media, &self.0.entropy)
    }

    /// Changes how long a push may take and how often it is tried.
    pub fn set_patience(&self, patience: Patience) {
        *self.0.patience.lock().unwrap_or_else(PoisonError::into_inner) = patience;
    }

    fn patience(&self) -> Patience {
        *self.0.patience.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time that citizens live in.
    fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// Time that the server under test lives in.
    fn wire_now(&self) -> Moment {
        self.0.wire_clock.now()
    }

    /// Tells the phone pages that something changed.
    fn touch(&self) {
        self.0.changed.send_modify(|version| *version += 1);
    }

    /// Adds a bubble to a citizen's chat; does nothing for an unknown citizen.
    fn show(&self, openid: &str, side: Side, via: Via, body: BubbleBody) {
        let now = self.now();
        self.world().show(openid, now, side, via, body);
        self.touch();
    }
}
