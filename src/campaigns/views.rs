//! Campaigns as those see them who write, approve and send them.

use askama::Template;

use crate::platform::http::shell::{Choice, ChoiceGroup, Input, Shell};
use crate::platform::http::when::When;

/// How many sends an account has used.
#[derive(Clone, Debug, Default)]
pub struct QuotaRow {
    /// The account, where there are several.
    pub account: String,
    /// 本月, 今天.
    pub period: &'static str,
    /// Used or planned.
    pub used: usize,
    /// Most.
    pub most: usize,
    /// Sent by hand on WeChat's own site: when and to how many.
    pub by_hand: Vec<(When, i64)>,
}

/// One campaign in the list.
#[derive(Clone, Debug, Default)]
pub struct CampaignRow {
    /// Its page.
    pub href: String,
    /// Its name.
    pub title: String,
    /// What it sends.
    pub kind: &'static str,
    /// How it stands.
    pub state: &'static str,
    /// Class of the colours of that.
    pub class: &'static str,
    /// Symbol of that.
    pub icon: &'static str,
    /// When it is due, or began.
    pub when: When,
    /// The account, where there are several.
    pub account: String,
}

/// The emergency stop while it is pulled.
#[derive(Clone, Debug, Default)]
pub struct StopView {
    /// Who pulled it, and when.
    pub who: String,
    /// Why.
    pub reason: String,
    /// Whether this person may lift it.
    pub liftable: bool,
}

/// `/console/campaigns`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "campaigns.html", config = "src/console/askama.toml")]
pub struct CampaignsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Quotas, one for each account.
    pub quotas: Vec<QuotaRow>,
    /// Campaigns.
    pub rows: Vec<CampaignRow>,
    /// The emergency stop, when it is pulled.
    pub stop: Option<StopView>,
    /// Whether this person may write one.
    pub may_write: bool,
    /// Why the stop was not pulled or lifted.
    pub error: Option<String>,
}

/// The form of a campaign, `/console/campaigns/new` and `/console/campaigns/{id}/edit`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "campaign_form.html", config = "src/console/askama.toml")]
pub struct CampaignForm {
    /// What surrounds the page.
    pub shell: Shell,
    /// Where it goes.
    pub action: String,
    /// Where leaving leads.
    pub back: String,
    /// What it is made from; 0: it is new.
    pub version: i64,
    /// The campaign it corrects; empty: none.
    pub corrects: String,
    /// Accounts; empty where that is fixed or there is one.
    pub accounts: Vec<Choice>,
    /// Its name.
    pub title: Input,
    /// What it sends.
    pub kinds: Vec<Choice>,
    /// The text.
    pub body: Input,
    /// Most bytes of it.
    pub byte_limit: usize,
    /// A list for each place of an article.
    pub articles: Vec<Vec<Choice>>,
    /// Pictures to choose from.
    pub pictures: Vec<Choice>,
    /// Tags of WeChat's.
    pub tags: Vec<Choice>,
    /// Territories.
    pub territories: Vec<ChoiceGroup>,
    /// Fields.
    pub fields: Vec<Choice>,
    /// Whether they asked before.
    pub asked: Vec<Choice>,
    /// First day of following.
    pub followed_from: Input,
    /// Last day of following.
    pub followed_until: Input,
    /// When it is sent.
    pub send_at: Input,
    /// Why a rule of time may be broken.
    pub override_reason: Input,
    /// Why it was not saved.
    pub error: Option<String>,
}

/// A tester and how far they are.
#[derive(Clone, Debug, Default)]
pub struct TesterRow {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// How it stands with them.
    pub state: String,
}

/// A slice as it stands.
#[derive(Clone, Debug, Default)]
pub struct SliceRow {
    /// Which.
    pub nth: i64,
    /// How many it is addressed to.
    pub size: i64,
    /// How it stands.
    pub state: &'static str,
    /// Class of the colours of that.
    pub class: &'static str,
    /// Symbol of that.
    pub icon: &'static str,
    /// Why.
    pub reason: String,
    /// WeChat's figures: addressed, left after filters, sent, not sent.
    pub figures: Option<(i64, i64, i64, i64)>,
    /// What is known of a call whose outcome is not.
    pub known: Option<String>,
    /// Why it may not be tried again; nothing when it may.
    pub not_again: Option<String>,
}

