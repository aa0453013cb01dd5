//! The tables of this slice.

pub mod calls;
pub mod figures;
pub mod findings;
pub mod tokens;
