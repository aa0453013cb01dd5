//! Everything the stand-in remembers except the ledger: accounts, citizens, media.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use serde_json::Value;

use super::SimulatedAccount;
use super::allowance::Allowances;
use super::api::agents::Agents;
use super::api::library::Library;
use super::api::mass::Mass;
use super::api::menu::{Conditional, Menu};
use super::api::qrcode::Codes;
use super::api::quota::Usage;
use super::api::robot::Robots;
use super::api::shorten::ShortKeys;
use super::api::tag::Labels;
use super::api::template_library::Templates;
use super::api::token::Tokens;
use super::api::web::{Grants, Ticket};
use super::chat::{Bubble, BubbleBody, Side, Via};
use super::crowd::Crowd;
use crate::platform::clock::{Entropy, Moment};
use crate::wechat::crypto::AesKey;

/// A chat keeps this many bubbles; older ones scroll out.
const CHAT_LENGTH: usize = 500;

/// Temporary media live three days (wechat-protocol.md §12).
pub(super) const MEDIA_LIFE: Duration = Duration::from_secs(3 * 24 * 3600);

/// The state behind the lock.
pub(super) struct World {
    pub accounts: Vec<Account>,
    citizens: Vec<Citizen>,
    by_openid: HashMap<String, usize>,
    media: HashMap<String, Media>,
    last_msg_id: u64,
    invented: u64,
    /// Web authorizations (§11.1).
    pub grants: Grants,
    /// What the figures of §13 are made of.
    pub figures: Figures,
    /// Robots of WeCom groups.
    pub robots: Robots,
    /// Refused requests, newest last, for `openapi/rid/get`.
    pub requests: VecDeque<Request>,
}

/// What citizens wrote and how pushes were answered.
#[derive(Default)]
pub(super) struct Figures {
    pub messages: Vec<Written>,
    pub pushes: Vec<Pushed>,
}

/// A message that a citizen wrote, whether or not its push arrived.
pub(super) struct Written {
    pub account: usize,
    pub at: Moment,
    /// WeChat's number of its type; 0 for types that are not counted.
    pub msg_type: u8,
    pub openid: String,
}

/// A push that came to an end.
pub(super) struct Pushed {
    pub account: usize,
    pub at: Moment,
    pub answered: bool,
    pub took_ms: u64,
}

/// A refused request as WeChat remembers it.
pub(super) struct Request {
    pub rid: String,
    /// Id of the account.
    pub account: String,
    pub at: Moment,
    pub path: String,
    pub response: String,
}

/// One official account with its API-side state.
pub(super) struct Account {
    pub config: SimulatedAccount,
    /// None when the configured EncodingAESKey is not one.
    pub key: Option<AesKey>,
    pub tokens: Tokens,
    pub menu: Option<Menu>,
    /// Menus for some of the followers, oldest first.
    pub conditional: Vec<Conditional>,
    pub codes: Codes,
    /// Material, drafts, published articles and comments.
    pub library: Library,
    pub usage: Usage,
    /// Followers without telephones.
    pub crowd: Crowd,
    /// Tags, remarks and the blacklist.
    pub labels: Labels,
    /// Template sends by (openid, `client_msg_id`): when, and the msgid answered.
    pub template_sends: HashMap<(String, String), (Moment, u64)>,
    pub templates: Templates,
    pub mass: Mass,
    /// Short keys.
    pub short_keys: ShortKeys,
    /// JS-SDK ticket.
    pub ticket: Option<Ticket>,
    /// Human agents and their conversations.
    pub agents: Agents,
}

/// A person with WeChat on the phone.
pub(super) struct Citizen {
    pub openid: String,
    pub nickname: String,
    /// Index of the account whose chat this is.
    pub account: usize,
    pub following: bool,
    pub subscribed_at: Option<Moment>,
    /// Scene string of the QR code that led to following; empty otherwise.
    pub followed_by_scene: String,
    pub allowances: Allowances,
    /// Last time either side said something; typing needs it to be recent.
    pub last_exchange: Option<Moment>,
    pub typing_until: Option<Moment>,
    /// Whether the citizen refuses the account's notices; WeChat then tells of `user block`.
    pub refuses: bool,
    /// A menu that is tried on this phone only, in place of the account's.
    pub preview: Option<Value>,
    pub bubbles: VecDeque<Bubble>,
    next_seq: u64,
}

/// A piece of temporary media.
#[derive(Clone)]
pub(super) struct Media {
    pub content_type: &'static str,
    pub file_name: String,
    pub bytes: Vec<u8>,
    pub created_at: Moment,
    pub is_video: bool,
}

