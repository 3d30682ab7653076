//! The deep layer: what changed in the meaning of interface documents and configuration schemas.
//!
//! Documents are read as the models of `pacto_spec`. [`schema`] compares two schemas at one place
//! and gives *deltas*: typed differences below that place, shared by everything that refers to
//! the same pair. [`openapi`] and [`configuration`] walk over the places of a document, name each
//! delta by the place it was found in, and give [`Finding`]s. The pages below `deep-rules/` class
//! them ([`rules`]); [`merge`] joins them with the records of the base layer.
//!
//! Nothing here changes the path, type, values or class of a base record.

mod configuration;
mod finding;
mod merge;
mod openapi;
mod place;
pub mod protobuf;
pub mod rules;
mod schema;
mod witness;

use std::collections::BTreeMap;
use std::sync::Arc;

use pacto_bundle::{Bundle, Files};
use pacto_document::Document;
use pacto_spec::Documents;

use crate::side::read_text;
use crate::{Comparison, Options, Side};

pub use witness::Witness;

/// What both layers found between two bundles.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The records of both layers.
    pub comparison: Comparison,
    /// Values that show what a record means, by its fingerprint.
    pub witnesses: BTreeMap<String, Witness>,
}

/// Compares two bundles with both layers. `today` is an ISO date (`2026-01-31`): sunset dates
/// before it have passed.
pub fn diff(old: &Bundle, new: &Bundle, today: Option<&str>, options: Options) -> Compared {
    let sides = (Side::read(old), Side::read(new));
    merge::compare(
        (&sides.0, old.files.as_deref()),
        (&sides.1, new.files.as_deref()),
        today,
        options,
    )
}

/// A document with the files of its bundle that it refers to.
fn documents<'d>(main: &'d Document, files: Option<&dyn Files>) -> Documents<'d> {
    Documents::read(main, |file| match read_text(files, file) {
        Ok(text) => Ok(Some(Arc::clone(&text))),
        Err(crate::DocumentError::Missing | crate::DocumentError::NoFiles) => Ok(None),
        Err(error) => Err(error.to_string()),
    })
}
