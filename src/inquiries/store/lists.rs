//! Reading inquiries, always within a scope.

use sqlx::FromRow;

use super::{columns, labels};
use crate::citizens::CitizenId;
use crate::inquiries::{Inquiry, InquiryId};
use crate::language::fields::Field;
use crate::members::OrgScope;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, like_pattern};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, scoped, text_enum};

text_enum!(
    /// A tab of the inbox. Its count and its list come from the same condition.
    Tab {
        /// Nobody has it yet: for an organization unclaimed, for operators without organization.
        Unclaimed = "unclaimed", "待认领";
        /// Claimed by the reader and not closed.
        Mine = "mine", "我的";
        /// Everything not closed.
        Open = "open", "本单位";
        /// The promised time has passed without an answer.
        Overdue = "overdue", "已超时";
        /// Also what is closed.
        All = "all", "全部";
    }
);

/// What narrows a list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Words of the first line, or a number.
    pub words: Option<String>,
    /// Legal field.
    pub field: Option<Field>,
    /// District or town; a district stands for everything in it.
    pub territories: Option<Vec<String>>,
    /// A label of the own organization.
    pub label: Option<String>,
}

/// Where the next page begins: after this row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// Sorting value of the last row shown.
    pub at: Moment,
    /// Its id.
    pub id: InquiryId,
}

/// Rows on one page.
pub const PAGE: i64 = 50;

macro_rules! filters {
    () => {
        " AND ($4 IS NULL OR i.number LIKE $4 ESCAPE '!' OR i.first_line LIKE $4 ESCAPE '!') \
         AND ($5 IS NULL OR i.field = $5) \
         AND ($6 IS NULL OR $6 LIKE '%,' || i.territory_id || ',%') \
         AND ($7 IS NULL OR EXISTS (SELECT 1 FROM inquiry_labels l \
              WHERE l.inquiry_id = i.id AND l.owner = $8 AND l.name = $7)) "
    };
}

macro_rules! by_due {
    ($scope:expr, $condition:literal) => {
        scoped!(
            $scope,
            concat!("SELECT ", columns!(), " FROM inquiries i WHERE "),
            concat!(
                " AND ",
                $condition,
                filters!(),
                " AND (i.due_at > $9 OR (i.due_at = $9 AND i.id > $10)) \
                 AND $2 = $2 AND $3 = $3 ORDER BY i.due_at, i.id LIMIT $11"
            )
        )
    };
}

/// One page of a tab: open tabs by promised time, the tab of everything by newest first.
pub async fn page(
    link: &mut impl Link,
    scope: OrgScope,
    tab: Tab,
    reader: StaffId,
    filter: &Filter,
    after: Option<After>,
    now: Moment,
) -> Result<Vec<Inquiry>> {
    let sql = match tab {
        Tab::Unclaimed => by_due!(scope, "i.state IN ('waiting', 'offered')"),
        Tab::Mine => {
            by_due!(scope, "i.assignee_id = $2 AND i.state IN ('offered', 'claimed', 'answered')")
        }
        Tab::Open => by_due!(scope, "i.state IN ('waiting', 'offered', 'claimed', 'answered')"),
        Tab::Overdue => {
            by_due!(
                scope,
                "i.state IN ('waiting', 'offered', 'claimed') AND i.due_at < $3 AND i.paused_until IS NULL"
            )
        }
        Tab::All => scoped!(
            scope,
            concat!("SELECT ", columns!(), " FROM inquiries i WHERE "),
            concat!(
                " AND $2 = $2 AND $3 = $3 ",
                filters!(),
                " AND (i.opened_at < $9 OR (i.opened_at = $9 AND i.id < $10)) \
                 ORDER BY i.opened_at DESC, i.id DESC LIMIT $11"
            )
        ),
    };
    let start = match tab {
        Tab::All => After { at: Moment(i64::MAX), id: InquiryId(uuid::Uuid::max()) },
        _ => After { at: Moment(i64::MIN), id: InquiryId(uuid::Uuid::nil()) },
    };
    let after = after.unwrap_or(start);
    let words = filter.words.as_deref().map(like_pattern);
    let territories = filter.territories.as_ref().map(|ids| format!(",{},", ids.join(",")));
    Ok(on!(link, c => sqlx::query_as(sql)
        .bind(scope.organization()).bind(reader).bind(now)
        .bind(words.as_deref()).bind(filter.field).bind(territories.as_deref())
        .bind(filter.label.as_deref()).bind(labels::owner(scope))
        .bind(after.at).bind(after.id).bind(PAGE)
        .fetch_all(c).await)?)
}

