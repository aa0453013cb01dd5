//! citizens
pub mod views;
