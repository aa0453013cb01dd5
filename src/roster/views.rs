//! The pages of the duty roster: one organization's week, and everybody's duty now.

use askama::Template;

use crate::platform::http::shell::{Choice, Shell};
use crate::platform::http::when::When;

/// One shift in the week.
#[derive(Clone, Debug, Default)]
pub struct ShiftRow {
    /// Id.
    pub id: String,
    /// 09:00–12:00.
    pub span: String,
    /// Who.
    pub person: String,
    /// Whether it is the reader's own.
    pub mine: bool,
    /// Whether the person is away that day.
    pub away: bool,
    /// Whether the person has another shift at the same time.
    pub doubled: bool,
}

/// One day of the week.
#[derive(Clone, Debug, Default)]
pub struct DayColumn {
    /// 11月30日 周一.
    pub name: String,
    /// Whether it is today.
    pub today: bool,
    /// Whether it can no longer be planned.
    pub over: bool,
    /// Holiday or other reason why the day differs; empty for an ordinary one.
    pub special: String,
    /// Earliest first.
    pub shifts: Vec<ShiftRow>,
    /// Working time without anybody on duty, in words; empty when there is none.
    pub gaps: String,
}

/// Somebody away.
#[derive(Clone, Debug, Default)]
pub struct AbsenceRow {
    /// Id.
    pub id: String,
    /// Who, when, why, in a sentence.
    pub sentence: String,
    /// Whether the reader may take it back.
    pub removable: bool,
}

/// A wish to swap.
#[derive(Clone, Debug, Default)]
pub struct SwapRow {
    /// Id.
    pub id: String,
    /// Who would like what, in a sentence.
    pub sentence: String,
    /// A word with it.
    pub remark: String,
    /// How it stands.
    pub state: &'static str,
    /// Whether it waits for the reader's consent.
    pub for_me: bool,
    /// Whether the reader can take it back.
    pub from_me: bool,
}

/// What one told the next.
#[derive(Clone, Debug, Default)]
pub struct HandoverRow {
    /// Who.
    pub author: String,
    /// When.
    pub at: When,
    /// What.
    pub body: String,
}

/// What only the organization's own people have on the page.
#[derive(Clone, Debug, Default)]
pub struct OwnDesk {
    /// The reader's own shifts still to come, to be given away (`shift`).
    pub my_shifts: Vec<Choice>,
    /// Colleagues (`colleague`).
    pub colleagues: Vec<Choice>,
    /// Colleagues' shifts to take instead (`in_return`).
    pub in_return: Vec<Choice>,
    /// Address of the reader's calendar feed, shown once after it was made.
    pub feed: Option<String>,
}

/// One organization's week. Posts to `{base}/shift` (`person`, `day` repeated, `spans`, or `remove`),
/// `{base}/copy` (`from`, `to`), `{base}/counts` (`counts`), `{base}/absence` (`away`, `first`,
/// `last`, `reason`, `hand_back`, or `remove`), `{base}/swap` (`shift`, `colleague`, `in_return`, `remark`, or
/// `swap` with `settle`), `{base}/handover` (`body`), `{base}/feed`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "roster.html", config = "src/console/askama.toml")]
pub struct RosterPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Whose.
    pub organization_name: String,
    /// Address of the page without query.
    pub base: String,
    /// Monday of the week shown.
    pub monday: String,
    /// Monday of the week before.
    pub before: String,
    /// Monday of the week after.
    pub after: String,
    /// Whether the week holds today.
    pub this_week: bool,
    /// Why what was typed was not saved.
    pub error: Option<String>,
    /// What copying a week left out.
    pub told: Option<String>,
    /// Who is on duty now, in a sentence.
    pub now: String,
    /// Whether the roster decides when the organization is asked.
    pub counts: bool,
    /// Whether the reader may plan.
    pub manages: bool,
    /// Present when the reader belongs to the organization.
    pub own: Option<OwnDesk>,
    /// Monday to Sunday.
    pub days: Vec<DayColumn>,
    /// Whether the week holds no shift.
    pub empty: bool,
    /// People to plan (`person`).
    pub people: Vec<Choice>,
    /// Days of the week that can be planned (`day`).
    pub open_days: Vec<Choice>,
    /// Spans as typed.
    pub spans: String,
    /// Current and coming absences.
    pub absences: Vec<AbsenceRow>,
    /// Reasons (`reason`).
    pub reasons: Vec<Choice>,
    /// Newest first.
    pub swaps: Vec<SwapRow>,
    /// Newest first.
    pub handovers: Vec<HandoverRow>,
}

/// How the duty of one organization stands.
#[derive(Clone, Debug, Default)]
pub struct DutyRow {
    /// Name.
    pub organization: String,
    /// Its roster.
    pub href: String,
    /// 值班中, 无人值班, 未排班.
    pub state: &'static str,
    /// Class of the state's pill.
    pub class: &'static str,
    /// Symbol of the state's pill.
    pub icon: &'static str,
    /// Who is on duty, or when somebody will be.
    pub detail: String,
    /// Days of this week with working time that nobody covers.
    pub days_with_gaps: usize,
}

/// Everybody's duty now, for the alliance's own people.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "duty.html", config = "src/console/askama.toml")]
pub struct DutyPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// By name.
    pub rows: Vec<DutyRow>,
}
