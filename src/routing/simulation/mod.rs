//! An alliance in memory: inquiries come, shifts end, people are away, organizations are suspended,
//! all at random; who is asked is decided by the same functions as in the program itself, or, to
//! compare, in turn or by least load. Pure: chance is passed in, time is made up.

mod course;
mod outcome;
mod world;

pub use course::run;
pub use outcome::{Outcome, Week};

use crate::text_enum;

text_enum!(
    /// How the organization to ask is chosen among those that may be asked.
    Policy {
        /// By points, as in the program.
        Scored = "scored", "by points";
        /// Whoever was not asked for longest.
        RoundRobin = "round_robin", "in turn";
        /// Whoever has least.
        LeastLoaded = "least_loaded", "least loaded";
    }
);

/// What is simulated.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Inquiries asked.
    pub inquiries: u64,
    /// Days over which they come.
    pub days: u32,
    /// How the organization is chosen.
    pub policy: Policy,
}
