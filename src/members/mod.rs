//! members
pub mod views;
