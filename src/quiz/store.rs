//! The tables of the quiz.

pub mod bank;
