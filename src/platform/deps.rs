//! What every action needs, in one cheap handle.

use super::clock::{Clock, Entropy};
use super::coord::Coord;
use super::db::Db;
use super::vault::Vault;

/// Database, time, chance, news and seals.
#[derive(Clone)]
pub struct Deps {
    /// The database.
    pub db: Db,
    /// Time.
    pub clock: Clock,
    /// Chance and ids.
    pub entropy: Entropy,
    /// News to other parts.
    pub coord: Coord,
    /// Seals what must not lie readable in the database.
    pub vault: Vault,
}
