//! Making one inquiry of two.

use super::{columns, lock, want_terms};
use crate::inquiries::{Inquiry, InquiryId};
use crate::members::OrgScope;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run};

/// The inquiry, or the one in which its matter goes on.
pub async fn living(link: &mut impl Link, id: InquiryId) -> Result<Option<Inquiry>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM inquiries i WHERE i.id = \
         (SELECT coalesce(x.merged_into, x.id) FROM inquiries x WHERE x.id = $1)"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// As [`living`], kept from others until the transaction ends. The merged one is held first, as when
/// two are merged, so that neither waits for the other.
pub async fn lock_living(tx: &mut Tx, id: InquiryId) -> Result<Option<Inquiry>> {
    let Some(found) = lock(tx, OrgScope::Everything, id).await? else { return Ok(None) };
    match found.merged_into {
        Some(into) => lock(tx, OrgScope::Everything, into).await,
        None => Ok(Some(found)),
    }
}

/// The inquiries whose matter goes on in this one, with their numbers.
pub async fn merged_in(link: &mut impl Link, id: InquiryId) -> Result<Vec<(InquiryId, String)>> {
    let sql = "SELECT id, number FROM inquiries WHERE merged_into = $1 ORDER BY id";
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_all(c).await)?)
}

/// Gives everything that was said in one inquiry to another, with its labels and unsent answers;
/// what was merged into it before leads there too.
pub async fn hand_over(tx: &mut Tx, from: InquiryId, to: InquiryId, now: Moment) -> Result<()> {
    const DRAFTS: &str = "SELECT f.staff_id, t.body, f.body FROM drafts f \
        LEFT JOIN drafts t ON t.inquiry_id = $2 AND t.staff_id = f.staff_id \
        WHERE f.inquiry_id = $1";
    let drafts: Vec<(StaffId, Option<String>, String)> =
        on!(tx, c => sqlx::query_as(DRAFTS).bind(from).bind(to).fetch_all(c).await)?;
    for (who, there, here) in drafts {
        let both = there.map_or_else(|| here.clone(), |there| format!("{there}\n{here}"));
        super::save_draft(tx, to, who, &both, now).await?;
        super::save_draft(tx, from, who, "", now).await?;
    }
    for sql in [
        "INSERT INTO inquiry_labels (inquiry_id, owner, name, put_by, put_at) \
         SELECT $2, l.owner, l.name, l.put_by, l.put_at FROM inquiry_labels l \
         WHERE l.inquiry_id = $1 ON CONFLICT DO NOTHING",
        "UPDATE messages SET inquiry_id = $2 WHERE inquiry_id = $1",
        "UPDATE inquiries SET merged_into = $2 WHERE merged_into = $1",
    ] {
        run!(tx, sqlx::query(sql).bind(from).bind(to))?;
    }
    want_terms(tx, from, now).await?;
    want_terms(tx, to, now).await
}
