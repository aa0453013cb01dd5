//! The table `referrals`. Every function that reads for a person takes an [`OrgScope`].

use sqlx::FromRow;

use super::{Item, ItemKey, Referral, ReferralId, ReferralKind, ReferralState};
use crate::inquiries::InquiryId;
use crate::members::OrgScope;
use crate::platform::clock::Moment;
use crate::platform::db::{Backend, Link, Tx};
use crate::platform::error::{Error, Result};
use crate::staff::StaffId;
use crate::{on, run, scoped};

/// Referrals listed at once.
const LISTED: i64 = 200;

macro_rules! columns {
    () => {
        "r.id, r.inquiry_id, r.kind, r.receiver, r.items, r.agreed, r.contact, r.state, \
         r.proposed_by, r.proposed_at, r.decided_at, r.sent_at, r.due_at, r.settled_at, r.remark, \
         r.version"
    };
}

#[derive(FromRow)]
struct Row {
    id: ReferralId,
    inquiry_id: InquiryId,
    kind: ReferralKind,
    receiver: String,
    items: String,
    agreed: String,
    contact: Option<String>,
    state: ReferralState,
    proposed_by: StaffId,
    proposed_at: Moment,
    decided_at: Option<Moment>,
    sent_at: Option<Moment>,
    due_at: Option<Moment>,
    settled_at: Option<Moment>,
    remark: String,
    version: i64,
}

impl Row {
    fn read(self) -> Result<Referral> {
        let items: Vec<Item> = serde_json::from_str(&self.items)?;
        Ok(Referral {
            id: self.id,
            inquiry_id: self.inquiry_id,
            kind: self.kind,
            receiver: self.receiver,
            items,
            agreed: self.agreed.split(',').filter_map(ItemKey::from_code).collect(),
            contact: self.contact,
            state: self.state,
            proposed_by: self.proposed_by,
            proposed_at: self.proposed_at,
            decided_at: self.decided_at,
            sent_at: self.sent_at,
            due_at: self.due_at,
            settled_at: self.settled_at,
            remark: self.remark,
            version: self.version,
        })
    }
}

/// Adds a referral; `false` when it was there already (the same form twice).
pub async fn insert(tx: &mut Tx, new: &Referral) -> Result<bool> {
    const SQL: &str = "INSERT INTO referrals (id, inquiry_id, kind, receiver, items, state, \
        proposed_by, proposed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(new.id)
            .bind(new.inquiry_id)
            .bind(new.kind)
            .bind(&new.receiver)
            .bind(serde_json::to_string(&new.items)?)
            .bind(new.state)
            .bind(new.proposed_by)
            .bind(new.proposed_at)
            .bind(new.version)
    )?;
    Ok(added == 1)
}

/// Reads a referral within a scope and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &mut Tx, scope: OrgScope, id: ReferralId) -> Result<Option<Referral>> {
    if tx.conn().backend() == Backend::Postgres {
        run!(tx, sqlx::query("SELECT 1 FROM referrals WHERE id = $1 FOR UPDATE").bind(id))?;
    }
    get(tx, scope, id).await
}

/// Writes back what changed of a referral read with [`lock`].
pub async fn save(tx: &mut Tx, referral: &Referral) -> Result<()> {
    const SQL: &str = "UPDATE referrals SET state = $3, agreed = $4, contact = $5, \
        decided_at = $6, sent_at = $7, due_at = $8, settled_at = $9, remark = $10, \
        version = version + 1 WHERE id = $1 AND version = $2";
    let agreed: Vec<&str> = referral.agreed.iter().map(|key| key.code()).collect();
    let changed = run!(
        tx,
        sqlx::query(SQL)
            .bind(referral.id)
            .bind(referral.version)
            .bind(referral.state)
            .bind(agreed.join(","))
            .bind(&referral.contact)
            .bind(referral.decided_at)
            .bind(referral.sent_at)
            .bind(referral.due_at)
            .bind(referral.settled_at)
            .bind(&referral.remark)
    )?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::conflict("这件转介刚被别人改动过，请刷新后再操作。")),
    }
}

/// One referral, when its inquiry is within a scope.
pub async fn get(
    link: &mut impl Link,
    scope: OrgScope,
    id: ReferralId,
) -> Result<Option<Referral>> {
    let sql = scoped!(
        scope,
        concat!(
            "SELECT ",
            columns!(),
            " FROM referrals r JOIN inquiries i ON i.id = r.inquiry_id WHERE "
        ),
        " AND r.id = $2"
    );
    let row: Option<Row> = on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(id)
        .fetch_optional(c).await)?;
    row.map(Row::read).transpose()
}

/// The referrals of an inquiry, newest first. The caller has read the inquiry itself within a scope.
pub async fn of_inquiry(link: &mut impl Link, inquiry: InquiryId) -> Result<Vec<Referral>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM referrals r WHERE r.inquiry_id = $1 ORDER BY r.proposed_at DESC, r.id DESC"
    );
    let rows: Vec<Row> = on!(link, c => sqlx::query_as(sql).bind(inquiry).fetch_all(c).await)?;
    rows.into_iter().map(Row::read).collect()
}

/// A referral in the list, with the number of its inquiry.
pub type Listed = (Referral, String);

#[derive(FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    row: Row,
    number: String,
}

/// The referrals of a scope: those somebody has to do something about first, by their clocks.
pub async fn list(link: &mut impl Link, scope: OrgScope) -> Result<Vec<Listed>> {
    let sql = scoped!(
        scope,
        concat!(
            "SELECT ",
            columns!(),
            ", i.number FROM referrals r JOIN inquiries i ON i.id = r.inquiry_id WHERE "
        ),
        " ORDER BY CASE r.state WHEN 'consented' THEN 0 WHEN 'sent' THEN 1 WHEN 'accepted' THEN 1 \
         WHEN 'proposed' THEN 2 ELSE 3 END, coalesce(r.due_at, -r.proposed_at), r.id LIMIT $2"
    );
    let rows: Vec<ListedRow> = on!(link, c => sqlx::query_as(sql).bind(scope.organization())
        .bind(LISTED).fetch_all(c).await)?;
    rows.into_iter().map(|listed| Ok((listed.row.read()?, listed.number))).collect()
}

/// How many referrals of a scope wait for staff: agreed to and not handed over, or past their clock.
pub async fn count_waiting(link: &mut impl Link, scope: OrgScope, now: Moment) -> Result<i64> {
    let sql = scoped!(
        scope,
        "SELECT count(*) FROM referrals r JOIN inquiries i ON i.id = r.inquiry_id WHERE ",
        " AND (r.state = 'consented' OR (r.state IN ('sent', 'accepted') AND r.due_at < $2))"
    );
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(scope.organization()).bind(now)
        .fetch_one(c).await)?)
}

/// Gives the referrals of an inquiry to another one.
pub async fn hand_over(tx: &mut Tx, from: InquiryId, to: InquiryId) -> Result<()> {
    let sql = "UPDATE referrals SET inquiry_id = $2 WHERE inquiry_id = $1";
    run!(tx, sqlx::query(sql).bind(from).bind(to))?;
    Ok(())
}

/// Removes the referrals of an inquiry, when the citizen asks for erasure.
pub async fn erase(tx: &mut Tx, inquiry: InquiryId) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM referrals WHERE inquiry_id = $1").bind(inquiry))?;
    Ok(())
}
