//! What the table of territories means: pure, no database, no clock.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::language::places::{Gazetteer, GazetteerEntry};

/// The stable id of a territory: "320412" (武进区), "320412100" (湖塘镇), "320400jk" (经开区).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TerritoryId(pub String);

impl TerritoryId {
    /// The id as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for TerritoryId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for TerritoryId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TerritoryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<&str> for TerritoryId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// The rank of a territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerritoryKind {
    /// The whole city.
    City,
    /// A district, or a county-level city that is run like one.
    District,
    /// A zone with an administration of its own on a district's ground.
    FunctionalZone,
    /// 镇.
    Town,
    /// 街道.
    Street,
    /// 村 or 社区.
    Village,
    /// A former town, a sight, a campus: no unit of its own; whoever names it means its parent.
    Place,
}

/// One unit, with the days between which it existed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Territory {
    /// Stable id.
    pub id: TerritoryId,
    /// The unit that runs it; none for the city.
    pub parent: Option<TerritoryId>,
    /// Formal name.
    pub name: String,
    /// Rank.
    pub kind: TerritoryKind,
    /// Six digits of GB/T 2260; for a functional zone, of the district its ground belongs to.
    pub gb_code: Option<String>,
    /// Nine digits of the statistics bureau.
    pub stat_code: Option<String>,
    /// First day (YYYY-MM-DD, or only the month or year when the day is not known).
    pub valid_from: Option<String>,
    /// First day without it, in the same form.
    pub valid_to: Option<String>,
    /// Who took over.
    pub successor: Option<TerritoryId>,
    /// Names that suffice to recognize it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Names shared with other regions: they count only beside a sure one.
    #[serde(default)]
    pub shared_aliases: Vec<String>,
    /// Degrees north, approximate.
    pub latitude: Option<f64>,
    /// Degrees east, approximate.
    pub longitude: Option<f64>,
}

impl Territory {
    fn is_town(&self) -> bool {
        matches!(self.kind, TerritoryKind::Town | TerritoryKind::Street)
    }

    /// Names that suffice alone. That of a village, and of a place with a shared name, do not.
    fn sure_names(&self) -> impl Iterator<Item = &str> {
        let shared = self.shares_its_name();
        let formal = std::iter::once(self.name.as_str()).filter(move |_| !shared);
        formal.chain(self.aliases.iter().map(String::as_str))
    }

    /// Names that count only beside a sure one.
    fn shared_names(&self) -> impl Iterator<Item = &str> {
        let shared = self.shares_its_name();
        let formal = std::iter::once(self.name.as_str()).filter(move |_| shared);
        formal.chain(self.shared_aliases.iter().map(String::as_str))
    }

    fn shares_its_name(&self) -> bool {
        match self.kind {
            TerritoryKind::Village => !self.aliases.contains(&self.name),
            TerritoryKind::Place => !self.shared_aliases.is_empty(),
            _ => false,
        }
    }

    /// Whether the unit existed on `date`; its first day counts, the day it ended does not.
    pub fn is_valid_on(&self, date: Date) -> bool {
        // ISO dates order like their texts, and the table holds nothing else.
        let day = date.to_string();
        self.valid_from.as_ref().is_none_or(|from| *from <= day)
            && self.valid_to.as_ref().is_none_or(|to| day < *to)
    }
}

/// Why a table of territories cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Not TOML, or a key is missing, unknown or of the wrong type.
    #[error("the table of territories cannot be read: {0}")]
    Syntax(String),
    /// Two rows carry the same id.
    #[error("territory {0} is listed twice")]
    Duplicate(String),
    /// `parent` names no row.
    #[error("territory {id} lies in {parent}, which is not listed")]
    UnknownParent {
        /// The row.
        id: String,
        /// What it names.
        parent: String,
    },
    /// `successor` names no row, or the unit has one without having ended.
    #[error("territory {id} has the successor {successor}, which is not listed or came too early")]
    BadSuccessor {
        /// The row.
        id: String,
        /// What it names.
        successor: String,
    },
    /// Parents or successors lead back to the row.
    #[error("territory {0} lies in itself or succeeds itself")]
    Cycle(String),
    /// A date is no date, or the end does not follow the beginning.
    #[error("territory {id}: {date} is no date or does not fit the other one")]
    BadDate {
        /// The row.
        id: String,
        /// The text found.
        date: String,
    },
    /// A coordinate is missing its partner or lies outside the globe.
    #[error("territory {0} needs both coordinates, in degrees, or none")]
    BadPosition(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    territory: Vec<Territory>,
}

