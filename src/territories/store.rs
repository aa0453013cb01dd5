//! The table `territories`.

use sqlx::FromRow;

use super::{Territory, TerritoryId, TerritoryKind};
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

#[derive(FromRow)]
struct Row {
    id: String,
    parent_id: Option<String>,
    name: String,
    kind: String,
    gb_code: Option<String>,
    stat_code: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    successor_id: Option<String>,
    aliases: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

/// Names by which people call a place, as kept in one column.
#[derive(serde::Serialize, serde::Deserialize)]
struct Names {
    own: Vec<String>,
    shared: Vec<String>,
}

/// Every territory, in the order of its table.
pub async fn all(link: &mut impl Link) -> Result<Vec<Territory>> {
    const SQL: &str = "SELECT id, parent_id, name, kind, gb_code, stat_code, valid_from, valid_to, \
        successor_id, aliases, latitude, longitude FROM territories ORDER BY position";
    let rows: Vec<Row> = on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?;
    rows.into_iter().map(Row::into_territory).collect()
}

impl Row {
    fn into_territory(self) -> Result<Territory> {
        let names: Names = serde_json::from_str(&self.aliases)?;
        let kind: TerritoryKind = serde_json::from_value(serde_json::Value::String(self.kind))?;
        Ok(Territory {
            id: TerritoryId(self.id),
            parent: self.parent_id.map(TerritoryId),
            name: self.name,
            kind,
            gb_code: self.gb_code,
            stat_code: self.stat_code,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            successor: self.successor_id.map(TerritoryId),
            aliases: names.own,
            shared_aliases: names.shared,
            latitude: self.latitude,
            longitude: self.longitude,
        })
    }
}

/// Adds territories that are not there yet, parents before children as in their table; gives how
/// many were added.
pub async fn add(tx: &mut Tx, territories: &[Territory]) -> Result<u64> {
    const SQL: &str = "INSERT INTO territories (id, parent_id, name, kind, gb_code, stat_code, valid_from, \
        valid_to, successor_id, aliases, latitude, longitude, position) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING";
    let mut added = 0;
    for (position, territory) in territories.iter().enumerate() {
        let names =
            Names { own: territory.aliases.clone(), shared: territory.shared_aliases.clone() };
        let kind = serde_json::to_value(territory.kind)?;
        added += run!(
            tx,
            sqlx::query(SQL)
                .bind(territory.id.as_str())
                .bind(territory.parent.as_ref().map(TerritoryId::as_str))
                .bind(&territory.name)
                .bind(kind.as_str().unwrap_or_default())
                .bind(&territory.gb_code)
                .bind(&territory.stat_code)
                .bind(&territory.valid_from)
                .bind(&territory.valid_to)
                .bind(territory.successor.as_ref().map(TerritoryId::as_str))
                .bind(serde_json::to_string(&names)?)
                .bind(territory.latitude)
                .bind(territory.longitude)
                .bind(i64::try_from(position).unwrap_or(0))
        )?;
    }
    Ok(added)
}
