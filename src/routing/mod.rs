//! routing
pub mod views;
