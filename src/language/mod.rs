//! language
pub mod fields;
