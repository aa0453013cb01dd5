//! One file per journey.

mod accessible;
mod asking;
mod figures;
mod founding;
mod interrupted;
mod narrow;
mod plain;
mod writing;
