//! The inbox: what waits for whom, most urgent first.

use askama::Template;

use super::Sla;
use crate::platform::http::shell::{Choice, Shell, href};
use crate::platform::http::when::When;

/// The tabs of the inbox, in the order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum InboxTab {
    /// Offered to the organization, taken by nobody yet.
    #[default]
    Unclaimed,
    /// Taken by the person who looks.
    Mine,
    /// All open ones of the organization.
    Organization,
    /// Open ones whose promise has passed.
    Overdue,
    /// Open and closed ones.
    All,
}

impl InboxTab {
    /// All tabs in order.
    pub const ALL: [Self; 5] =
        [Self::Unclaimed, Self::Mine, Self::Organization, Self::Overdue, Self::All];

    /// Value of `tab=` in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Unclaimed => "unclaimed",
            Self::Mine => "mine",
            Self::Organization => "organization",
            Self::Overdue => "overdue",
            Self::All => "all",
        }
    }

    /// The tab named by `key`; anything unknown is the first tab.
    pub fn parse(key: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.key() == key).unwrap_or_default()
    }

    /// Word on the tab.
    pub fn label(self) -> &'static str {
        match self {
            Self::Unclaimed => "待认领",
            Self::Mine => "我的",
            Self::Organization => "本单位",
            Self::Overdue => "已超时",
            Self::All => "全部",
        }
    }
}

/// What the address of the inbox asks for.
#[derive(Clone, Debug, Default)]
pub struct InboxQuery {
    /// Chosen tab.
    pub tab: InboxTab,
    /// Words searched for; empty for none.
    pub q: String,
    /// Code of the legal field; empty for all.
    pub field: String,
    /// Id of the territory; empty for all.
    pub territory: String,
    /// A label; empty for all.
    pub label: String,
    /// Whether several can be chosen.
    pub select: bool,
    /// Key of the row after which the page begins; empty for the first page.
    pub after: String,
}

impl InboxQuery {
    fn address(&self, tab: InboxTab, after: &str, part: &str) -> String {
        let pairs = [
            ("tab", tab.key()),
            ("q", &self.q),
            ("field", &self.field),
            ("territory", &self.territory),
            ("label", &self.label),
            ("select", if self.select { "1" } else { "" }),
            ("after", after),
            ("part", part),
        ];
        href("/console/inbox", &pairs)
    }

    /// The same search in another tab, from its beginning.
    pub fn tab_href(&self, tab: &InboxTab) -> String {
        self.address(*tab, "", "")
    }

    /// What is kept of it under a name: the query of its address, from the beginning of the list.
    pub fn kept(&self) -> String {
        let plain = Self { select: false, ..self.clone() };
        let address = plain.address(self.tab, "", "");
        address.split_once('?').map_or_else(String::new, |(_, query)| query.to_owned())
    }

    /// The page that begins after the row with key `after`.
    pub fn page_href(&self, after: &str) -> String {
        self.address(self.tab, after, "")
    }

    /// The block of this very page that the live update fetches.
    pub fn list_src(&self) -> String {
        self.address(self.tab, &self.after, "list")
    }

    /// Whether anything narrows the tab.
    pub fn filtered(&self) -> bool {
        let narrowing = [&self.q, &self.field, &self.territory, &self.label];
        narrowing.iter().any(|value| !value.is_empty())
    }

    /// The same list with boxes to choose several, or without them.
    pub fn select_href(&self) -> String {
        Self { select: !self.select, ..self.clone() }.address(self.tab, &self.after, "")
    }
}

/// A tab with the number of rows behind it.
#[derive(Clone, Debug)]
pub struct TabCount {
    /// Which tab.
    pub tab: InboxTab,
    /// Rows behind it, without the search.
    pub count: i64,
}

/// A filter its owner has named.
#[derive(Clone, Debug, Default)]
pub struct NamedFilter {
    /// Where its form posts to.
    pub action: String,
    /// Its name.
    pub name: String,
    /// The list it stands for.
    pub href: String,
    /// Whether it is the list that is shown.
    pub current: bool,
}

/// `/console/inbox/filters`: the reader's own filters; posts `name` and `action` to each.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "filters.html", config = "src/console/askama.toml")]
pub struct FiltersPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The filters, oldest first.
    pub filters: Vec<NamedFilter>,
    /// Why the last change was not made.
    pub error: Option<String>,
}

