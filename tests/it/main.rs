//! Everything that is tested through the library's own doors, in one binary.

mod pages;
mod simulator;
mod triage_figures;
mod wire;
