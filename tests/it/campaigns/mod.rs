//! Campaigns where they could go wrong: processes that die or stand still, a WeChat that answers
//! anything or nothing, and very many of both.

mod breaking;
mod simulating;
