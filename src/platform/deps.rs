//! What every action needs, in one cheap handle.

use super::clock::{Clock, Entropy};
use super::coord::Coord;
use super::db::Db;

/// Database, time, chance and news.
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
}
