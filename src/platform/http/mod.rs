//! Plumbing shared by everything that answers HTTP.

pub mod headers;
