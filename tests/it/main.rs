//! Everything that is tested through the library's own doors, in one binary.
mod demo_city;
mod triage_figures;
