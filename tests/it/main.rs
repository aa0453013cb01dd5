//! Everything that is tested through the library's own doors, in one binary.

#[macro_use]
mod support;

mod accounts;
mod architecture;
mod campaigns;
mod cards;
mod command_line;
mod console;
mod conversation;
mod demo_city;
mod flows;
mod followers;
mod full_disk;
mod killing;
mod knowledge;
mod pages;
mod privacy_figures;
mod routing;
mod simulator;
mod triage_figures;
mod wire;
