//! What people see of accounts: log-in, the organization's people, the own account.

pub mod account;
pub mod login;
pub mod people;
pub mod second;
pub mod setup;
pub mod wechat;
