//! Where things happen: the dated table of districts, towns, streets, villages and what
//! people call places.
//!
//! The table of an alliance is a file of configuration; [`rules`] checks it and answers what lies
//! in what, what was valid when, and what is nearest. It refuses to know who works where.

pub mod rules;
pub mod store;

pub use rules::{Atlas, TableError, Territory, TerritoryId, TerritoryKind, parse_tables};

/// The tables of Changzhou that the program carries: units, then villages and what people call places.
pub const CHANGZHOU: [&str; 2] = [
    include_str!("../../config/territories/changzhou.toml"),
    include_str!("../../config/territories/changzhou-places.toml"),
];
