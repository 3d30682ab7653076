//! The command line of Pacto: arguments, rendering, exit codes.
//!
//! [`main`] is the program. A command is one file in [`commands`]: its arguments (the doc comments
//! are the help) and how its result looks as text and Markdown; the work is done by `pacto-app`.
//! [`exit`] is the only place that knows exit codes, [`streams`] the only one that writes to the
//! terminal.

pub mod arguments;
pub mod commands;
pub mod exit;
mod failed;
mod interrupt;
mod log;
mod observer;
pub mod output;
mod program;
mod release;
mod session;
mod settings;
mod streams;
mod version;

pub use arguments::Cli;
pub use program::main;
