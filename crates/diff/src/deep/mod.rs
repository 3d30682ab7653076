//! The deep layer: what changed in the meaning of interface documents and configuration schemas.
//!
//! Documents are read as the models of `pacto_spec`. [`schema`] compares two schemas at one place
//! and gives *deltas*: typed differences below that place, shared by everything that refers to
//! the same pair. [`openapi`] and [`configuration`] walk over the places of a document, name each
//! delta by the place it was found in, and give [`Finding`]s. The pages below `deep-rules/` class
//! them ([`rules`]); [`merge`] joins them with the records of the base layer.
//!
//! Edits of documentation are looked for on request only, by [`annotations`].
//!
//! Nothing here changes the path, type, values or class of a base record.

pub(crate) mod annotations;
mod asyncapi;
mod configuration;
mod contract;
mod finding;
mod graphql;
mod group;
mod interfaces;
mod lifecycle;
mod merge;
mod openapi;
mod place;
mod policies;
pub mod protobuf;
pub mod rules;
mod schema;
mod versions;
mod witness;
mod writing;

use std::sync::Arc;

use pacto_document::Document;
use pacto_spec::Documents;

use crate::detect::Detected;
use crate::{Diagnostic, DocumentError, Options, Record, Side};
use group::Group;

pub use witness::{Reading, Witness};

/// The records of both layers, and what could not be compared.
pub(crate) fn compare(
    old: &Side,
    new: &Side,
    base: Detected,
    options: &Options,
) -> (Vec<Record>, Vec<Diagnostic>) {
    let mut diagnostics = base.diagnostics;
    let mut groups: Vec<Group> = interfaces::compare(old, new, options, &mut diagnostics)
        .into_iter()
        .chain(configuration::compare_all(old, new, &mut diagnostics))
        .chain(policies::compare_all(old, new, &mut diagnostics))
        .collect();
    if options.include_annotations {
        for group in &mut groups {
            annotations::add(old, new, group, options);
        }
    }
    let records = merge::merge(old, new, base.changes, groups, options);
    (records, diagnostics)
}

/// A document with the files of its bundle that it refers to.
fn documents<'d>(main: &'d Document, side: &Side) -> Documents<'d> {
    Documents::read(main, |file| match side.text(file) {
        Ok(text) => Ok(Some(Arc::clone(&text))),
        Err(DocumentError::Missing | DocumentError::NoFiles) => Ok(None),
        Err(error) => Err(error.to_string()),
    })
}

/// Both documents when both can be read.
fn pair<'s>(old: &'s Side, new: &'s Side, paths: (&str, &str)) -> Option<[&'s Document; 2]> {
    let (old, new) = (old.document(paths.0)?, new.document(paths.1)?);
    Some([old.as_ref().ok()?, new.as_ref().ok()?])
}
