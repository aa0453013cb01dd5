//! One file per journey.

mod accessible;
mod asking;
mod narrow;
mod plain;
mod writing;
