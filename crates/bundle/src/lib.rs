//! A bundle as a value: the contract, its files, and the archive both travel in.
//!
//! [`Files`] is how everything reads the files of a bundle, wherever they lie. [`Bundle`] is a
//! contract with its files. Packing is deterministic: equal trees give equal bytes. This crate
//! does no I/O.

mod bundle;
mod files;
mod resolve;

pub use bundle::{Bundle, Origin};
pub use files::{EntryKind, FileEntry, Files, FilesError, MemoryFiles, is_clean_path};
pub use resolve::{FailureReason, ResolveFailure, Resolved, ResolvedFrom};
