//! Floor 0: what every slice stands on. Knows nothing of law, citizens or WeChat.

pub mod audit;
pub mod clock;
pub mod config;
pub mod coord;
pub mod db;
pub mod deps;
pub mod error;
pub mod events;
pub mod http;
pub mod installation;
pub mod jobs;
pub mod lifecycle;
pub mod once;
pub mod secrets;
pub mod telemetry;
pub mod vault;
pub use deps::Deps;
