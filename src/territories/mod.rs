//! Where things happen: the dated table of districts, towns and streets.
//!
//! The table of an alliance is a file of configuration; [`rules`] checks it and answers what lies
//! in what, what was valid when, and what is nearest. It refuses to know who works where.

pub mod rules;
pub mod store;

pub use rules::{Atlas, TableError, Territory, TerritoryId, TerritoryKind, parse_table};

/// The table of Changzhou that the program carries.
pub const CHANGZHOU: &str = include_str!("../../config/territories/changzhou.toml");
