//! The conversation: the question first, then everything that happened, then the composer.

use askama::Template;

use super::citing::Citing;
use super::composer::{PickerPart, Preview};
use super::promise::PromisePanel;
use super::sorting::Sorting;
use super::{Part, RatingView, Sla};
use crate::inquiries::reviewing::views::ReviewPanel;
use crate::platform::http::shell::{Choice, Shell};
use crate::platform::http::when::When;

/// What is known about an inquiry, for the head of the page.
#[derive(Clone, Debug, Default)]
pub struct InquiryHead {
    /// Id used in addresses.
    pub id: String,
    /// Short human number.
    pub number: String,
    /// 群众 3f2a or 匿名.
    pub citizen: String,
    /// State in words: 待认领, 办理中, 待群众回复, 已办结.
    pub state: String,
    /// Whether it is closed.
    pub closed: bool,
    /// When it was asked.
    pub asked: When,
    /// The promise.
    pub sla: Sla,
    /// Legal field in words.
    pub field: Option<String>,
    /// District or town in words.
    pub place: Option<String>,
    /// Words that hint at danger to life.
    pub danger: bool,
    /// Further marks in words: 可能符合法律援助, 未满14周岁.
    pub flags: Vec<String>,
    /// Who has taken it.
    pub claimed_by: Option<String>,
    /// The person who looks has taken it.
    pub mine: bool,
    /// 李律师正在查看; only others.
    pub presence: Option<String>,
    /// Until when somebody should take or decline it.
    pub answer_by: Option<String>,
    /// Until when the claim holds if nothing more is done.
    pub claim_holds: Option<String>,
    /// An answer is on the point of leaving; whether the person who looks may call it back.
    pub leaving: Option<bool>,
}

/// One line of the facts.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
}

/// Another inquiry of the same person with the same organization.
#[derive(Clone, Debug, Default)]
pub struct Related {
    /// Where it opens.
    pub href: String,
    /// Short human number.
    pub number: String,
    /// State in words.
    pub state: &'static str,
    /// First line.
    pub first_line: String,
    /// When it was asked.
    pub asked: When,
    /// Whether it is probably the same matter.
    pub same: bool,
    /// Where the two can be merged; empty when they cannot.
    pub merge_href: String,
}

/// A knowledge card that fits the question.
#[derive(Clone, Debug, Default)]
pub struct CardOffer {
    /// Where citizens read it.
    pub href: String,
    /// The question.
    pub title: String,
    /// Words that an answer can begin with: the card's answer and what it rests on.
    pub text: String,
    /// Where the page opens with these words in the draft, for browsers without script.
    pub fill_href: String,
    /// Who stands for the card, or that nobody does yet; and a doubt, when a law has changed.
    pub standing: String,
}

/// An earlier inquiry of the own organization that asked much the same and was rated well; masked.
#[derive(Clone, Debug, Default)]
pub struct SimilarPast {
    /// Where it opens.
    pub href: String,
    /// First line of the question.
    pub first_line: String,
    /// The first answer.
    pub answer: String,
    /// When it was asked.
    pub asked: When,
}

/// What is known about an answer on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Not tried yet.
    Queued,
    /// WeChat accepted it.
    Delivered,
    /// The window is closed; it goes out with the citizen's next message.
    Waiting,
    /// Tried; nobody knows whether it arrived.
    Unknown,
    /// Only on the case page.
    PageOnly,
    /// It cannot be delivered.
    Failed,
}

/// Delivery of one answer in words.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    /// How it stands.
    pub state: DeliveryState,
    /// Why, when it is not delivered.
    pub reason: Option<String>,
}

