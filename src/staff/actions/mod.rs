//! What staff do with accounts: log in and out, and manage people.

pub mod manage;
pub mod session;
