//! Everything that is tested through the library's own doors, in one binary.

mod simulator;
mod wire;
