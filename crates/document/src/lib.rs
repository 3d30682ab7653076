//! YAML and JSON text as one tree in which every node knows its place.
//!
//! A [`Document`] owns its text and a flat tape of nodes; [`Node`] is a cheap cursor into it. JSON
//! takes a fast path of its own, everything else is YAML 1.2 with the core schema as the Go
//! library `yaml.v3` reads it: merge keys, octal and underscored integers, duplicate keys are
//! errors, the first document counts.
//!
//! Aliases are not expanded: an alias node leads to its anchor. The *expanded* size is counted and
//! bounded, so that a small text can never become a large tree.
//!
//! Start with [`Document::parse`] and [`Node`]. This crate does no I/O.

mod build;
mod decode;
mod document;
mod json;
mod limits;
mod node;
mod parents;
mod pointer;
mod scalar;
mod tape;
mod tree;
mod write;
mod yaml;

pub use decode::decode;
pub use document::{Document, ParseError, Syntax};
pub use limits::Limits;
pub use node::{Entries, Items, Kind, Node, Number};
pub use pointer::{Pointer, PointerSegment};
pub use tree::Tree;
pub use write::yaml_scalar;
