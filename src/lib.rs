#![forbid(unsafe_code)]
pub mod citizens;
pub mod console;
pub mod content;
pub mod delivery;
pub mod disclosure;
pub mod inquiries;
pub mod intake;
pub mod language;
pub mod members;
pub mod platform;
pub mod routing;
pub mod simulator;
pub mod staff;
pub mod territories;
pub mod wechat;
pub mod worktime;
