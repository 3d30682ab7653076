//! The client against registries: the in-process one, hostile on demand, and real programs.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod client;
mod publishing;
