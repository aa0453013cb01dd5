//! Taking pushes in, and doing what they call for.

pub mod accept;
pub mod apply;
mod dividing;
pub mod sealing;
