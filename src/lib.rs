#![forbid(unsafe_code)]
pub mod console;
pub mod language;
pub mod platform;
pub mod simulator;
pub mod territories;
pub mod wechat;
