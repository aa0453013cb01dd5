//! One file per journey.

mod accessible;
mod asking;
mod interrupted;
mod narrow;
mod plain;
mod writing;
