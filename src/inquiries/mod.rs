//! inquiries
pub mod views;
