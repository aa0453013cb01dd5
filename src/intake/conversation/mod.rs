//! What a push means: from where the conversation stands and what came, to a reply, a new standing
//! and effects. Pure: no I/O, no clock; ids come from a [`Mint`] that is passed in.

mod asking;
mod dividing;
mod hearing;
mod learning;
mod locating;
mod noticing;
pub mod page;
mod phrases;
pub mod staffing;
mod tapping;

use serde::{Deserialize, Serialize};

pub use dividing::{Divided, Piece, Several};

use crate::alerts::Happening;
use crate::campaigns::{self, Report};
use crate::cards::deck::Deck;
use crate::content::texts::Texts;
use crate::delivery::rules::AllowanceClass;
use crate::inquiries::actions::citizen::Word;
use crate::inquiries::link::PageLinks;
use crate::inquiries::{InquiryId, MessageId, MessageKind, NewInquiry, State};
use crate::language::fields::Field;
use crate::language::{Reading, commands};
use crate::members::OrganizationId;
use crate::platform::clock::{Entropy, Moment};
use crate::platform::config::Intake;
use crate::platform::vault::Vault;
use crate::publishing::rules::Verdict;
use crate::publishing::shelf::Shelf;
use crate::routing::rules::{Decision, Directory};
use crate::staff::Gesture;
use crate::wechat::message::Event;
use crate::wechat::message::{Content, Message, Push};
use crate::wechat::reply::Reply;

/// Where the conversation with one follower stands; kept between pushes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The inquiry that further messages join.
    #[serde(default)]
    pub current: Option<Current>,
    /// The next message begins a new inquiry.
    #[serde(default)]
    pub fresh: bool,
    /// Territory of the scanned station or sent location, used when a question names none.
    #[serde(default)]
    pub territory: Option<String>,
    /// Places in different districts that were named for the current inquiry, until one is chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub either: Vec<String>,
    /// Organization whose code was scanned, its own or that of a station it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_by: Option<OrganizationId>,
    /// A message that holds several problems, until the citizen has them dealt with apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub several: Option<Several>,
    /// What the last divided message became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divided: Option<Divided>,
}

/// The inquiry that further messages join.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Current {
    /// Id.
    pub id: InquiryId,
    /// Number.
    pub number: String,
    /// Field, when known.
    pub field: Option<Field>,
    /// Territory, when known.
    pub territory: Option<String>,
    /// Who answers, when decided.
    pub organization: Option<OrganizationId>,
    /// By when.
    pub due_at: Moment,
    /// Whether it goes first.
    pub urgent: bool,
    /// When the citizen last wrote to it.
    pub last_at: Moment,
}

/// How an inquiry of the follower stands in the database.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Fact {
    /// Official account.
    pub account_id: String,
    /// Follower.
    pub openid: String,
    /// Id.
    pub id: InquiryId,
    /// Number.
    pub number: String,
    /// State.
    pub state: State,
    /// Field.
    pub field: Option<Field>,
    /// Territory.
    pub territory_id: Option<String>,
    /// Who answers.
    pub organization_id: Option<OrganizationId>,
    /// By when.
    pub due_at: Moment,
    /// When it was first answered.
    pub answered_at: Option<Moment>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// First words, masked.
    pub first_line: String,
    /// The inquiry in which its matter goes on.
    pub merged_into: Option<InquiryId>,
}

/// What a decision may look at besides the push itself.
pub struct World<'a> {
    /// Organizations, rules, territories.
    pub directory: &'a Directory,
    /// Texts in force.
    pub texts: &'a Texts,
    /// Links to citizens' pages.
    pub links: &'a PageLinks,
    /// Knowledge cards.
    pub deck: &'a Deck,
    /// Published articles.
    pub shelf: &'a Shelf,
    /// Name of the alliance.
    pub alliance: &'a str,
    /// Times of the conversation.
    pub settings: &'a Intake,
    /// Seals what citizens wrote before it was masked.
    pub vault: &'a Vault,
    /// Now.
    pub now: Moment,
}

/// Hands out ids and numbers.
pub struct Mint<'a> {
    /// Source of ids.
    pub entropy: &'a Entropy,
    /// Year and month of the numbers, `2611`.
    pub month: &'a str,
    /// The last number handed out this month.
    pub last: i64,
    /// Now.
    pub now: Moment,
}

impl Mint<'_> {
    fn inquiry(&mut self) -> (InquiryId, String) {
        self.last += 1;
        (InquiryId(self.entropy.id_at(self.now)), format!("{}-{:04}", self.month, self.last))
    }

    fn message(&self) -> MessageId {
        MessageId(self.entropy.id_at(self.now))
    }
}

/// Something a citizen said, ready to be written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// Id it is written under.
    pub id: MessageId,
    /// Made of what.
    pub kind: MessageKind,
    /// Masked text.
    pub body: String,
    /// Text as it came, sealed for the message's id, when masking changed it.
    pub original: Option<String>,
    /// WeChat's media id.
    pub media: Option<String>,
}

