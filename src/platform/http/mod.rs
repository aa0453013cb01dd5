//! Plumbing of everything that is answered over HTTP: what surrounds a page, how a time is
//! written, where a stylesheet is found. Knows no feature of the product.

pub mod assets;
pub mod headers;
pub mod problem;
pub mod shell;
pub mod when;
