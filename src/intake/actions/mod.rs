//! Taking pushes in, and doing what they call for.

pub mod accept;
pub mod apply;
pub mod sealing;