/// Reads and checks tables in the form of `config/territories/changzhou.toml`, as if they were one.
///
/// # Errors
/// [`TableError`] names the row that is wrong.
pub fn parse_tables(tomls: &[&str]) -> Result<Vec<Territory>, TableError> {
    let mut territories: Vec<Territory> = Vec::new();
    for toml in tomls {
        let table: Table =
            toml::from_str(toml).map_err(|error| TableError::Syntax(error.message().to_owned()))?;
        territories.extend(table.territory);
    }
    let mut rows: HashMap<&TerritoryId, &Territory> = HashMap::new();
    for territory in &territories {
        if rows.insert(&territory.id, territory).is_some() {
            return Err(TableError::Duplicate(territory.id.to_string()));
        }
    }
    for territory in &territories {
        check_dates(territory)?;
        check_position(territory)?;
        check_links(territory, &rows)?;
    }
    Ok(territories)
}

fn check_dates(territory: &Territory) -> Result<(), TableError> {
    let bad =
        |date: &str| TableError::BadDate { id: territory.id.to_string(), date: date.to_owned() };
    for date in [&territory.valid_from, &territory.valid_to].into_iter().flatten() {
        let whole = match date.len() {
            4 => format!("{date}-01-01"),
            7 => format!("{date}-01"),
            _ => date.clone(),
        };
        let parsed: Date = whole.parse().map_err(|_| bad(date))?;
        if parsed.to_string() != whole {
            return Err(bad(date));
        }
    }
    match (&territory.valid_from, &territory.valid_to) {
        (Some(from), Some(to)) if from >= to => Err(bad(to)),
        _ => Ok(()),
    }
}

fn check_position(territory: &Territory) -> Result<(), TableError> {
    let fits = match (territory.latitude, territory.longitude) {
        (None, None) => true,
        (Some(north), Some(east)) => north.abs() <= 90.0 && east.abs() <= 180.0,
        _ => false,
    };
    if fits { Ok(()) } else { Err(TableError::BadPosition(territory.id.to_string())) }
}

type Rows<'a> = HashMap<&'a TerritoryId, &'a Territory>;

fn check_links(territory: &Territory, rows: &Rows<'_>) -> Result<(), TableError> {
    let id = || territory.id.to_string();
    if let Some(parent) = &territory.parent
        && !rows.contains_key(parent)
    {
        return Err(TableError::UnknownParent { id: id(), parent: parent.to_string() });
    }
    if let Some(successor) = &territory.successor
        && (!rows.contains_key(successor) || territory.valid_to.is_none())
    {
        return Err(TableError::BadSuccessor { id: id(), successor: successor.to_string() });
    }
    let circles = |next: fn(&Territory) -> Option<&TerritoryId>| {
        let mut at = territory;
        // No honest chain is longer than the table.
        for _ in 0..rows.len() {
            match next(at).and_then(|id| rows.get(id)) {
                Some(&further) if further.id == territory.id => return true,
                Some(&further) => at = further,
                None => return false,
            }
        }
        false
    };
    if circles(|row| row.parent.as_ref()) || circles(|row| row.successor.as_ref()) {
        return Err(TableError::Cycle(id()));
    }
    Ok(())
}

/// Nobody farther than this from every town is given one by position (kilometres).
const REACH_KM: f64 = 60.0;

/// A checked table, ready for questions.
pub struct Atlas {
    territories: Vec<Territory>,
    places: HashMap<TerritoryId, usize>,
}

impl Atlas {
    /// Builds the atlas from the rows of [`parse_table`] or of the database.
    pub fn new(territories: Vec<Territory>) -> Self {
        let places = territories.iter().enumerate().map(|(at, row)| (row.id.clone(), at)).collect();
        Self { territories, places }
    }

    /// Every row, in the order of the table.
    pub fn all(&self) -> &[Territory] {
        &self.territories
    }

