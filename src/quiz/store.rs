//! The tables of the quiz.

pub mod bank;
pub mod flags;
pub mod honours;
pub mod playing;
pub mod rounds;