/// One inquiry in the list.
#[derive(Clone, Debug, Default)]
pub struct InboxRow {
    /// Stable id, so that the live update recognizes the row.
    pub id: String,
    /// Where it opens.
    pub href: String,
    /// Short human number.
    pub number: String,
    /// 群众 3f2a or 匿名.
    pub citizen: String,
    /// First line of the question, at most about 60 characters.
    pub first_line: String,
    /// Legal field in words.
    pub field: Option<String>,
    /// District or town in words.
    pub place: Option<String>,
    /// When it was asked.
    pub asked: When,
    /// The promise.
    pub sla: Sla,
    /// State in words: 待认领, 办理中, 待群众回复, 已办结.
    pub state: String,
    /// How near the end of the promise is and who knows; `None` while there is nothing to say.
    pub stage: Option<String>,
    /// Labels of the own organization.
    pub labels: Vec<String>,
    /// Something the person who looks has not read.
    pub unread: bool,
    /// Words that hint at danger to life.
    pub danger: bool,
    /// The citizen was not satisfied: somebody else answers once more.
    pub call_back: bool,
    /// Who has taken it.
    pub claimed_by: Option<String>,
    /// The person who looks has taken it.
    pub mine: bool,
    /// Whether it is the one open beside the list.
    pub current: bool,
}

/// What was just done to several inquiries.
#[derive(Clone, Debug, Default)]
pub struct BulkDone {
    /// What, to how many, and what did not work.
    pub sentence: String,
    /// Code of what undoes it.
    pub undo: &'static str,
    /// To which.
    pub ids: Vec<String>,
    /// The label it was about; empty for anything else.
    pub label: String,
}

/// The inbox page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "inbox.html", config = "src/console/askama.toml", blocks = ["list"])]
pub struct InboxPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What was asked for.
    pub query: InboxQuery,
    /// Filters the reader keeps.
    pub saved: Vec<NamedFilter>,
    /// Counts of all tabs the role may see.
    pub tabs: Vec<TabCount>,
    /// Legal fields to filter by.
    pub fields: Vec<Choice>,
    /// Territories to filter by.
    pub territories: Vec<Choice>,
    /// Labels in use, to filter by and to put.
    pub labels: Vec<Choice>,
    /// Whether the reader may do something to several.
    pub may_act: bool,
    /// What was just done to several.
    pub bulk: Option<BulkDone>,
    /// At most 50 rows, most urgent first.
    pub rows: Vec<InboxRow>,
    /// All rows of the tab that fit the search.
    pub total: i64,
    /// Key of the last row, when more follow.
    pub next_after: Option<String>,
    /// Next duty of the person in words, for the empty state.
    pub next_duty: Option<String>,
}

impl InboxPage {
    /// What the empty list says: what it means and what to do.
    pub fn empty_hint(&self) -> (&'static str, &'static str) {
        if self.query.filtered() {
            return ("没有符合条件的咨询", "换一个词，或者清除筛选条件再看。");
        }
        match self.query.tab {
            InboxTab::Unclaimed => {
                ("现在没有待认领的咨询", "有新的咨询派到本单位，会自动出现在这里。")
            }
            InboxTab::Mine => ("您手上没有未办结的咨询", "可以到“待认领”里领一条。"),
            InboxTab::Organization => ("本单位没有未办结的咨询", "今天已全部答复，辛苦了。"),
            InboxTab::Overdue => ("没有超时的咨询", "所有承诺都按时兑现。"),
            InboxTab::All => ("还没有咨询", "群众来信以后会出现在这里。"),
        }
    }

    /// Whether what is shown can be kept under a name: it is narrowed and has none yet.
    pub fn can_be_kept(&self) -> bool {
        self.query.filtered() && !self.saved.iter().any(|filter| filter.current)
    }

    /// Words on the line above the list.
    pub fn count_words(&self) -> String {
        let shown = self.rows.len();
        if usize::try_from(self.total) == Ok(shown) {
            format!("共 {} 条", self.total)
        } else {
            format!("共 {} 条，本页 {shown} 条", self.total)
        }
    }
}