impl DeliveryView {
    /// The state in words.
    pub fn words(&self) -> &'static str {
        match self.state {
            DeliveryState::Queued => "正在送出",
            DeliveryState::Delivered => "已送达",
            DeliveryState::Waiting => "等待群众下次来信",
            DeliveryState::Unknown => "结果不明",
            DeliveryState::PageOnly => "仅网页可见",
            DeliveryState::Failed => "失败",
        }
    }

    /// Name of the symbol beside the words.
    pub fn icon(&self) -> &'static str {
        match self.state {
            DeliveryState::Queued | DeliveryState::Waiting => "clock",
            DeliveryState::Delivered => "check",
            DeliveryState::PageOnly => "link",
            DeliveryState::Unknown | DeliveryState::Failed => "alert",
        }
    }

    /// Class of the colours.
    pub fn class(&self) -> &'static str {
        match self.state {
            DeliveryState::Queued | DeliveryState::PageOnly => "calm",
            DeliveryState::Delivered => "good",
            DeliveryState::Waiting | DeliveryState::Unknown => "warn",
            DeliveryState::Failed => "bad",
        }
    }
}

/// What kind of line of the timeline it is.
#[derive(Clone, Debug)]
pub enum EntryKind {
    /// The citizen wrote.
    Citizen,
    /// Staff answered.
    Answer(DeliveryView),
    /// Staff wrote for colleagues only.
    Note,
    /// It went from one organization or person to another.
    HandOver,
    /// The system did something: offered it, reminded, closed.
    Event,
}

/// One line of the timeline.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Sequence number inside the inquiry; becomes the anchor `e7`.
    pub seq: i64,
    /// What it is.
    pub kind: EntryKind,
    /// Who: 群众 3f2a, 李律师, 系统.
    pub who: String,
    /// When.
    pub when: When,
    /// What was said; for events and hand-overs one text part with the sentence.
    pub parts: Vec<Part>,
    /// Further lines folded under it, such as reasons.
    pub details: Vec<String>,
}

impl Entry {
    /// Class that gives the line its place and colour.
    pub fn class(&self) -> &'static str {
        match self.kind {
            EntryKind::Citizen => "theirs",
            EntryKind::Answer(_) => "ours",
            EntryKind::Note => "note",
            EntryKind::HandOver | EntryKind::Event => "system",
        }
    }

    /// Name of the symbol of a hand-over or an event.
    pub fn icon(&self) -> &'static str {
        if matches!(self.kind, EntryKind::HandOver) { "move" } else { "info" }
    }

    /// Whether it is one sentence rather than something said.
    pub fn is_event(&self) -> bool {
        matches!(self.kind, EntryKind::HandOver | EntryKind::Event)
    }

    /// Whether only staff may see it.
    pub fn is_note(&self) -> bool {
        matches!(self.kind, EntryKind::Note)
    }

    /// Delivery of an answer.
    pub fn delivery(&self) -> Option<&DeliveryView> {
        match &self.kind {
            EntryKind::Answer(delivery) => Some(delivery),
            _ => None,
        }
    }

    /// The sentence of a hand-over or an event.
    pub fn sentence(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }
}

/// A file that goes with the answer being written.
#[derive(Clone, Debug, Default)]
pub struct AttachedFile {
    /// Its id.
    pub id: String,
    /// Where it opens.
    pub href: String,
    /// Its name, what it is, how large.
    pub label: String,
}

/// The form in which an answer is written.
#[derive(Clone, Debug, Default)]
pub struct Composer {
    /// Why nothing can be written now; `None` shows the form.
    pub shut: Option<String>,
    /// Kept text: the draft, or what was just refused.
    pub body: String,
    /// 10:32:05, when a draft is stored.
    pub saved_at: Option<String>,
    /// Most bytes of UTF-8 that fit into one WeChat message.
    pub byte_limit: usize,
    /// Customer messages left in the window; `None` when no window is open.
    pub sends_left: Option<i64>,
    /// 客服消息还可发到 11月25日 20:13, or why the window is closed and what happens instead.
    pub window: String,
    /// What becomes of the pictures attached; empty without any.
    pub pictures: String,
    /// What goes with it.
    pub files: Vec<AttachedFile>,
    /// What was wrong with the last attempt.
    pub error: Option<String>,
    /// Typed to find something to insert.
    pub pick: String,
    /// What can be inserted.
    pub picker: PickerPart,
    /// How the answer will look, when that was asked for or something should be looked at again.
    pub preview: Option<Preview>,
}

