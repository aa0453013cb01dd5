//! What staff and citizens see of referrals.

use askama::Template;

use super::ReferralState;
use crate::inquiries::views::Sla;
use crate::platform::http::assets;
use crate::platform::http::shell::{Choice, CitizenShell, Shell, Site};
use crate::platform::http::when::When;

/// Class and symbol of a state; colour only repeats the words.
pub fn colours(state: ReferralState) -> (&'static str, &'static str) {
    use ReferralState::*;
    match state {
        Proposed => ("calm", "clock"),
        Consented => ("warn", "soon"),
        Sent | Accepted => ("calm", "move"),
        Done => ("good", "check"),
        Refused | Declined | Withdrawn => ("warn", "info"),
        Cancelled => ("off", "close"),
    }
}

/// One referral in the list.
#[derive(Clone, Debug, Default)]
pub struct ReferralRow {
    /// Its page.
    pub href: String,
    /// Number of the inquiry.
    pub number: String,
    /// Whom it goes to, in words.
    pub kind: &'static str,
    /// Name of the institution.
    pub receiver: String,
    /// State in words.
    pub state: &'static str,
    /// Class of the colours.
    pub class: &'static str,
    /// Name of the symbol.
    pub icon: &'static str,
    /// The institution's clock, while it runs.
    pub clock: Option<Sla>,
    /// When it was proposed.
    pub proposed: When,
}

/// The list `/console/referrals`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "referrals.html", config = "src/console/askama.toml")]
pub struct ReferralsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Those somebody has to do something about first.
    pub rows: Vec<ReferralRow>,
}

/// One article of the checklist.
#[derive(Clone, Debug, Default)]
pub struct ChecklistView {
    /// Number of the article.
    pub article: u8,
    /// What ticking means.
    pub meaning: &'static str,
    /// The grounds.
    pub grounds: Vec<Choice>,
}

/// The form of a new referral; posts `kind`, `receiver`, `question`, `ground`…, `matter`, `district`,
/// `answer` and `remark` to `action`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "referral_form.html", config = "src/console/askama.toml")]
pub struct ReferralFormPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The inquiry's page.
    pub inquiry_href: String,
    /// Its number.
    pub number: String,
    /// Where the form posts to.
    pub action: String,
    /// Kinds: address of the form, name, whether it is this one.
    pub kinds: Vec<(String, &'static str, bool)>,
    /// Code of the kind.
    pub kind: &'static str,
    /// Name of the kind.
    pub kind_name: &'static str,
    /// What the clock counts.
    pub clock: &'static str,
    /// Why what was typed was not taken.
    pub error: Option<String>,
    /// Name of the institution.
    pub receiver: String,
    /// What happened.
    pub question: String,
    /// Grounds of legal aid; empty for other kinds.
    pub checklist: Vec<ChecklistView>,
    /// What decides the venue; empty for other kinds.
    pub matters: Vec<Choice>,
    /// Districts to choose from.
    pub districts: Vec<Choice>,
    /// Field and place, which go along; empty when unknown.
    pub about: String,
    /// Whether there is an answer that could go along.
    pub answered: bool,
    /// Whether it does.
    pub with_answer: bool,
    /// What the institution should know besides.
    pub remark: String,
}

/// One item with whether it may leave.
#[derive(Clone, Debug, Default)]
pub struct ItemView {
    /// Code that forms send.
    pub key: &'static str,
    /// What it is.
    pub name: &'static str,
    /// In words.
    pub value: String,
    /// Whether the citizen agreed.
    pub agreed: bool,
}

/// A step that staff can take.
#[derive(Clone, Debug, Default)]
pub struct StepView {
    /// Code that the form sends.
    pub code: &'static str,
    /// What the button says.
    pub name: &'static str,
    /// Whether words for the citizen are asked for.
    pub words: bool,
}

/// One referral, `/console/referrals/{id}`; posts `step` and `remark` to `…/step`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "referral.html", config = "src/console/askama.toml")]
pub struct ReferralPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Id used in addresses.
    pub id: String,
    /// The inquiry's page.
    pub inquiry_href: String,
    /// The row of the list.
    pub row: ReferralRow,
    /// What the clock counts.
    pub clock_words: &'static str,
    /// What would be or was passed on.
    pub items: Vec<ItemView>,
    /// Whether the citizen has agreed to anything.
    pub decided: bool,
    /// Whether the citizen gave a contact.
    pub contact: bool,
    /// Whether it may leave now.
    pub leaves: bool,
    /// What became of it.
    pub remark: String,
    /// Steps that are open.
    pub steps: Vec<StepView>,
    /// Why the last step was not taken.
    pub error: Option<String>,
    /// What happened, oldest first.
    pub history: Vec<(String, When)>,
}

/// The printed page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "referral_sheet.html", config = "src/console/askama.toml")]
pub struct ReferralSheetPage {
    /// Name of the installation.
    pub site: Site,
    /// Whether it is a demo.
    pub demo: bool,
    /// Back to the referral.
    pub back_href: String,
    /// Whom it goes to, in words.
    pub kind: &'static str,
    /// Name of the institution.
    pub receiver: String,
    /// Who hands it over: name, telephone.
    pub sender: String,
    /// Number of the inquiry.
    pub number: String,
    /// Day of the consent.
    pub agreed_on: String,
    /// What was agreed to: what it is, and in words.
    pub items: Vec<(&'static str, String)>,
    /// Name and telephone; empty when not given.
    pub contact: Vec<(&'static str, String)>,
}

impl ReferralSheetPage {
    /// Address of an embedded file.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }
}

/// One referral on the citizen's page.
#[derive(Clone, Debug, Default)]
pub struct CitizenReferral {
    /// Id that forms send.
    pub id: String,
    /// Whom it goes to, in words.
    pub kind: &'static str,
    /// Name of the institution.
    pub receiver: String,
    /// State in words for the citizen.
    pub state: &'static str,
    /// By when the institution should answer, in words; empty when it need not.
    pub until: String,
    /// What became of it.
    pub remark: String,
    /// What would be, or was, passed on.
    pub items: Vec<ItemView>,
    /// Whether the citizen is asked now.
    pub asked: bool,
    /// Whether the consent can be taken back.
    pub may_withdraw: bool,
    /// Whether it has been handed over.
    pub left: bool,
}

/// The citizen's page `/c/i/{token}/referral`; posts `referral`, `decision`, `item`…, `name` and
/// `phone` to itself.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "referral_consent.html", config = "src/console/askama.toml")]
pub struct ConsentPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Secret part of the address.
    pub token: String,
    /// Why the last word was not taken.
    pub error: Option<String>,
    /// Newest first.
    pub referrals: Vec<CitizenReferral>,
}
