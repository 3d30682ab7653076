//! The client against registries: the in-process one, hostile on demand, and real programs.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod authentication;
mod client;
mod credentials;
mod go_form;
mod login;
mod network;
mod publishing;
mod reading;
mod real;
mod strangers;
mod tags;
