//! WeChat's own customer service as operators run it: who answers there, who is on duty, which
//! conversations there were (wechat-protocol.md §5.4).
//!
//! Everything is asked of WeChat at the moment it is shown and nothing is kept here: WeChat's own
//! console changes the same agents. What was said between followers and agents stays there, too.
//!
//! Refuses to know: inquiries, citizens beyond their openid.

pub mod actions;
pub mod rules;
pub mod views;