/// What came of a campaign.
#[derive(Clone, Debug, Default)]
pub struct ResultView {
    /// Followers it was addressed to.
    pub audience: i64,
    /// Of these sent, as far as WeChat has told.
    pub sent: i64,
    /// Left out by WeChat, not sent, dropped.
    pub not_sent: i64,
    /// Without an outcome yet.
    pub open: i64,
    /// Inquiries opened in the two days after, and in the two days before.
    pub inquiries: (i64, i64),
    /// Followers who left in the two days after.
    pub left: i64,
}

/// One entry of a campaign's history.
#[derive(Clone, Debug, Default)]
pub struct HistoryRow {
    /// When.
    pub when: When,
    /// What.
    pub words: String,
}

/// `/console/campaigns/{id}`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "campaign.html", config = "src/console/askama.toml")]
pub struct CampaignPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Its address.
    pub action: String,
    /// What is seen.
    pub version: i64,
    /// Its name.
    pub title: String,
    /// The steps with the one it is at: name, whether it is behind, whether it is now.
    pub steps: Vec<(&'static str, bool, bool)>,
    /// How it stands.
    pub state: &'static str,
    /// Class of the colours of that.
    pub class: &'static str,
    /// Symbol of that.
    pub icon: &'static str,
    /// Why.
    pub reason: Option<String>,
    /// What it sends, in words.
    pub what: String,
    /// Who gets it, in words.
    pub who: String,
    /// How many these are now.
    pub count: i64,
    /// The same in Chinese numerals.
    pub count_words: String,
    /// Why this audience cannot be sent to.
    pub audience_problem: Option<String>,
    /// When.
    pub when: When,
    /// Why that is no good time; with the reason for it all the same.
    pub barred: Option<String>,
    /// Why a rule of time may be broken.
    pub override_reason: String,
    /// Used and most of the period it falls into.
    pub quota: (usize, usize),
    /// The page of the campaign it corrects.
    pub corrects: Option<String>,
    /// Seconds until it is sent, while it cools.
    pub seconds_left: Option<u64>,
    /// Testers.
    pub testers: Vec<TesterRow>,
    /// How many must have seen it.
    pub testers_needed: usize,
    /// Whether this person may ask for previews and submit.
    pub preparing: bool,
    /// Whether this person is a tester who has it on the phone.
    pub can_say_seen: bool,
    /// Whether it may be edited.
    pub writable: bool,
    /// Whether this person may decide.
    pub decidable: bool,
    /// Whether they have opened the preview.
    pub opened: bool,
    /// What changed since the version approved or submitted before.
    pub changes: Vec<(String, String, String)>,
    /// Why this person may not decide.
    pub own: Option<String>,
    /// What to do while nobody can decide.
    pub stuck: Option<&'static str>,
    /// Whether it may be scheduled by this person.
    pub schedulable: bool,
    /// Whether the number is typed.
    pub everybody: bool,
    /// Whether the second factor is asked for.
    pub digits: bool,
    /// The field for it.
    pub code: Input,
    /// Whether the schedule may be taken back.
    pub unschedulable: bool,
    /// Whether it may be given up.
    pub cancellable: bool,
    /// Whether it may go on.
    pub resumable: bool,
    /// Whether this person may say what became of a slice.
    pub settling: bool,
    /// Its slices.
    pub slices: Vec<SliceRow>,
    /// What came of it.
    pub result: Option<ResultView>,
    /// Whether a correction may be written.
    pub correctable: bool,
    /// Reason typed for sending it back.
    pub remark: String,
    /// What happened so far, newest first.
    pub history: Vec<HistoryRow>,
    /// Why a deed was refused.
    pub error: Option<String>,
}

/// An article as its card shows it.
#[derive(Clone, Debug, Default)]
pub struct CardView {
    /// Title.
    pub title: String,
    /// Digest.
    pub digest: String,
    /// Its cover.
    pub cover: Option<String>,
    /// Where its layout can be seen.
    pub href: String,
}

/// What followers will see, and what a rehearsal found, `/console/campaigns/{id}/preview`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "campaign_preview.html", config = "src/console/askama.toml")]
pub struct CampaignPreview {
    /// What surrounds the page.
    pub shell: Shell,
    /// The campaign's page.
    pub back: String,
    /// Its name.
    pub title: String,
    /// The account's name.
    pub account: String,
    /// The text.
    pub body: String,
    /// Articles.
    pub cards: Vec<CardView>,
    /// Pictures.
    pub pictures: Vec<String>,
    /// What cannot be undone.
    pub warning: &'static str,
    /// What a rehearsal without sending found: what, and whether it is well.
    pub rehearsal: Vec<(String, bool)>,
}
