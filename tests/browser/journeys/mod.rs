//! One file per journey.

mod asking;
mod narrow;
mod plain;
mod writing;
