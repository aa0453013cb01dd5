//! One file per journey.

mod accessible;
mod asking;
mod effort;
mod figures;
mod founding;
mod interrupted;
mod keys;
mod narrow;
mod plain;
mod writing;