    /// The row with this id, also when the unit has ended.
    pub fn get(&self, id: impl AsRef<str>) -> Option<&Territory> {
        self.places.get(id.as_ref()).and_then(|&at| self.territories.get(at))
    }

    /// The units directly inside, in the order of the table, ended ones included.
    pub fn children<'a>(&'a self, id: &'a TerritoryId) -> impl Iterator<Item = &'a Territory> {
        self.territories.iter().filter(move |row| row.parent.as_ref() == Some(id))
    }

    /// The living towns and streets directly inside, in the order of the table.
    pub fn towns<'a>(&'a self, id: &'a TerritoryId) -> impl Iterator<Item = &'a Territory> {
        self.children(id).filter(|row| row.is_town() && row.valid_to.is_none())
    }

    /// The units that existed on `date`.
    pub fn valid_on(&self, date: Date) -> impl Iterator<Item = &Territory> {
        self.territories.iter().filter(move |row| row.is_valid_on(date))
    }

    /// What people read: "武进区 湖塘镇", "武进区", "常州市"; `None` for an unknown id.
    pub fn path_name(&self, id: impl AsRef<str>) -> Option<String> {
        let territory = self.get(&id)?;
        let mut names: Vec<&str> = self
            .upward(territory)
            .filter(|row| row.kind != TerritoryKind::City || row.id.as_str() == id.as_ref())
            .map(|row| row.name.as_str())
            .collect();
        names.reverse();
        Some(names.join(" "))
    }

    /// What people read of a place that is known to exist; 未知地区 for an id that is not.
    pub fn place_name(&self, id: impl AsRef<str>) -> String {
        self.path_name(id).unwrap_or_else(|| "未知地区".to_owned())
    }

    /// The living districts and functional zones, in the order of the table.
    pub fn districts(&self) -> impl Iterator<Item = &Territory> {
        self.territories.iter().filter(|row| {
            matches!(row.kind, TerritoryKind::District | TerritoryKind::FunctionalZone)
                && row.valid_to.is_none()
        })
    }

    /// The district or functional zone that runs a unit; itself for a district, `None` for a city.
    pub fn district_of(&self, id: impl AsRef<str>) -> Option<&TerritoryId> {
        self.upward(self.get(id)?)
            .find(|row| matches!(row.kind, TerritoryKind::District | TerritoryKind::FunctionalZone))
            .map(|row| &row.id)
    }

    /// The unit and everything it lies in, from inside out; nothing for an unknown id.
    pub fn around(&self, id: impl AsRef<str>) -> Vec<&Territory> {
        self.get(id).map(|row| self.upward(row).collect()).unwrap_or_default()
    }

    /// Whether `id` is `ancestor` or lies in it.
    pub fn contains(&self, ancestor: impl AsRef<str>, id: impl AsRef<str>) -> bool {
        let ancestor = ancestor.as_ref();
        self.get(id).is_some_and(|row| self.upward(row).any(|row| row.id.as_str() == ancestor))
    }

    /// Whether `id` is `outer` or lies in it or on its ground: 横林镇 in 武进区, which 经开区 runs.
    pub fn encloses(&self, outer: impl AsRef<str>, id: impl AsRef<str>) -> bool {
        let outer = outer.as_ref();
        let zone = self.district_of(&id).and_then(|district| self.get(district));
        let zone = zone.filter(|zone| zone.kind == TerritoryKind::FunctionalZone);
        let ground = zone.and_then(|zone| zone.gb_code.as_ref());
        let on_ground = ground.is_some_and(|ground| {
            self.get(outer).is_some_and(|row| {
                row.kind == TerritoryKind::District && row.gb_code.as_ref() == Some(ground)
            })
        });
        on_ground || self.contains(outer, id)
    }

    /// The unit that stands today where `id` stood: itself, or the last of its successors.
    pub fn current(&self, id: impl AsRef<str>) -> Option<&Territory> {
        let mut at = self.get(id)?;
        for _ in 0..self.territories.len() {
            match at.successor.as_ref().and_then(|next| self.get(next)) {
                Some(next) => at = next,
                None => break,
            }
        }
        Some(at)
    }