impl Composer {
    /// Whether the answer was kept back for its writer to look at it again.
    pub fn warned(&self) -> bool {
        self.preview.as_ref().is_some_and(|preview| preview.held && !preview.warnings.is_empty())
    }
}

/// What the person who looks may do with the inquiry.
#[derive(Clone, Debug, Default)]
pub struct Permitted {
    /// Take it.
    pub claim: bool,
    /// Take it from the colleague who has it.
    pub take_over: bool,
    /// Give it back to the organization.
    pub release: bool,
    /// Reasons for which the organization may decline it (`decline`); empty when it may not.
    pub decline: Vec<Choice>,
    /// Write notes.
    pub note: bool,
    /// Organizations it may be handed to; empty when it may not.
    pub reassign_to: Vec<Choice>,
    /// Close it.
    pub close: bool,
    /// Whether closing it as answered needs somebody's word that the answer arrived.
    pub unclear: bool,
    /// Open it again.
    pub reopen: bool,
}

/// The outcome codes of closing with their words.
pub const OUTCOMES: [(&str, &str); 6] = [
    ("answered", "已解答"),
    ("legal_aid", "已转法律援助"),
    ("hotline", "已转12348"),
    ("silent", "群众未回应"),
    ("not_legal", "非法律问题"),
    ("other", "其他"),
];

/// The conversation page.
#[derive(Clone, Debug, Default, Template)]
#[template(
    path = "conversation.html",
    config = "src/console/askama.toml",
    blocks = ["timeline", "status"]
)]
pub struct ConversationPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The inquiry.
    pub inquiry: InquiryHead,
    /// Its promise.
    pub promise: PromisePanel,
    /// The complete question.
    pub question: Vec<Part>,
    /// What is known.
    pub facts: Vec<Fact>,
    /// Why it came here, one sentence each.
    pub reasons: Vec<String>,
    /// Other inquiries of this person with this organization, newest first.
    pub related: Vec<Related>,
    /// Knowledge cards that fit the question, best first, at most three.
    pub cards: Vec<CardOffer>,
    /// Articles that may answer it.
    pub citing: Citing,
    /// What was asked and answered before like this, at most five.
    pub similar: Vec<SimilarPast>,
    /// At most 50 lines, oldest first, without the question.
    pub timeline: Vec<Entry>,
    /// Where older lines are.
    pub older_href: Option<String>,
    /// Highest sequence number shown; every form sends it back as `seen`.
    pub seen: i64,
    /// The form for an answer.
    pub composer: Composer,
    /// An answer that waits for its reader, or was sent back.
    pub review: Option<ReviewPanel>,
    /// What was handed to other institutions: address and words.
    pub referrals: Vec<(String, String)>,
    /// What can be put in order about it.
    pub sorting: Sorting,
    /// What may be done.
    pub may: Permitted,
    /// The citizen's rating.
    pub rating: Option<RatingView>,
    /// The list this page was opened from.
    pub back_href: String,
    /// Block of that list, shown beside the conversation on a wide screen.
    pub list_src: String,
}

impl ConversationPage {
    /// The outcome codes for the template.
    pub fn outcomes(&self) -> &'static [(&'static str, &'static str)] {
        &OUTCOMES
    }

    /// Whether one of the other inquiries is probably the same matter.
    pub fn asked_twice(&self) -> bool {
        self.related.iter().any(|other| other.same)
    }

    /// Whether anything at all can be done below the timeline.
    pub fn has_moves(&self) -> bool {
        !self.may.reassign_to.is_empty()
            || self.may.close
            || self.may.reopen
            || self.may.release
            || self.may.take_over
            || self.promise.has_moves()
            || !self.may.decline.is_empty()
    }
}
