//! The `pufa` binary.

fn main() {}
