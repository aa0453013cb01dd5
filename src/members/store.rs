//! The tables `organizations`, `organization_fields`, `organization_territories` and `stations`.

use std::collections::HashMap;

use sqlx::FromRow;

use super::{
    Counted, MemberStatus, Organization, OrganizationEdit, OrganizationId, OrganizationKind,
    PromiseTerms, Station,
};
use crate::language::fields::Field;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::{Error, Result};
use crate::{on, run};

#[derive(FromRow)]
struct Row {
    id: OrganizationId,
    slug: String,
    name: String,
    short_name: String,
    kind: OrganizationKind,
    status: MemberStatus,
    district_id: Option<String>,
    phone: String,
    address: String,
    hours: String,
    step_free: Option<bool>,
    promise_amount: i64,
    promise_counted: Counted,
    most_open: Option<i64>,
    urgent_hours: Option<i64>,
    transfer_workdays: Option<i64>,
    most_workdays: Option<i64>,
    version: i64,
}

/// Every organization, by name.
pub async fn all(link: &mut impl Link) -> Result<Vec<Organization>> {
    const SQL: &str = "SELECT id, slug, name, short_name, kind, status, district_id, phone, address, \
        hours, promise_amount, promise_counted, most_open, urgent_hours, transfer_workdays, \
        most_workdays, version, step_free FROM organizations ORDER BY name";
    let rows: Vec<Row> = on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?;
    let mut fields = pairs::<Field>(
        on!(link, c => sqlx::query_as("SELECT organization_id, field FROM organization_fields ORDER BY field")
            .fetch_all(c).await)?,
    );
    let mut territories = pairs::<String>(
        on!(link, c => sqlx::query_as("SELECT organization_id, territory_id FROM organization_territories ORDER BY territory_id")
            .fetch_all(c).await)?,
    );
    Ok(rows
        .into_iter()
        .map(|row| Organization {
            fields: fields.remove(&row.id).unwrap_or_default(),
            territories: territories.remove(&row.id).unwrap_or_default(),
            id: row.id,
            slug: row.slug,
            name: row.name,
            short_name: row.short_name,
            kind: row.kind,
            status: row.status,
            district: row.district_id,
            phone: row.phone,
            address: row.address,
            hours: row.hours,
            step_free: row.step_free,
            promise_amount: row.promise_amount,
            promise_counted: row.promise_counted,
            most_open: row.most_open,
            terms: PromiseTerms {
                urgent_hours: row.urgent_hours,
                transfer_workdays: row.transfer_workdays,
                most_workdays: row.most_workdays,
            },
            version: row.version,
        })
        .collect())
}

fn pairs<T>(rows: Vec<(OrganizationId, T)>) -> HashMap<OrganizationId, Vec<T>> {
    let mut by_organization: HashMap<OrganizationId, Vec<T>> = HashMap::new();
    for (id, value) in rows {
        by_organization.entry(id).or_default().push(value);
    }
    by_organization
}

/// One organization.
pub async fn get(link: &mut impl Link, id: OrganizationId) -> Result<Option<Organization>> {
    Ok(all(link).await?.into_iter().find(|organization| organization.id == id))
}

/// Adds an organization with its fields and territories.
pub async fn insert(
    tx: &mut Tx,
    id: OrganizationId,
    slug: &str,
    edit: &OrganizationEdit,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO organizations (id, slug, name, short_name, kind, status, district_id, \
        phone, address, hours, promise_amount, promise_counted, most_open, urgent_hours, \
        transfer_workdays, most_workdays, step_free, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $13, $14, $15, $16, $17, $18, 1, $12, \
        $12)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(slug)
            .bind(&edit.name)
            .bind(&edit.short_name)
            .bind(edit.kind)
            .bind(edit.status)
            .bind(&edit.district)
            .bind(&edit.phone)
            .bind(&edit.address)
            .bind(&edit.hours)
            .bind(edit.promise_amount)
            .bind(now)
            .bind(edit.promise_counted)
            .bind(edit.most_open)
            .bind(edit.terms.urgent_hours)
            .bind(edit.terms.transfer_workdays)
            .bind(edit.terms.most_workdays)
            .bind(edit.step_free)
    )?;
    set_reach(tx, id, edit).await
}

/// Changes an organization that is still at `version`.
///
/// # Errors
/// Conflict when somebody else changed it meanwhile.
pub async fn update(
    tx: &mut Tx,
    id: OrganizationId,
    version: i64,
    edit: &OrganizationEdit,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE organizations SET name = $3, short_name = $4, kind = $5, status = $6, \
        district_id = $7, phone = $8, address = $9, hours = $10, promise_amount = $11, \
        promise_counted = $13, most_open = $14, urgent_hours = $15, transfer_workdays = $16, \
        most_workdays = $17, step_free = $18, version = version + 1, updated_at = $12 WHERE id = $1 AND version = $2";
    let changed = run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(version)
            .bind(&edit.name)
            .bind(&edit.short_name)
            .bind(edit.kind)
            .bind(edit.status)
            .bind(&edit.district)
            .bind(&edit.phone)
            .bind(&edit.address)
            .bind(&edit.hours)
            .bind(edit.promise_amount)
            .bind(now)
            .bind(edit.promise_counted)
            .bind(edit.most_open)
            .bind(edit.terms.urgent_hours)
            .bind(edit.terms.transfer_workdays)
            .bind(edit.terms.most_workdays)
            .bind(edit.step_free)
    )?;
    if changed == 0 {
        return Err(Error::conflict("这家单位的资料刚被别人修改过。请返回重新打开，再改一次。"));
    }
    set_reach(tx, id, edit).await
}

/// Sets how many open inquiries an organization may have.
pub async fn set_cap(
    tx: &mut Tx,
    id: OrganizationId,
    most_open: Option<i64>,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE organizations SET most_open = $2, version = version + 1, \
        updated_at = $3 WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(most_open).bind(now))?;
    Ok(())
}

async fn set_reach(tx: &mut Tx, id: OrganizationId, edit: &OrganizationEdit) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM organization_fields WHERE organization_id = $1").bind(id))?;
    run!(
        tx,
        sqlx::query("DELETE FROM organization_territories WHERE organization_id = $1").bind(id)
    )?;
    for field in &edit.fields {
        let sql = "INSERT INTO organization_fields (organization_id, field) VALUES ($1, $2)";
        run!(tx, sqlx::query(sql).bind(id).bind(*field))?;
    }
    for territory in &edit.territories {
        let sql =
            "INSERT INTO organization_territories (organization_id, territory_id) VALUES ($1, $2)";
        run!(tx, sqlx::query(sql).bind(id).bind(territory))?;
    }
    Ok(())
}

/// Every station, by name.
pub async fn stations(link: &mut impl Link) -> Result<Vec<Station>> {
    let sql = "SELECT id, scene, name, territory_id, organization_id FROM stations ORDER BY name";
    Ok(on!(link, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// Adds a station.
pub async fn insert_station(tx: &mut Tx, station: &Station) -> Result<()> {
    const SQL: &str = "INSERT INTO stations (id, scene, name, territory_id, organization_id) \
        VALUES ($1, $2, $3, $4, $5)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(station.id)
            .bind(&station.scene)
            .bind(&station.name)
            .bind(&station.territory_id)
            .bind(station.organization_id)
    )?;
    Ok(())
}