    /// The living town or street whose middle is nearest; `None` beyond 60 km or for no position.
    ///
    /// `latitude` and `longitude` in degrees, as WeChat reports them; its offset of a few hundred
    /// metres against WGS 84 is far below what the table itself is exact to.
    pub fn nearest(&self, latitude: f64, longitude: f64) -> Option<&TerritoryId> {
        self.territories
            .iter()
            .filter(|row| row.is_town() && row.valid_to.is_none())
            .filter_map(|row| {
                let distance = kilometres((latitude, longitude), (row.latitude?, row.longitude?));
                (distance <= REACH_KM).then_some((distance, &row.id))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, id)| id)
    }

    /// The names of all living units, for finding them in texts. The name of an ended unit stands for
    /// its successor and that of a place for its parent, unless a living unit claims it.
    pub fn gazetteer(&self) -> Gazetteer {
        let owned = |names: &mut dyn Iterator<Item = &str>| -> Vec<String> {
            names.map(str::to_owned).collect()
        };
        let (units, others): (Vec<&Territory>, Vec<&Territory>) = self
            .territories
            .iter()
            .partition(|row| row.valid_to.is_none() && row.kind != TerritoryKind::Place);
        let claimed: Vec<&str> = units.iter().flat_map(|row| row.sure_names()).collect();
        let mut entries: Vec<GazetteerEntry> = units
            .iter()
            .map(|row| GazetteerEntry {
                key: row.id.to_string(),
                parent: row.parent.as_ref().map(ToString::to_string),
                names: [owned(&mut row.sure_names()), self.names_by_ground(row)].concat(),
                shared_names: owned(&mut row.shared_names()),
            })
            .collect();
        for row in others {
            let Some(heir) = self.meant_by(row) else { continue };
            if let Some(entry) = entries.iter_mut().find(|entry| entry.key == heir.as_str()) {
                entry.names.extend(owned(&mut row.sure_names().filter(|n| !claimed.contains(n))));
                entry.shared_names.extend(owned(&mut row.shared_names()));
            }
        }
        Gazetteer::new(entries)
    }

    /// The unit of today that a name of an ended unit or a place stands for.
    fn meant_by(&self, row: &Territory) -> Option<&TerritoryId> {
        let unit = match row.kind {
            TerritoryKind::Place => row.parent.as_ref()?,
            _ => &row.id,
        };
        self.current(unit).map(|heir| &heir.id)
    }

    /// People put the towns of a functional zone into the district whose ground it is: 武进横林.
    fn names_by_ground(&self, row: &Territory) -> Vec<String> {
        let zone = row.parent.as_ref().and_then(|parent| self.get(parent));
        let Some(zone) = zone.filter(|zone| zone.kind == TerritoryKind::FunctionalZone) else {
            return Vec::new();
        };
        let ground = self
            .territories
            .iter()
            .find(|other| other.kind == TerritoryKind::District && other.gb_code == zone.gb_code);
        let own: Vec<&str> = row.sure_names().chain(row.shared_names()).collect();
        ground
            .into_iter()
            .flat_map(Territory::sure_names)
            .flat_map(|outer| own.iter().map(move |inner| format!("{outer}{inner}")))
            .collect()
    }

    /// The unit and everything it lies in, from the inside out.
    fn upward<'a>(&'a self, row: &'a Territory) -> impl Iterator<Item = &'a Territory> {
        std::iter::successors(Some(row), |row| row.parent.as_ref().and_then(|id| self.get(id)))
            // Rows that never went through `parse_table` may lie in each other.
            .take(self.territories.len())
    }
}

/// Great-circle distance between two positions in degrees.
fn kilometres(from: (f64, f64), to: (f64, f64)) -> f64 {
    const EARTH_RADIUS_KM: f64 = 6371.0;
    let (north_a, north_b) = (from.0.to_radians(), to.0.to_radians());
    let half_north = (north_b - north_a) / 2.0;
    let half_east = (to.1 - from.1).to_radians() / 2.0;
    let chord = half_north.sin().powi(2) + north_a.cos() * north_b.cos() * half_east.sin().powi(2);
    2.0 * EARTH_RADIUS_KM * chord.sqrt().min(1.0).asin()
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
