//! What people do with questions and rounds.

pub mod bank;
pub mod drawing;
pub mod flags;
pub mod honours;
pub mod playing;
pub mod rounds;
