//! What a question, a round and a draw must be. Pure.

pub mod question;
