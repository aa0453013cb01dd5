//! What staff do with accounts: log in and out, with a password or with their WeChat, and manage
//! people.

pub mod codes;
pub mod manage;
pub mod session;
pub mod wechat;
