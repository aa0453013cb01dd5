//! What a question, a round and a draw must be. Pure.

pub mod draw;
pub mod flags;
pub mod honours;
pub mod question;
pub mod round;
