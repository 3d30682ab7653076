//! Configuration schemas.

use std::collections::BTreeSet;

use pacto_spec::schema::Schemas;
use pacto_spec::{Documents, Problem};

use super::finding::{Finding, Findings, Order, Place};
use super::place::Position;
use super::schema::SchemaComparer;
use crate::SideName;

/// What was found between two schemas of one configuration.
pub(crate) struct Found {
    pub(crate) findings: Vec<Finding>,
    pub(crate) problems: BTreeSet<(SideName, Problem)>,
    /// Something lies too deep, or in too many places, to be listed.
    pub(crate) is_cut_off: bool,
}

/// Compares two schemas. `root` is the path of the configuration.
pub(crate) fn compare<'s>(
    old: &'s Documents<'s>,
    new: &'s Documents<'s>,
    root: &str,
    subject: &str,
) -> Found {
    let schemas = (Schemas::new(old), Schemas::new(new));
    let mut comparer = SchemaComparer::new(schemas.0, schemas.1);
    let mut findings = Findings::new(schemas.0, schemas.1);
    let place = Place {
        path: root.to_owned(),
        position: Position::Configuration,
        subject,
        order: Order::default(),
    };
    let roots = (old.main().root(), new.main().root());
    let outcome = comparer.compare(&[roots.0], &[roots.1], Position::Configuration.mode());
    findings.add_outcome(&place, &outcome);
    Found {
        is_cut_off: findings.is_cut_off || comparer.is_cut_off,
        findings: findings.list,
        problems: comparer.problems,
    }
}
