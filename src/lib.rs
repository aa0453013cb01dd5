#![forbid(unsafe_code)]
pub mod platform;
pub mod wechat;
pub mod language;
pub mod territories;
pub mod simulator;
pub mod console;
