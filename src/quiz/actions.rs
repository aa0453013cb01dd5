//! What people do with questions and rounds.

pub mod bank;
