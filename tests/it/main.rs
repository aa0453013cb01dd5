//! Everything that is tested through the library's own doors, in one binary.

mod flows;
mod pages;
mod simulator;
mod support;
mod triage_figures;
mod wire;
