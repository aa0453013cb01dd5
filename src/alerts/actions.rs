//! Raising alerts, saying that one knows, choosing how to be told.

use serde_json::json;
use uuid::Uuid;

use super::rules::{self, Quiet};
use super::store::{self, messages, people};
use super::{Audience, Channel, Group, Happening, Occasion, Wishes, group_of};
use crate::alerts::jobs::DELIVER;
use crate::members::OrganizationId;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{self, NewJob};
use crate::staff::{StaffId, StaffMember};

/// Tells those to whom a happening matters, inside the caller's transaction: each gets an alert in
/// the console, and messages by the channels they chose that can reach them. Gives whom it was told;
/// after the commit they may be told that there is something new ([`tell`]).
pub async fn raise(
    tx: &mut Tx,
    what: &Happening,
    audience: &Audience,
    now: Moment,
) -> Result<Vec<StaffId>> {
    let new = raise_to_people(tx, what, audience, now).await?;
    raise_in_group(tx, what, now).await?;
    Ok(new)
}

async fn raise_to_people(
    tx: &mut Tx,
    what: &Happening,
    audience: &Audience,
    now: Moment,
) -> Result<Vec<StaffId>> {
    let people_of = rules::people_of(audience, what.organization);
    let known = store::colleagues(tx, people_of).await?;
    let told = rules::choose(audience, people_of, &known);
    let again = rules::repeats(what.occasion);
    let mut new = Vec::new();
    for person in told {
        let Some(alert) = store::insert(tx, person.0, false, what, again, now).await? else {
            continue;
        };
        new.push(person);
        let wishes = people::wishes(tx, person).await?;
        for channel in rules::channels(what.occasion, &wishes) {
            let reachable = match channel {
                Channel::Email => !wishes.email.is_empty(),
                Channel::Wechat => !people::wechats(tx, person).await?.is_empty(),
                Channel::Robot => false,
            };
            if reachable {
                let to = (*channel, person.0);
                enqueue(tx, to, what.occasion, wishes.quiet, alert, now).await?;
            }
        }
    }
    Ok(new)
}

async fn raise_in_group(tx: &mut Tx, what: &Happening, now: Moment) -> Result<()> {
    let owner = group_of(what.organization);
    let Some(group) = people::group(tx, owner).await? else { return Ok(()) };
    if what.occasion != Occasion::Trial && !group.occasions.contains(&what.occasion) {
        return Ok(());
    }
    let again = rules::repeats(what.occasion);
    if let Some(alert) = store::insert(tx, owner, true, what, again, now).await? {
        let to = (Channel::Robot, owner);
        enqueue(tx, to, what.occasion, Quiet::NIGHT, alert, now).await?;
    }
    Ok(())
}

async fn enqueue(
    tx: &mut Tx,
    (channel, recipient): (Channel, Uuid),
    occasion: Occasion,
    quiet: Quiet,
    alert: i64,
    now: Moment,
) -> Result<()> {
    let plan = rules::plan(occasion, quiet, now);
    let new = messages::gather(tx, channel, recipient, &plan, alert, now).await?;
    if let Some(message) = new {
        jobs::store::enqueue(tx, &NewJob::new(DELIVER, &message, plan.due)?, now).await?;
    }
    Ok(())
}

/// Tells open pages of people, and the worker, that there is something new. Call after the commit.
pub fn tell(deps: &Deps, told: Vec<StaffId>) {
    if !told.is_empty() {
        deps.coord.publish(News::Alerts { staff: told.into_iter().map(|staff| staff.0).collect() });
        deps.coord.publish(News::Jobs);
    }
}

/// Notes that a person knows of an alert.
///
/// # Errors
/// Not found when it was not told to them.
pub async fn seen(deps: &Deps, by: &StaffMember, id: i64) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let found = store::mark_seen(&mut tx, id, by.id.0, now).await?;
    let (occasion, about) = found.ok_or_else(Error::not_found)?;
    if occasion == Occasion::Danger {
        let object = format!("inquiry:{about}");
        audit::record(&mut tx, now, Some(by.id.0), "inquiry.alert_seen", &object, &json!({}))
            .await?;
    }
    tx.commit().await
}