macro_rules! how_many {
    ($scope:expr, $condition:literal) => {
        scoped!(
            $scope,
            "SELECT count(*) FROM inquiries i WHERE ",
            concat!(" AND ", $condition, filters!(), " AND $2 = $2 AND $3 = $3")
        )
    };
}

/// How many inquiries of a tab fit a filter, on all its pages together.
pub async fn total(
    link: &mut impl Link,
    scope: OrgScope,
    tab: Tab,
    reader: StaffId,
    filter: &Filter,
    now: Moment,
) -> Result<i64> {
    let sql = match tab {
        Tab::Unclaimed => how_many!(scope, "i.state IN ('waiting', 'offered')"),
        Tab::Mine => {
            how_many!(scope, "i.assignee_id = $2 AND i.state IN ('offered', 'claimed', 'answered')")
        }
        Tab::Open => how_many!(scope, "i.state IN ('waiting', 'offered', 'claimed', 'answered')"),
        Tab::Overdue => {
            how_many!(
                scope,
                "i.state IN ('waiting', 'offered', 'claimed') AND i.due_at < $3 AND i.paused_until IS NULL"
            )
        }
        Tab::All => how_many!(scope, "TRUE"),
    };
    let words = filter.words.as_deref().map(like_pattern);
    let territories = filter.territories.as_ref().map(|ids| format!(",{},", ids.join(",")));
    Ok(on!(link, c => sqlx::query_scalar(sql)
        .bind(scope.organization()).bind(reader).bind(now)
        .bind(words.as_deref()).bind(filter.field).bind(territories.as_deref())
        .bind(filter.label.as_deref()).bind(labels::owner(scope))
        .fetch_one(c).await)?)
}

/// How many inquiries each tab holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Counts {
    /// [`Tab::Unclaimed`].
    pub unclaimed: i64,
    /// [`Tab::Mine`].
    pub mine: i64,
    /// [`Tab::Open`].
    pub open: i64,
    /// [`Tab::Overdue`].
    pub overdue: i64,
}

/// Counts the open tabs; each by the condition its list uses.
pub async fn counts(
    link: &mut impl Link,
    scope: OrgScope,
    reader: StaffId,
    now: Moment,
) -> Result<Counts> {
    let sql = scoped!(
        scope,
        "SELECT count(*) FILTER (WHERE i.state IN ('waiting', 'offered')) AS unclaimed, \
         count(*) FILTER (WHERE i.assignee_id = $2 AND i.state IN ('offered', 'claimed', 'answered')) AS mine, \
         count(*) AS open, \
         count(*) FILTER (WHERE i.state IN ('waiting', 'offered', 'claimed') AND i.due_at < $3 AND i.paused_until IS NULL) AS overdue \
         FROM inquiries i WHERE ",
        " AND i.state IN ('waiting', 'offered', 'claimed', 'answered')"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(reader).bind(now)
        .fetch_one(c).await)?)
}

/// One inquiry within a scope.
pub async fn get(link: &mut impl Link, scope: OrgScope, id: InquiryId) -> Result<Option<Inquiry>> {
    let sql = scoped!(
        scope,
        concat!("SELECT ", columns!(), " FROM inquiries i WHERE "),
        " AND i.id = $2"
    );
    Ok(
        on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(id).fetch_optional(c).await)?,
    )
}

/// Earlier and later inquiries of the same citizen within the same scope, newest first.
pub async fn of_same_citizen(
    link: &mut impl Link,
    scope: OrgScope,
    citizen: CitizenId,
    except: InquiryId,
) -> Result<Vec<Inquiry>> {
    let sql = scoped!(
        scope,
        concat!("SELECT ", columns!(), " FROM inquiries i WHERE "),
        " AND i.citizen_id = $2 AND i.id <> $3 AND NOT i.anonymous AND i.merged_into IS NULL \
         ORDER BY i.opened_at DESC LIMIT 10"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(citizen).bind(except)
        .fetch_all(c).await)?)
}

/// A citizen's own inquiries, newest first, at most `most`.
pub async fn of_citizen(
    link: &mut impl Link,
    scope: OrgScope,
    citizen: CitizenId,
    most: i64,
) -> Result<Vec<Inquiry>> {
    let sql = scoped!(
        scope,
        concat!("SELECT ", columns!(), " FROM inquiries i WHERE "),
        " AND i.citizen_id = $2 ORDER BY i.opened_at DESC, i.id DESC LIMIT $3"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(citizen).bind(most)
        .fetch_all(c).await)?)
}
