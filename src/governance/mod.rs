//! What people are owed about their data: for now its erasure, when a citizen asks for it.
//!
//! Sits above the slices that hold the data and calls each of them inside one transaction; knows
//! itself no table.

pub mod actions;
