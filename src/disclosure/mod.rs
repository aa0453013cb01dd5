//! disclosure
pub mod views;