/// Notes that a person has seen all alerts but dangers.
pub async fn seen_all(deps: &Deps, by: &StaffMember) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    store::mark_all_seen(&mut tx, by.id.0, deps.clock.now()).await?;
    tx.commit().await
}

/// Writes how a person wants to be told.
pub async fn save_wishes(deps: &Deps, by: &StaffMember, wishes: &Wishes) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    people::save_wishes(&mut tx, by.id, wishes, now).await?;
    let detail = json!({ "email": !wishes.email.is_empty(), "choices": wishes.choices });
    let object = format!("staff:{}", by.id);
    audit::record(&mut tx, now, Some(by.id.0), "alerts.wishes", &object, &detail).await?;
    tx.commit().await
}

/// Sends a trial to a person by every channel that reaches them.
pub async fn try_out(deps: &Deps, by: &StaffMember) -> Result<()> {
    trial(deps, Audience::Only(by.id), by.id, by.organization_id).await
}

/// Sends a trial to the group that the person looks after.
///
/// # Errors
/// Conflict when there is none.
pub async fn try_group(deps: &Deps, by: &StaffMember) -> Result<()> {
    let owner = group_of(by.organization_id);
    if people::group(&mut deps.db.read().await?, owner).await?.is_none() {
        return Err(Error::conflict("还没有保存群机器人的地址。请先保存，再试发。"));
    }
    trial(deps, Audience::Group, by.id, by.organization_id).await
}

async fn trial(
    deps: &Deps,
    audience: Audience,
    by: StaffId,
    organization: Option<OrganizationId>,
) -> Result<()> {
    let now = deps.clock.now();
    let what = Happening {
        occasion: Occasion::Trial,
        about: by.0,
        stamp: now.0,
        number: String::new(),
        organization,
        detail: String::new(),
    };
    let mut tx = deps.db.begin().await?;
    let told = match audience {
        Audience::Group => {
            raise_in_group(&mut tx, &what, now).await?;
            Vec::new()
        }
        audience => raise_to_people(&mut tx, &what, &audience, now).await?,
    };
    tx.commit().await?;
    tell(deps, told);
    deps.coord.publish(News::Jobs);
    Ok(())
}

/// What a form says of a group.
#[derive(Clone, Debug)]
pub struct GroupEdit<'a> {
    /// The address that WeCom gave for its robot; empty keeps the one saved before.
    pub address: &'a str,
    /// What it is told of.
    pub occasions: Vec<Occasion>,
}

/// Writes the group that a person looks after: of their organization or of the alliance.
///
/// # Errors
/// Invalid when the address is not one of a robot under `base`, or there is none yet.
pub async fn save_group(
    deps: &Deps,
    by: &StaffMember,
    base: &str,
    edit: &GroupEdit<'_>,
) -> Result<()> {
    let owner = group_of(by.organization_id);
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let before = people::group(&mut tx, owner).await?;
    let (key, key_end) = match (edit.address.trim().is_empty(), before) {
        (true, Some(before)) => (before.key, before.key_end),
        _ => {
            let key = rules::robot_key(base, edit.address)?;
            let end = key.get(key.len() - 4..).unwrap_or_default().to_owned();
            let sealed = deps.vault.seal(&deps.entropy, owner.as_bytes(), key);
            (sealed.ok_or_else(|| Error::invalid("这个地址太长了。"))?, end)
        }
    };
    let group = Group { key, key_end, occasions: edit.occasions.clone() };
    people::save_group(&mut tx, owner, &group, by.id, now).await?;
    let detail = json!({ "occasions": group.occasions });
    let object = format!("group:{owner}");
    audit::record(&mut tx, now, Some(by.id.0), "alerts.group", &object, &detail).await?;
    tx.commit().await
}

/// Takes the group away that a person looks after.
pub async fn remove_group(deps: &Deps, by: &StaffMember) -> Result<()> {
    let owner = group_of(by.organization_id);
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    people::remove_group(&mut tx, owner).await?;
    let object = format!("group:{owner}");
    audit::record(&mut tx, now, Some(by.id.0), "alerts.group_removed", &object, &json!({})).await?;
    tx.commit().await
}
