//! Quizzes as staff and citizens see them.

pub mod bank;
