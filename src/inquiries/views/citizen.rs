//! What the citizen sees on the phone: the own case, its erasure, a link that no longer works.

use askama::Template;

use super::{Part, RatingView, rating_words};
use crate::platform::http::shell::{Choice, CitizenShell};
use crate::platform::http::when::When;

/// One thing said, in the order it was said.
#[derive(Clone, Debug)]
pub struct Said {
    /// Whether the citizen said it.
    pub own: bool,
    /// Whether it corrects an earlier answer.
    pub correction: bool,
    /// Whether it is a stored text about how the inquiry stands, and no answer.
    pub told: bool,
    /// Who answered: name, organization, qualification; empty for the citizen.
    pub by: String,
    /// When.
    pub when: When,
    /// What.
    pub parts: Vec<Part>,
}

/// An article of a law that an answer cites.
#[derive(Clone, Debug, Default)]
pub struct CitedLaw {
    /// 《劳动合同法》第三十条.
    pub name: String,
    /// Its text as it is now.
    pub text: String,
    /// What has changed since the answer; empty when nothing has.
    pub note: &'static str,
}

/// The case page `/c/i/{token}`. Its forms post to `…/rate` (`score` 1–5, `comment`, `hidden=yes`),
/// `…/solved`, `…/unsolved`, `…/message` (`body`) and `…/erase`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "case.html", config = "src/console/askama.toml")]
pub struct CasePage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Secret part of the address.
    pub token: String,
    /// Short human number.
    pub number: String,
    /// State in words: 已转给 武进区劳动者权益服务中心 · 预计明天 10:00 前答复.
    pub state: String,
    /// What else is to be said of the promise: paused, extended.
    pub notes: Vec<String>,
    /// Field and place in words; empty hides the line.
    pub about: String,
    /// The question.
    pub question: Vec<Part>,
    /// When it was asked.
    pub asked: When,
    /// The newest answer, which stands first.
    pub answer: Option<Said>,
    /// Articles that it cites: name, text, and what has changed since.
    pub laws: Vec<CitedLaw>,
    /// Other answers and follow-ups, oldest first.
    pub said: Vec<Said>,
    /// Knowledge cards that fit the question while nobody has answered: address and title.
    pub cards: Vec<(String, String)>,
    /// Where it is to be handed to other institutions: name and state in words.
    pub referrals: Vec<(String, &'static str)>,
    /// Whether an answer is among them.
    pub answered: bool,
    /// The rating given so far.
    pub rating: Option<RatingView>,
    /// Whether whoever answered sees neither the stars nor the word.
    pub rating_hidden: bool,
    /// Whether it may still be given or changed (seven days).
    pub may_rate: bool,
    /// Whether the citizen may write more here.
    pub may_write: bool,
    /// Whether somebody else answers once more because the citizen was not satisfied.
    pub call_back: bool,
    /// Whether 还没解决 has been pressed and a second answer is on its way.
    pub unsolved: bool,
    /// Kept text of a follow-up that was refused, and why.
    pub body: String,
    /// Why the follow-up was refused.
    pub error: Option<String>,
}

impl CasePage {
    /// The five choices, best first.
    pub fn scores(&self) -> [(u8, &'static str); 5] {
        [5, 4, 3, 2, 1].map(|score| (score, rating_words(score)))
    }

    /// Whether this score is the one given.
    pub fn chosen(&self, score: &u8) -> bool {
        self.rating.as_ref().is_some_and(|rating| rating.score == *score)
    }
}

/// The step between wish and deed of erasing: says what goes and what stays. The form posts
/// `confirm=yes` to `/c/i/{token}/erase`; with `done` it is the receipt.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "erase.html", config = "src/console/askama.toml")]
pub struct ErasePage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Secret part of the address.
    pub token: String,
    /// Short human number.
    pub number: String,
    /// Whether it has been done.
    pub done: bool,
    /// Until when it can be taken back, in words; empty when it cannot.
    pub until: String,
}

/// Shown for a link that has expired or never existed; says nothing about which.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "expired.html", config = "src/console/askama.toml")]
pub struct ExpiredPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
}

/// A text to agree to on the page to ask.
#[derive(Clone, Debug, Default)]
pub struct ConsentChoice {
    /// Code of what it is about.
    pub subject: &'static str,
    /// The text.
    pub body: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Whether nothing can be asked without it.
    pub needed: bool,
    /// Whether it was ticked in the attempt before.
    pub given: bool,
}

/// The page to ask, `/c/ask`. Posts `body`, `field` (a code, or empty for 不清楚), `district`,
/// `anonymous=yes` and each `consent` that is ticked.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "ask.html", config = "src/console/askama.toml")]
pub struct AskPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Whether WeChat has recognized who is looking.
    pub recognized: bool,
    /// Where recognizing begins; empty when that is not possible here.
    pub enter: String,
    /// Kept text of an attempt that was refused.
    pub body: String,
    /// What it may be about, 不清楚 last.
    pub fields: Vec<Choice>,
    /// Where it may have happened.
    pub districts: Vec<Choice>,
    /// Whether to be asked as 匿名.
    pub anonymous: bool,
    /// What has not been agreed to yet.
    pub consents: Vec<ConsentChoice>,
    /// Why it was refused.
    pub error: Option<String>,
}

/// Shown for the moment between a question's receipt and its entry into the books; looks again by
/// itself.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "arriving.html", config = "src/console/askama.toml")]
pub struct ArrivingPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Its own address.
    pub here: String,
}

/// One line of the citizen's list.
#[derive(Clone, Debug, Default)]
pub struct CaseLine {
    /// Where it opens.
    pub href: String,
    /// First line of the question.
    pub first_line: String,
    /// State in words.
    pub state: String,
    /// When it was asked.
    pub asked: When,
}

/// The citizen's own questions, `/c/inquiries`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "cases.html", config = "src/console/askama.toml")]
pub struct CasesPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Whether WeChat has recognized who is looking.
    pub recognized: bool,
    /// Where recognizing begins; empty when that is not possible here.
    pub enter: String,
    /// Newest first, at most 50.
    pub lines: Vec<CaseLine>,
}
