//! The table `saved_filters`: the inbox as somebody likes to see it, each person's own.

use crate::inquiries::{FilterId, SavedFilter};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run};

/// What a person has kept, oldest first.
pub async fn filters_of(link: &mut impl Link, staff: StaffId) -> Result<Vec<SavedFilter>> {
    let sql = "SELECT id, name, query FROM saved_filters WHERE staff_id = $1 ORDER BY saved_at, id";
    Ok(on!(link, c => sqlx::query_as(sql).bind(staff).fetch_all(c).await)?)
}

/// Keeps a filter; `false` when the person has one of this name already.
pub async fn keep_filter(
    tx: &mut Tx,
    staff: StaffId,
    filter: &SavedFilter,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO saved_filters (id, staff_id, name, query, saved_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let kept = run!(
        tx,
        sqlx::query(SQL)
            .bind(filter.id)
            .bind(staff)
            .bind(&filter.name)
            .bind(&filter.query)
            .bind(now)
    )?;
    Ok(kept > 0)
}

/// Gives a filter of the person another name.
pub async fn rename_filter(tx: &mut Tx, staff: StaffId, id: FilterId, name: &str) -> Result<()> {
    let sql = "UPDATE saved_filters SET name = $3 WHERE id = $1 AND staff_id = $2";
    run!(tx, sqlx::query(sql).bind(id).bind(staff).bind(name))?;
    Ok(())
}

/// Removes a filter of the person; `false` when there is none.
pub async fn drop_filter(tx: &mut Tx, staff: StaffId, id: FilterId) -> Result<bool> {
    let sql = "DELETE FROM saved_filters WHERE id = $1 AND staff_id = $2";
    Ok(run!(tx, sqlx::query(sql).bind(id).bind(staff))? > 0)
}
