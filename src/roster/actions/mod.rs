//! What people do with the roster.

pub mod shifts;
pub mod swaps;

use serde_json::{Value, json};

use super::{Absence, AbsenceId, AbsenceReason, Handover, store};
use crate::language::privacy;
use crate::members::{self, OrganizationId};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::secrets::Secret;
use crate::staff::{StaffId, StaffMember};

/// Longest absence that is entered at once, in days.
const LONGEST_ABSENCE: i32 = 366;
/// Longest handover note, in characters.
const LONGEST_NOTE: usize = 500;

/// Somebody of the organization is away from the first to the last of some days.
///
/// # Errors
/// Invalid when the days are in the wrong order, too many or over; not found when the person does
/// not belong to the organization.
pub async fn be_away(
    deps: &Deps,
    by: &StaffMember,
    absence: (OrganizationId, StaffId, AbsenceReason),
    days: (jiff::civil::Date, jiff::civil::Date),
) -> Result<()> {
    let ((organization_id, staff_id, reason), (first, last)) = (absence, days);
    let now = deps.clock.now();
    if last < first || (last - first).get_days() >= LONGEST_ABSENCE {
        return Err(Error::invalid("结束日期要在开始日期当天或之后，一次最多一年。"));
    }
    if last < now.in_shanghai().date() {
        return Err(Error::invalid("这段时间已经过去，不用再登记。"));
    }
    let mut tx = deps.db.begin().await?;
    shifts::colleague(&mut tx, organization_id, staff_id).await?;
    let id = AbsenceId(deps.entropy.id_at(now));
    let absence = Absence { id, organization_id, staff_id, first, last, reason };
    store::insert_absence(&mut tx, &absence, now).await?;
    let detail = json!({ "staff": staff_id, "first": first, "last": last });
    finish(deps, tx, by, "roster.away", organization_id, &detail).await
}

/// Takes an absence back; somebody else's only with the right to manage the roster.
///
/// # Errors
/// Not found when there is none that the person may take back.
pub async fn be_back(
    deps: &Deps,
    by: &StaffMember,
    manages: bool,
    organization: OrganizationId,
    id: AbsenceId,
) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    let whose = (!manages).then_some(by.id);
    if !store::remove_absence(&mut tx, organization, id, whose).await? {
        return Err(Error::conflict("这条请假已经不在了，请刷新页面。"));
    }
    let detail = json!({ "absence": id });
    finish(deps, tx, by, "roster.back", organization, &detail).await
}

/// Leaves a word for the next on duty. Private numbers in it are masked.
///
/// # Errors
/// Invalid when it is empty or too long.
pub async fn hand_over(
    deps: &Deps,
    by: &StaffMember,
    organization: OrganizationId,
    words: &str,
) -> Result<()> {
    let words = words.trim();
    if words.is_empty() || words.chars().count() > LONGEST_NOTE {
        return Err(Error::invalid("交接留言要有 1 到 500 个字。"));
    }
    let now = deps.clock.now();
    let word = Handover { author_id: by.id, body: privacy::mask(words).text, written_at: now };
    let mut tx = deps.db.begin().await?;
    store::insert_handover(&mut tx, deps.entropy.id_at(now), organization, &word).await?;
    note(deps, &mut tx, by, "roster.handover", organization, &json!({})).await?;
    tx.commit().await
}

/// Makes a new secret for the person's own calendar feed; the address before no longer works.
///
/// # Errors
/// When the database cannot be written.
pub async fn open_feed(
    deps: &Deps,
    by: &StaffMember,
    organization: OrganizationId,
) -> Result<Secret> {
    let secret = Secret::fresh(&deps.entropy);
    let mut tx = deps.db.begin().await?;
    store::set_feed(&mut tx, by.id, &secret.digest(), deps.clock.now()).await?;
    note(deps, &mut tx, by, "roster.feed", organization, &json!({})).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Notes who did it.
async fn note(
    deps: &Deps,
    tx: &mut Tx,
    by: &StaffMember,
    action: &'static str,
    organization: OrganizationId,
    detail: &Value,
) -> Result<()> {
    let object = format!("organization:{organization}");
    audit::record(tx, deps.clock.now(), Some(by.id.0), action, &object, detail).await
}

/// Notes who did it and has work shared out anew, since somebody may be on duty now or no longer.
async fn finish(
    deps: &Deps,
    mut tx: Tx,
    by: &StaffMember,
    action: &'static str,
    organization: OrganizationId,
    detail: &Value,
) -> Result<()> {
    let now = deps.clock.now();
    note(deps, &mut tx, by, action, organization, detail).await?;
    members::actions::capacity_changes(&mut tx, now, now).await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    Ok(())
}
