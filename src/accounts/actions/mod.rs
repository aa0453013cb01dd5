//! What is done with accounts, one verb each.

pub mod books;
pub mod checkup;
pub mod collect;
pub mod mend;
