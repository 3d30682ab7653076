//! Findings with places, and their renderings.
//!
//! A problem in something people wrote is data, not an error: a [`Finding`] with a stable code, a
//! severity, a path, a message and, where one exists, a [`Location`] in the text. Parsers and checks
//! produce findings; the renderers in [`render`] turn a list of them into text for people, or into
//! the formats other programs read.
//!
//! Start with [`Finding`], [`Location`] and [`SourceText`]. This crate does no I/O.

mod finding;
mod nearest;
pub mod render;
mod source;

pub use finding::{Edit, Finding, Fix, Related, Severity};
pub use nearest::nearest;
pub use source::{Location, SourceMap, SourceText, Span};
