//! Configuration schemas: those of a contract, and those it refers to.

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

/// The schema a bundle ships without declaring it.
const CONFIGURATION_FILE: &str = "configuration/schema.json";

/// Compares the schemas of every configuration that both sides have, their own or those they
/// refer to.
pub(super) fn compare_all(old: &Side, new: &Side, diagnostics: &mut Vec<Diagnostic>) -> Vec<Group> {
    let mut groups = Vec::new();
    for (index, before) in old.contract().configurations.iter().enumerate() {
        let mut partners = new.contract().configurations.iter();
        let Some(after) = partners.find(|after| after.name == before.name) else {
            continue;
        };
        let root = Scope::Configuration(before.name.clone()).canonical();
        let subject = format!("configuration {}", before.name);
        let section = (SECTION, index);
        if let (Some(one), Some(other)) = (&before.schema, &after.schema) {
            let pair = Pair {
                sides: (old, new),
                paths: (one, other),
                root,
                subject,
                position: Position::Configuration,
            };
            groups.extend(pair.group(section, diagnostics));
        } else if let (Some(one), Some(other)) = (&before.reference, &after.reference)
            && let (Some(old_provider), Some(new_provider)) =
                (old.provider(one), new.provider(other))
            && let Some(paths) = compare_pair(old_provider, new_provider, provided)
        {
            let repinned = Repinned {
                rule: "config-ref-repinned",
                pointer: format!("configurations[{}].ref", before.name),
                root,
                subject,
                position: Position::Configuration,
            };
            let references = (one.as_str(), other.as_str());
            groups.extend(repinned.group((old, new), references, &paths, section, diagnostics));
        }
    }
    groups
}

/// The schema that a bundle provides to those who refer to it.
fn provided(side: &Side) -> Option<String> {
    let configurations = &side.contract().configurations;
    configurations
        .iter()
        .find_map(|configuration| configuration.schema.clone())
        .or_else(|| {
            configurations
                .is_empty()
                .then(|| CONFIGURATION_FILE.to_owned())
        })
}

/// What both providers provide.
pub(super) fn compare_pair(
    old: &Side,
    new: &Side,
    provided: impl Fn(&Side) -> Option<String>,
) -> Option<(String, String)> {
    Some((provided(old)?, provided(new)?))
}

/// A schema on both sides, and where it stands.
pub(super) struct Pair<'p> {
    pub(super) sides: (&'p Side, &'p Side),
    /// Paths of the files.
    pub(super) paths: (&'p str, &'p str),
    /// Path of the schema among the records.
    pub(super) root: String,
    /// How sentences call it.
    pub(super) subject: String,
    pub(super) position: Position,
}

impl Pair<'_> {
    /// What differs; `None` when a side cannot be read.
    pub(super) fn group(
        self,
        section: (u8, usize),
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Group> {
        let [one, other] = pair(self.sides.0, self.sides.1, self.paths)?;
        let documents = (documents(one, self.sides.0), documents(other, self.sides.1));
        let found = compare(
            &documents.0,
            &documents.1,
            self.position,
            &self.root,
            &self.subject,
        );
        Some(found.group(section, None, self.paths.1, diagnostics))
    }
}

/// A reference to a provider that points elsewhere now: what matters is the content.
pub(super) struct Repinned {
    pub(super) rule: &'static str,
    /// Keyed path of the field that points.
    pub(super) pointer: String,
    pub(super) root: String,
    pub(super) subject: String,
    pub(super) position: Position,
}

impl Repinned {
    pub(super) fn group(
        self,
        (old, new): (&Side, &Side),
        references: (&str, &str),
        paths: &(String, String),
        section: (u8, usize),
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Group> {
        let pair = Pair {
            sides: (old.provider(references.0)?, new.provider(references.1)?),
            paths: (&paths.0, &paths.1),
            root: self.root,
            subject: self.subject,
            position: self.position,
        };
        let mut group = pair.group(section, diagnostics)?;
        group.repinned = Some((self.rule, self.pointer));
        // The files are those of somebody else.
        group.file = references.1.to_owned();
        Some(group)
    }
}

/// Compares two schemas. `root` is the path of their place among the records.
pub(super) fn compare<'s>(
    old: &'s Documents<'s>,
    new: &'s Documents<'s>,
    position: Position,
    root: &str,
    subject: &str,
) -> Found {
    let schemas = (Schemas::new(old), Schemas::new(new));
    let mut comparer = SchemaComparer::new(schemas.0, schemas.1);
    let mut findings = Findings::new(schemas.0, schemas.1);
    let place = Place {
        path: root.to_owned(),
        position,
        subject,
        order: Order::default(),
    };
    let roots = (old.main().root(), new.main().root());
    let outcome = comparer.compare(&[roots.0], &[roots.1], position.mode());
    findings.add_outcome(&place, &outcome);
    Found {
        is_cut_off: findings.is_cut_off || comparer.is_cut_off,
        findings: findings.list,
        problems: comparer.problems,
        ..Found::default()
    }
}
