//! Quizzes as staff and citizens see them.

pub mod bank;
pub mod flags;
pub mod honours;
pub mod playing;
pub mod rounds;