/// What WeChat told of a notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeReport {
    /// WeChat's id of the message.
    pub msgid: String,
    /// The template, for subscription notifications.
    pub template: Option<String>,
    /// Whether it reached the phone.
    pub delivered: bool,
    /// Why not, for staff.
    pub reason: String,
}

/// What is to be done after the push is acknowledged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Effect {
    /// The citizen follows, perhaps through a code.
    Follow {
        /// Scene of the code.
        scene: Option<String>,
    },
    /// The citizen scanned a code.
    Scan {
        /// Scene of the code.
        scene: String,
    },
    /// The citizen follows no longer.
    Unfollow,
    /// WeChat has decided about an article that was given to it.
    Published {
        /// What it says.
        verdict: Verdict,
    },
    /// WeChat reports what became of a mass send.
    MassSent {
        /// What it says.
        report: Report,
    },
    /// WeChat allows us some messages.
    Grant {
        /// Which allowance.
        class: AllowanceClass,
    },
    /// A new inquiry.
    Open {
        /// The inquiry.
        new: NewInquiry,
    },
    /// The citizen wrote to an inquiry.
    Wrote {
        /// The inquiry.
        inquiry: InquiryId,
        /// What.
        words: Words,
        /// The promise, should it have to run anew.
        promise_until: Moment,
    },
    /// The citizen said something about an inquiry.
    Said {
        /// The inquiry.
        inquiry: InquiryId,
        /// What.
        word: Word,
    },
    /// An inquiry is given to somebody.
    Place {
        /// The inquiry.
        inquiry: InquiryId,
        /// To whom and why.
        decision: Decision,
    },
    /// An inquiry is given to somebody later, unless the citizen says more before.
    PlaceLater {
        /// The inquiry.
        inquiry: InquiryId,
        /// When.
        at: Moment,
    },
    /// The citizen chose about a subscription template.
    Consent {
        /// Which.
        template: String,
        /// Whether they accepted.
        accepted: bool,
    },
    /// The citizen wants to hear of a field of law, after reading what that means.
    Subscribe {
        /// Which.
        field: Field,
    },
    /// The citizen wants to hear of no field any more.
    Unsubscribe,
    /// WeChat told what became of a notice.
    Reported {
        /// What.
        report: NoticeReport,
    },
    /// A staff member's phone did something about a code on a screen.
    Staff {
        /// Scene of the code.
        scene: String,
        /// What.
        gesture: Gesture,
    },
    /// What the citizen wrote since then is another matter.
    Separate {
        /// The inquiry it was added to.
        from: InquiryId,
        /// Since when.
        since: Moment,
        /// The new inquiry.
        new: NewInquiry,
        /// To whom it goes.
        decision: Decision,
    },
    /// Part of a message is a problem of its own; the message stays whole where it is.
    Divide {
        /// The inquiry with the message.
        from: InquiryId,
        /// The message.
        message: MessageId,
        /// First character of the part.
        start: usize,
        /// One past its last character.
        end: usize,
        /// The new inquiry.
        new: NewInquiry,
        /// Id its words are written under.
        words: MessageId,
    },
}

/// What a push comes to.
#[derive(Debug, Default, PartialEq)]
pub struct Stepped {
    /// What to do afterwards.
    pub effects: Vec<Effect>,
    /// What to answer; empty: nothing.
    pub text: String,
    /// Whether the answer must stand first, before an older answer that waits.
    pub pressing: bool,
    /// Whether the citizen asked for a person.
    pub wants_person: bool,
    /// Danger to which two people are to be alerted.
    pub alarm: Option<Happening>,
}

