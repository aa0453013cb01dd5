//! The only door for WeChat's pushes: verify, decide, write down, answer.
//!
//! A push is taken in by [`writer::Writer`], which collects the pushes that wait at the same moment
//! into one transaction: the inbox row with the reply, the conversation's new standing and a job
//! with what is to be done. Only after that commit does WeChat get its 200. The decision itself is
//! the pure [`conversation::step`].
//!
//! Refuses to know: who answers and how (it asks `routing`), how answers travel (`delivery`).

pub mod actions;
pub mod conversation;
pub mod jobs;
pub mod pages;
pub mod store;
pub mod writer;
