//! Merging (合并): the same citizen asked the same organization twice about one matter, and the
//! matter goes on in one inquiry, the one asked first. The mirror of what dividing does in
//! [`crate::intake`].
//!
//! Refuses to know: how the two are shown side by side with everything else, and how what was said
//! is delivered. Cannot be undone: what was said belongs to one inquiry afterwards.

pub mod actions;
pub mod rules;
pub mod views;