impl Stepped {
    fn say(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    fn with(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    /// The reply for WeChat; `transfers` says that its own agents take over who asks for a person.
    pub fn reply(&self, transfers: bool) -> Reply {
        match (transfers && self.wants_person, self.text.is_empty()) {
            (true, _) => Reply::TransferCustomerService { account: None },
            (false, true) => Reply::Nothing,
            (false, false) => Reply::Text(self.text.clone()),
        }
    }
}

/// Decides what a push means.
///
/// `reading` is what [`crate::language::read`] found in its words, made beforehand because it needs
/// nothing of the conversation.
pub fn step(
    world: &World,
    standing: &mut Standing,
    facts: &[Fact],
    mint: &mut Mint,
    push: &Push,
    reading: Option<&Reading>,
) -> Stepped {
    let mut turn = Turn { world, standing, facts, mint };
    turn.learn_from_facts();
    let mut stepped = match &push.content {
        Content::Message { menu_id: Some(id), body: Message::Text { content }, .. } => {
            turn.tapped(id, content, reading)
        }
        Content::Message { body, .. } => turn.heard(body, reading),
        Content::Event(event) => turn.happened(event),
        Content::Platform(_) | Content::Unknown { .. } => Stepped::default(),
    };
    if let Some(class) = allowance(&push.content) {
        stepped.effects.insert(0, Effect::Grant { class });
    }
    stepped
}

/// What WeChat allows after this push (wechat-protocol.md §5.1).
fn allowance(content: &Content) -> Option<AllowanceClass> {
    match content {
        Content::Message { menu_id: Some(_), .. } => Some(AllowanceClass::Tap),
        Content::Message { .. } => Some(AllowanceClass::Message),
        Content::Event(
            Event::Subscribe { .. }
            | Event::Scan { .. }
            | Event::Click { .. }
            | Event::ScanCodePush { .. }
            | Event::ScanCodeWait { .. },
        ) => Some(AllowanceClass::Tap),
        _ => None,
    }
}

/// The inquiry that fits, or the one in which its matter goes on.
fn living(facts: &[Fact], fits: impl Fn(&Fact) -> bool) -> Option<&Fact> {
    let found = facts.iter().find(|fact| fits(fact))?;
    match found.merged_into {
        Some(into) => facts.iter().find(|fact| fact.id == into),
        None => Some(found),
    }
}

/// One push being decided.
struct Turn<'t, 'w, 'm> {
    world: &'t World<'w>,
    standing: &'t mut Standing,
    facts: &'t [Fact],
    mint: &'t mut Mint<'m>,
}

impl Turn<'_, '_, '_> {
    /// Staff may have changed the current inquiry since the citizen last wrote.
    fn learn_from_facts(&mut self) {
        let Some(current) = &mut self.standing.current else { return };
        let Some(fact) = living(self.facts, |fact| fact.id == current.id) else { return };
        current.id = fact.id;
        current.number.clone_from(&fact.number);
        current.field = fact.field.or(current.field);
        current.territory = fact.territory_id.clone().or(current.territory.take());
        current.organization = fact.organization_id.or(current.organization);
        current.due_at = fact.due_at;
    }

    fn fact(&self, id: InquiryId) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.id == id)
    }

    /// Whether the current inquiry takes a further message: it is open, or was closed not long ago.
    fn joins(&self) -> Option<Current> {
        if self.standing.fresh {
            return None;
        }
        let current = self.standing.current.clone()?;
        let closed_at = self.fact(current.id).and_then(|fact| fact.closed_at);
        let reopen = std::time::Duration::from_secs(self.world.settings.reopen_days * 86_400);
        let too_old = closed_at.is_some_and(|at| self.world.now.since(at) > reopen);
        (!too_old).then_some(current)
    }

    fn happened(&mut self, event: &Event) -> Stepped {
        match event {
            Event::Subscribe { scene, .. } => {
                self.remember_scene(scene.as_deref());
                let text = self.welcome(scene.as_deref());
                Stepped::say(text).with(Effect::Follow { scene: scene.clone() })
            }
            Event::Scan { scene, .. } => {
                self.remember_scene(Some(scene));
                let text = self.welcome(Some(scene));
                Stepped::say(text).with(Effect::Scan { scene: scene.clone() })
            }
            Event::Unsubscribe => Stepped::default().with(Effect::Unfollow),
            Event::Click { key } => self.menu(key),
            Event::TemplateSendFinished { .. }
            | Event::SubscribeMessagePopup { .. }
            | Event::SubscribeMessageChange { .. }
            | Event::SubscribeMessageSent { .. } => {
                Stepped { effects: noticing::effects(event), ..Stepped::default() }
            }
            Event::PublishFinished(result) => {
                let verdict = Verdict {
                    publish_id: result.publish_id.clone(),
                    status: result.status,
                    article_id: result.article_id.clone(),
                    url: result.article_urls.first().map(|(_, url)| url.clone()),
                };
                Stepped::default().with(Effect::Published { verdict })
            }
            Event::MassSendFinished(result) => match campaigns::report::read(result) {
                Some(report) => Stepped::default().with(Effect::MassSent { report }),
                None => Stepped::default(),
            },
            // The words that belong to these follow as messages; the rest concerns other slices.
            _ => Stepped::default(),
        }
    }

    fn menu(&mut self, key: &str) -> Stepped {
        match key {
            "ASK" => self.command(commands::Command::NewInquiry),
            "MINE" => self.command(commands::Command::MyInquiries),
            "TIP" => self.command(commands::Command::Tip),
            "TOPICS" => self.command(commands::Command::Subscribe),
            "HUMAN" => self.command(commands::Command::Human),
            _ => self.command(commands::Command::Help),
        }
    }

    fn remember_scene(&mut self, scene: Option<&str>) {
        let Some(scene) = scene else { return };
        if let Some(organization) = self.world.directory.codes.get(scene) {
            self.standing.invited_by = Some(*organization);
        }
        let Some(station) = self.world.directory.station(scene) else { return };
        self.standing.invited_by = station.organization_id;
        if station.territory_id.is_some() {
            self.standing.territory.clone_from(&station.territory_id);
        }
    }
}
