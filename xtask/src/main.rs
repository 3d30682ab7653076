//! Generators, checks, demo and benchmarks of this repository.
fn main() {}
