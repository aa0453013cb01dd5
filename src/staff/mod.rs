//! staff
pub mod views;
