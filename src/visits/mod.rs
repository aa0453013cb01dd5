//! Visits: which citizen is behind a browser, as WeChat's web authorization tells
//! (wechat-protocol.md §11.1).
//!
//! Refuses to know: what a citizen asked. A browser is sent away with a sealed state and comes back
//! with a code; who the code belongs to is asked once and remembered as a session. Nobody is added
//! as a citizen by looking at a page, and a virtual user (快照页) is never remembered.

pub mod actions;
pub mod jobs;
pub mod rules;
pub mod store;
pub mod views;

use crate::text_enum;

text_enum!(
    /// What became of a return from WeChat.
    Outcome {
        /// WeChat is being asked, or the process that asked did not live to tell.
        Asking = "asking", "正在确认";
        /// The person is known.
        Known = "known", "已确认";
        /// A snapshot page without a real person.
        Virtual = "virtual", "快照页";
        /// WeChat refused, or could not be reached.
        Failed = "failed", "没有成功";
    }
);
