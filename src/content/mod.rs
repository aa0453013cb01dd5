//! What is said to the public: for now the stored texts that reach citizens by themselves.
//!
//! No text is written by a machine: each is shipped in `config/texts.toml` or was written by one person
//! and approved by another, and every version is kept.

pub mod approving;
pub mod store;
pub mod texts;
