#![forbid(unsafe_code)]
pub mod platform;
pub mod wechat;
pub mod language;
pub mod worktime;
pub mod territories;
pub mod members;
pub mod citizens;
pub mod staff;
pub mod simulator;
pub mod console;
