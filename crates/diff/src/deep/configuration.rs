//! Configuration schemas.

use pacto_spec::Documents;
use pacto_spec::schema::Schemas;

use super::finding::{Findings, Order, Place};
use super::group::{Found, Group};
use super::place::Position;
use super::schema::SchemaComparer;
use super::{documents, pair};
use crate::detect::Scope;
use crate::{Diagnostic, Side};

/// Section of configurations among the records.
const SECTION: u8 = 2;

/// Compares the schemas of every configuration that both sides have.
pub(super) fn compare_all(old: &Side, new: &Side, diagnostics: &mut Vec<Diagnostic>) -> Vec<Group> {
    let mut groups = Vec::new();
    for (index, before) in old.contract().configurations.iter().enumerate() {
        let mut partners = new.contract().configurations.iter();
        let partner = partners.find(|after| after.name == before.name);
        let paths =
            partner.and_then(|after| Some((before.schema.as_deref()?, after.schema.as_deref()?)));
        let Some(paths) = paths else { continue };
        let Some([one, other]) = pair(old, new, paths) else {
            continue;
        };
        let sides = (documents(one, old), documents(other, new));
        let root = Scope::Configuration(before.name.clone()).canonical();
        let subject = format!("configuration {}", before.name);
        let found = compare(&sides.0, &sides.1, &root, &subject);
        groups.push(found.group((SECTION, index), None, paths.1, diagnostics));
    }
    groups
}

/// Compares two schemas. `root` is the path of the configuration.
fn compare<'s>(old: &'s Documents<'s>, new: &'s Documents<'s>, root: &str, subject: &str) -> Found {
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
        ..Found::default()
    }
}
