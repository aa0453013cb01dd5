//! What people are owed about their data: a copy of it, and its erasure, when a citizen asks.
//!
//! Sits above the slices that hold the data and calls each of them inside one transaction; knows
//! itself no table.

pub mod actions;
pub mod views;
