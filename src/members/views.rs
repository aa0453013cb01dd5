//! What people see of the member organizations: the operators' list and form, the stations, and
//! the citizens' directory.

use askama::Template;

use crate::platform::http::shell::{Choice, ChoiceGroup, CitizenShell, Input, Shell};

/// One organization in the list.
#[derive(Clone, Debug, Default)]
pub struct OrganizationRow {
    /// Form of the organization; empty for those who may not change it.
    pub href: String,
    /// Its people; empty for those who may not manage them.
    pub staff_href: String,
    /// When it works; empty for those who may not say so.
    pub hours_href: String,
    /// Name.
    pub name: String,
    /// 基础型, 枢纽型, 专业型, 行业型, 网络型.
    pub kind_name: String,
    /// Status in words: 正式, 试运行, 暂停.
    pub status_name: String,
    /// Whether it takes inquiries.
    pub active: bool,
    /// District in words; 全市 when none.
    pub district: String,
    /// Fields in words, joined by 、.
    pub fields: String,
    /// Open inquiries.
    pub open: i64,
    /// Open ones past their promise.
    pub overdue: i64,
}

/// The list `/console/members`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "organizations.html", config = "src/console/askama.toml")]
pub struct OrganizationsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Words searched for.
    pub q: String,
    /// Kinds to filter by (`kind`).
    pub kinds: Vec<Choice>,
    /// Districts to filter by (`district`).
    pub districts: Vec<Choice>,
    /// At most 50 rows.
    pub rows: Vec<OrganizationRow>,
    /// All that fit the search.
    pub total: i64,
    /// Address of the next page.
    pub next_href: Option<String>,
    /// Whether organizations may be added.
    pub may_add: bool,
}

/// The form of one organization. Posts `name`, `short_name`, `kind`, `status`, `district`,
/// `fields` and `territories` (repeated), `phone`, `address`, `hours`, `promise_amount`, `promise_counted`,
/// `preset`, `urgent_hours`, `transfer_workdays`, `most_workdays`, `most_open` and the `version` it was made from to `action`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "organization.html", config = "src/console/askama.toml")]
pub struct OrganizationPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Where the form posts to.
    pub action: String,
    /// Its people; empty while it is new.
    pub staff_href: String,
    /// Whether it is new.
    pub new: bool,
    /// Version the form was made from; sent back, so that nobody's change is overwritten.
    pub version: i64,
    /// What is wrong with the whole.
    pub error: Option<String>,
    /// Full name.
    pub name: Input,
    /// Short name for lists.
    pub short_name: Input,
    /// Telephone for citizens.
    pub phone: Input,
    /// Address for citizens.
    pub address: Input,
    /// Whether there is a step at the entrance, posted as `step_free`.
    pub entrances: Vec<Choice>,
    /// Opening hours in words.
    pub hours: Input,
    /// Promised time to the first answer.
    pub promise_amount: Input,
    /// In which time it is counted.
    pub counted: Vec<Choice>,
    /// Promises to choose from instead of typing one.
    pub presets: Vec<Choice>,
    /// Hours when it is urgent; empty: as the alliance.
    pub urgent_hours: Input,
    /// Workdays to take or pass on; empty: as the alliance.
    pub transfer_workdays: Input,
    /// Workdays at most; empty: as the alliance.
    pub most_workdays: Input,
    /// Open inquiries beyond which nothing more is offered; empty: without limit.
    pub most_open: Input,
    /// Kinds.
    pub kinds: Vec<Choice>,
    /// Statuses.
    pub statuses: Vec<Choice>,
    /// Districts.
    pub districts: Vec<Choice>,
    /// Legal fields.
    pub fields: Vec<Choice>,
    /// Towns and streets by district.
    pub territories: Vec<ChoiceGroup>,
    /// Open inquiries that must be handed over before it is suspended.
    pub open: i64,
}

/// One station.
#[derive(Clone, Debug, Default)]
pub struct StationRow {
    /// Name.
    pub name: String,
    /// Organization that runs it.
    pub organization_name: String,
    /// Town or street in words.
    pub place: String,
    /// Address.
    pub address: String,
    /// Telephone; empty when none.
    pub phone: String,
    /// Opening hours in words.
    pub hours: String,
    /// Questions that came through its QR code.
    pub questions: i64,
}

/// The list of stations.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "stations.html", config = "src/console/askama.toml")]
pub struct StationsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// At most 50 rows.
    pub rows: Vec<StationRow>,
    /// All stations.
    pub total: i64,
    /// Address of the next page.
    pub next_href: Option<String>,
}

/// One organization in the citizens' directory.
#[derive(Clone, Debug, Default)]
pub struct DirectoryEntry {
    /// Name.
    pub name: String,
    /// Fields in words, joined by 、.
    pub fields: String,
    /// Address; empty when unknown.
    pub address: String,
    /// Telephone; empty when none.
    pub phone: String,
    /// Opening hours in words; empty when unknown.
    pub hours: String,
    /// Whether the entrance is step-free, when known.
    pub step_free: Option<bool>,
}

/// The organizations of a district.
#[derive(Clone, Debug, Default)]
pub struct DirectoryGroup {
    /// Name of the district; 全市 for those of the whole city.
    pub district: String,
    /// Its organizations.
    pub entries: Vec<DirectoryEntry>,
}

/// `/c/organizations`: who helps, by district and subject. At most 200 entries a page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "directory.html", config = "src/console/askama.toml")]
pub struct DirectoryPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Districts to filter by (`district`).
    pub districts: Vec<Choice>,
    /// Legal fields to filter by (`field`).
    pub fields: Vec<Choice>,
    /// The organizations.
    pub groups: Vec<DirectoryGroup>,
    /// Address of the next page.
    pub next_href: Option<String>,
}
