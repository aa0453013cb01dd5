//! The privacy notice in plain words, and what operators see of the followers.

use askama::Template;

use crate::platform::http::shell::{Choice, CitizenShell, Input, Shell};
use crate::platform::http::when::When;

/// `/c/privacy`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "privacy.html", config = "src/console/askama.toml")]
pub struct PrivacyPage {
    /// What surrounds the page; its imprint names the responsible body.
    pub shell: CitizenShell,
    /// Version of the notice, as consents refer to it.
    pub version: String,
    /// How long questions are kept, in words: 办结后 2 年.
    pub kept_for: String,
    /// Telephone or address of the person responsible for data protection.
    pub contact: String,
    /// Whether WeChat has recognized who is looking.
    pub recognized: bool,
    /// Where recognizing begins; empty when that is not possible here.
    pub enter: String,
    /// Fields of law the reader wants to hear of, in words; empty when there are none.
    pub topics: String,
    /// What the reader agreed to, newest first.
    pub consents: Vec<ConsentRow>,
}

/// One consent of the reader.
#[derive(Clone, Debug, Default)]
pub struct ConsentRow {
    /// Code of what it is about; posted as `subject` to `/c/privacy/withdraw`.
    pub subject: &'static str,
    /// The same in words.
    pub name: &'static str,
    /// Version of the text.
    pub version: String,
    /// The text.
    pub body: &'static str,
    /// When it was given.
    pub given: When,
    /// When it was taken back.
    pub withdrawn: Option<When>,
}

/// `/c/privacy/erase`: the step between wish and deed of erasing everything. The form posts
/// `confirm=yes`; with `done` it is the receipt.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "erase_all.html", config = "src/console/askama.toml")]
pub struct EraseAllPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Whether it has been done.
    pub done: bool,
}

/// One reading of the list of followers.
#[derive(Clone, Debug, Default)]
pub struct RunRow {
    /// How it stands, in words.
    pub state: String,
    /// Class of the colours.
    pub class: &'static str,
    /// When it began.
    pub started: When,
    /// What it saw and changed, in words.
    pub seen: String,
    /// Why it does not go on; may be empty.
    pub problem: String,
}

/// One follower in the list.
#[derive(Clone, Debug, Default)]
pub struct FollowerRow {
    /// Our number.
    pub id: i64,
    /// What staff see instead of a name.
    pub label: String,
    /// The name operators gave them; may be empty.
    pub remark: String,
    /// Names of their tags.
    pub tags: Vec<String>,
    /// Since when they follow, or since when not.
    pub since: Option<When>,
    /// How they found the account, in words; may be empty.
    pub source: String,
    /// Whether they follow.
    pub following: bool,
    /// Whether they are on the blacklist.
    pub blocked: bool,
}

/// Posts `account`, `id` of each one ticked, `tag` and `do` (`give` or `take`) to
/// `/console/followers/tag`, or asks `/console/followers/block` for them.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "followers.html", config = "src/console/askama.toml")]
pub struct FollowersPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The account; empty when none is configured.
    pub account: String,
    /// All accounts.
    pub accounts: Vec<Choice>,
    /// What is counted: (关注者, 1,234).
    pub figures: Vec<(String, String)>,
    /// How much of the list has been read, in percent, while a reading goes on.
    pub percent: Option<i64>,
    /// The last readings, newest first.
    pub runs: Vec<RunRow>,
    /// Words searched for in remarks.
    pub q: String,
    /// Which followers are listed: label, address, whether it is this list.
    pub lists: Vec<(String, String, bool)>,
    /// Name of this list.
    pub listed: String,
    /// Whether this is the blacklist.
    pub blacklist: bool,
    /// The followers of this page.
    pub rows: Vec<FollowerRow>,
    /// Address of the first page; empty when this is it.
    pub first: String,
    /// Address of the next page; empty when there is none.
    pub next: String,
    /// Tags to give and to take.
    pub tags: Vec<Choice>,
}

/// A line of what happened to a follower.
#[derive(Clone, Debug, Default)]
pub struct HistoryLine {
    /// When.
    pub when: When,
    /// What, in words.
    pub what: String,
    /// Who did it or what told; may be empty.
    pub by: String,
}

/// `/console/followers/{id}`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "follower.html", config = "src/console/askama.toml")]
pub struct FollowerPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The account.
    pub account: String,
    /// Our number.
    pub id: i64,
    /// What staff see instead of a name.
    pub label: String,
    /// Whether they follow.
    pub following: bool,
    /// What is known: (关注时间, 2026年…).
    pub facts: Vec<(String, String)>,
    /// The remark; posted to `/console/followers/{id}/remark`.
    pub remark: Input,
    /// Their tags: number and name.
    pub has: Vec<(i64, String)>,
    /// Tags they do not have.
    pub others: Vec<Choice>,
    /// Why they are on the blacklist; nothing when they are not.
    pub blocked: Option<String>,
    /// Comings and goings, newest first.
    pub changes: Vec<HistoryLine>,
    /// What staff did, newest first.
    pub record: Vec<HistoryLine>,
}

/// `/console/followers/block`: asks before the blacklist is changed. Posts `account`, the `id`s,
/// `do` (`add` or `remove`), `reason`, `note` and `sure` to the same address.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "follower_block.html", config = "src/console/askama.toml")]
pub struct BlockPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The account.
    pub account: String,
    /// Whether they are to be taken off the blacklist.
    pub remove: bool,
    /// Who: number, label and remark.
    pub people: Vec<(i64, String, String)>,
    /// Reasons to choose from.
    pub reasons: Vec<Choice>,
    /// What is said about it.
    pub note: String,
    /// What is missing.
    pub error: Option<String>,
}

/// A tag in the list.
#[derive(Clone, Debug, Default)]
pub struct TagRow {
    /// WeChat's number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Followers that have it.
    pub followers: i64,
    /// Whether it is WeChat's own, which cannot be changed.
    pub fixed: bool,
}

/// `/console/followers/tags`. Posts `account` with `name` to `…/tags`, with `tag` and `name` to
/// `…/tags/rename`, with `tag` and `sure` to `…/tags/delete`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "follower_tags.html", config = "src/console/askama.toml")]
pub struct TagsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The account; empty when none is configured.
    pub account: String,
    /// All accounts.
    pub accounts: Vec<Choice>,
    /// The tags.
    pub rows: Vec<TagRow>,
    /// How many more there may be.
    pub left: usize,
}
