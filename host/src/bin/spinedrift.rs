//! The `spinedrift` binary.
fn main() {}
