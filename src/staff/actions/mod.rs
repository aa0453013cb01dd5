//! What staff do with accounts: log in and out, with a password and a second factor or with their
//! WeChat, and manage people.

pub mod codes;
pub mod founding;
pub mod manage;
pub mod second;
pub mod session;
pub mod wechat;
