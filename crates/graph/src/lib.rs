//! The graph of a service: what it depends on, all the way down.
//!
//! [`Resolution`] is a state machine. It says which references it needs next
//! ([`Resolution::pending`]) and takes what they led to ([`Resolution::supply`]), so this crate
//! needs no network, files or clock. [`Resolution::finish`] gives a [`Graph`] that depends on what
//! was supplied only, never on the order in which it arrived.
//!
//! [`render`] writes a graph as a tree, as Graphviz DOT and as Mermaid; a [`Graph`] serialises to
//! the JSON of `pacto graph`. [`lock`] makes lock files of a graph and compares them with one.
//!
//! [`estate`] looks the other way: many contracts at once, and who depends on one of them.

mod assemble;
mod component;
mod conflict;
mod document;
pub mod estate;
mod graph;
mod identity;
mod json;
pub mod lock;
mod path;
pub mod render;
mod request;
mod resolution;

pub use conflict::Conflict;
pub use document::GRAPH_SCHEMA_VERSION;
pub use graph::{Edge, EdgeFailure, EdgeKind, Graph, Node, NodeId, Target};
pub use pacto_bundle::lock::ReferenceKind;
pub use request::{Request, RequestId};
pub use resolution::{GraphOptions, ReferenceEdges, Resolution};
