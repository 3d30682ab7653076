//! The `pacto` program.
fn main() {}
