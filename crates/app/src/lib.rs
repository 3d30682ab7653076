//! The use cases of Pacto: options in, result out.
//!
//! One module per use case; each has options, a result that serialises to the JSON of its command,
//! and an error that says which [`FailureKind`] it is. Nothing here prints: warnings and progress
//! go to the [`Observer`] of the [`Context`].
//!
//! Use cases are ordinary functions. Whatever needs the network runs on a runtime that the context
//! starts on first use, so that a command on local files never pays for it.

mod argument;
mod closure;
mod context;
mod directory;
mod discover;
mod environment;
mod extract;
mod failure;
mod observer;
mod overlay;
mod packing;
mod references;
mod remote;
mod resolver;
mod source;
mod text_file;

pub mod demo;
pub mod diff;
pub mod explain;
pub mod graph;
pub mod impact;
pub mod init;
pub mod lock;
pub mod login;
pub mod pack;
pub mod pull;
pub mod push;
pub mod release;
pub mod rules;
pub mod schema;
pub mod validate;
pub mod version;

pub use context::{Context, Network};
pub use directory::DirectoryFiles;
pub use environment::Environment;
pub use extract::ExtractError;
pub use failure::{Failure, FailureKind};
pub use observer::{Observer, Progress, Silent};
pub use packing::PackingError;
pub use resolver::Resolver;
pub use source::{Artifact, OverrideOptions, Source, SourceError};
pub use text_file::{MAX_TEXT_BYTES, read_text};