impl World {
    pub fn new(accounts: Vec<SimulatedAccount>) -> Self {
        Self {
            accounts: accounts.into_iter().map(Account::new).collect(),
            citizens: Vec::new(),
            by_openid: HashMap::new(),
            media: HashMap::new(),
            last_msg_id: 0,
            invented: 0,
            figures: Figures::default(),
            requests: VecDeque::new(),
            grants: Grants::default(),
            robots: Robots::default(),
        }
    }

    pub fn citizens(&self) -> &[Citizen] {
        &self.citizens
    }

    pub fn citizen(&self, openid: &str) -> Option<&Citizen> {
        self.by_openid.get(openid).and_then(|index| self.citizens.get(*index))
    }

    pub fn citizen_mut(&mut self, openid: &str) -> Option<&mut Citizen> {
        self.by_openid.get(openid).and_then(|index| self.citizens.get_mut(*index))
    }

    /// The citizen if he or she belongs to this account.
    pub fn citizen_of(&self, account: usize, openid: &str) -> Option<&Citizen> {
        self.citizen(openid).filter(|citizen| citizen.account == account)
    }

    /// The next openid of an invented citizen that nobody has.
    pub fn invent_openid(&mut self) -> String {
        loop {
            self.invented += 1;
            let openid = format!("oSIM{:022}", self.invented);
            if !self.by_openid.contains_key(&openid) {
                return openid;
            }
        }
    }

    /// Adds a citizen, or changes name and state of one who is known.
    pub fn put_citizen(
        &mut self,
        openid: &str,
        nickname: &str,
        account: usize,
        following: bool,
        now: Moment,
    ) {
        if let Some(known) = self.citizen_mut(openid) {
            known.nickname = nickname.to_owned();
            known.following = following;
            known.subscribed_at = known.subscribed_at.or(following.then_some(now));
            if !following {
                known.allowances.close();
            }
            return;
        }
        self.by_openid.insert(openid.to_owned(), self.citizens.len());
        self.citizens.push(Citizen {
            openid: openid.to_owned(),
            nickname: nickname.to_owned(),
            account,
            following,
            subscribed_at: following.then_some(now),
            followed_by_scene: String::new(),
            allowances: Allowances::default(),
            last_exchange: None,
            typing_until: None,
            refuses: false,
            preview: None,
            bubbles: VecDeque::new(),
            next_seq: 1,
        });
    }

    /// Adds a bubble to a known citizen's chat.
    pub fn show(&mut self, openid: &str, now: Moment, side: Side, via: Via, body: BubbleBody) {
        let Some(citizen) = self.citizen_mut(openid) else { return };
        let seq = citizen.next_seq;
        citizen.next_seq += 1;
        if side == Side::Account {
            citizen.typing_until = None;
        }
        citizen.bubbles.push_back(Bubble { seq, at: now, side, via, body });
        if citizen.bubbles.len() > CHAT_LENGTH {
            citizen.bubbles.pop_front();
        }
    }

    /// A message id that grows and does not repeat after a restart: it carries the time.
    pub fn next_msg_id(&mut self, now: Moment) -> u64 {
        // Microsecond-like scale keeps ids above 2^53 and below i64::MAX, as real ones are.
        let floor = u64::try_from(now.0).unwrap_or(0).saturating_mul(1_000_000);
        self.last_msg_id = floor.max(self.last_msg_id.saturating_add(1));
        self.last_msg_id
    }

    /// Keeps media and names it.
    pub fn keep_media(&mut self, media: Media, entropy: &Entropy) -> String {
        let media_id = format!("SIM{}", super::api::random_name(entropy, 61));
        self.media.insert(media_id.clone(), media);
        media_id
    }

    /// Media the phone still shows: a chat keeps its pictures longer than the API does.
    pub fn shown_media(&self, media_id: &str) -> Option<&Media> {
        self.media.get(media_id)
    }

    /// Media that has not passed its three days.
    pub fn media(&self, media_id: &str, now: Moment) -> Option<&Media> {
        self.shown_media(media_id).filter(|media| now < media.created_at.plus(MEDIA_LIFE))
    }
}

impl Account {
    fn new(config: SimulatedAccount) -> Self {
        Self {
            key: AesKey::parse(&config.encoding_aes_key).ok(),
            config,
            tokens: Tokens::default(),
            menu: None,
            conditional: Vec::new(),
            codes: Codes::default(),
            library: Library::default(),
            usage: Usage::default(),
            crowd: Crowd::default(),
            labels: Labels::default(),
            template_sends: HashMap::new(),
            templates: Templates::default(),
            mass: Mass::default(),
            short_keys: ShortKeys::default(),
            ticket: None,
            agents: Agents::default(),
        }
    }

    /// The buttons of the menu, as they were given; null when no menu was made.
    pub fn buttons(&self) -> Value {
        self.menu.as_ref().map_or(Value::Null, |menu| menu.buttons.clone())
    }
}
