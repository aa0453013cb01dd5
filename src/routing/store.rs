//! The tables `routing_rules` and `pick_modes`, and reading everything a decision looks at.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::ToSpan;

use super::fit::Quality;
use super::loads::Loads;
use super::rules::{Directory, Times};
use super::{Rule, RuleId};
use crate::inquiries;
use crate::members::{self, OrganizationId, OrganizationKind, hours};
use crate::platform::clock::Moment;
use crate::platform::db::{Db, Link, Tx};
use crate::platform::error::{Error, Result};
use crate::roster::rules::Roster;
use crate::scenes;
use crate::staff::StaffId;
use crate::territories;
use crate::territories::rules::Atlas;
use crate::{on, roster, run};

/// Every rule in its order.
pub async fn rules(link: &mut impl Link) -> Result<Vec<Rule>> {
    const SQL: &str = "SELECT id, position, field, territory_id, organization_id, active, note, version \
        FROM routing_rules ORDER BY position, id";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?)
}

/// Reads the directory as it is now. Of the one `before` the ground is kept while it is the same:
/// laying out the names of all places costs more than everything else together.
pub async fn directory(
    db: &Db,
    times: &Times,
    now: Moment,
    before: Option<&Directory>,
) -> Result<Directory> {
    let mut link = db.read().await?;
    let territories = territories::store::all(&mut link).await?;
    let (atlas, gazetteer) =
        match before.filter(|known| known.atlas.all() == territories.as_slice()) {
            Some(known) => (known.atlas.clone(), known.gazetteer.clone()),
            None => {
                let atlas = Atlas::new(territories);
                let gazetteer = Arc::new(atlas.gazetteer());
                (Arc::new(atlas), gazetteer)
            }
        };
    let organizations = members::store::all(&mut link).await?;
    let counted = inquiries::store::load(&mut link).await?;
    let office = hours::office_calendar();
    let calendars = hours::calendars(
        hours::store::weeks(&mut link).await?,
        hours::store::days(&mut link).await?,
    );
    let rosters = rosters(&mut link, now).await?;
    let duty = rosters.iter().map(|(id, roster)| (*id, roster.duty(now)));
    let rostered = rosters
        .iter()
        .filter(|(_, roster)| roster.counts)
        .map(|(id, roster)| (*id, roster.over(calendars.get(id).unwrap_or(&office).clone())));
    Ok(Directory {
        rostered: rostered.collect(),
        gazetteer,
        atlas,
        load: Loads::new(organizations.iter().map(|o| o.id), counted),
        organizations,
        stations: members::store::stations(&mut link).await?,
        codes: scenes::store::of_organizations(&mut link).await?,
        rules: rules(&mut link).await?,
        duty: duty.collect(),
        calendars,
        office,
        interests: interests(&mut link).await?,
        quality: quality(&mut link, now).await?,
        times: times.with_modes(&pick_modes(&mut link).await?),
    })
}

/// How far ahead rosters are looked at, in days; promises end long before.
const ROSTER_DAYS: i32 = 60;

async fn rosters(link: &mut impl Link, now: Moment) -> Result<HashMap<OrganizationId, Roster>> {
    let today = now.in_shanghai().date();
    let until = today.saturating_add(ROSTER_DAYS.days());
    roster::store::all(link, roster::rules::monday_of(today), until).await
}

async fn interests(link: &mut impl Link) -> Result<HashMap<OrganizationId, Vec<String>>> {
    let mut names: HashMap<OrganizationId, Vec<String>> = HashMap::new();
    for interest in hours::store::interests(link).await? {
        names.entry(interest.organization_id).or_default().push(interest.name);
    }
    Ok(names)
}

/// How far back ratings speak for an organization.
const RATED_WITHIN: Duration = Duration::from_secs(90 * 86_400);

async fn quality(link: &mut impl Link, now: Moment) -> Result<HashMap<OrganizationId, Quality>> {
    let rated = inquiries::store::ratings(link, now.minus(RATED_WITHIN)).await?;
    let all = rated.iter().fold((0, 0), |all, (_, count, sum)| (all.0 + count, all.1 + sum));
    let each = rated.into_iter().map(|(id, count, sum)| (id, Quality::of((count, sum), all)));
    Ok(each.collect())
}

/// The types of organizations of which operators have said whether they pick from a list.
pub async fn pick_modes(link: &mut impl Link) -> Result<Vec<(OrganizationKind, bool)>> {
    const SQL: &str = "SELECT kind, picks FROM pick_modes";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?)
}

/// Keeps whether organizations of a type pick from a list.
pub async fn set_pick_mode(
    tx: &mut Tx,
    kind: OrganizationKind,
    picks: bool,
    by: StaffId,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO pick_modes (kind, picks, changed_at, changed_by) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (kind) DO UPDATE SET picks = excluded.picks, \
        changed_at = excluded.changed_at, changed_by = excluded.changed_by";
    run!(tx, sqlx::query(SQL).bind(kind).bind(picks).bind(now).bind(by))?;
    Ok(())
}

/// Adds a rule.
pub async fn insert(tx: &mut Tx, rule: &Rule, now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO routing_rules (id, position, field, territory_id, organization_id, \
        active, note, version, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(rule.id)
            .bind(rule.position)
            .bind(rule.field)
            .bind(&rule.territory_id)
            .bind(rule.organization_id)
            .bind(rule.active)
            .bind(&rule.note)
            .bind(now)
    )?;
    Ok(())
}

/// Changes a rule that is still at its version.
pub async fn update(tx: &mut Tx, rule: &Rule, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE routing_rules SET position = $3, field = $4, territory_id = $5, \
        organization_id = $6, active = $7, note = $8, version = version + 1, updated_at = $9 \
        WHERE id = $1 AND version = $2";
    let changed = run!(
        tx,
        sqlx::query(SQL)
            .bind(rule.id)
            .bind(rule.version)
            .bind(rule.position)
            .bind(rule.field)
            .bind(&rule.territory_id)
            .bind(rule.organization_id)
            .bind(rule.active)
            .bind(&rule.note)
            .bind(now)
    )?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::conflict("这条规则刚被别人修改过。请返回重新打开，再改一次。")),
    }
}

/// One rule.
pub async fn get(link: &mut impl Link, id: RuleId) -> Result<Option<Rule>> {
    Ok(rules(link).await?.into_iter().find(|rule| rule.id == id))
}
