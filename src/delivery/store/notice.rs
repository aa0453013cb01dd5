//! The columns of `deliveries` that tell of a notice.

use sqlx::FromRow;

use crate::delivery::{Delivery, DeliveryId, DeliveryState};
use crate::platform::clock::Moment;
use crate::platform::db::{Backend, Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// Notes that a notice of this template is being sent.
pub async fn begin(tx: &mut Tx, id: DeliveryId, template: &str, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE deliveries SET state = 'calling', called_at = $3, \
        notice_template_id = $2, notice_msgid = NULL, notice_reported_at = NULL WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(template).bind(now))?;
    Ok(())
}

/// Notes that the notice was not sent after all, so that another may be.
pub async fn undo(tx: &mut Tx, id: DeliveryId) -> Result<()> {
    let sql = "UPDATE deliveries SET notice_template_id = NULL WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id))?;
    Ok(())
}

/// Notes WeChat's id of the notice.
pub async fn set_msgid(tx: &mut Tx, id: DeliveryId, msgid: &str) -> Result<()> {
    let sql = "UPDATE deliveries SET notice_msgid = $2 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(msgid))?;
    Ok(())
}

/// Whether a notice was sent for this delivery before.
pub async fn was_tried(link: &mut impl Link, id: DeliveryId) -> Result<bool> {
    const SQL: &str =
        "SELECT count(*) FROM deliveries WHERE id = $1 AND notice_template_id IS NOT NULL";
    let found: i64 = on!(link, c => sqlx::query_scalar(SQL).bind(id).fetch_one(c).await)?;
    Ok(found > 0)
}

/// Notes that WeChat told what became of the notice.
pub async fn set_reported(tx: &mut Tx, id: DeliveryId, now: Moment) -> Result<()> {
    let sql = "UPDATE deliveries SET notice_reported_at = $2 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(now))?;
    Ok(())
}

/// A delivery whose notice WeChat has not reported on.
#[derive(Clone, Debug, FromRow)]
pub struct Unreported {
    /// The delivery.
    #[sqlx(flatten)]
    pub delivery: Delivery,
    /// The template of its notice.
    pub notice_template_id: String,
    /// WeChat's id of the notice, once known; never for subscription notifications.
    pub notice_msgid: Option<String>,
}

/// A follower's deliveries whose notices WeChat has not reported on, oldest first, kept from others
/// until the transaction ends. Those being sent are among them: on PostgreSQL this waits until it
/// is written how the call ended, so that report and answer cannot miss each other.
pub async fn lock_unreported(tx: &mut Tx, account: &str, openid: &str) -> Result<Vec<Unreported>> {
    macro_rules! sql {
        ($lock:literal) => {
            concat!(
                "SELECT d.id, d.inquiry_id, d.message_id, d.citizen_id, d.account_id, d.openid, \
                 d.body, d.state, d.way, d.errcode, d.reason, d.created_at, d.settled_at, \
                 d.notice_template_id, d.notice_msgid FROM deliveries d \
                 WHERE d.account_id = $1 AND d.openid = $2 \
                 AND d.state IN ('calling', 'sent', 'unknown') \
                 AND d.notice_template_id IS NOT NULL AND d.notice_reported_at IS NULL \
                 ORDER BY d.created_at, d.id",
                $lock
            )
        };
    }
    let sql = match tx.conn().backend() {
        Backend::Sqlite => sql!(""),
        Backend::Postgres => sql!(" FOR UPDATE"),
    };
    Ok(on!(tx, c => sqlx::query_as(sql).bind(account).bind(openid).fetch_all(c).await)?)
}

/// Notices of a template by how they ended, since `from`. One whose answer waits, or went with the
/// next contact in the end, has failed.
pub async fn figures(
    link: &mut impl Link,
    account: &str,
    template: &str,
    from: Moment,
) -> Result<Vec<(DeliveryState, i64)>> {
    const SQL: &str = "SELECT f.ended, count(*) FROM (SELECT CASE WHEN state = 'waiting' \
        OR way = 'reply' THEN 'failed' ELSE state END AS ended FROM deliveries \
        WHERE account_id = $1 AND notice_template_id = $2 AND created_at >= $3) f \
        GROUP BY f.ended ORDER BY f.ended";
    Ok(
        on!(link, c => sqlx::query_as(SQL).bind(account).bind(template).bind(from).fetch_all(c).await)?,
    )
}
