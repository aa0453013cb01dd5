//! Whole paths through the real server against the simulated WeChat, on both databases.

mod answering;
mod asking;
mod delivering;
mod dividing;
mod handing_over;
mod modes;
mod noticing;
mod offering;
mod publishing;
mod pushing;
mod rerouting;
mod sending;
