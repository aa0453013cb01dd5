#![forbid(unsafe_code)]
pub mod console;
pub mod inquiries;
pub mod language;
pub mod platform;
pub mod simulator;
pub mod staff;
pub mod territories;
pub mod wechat;
