//! The table `inquiry_labels`: what an organization sorts its inquiries by.

use std::collections::HashMap;

use uuid::Uuid;

use crate::inquiries::InquiryId;
use crate::members::OrgScope;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run, scoped};

/// Different labels offered to choose from.
const KNOWN: i64 = 100;

/// Under which id the labels of a scope are kept.
pub fn owner(scope: OrgScope) -> Uuid {
    scope.organization().map_or(Uuid::nil(), |organization| organization.0)
}

/// The labels that somebody of the scope sees on an inquiry, by name.
pub async fn of_inquiry(
    link: &mut impl Link,
    scope: OrgScope,
    inquiry: InquiryId,
) -> Result<Vec<String>> {
    let sql = "SELECT l.name FROM inquiry_labels l WHERE l.inquiry_id = $1 AND l.owner = $2 \
        ORDER BY l.name";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(inquiry).bind(owner(scope)).fetch_all(c).await)?)
}

/// The labels of every inquiry of the scope that is not closed.
pub async fn of_open(
    link: &mut impl Link,
    scope: OrgScope,
) -> Result<HashMap<InquiryId, Vec<String>>> {
    let sql = scoped!(
        scope,
        "SELECT l.inquiry_id, l.name FROM inquiry_labels l \
         JOIN inquiries i ON i.id = l.inquiry_id WHERE ",
        " AND l.owner = $2 AND i.state <> 'closed' ORDER BY l.name"
    );
    let rows: Vec<(InquiryId, String)> = on!(link, c => sqlx::query_as(sql)
        .bind(scope.organization()).bind(owner(scope)).fetch_all(c).await)?;
    let mut labels: HashMap<InquiryId, Vec<String>> = HashMap::new();
    for (inquiry, name) in rows {
        labels.entry(inquiry).or_default().push(name);
    }
    Ok(labels)
}

/// The labels in use within the scope, by name.
pub async fn known(link: &mut impl Link, scope: OrgScope) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT l.name FROM inquiry_labels l WHERE l.owner = $1 \
        ORDER BY l.name LIMIT $2";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(owner(scope)).bind(KNOWN).fetch_all(c).await)?)
}

/// Puts a label on an inquiry; `false` when it is there.
pub async fn put(
    tx: &mut Tx,
    scope: OrgScope,
    inquiry: InquiryId,
    name: &str,
    by: StaffId,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO inquiry_labels (inquiry_id, owner, name, put_by, put_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let put =
        run!(tx, sqlx::query(SQL).bind(inquiry).bind(owner(scope)).bind(name).bind(by).bind(now))?;
    Ok(put > 0)
}

/// Takes a label off; `false` when it is not there.
pub async fn take_off(
    tx: &mut Tx,
    scope: OrgScope,
    inquiry: InquiryId,
    name: &str,
) -> Result<bool> {
    let sql = "DELETE FROM inquiry_labels WHERE inquiry_id = $1 AND owner = $2 AND name = $3";
    let gone = run!(tx, sqlx::query(sql).bind(inquiry).bind(owner(scope)).bind(name))?;
    Ok(gone > 0)
}
