//! One file per journey.

mod accessible;
mod asking;
mod founding;
mod interrupted;
mod narrow;
mod plain;
mod writing;
