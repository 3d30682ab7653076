//! Configuration schemas: those of a contract, and those it refers to.

mod refusals;
mod values;

use std::rc::Rc;

use pacto_document::Node;
use pacto_spec::Documents;
use pacto_spec::schema::Schemas;
use serde_json::Value;

use super::finding::{Finding, Findings, Order, Place};
use super::group::{Found, Group};
use super::place::Position;
use super::schema::delta::bracketed;
use super::schema::{Delta, Outcome, RuleName, SchemaComparer};
use super::{documents, pair};
use crate::detect::Scope;
use crate::{Diagnostic, Side};

/// Section of configurations among the records.
pub(super) const SECTION: u8 = 2;

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
        let mut group = None;
        if let (Some(one), Some(other)) = (&before.schema, &after.schema) {
            let pair = Pair {
                sides: (old, new),
                paths: (one, other),
                root,
                subject,
                position: Position::Configuration,
            };
            group = pair.group(section, diagnostics);
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
            group = repinned.group((old, new), references, &paths, section, diagnostics);
        }
        let invalid = values::became_invalid(old, new, before, after);
        if !invalid.is_empty() {
            let group = group.get_or_insert_with(|| Group {
                section,
                file: pacto_contract::CONTRACT_FILE.to_owned(),
                ..Group::default()
            });
            group.findings.extend(invalid);
        }
        groups.extend(group);
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
    if let Some(draft) = draft_changed(old, new) {
        findings.add_outcome(&place, &Rc::new(draft));
    }
    Found {
        renames: findings.list.iter().flat_map(renamed).collect(),
        is_cut_off: findings.is_cut_off || comparer.is_cut_off,
        findings: findings.finished(),
        problems: comparer.problems,
        ..Found::default()
    }
}

/// Says that a schema is read as another draft now. Each side was compared by its own.
fn draft_changed<'s>(old: &'s Documents<'s>, new: &'s Documents<'s>) -> Option<Outcome<'s>> {
    let roots = (old.main().root(), new.main().root());
    let written = (roots.0.get("$schema"), roots.1.get("$schema"));
    let text = |node: Option<Node<'s>>| Some(node?.as_str()?.trim_end_matches('#'));
    let is_same = match (text(written.0), text(written.1)) {
        (Some(before), Some(after)) => before == after,
        // What is not said is read as the newest draft.
        _ => old.dialect(roots.0) == new.dialect(roots.1),
    };
    if is_same {
        return None;
    }
    let delta = Delta::new(
        RuleName::Id("config-schema-draft-changed"),
        ".$schema",
        written.0.or(Some(roots.0)),
        written.1.or(Some(roots.1)),
    );
    let value = |node: Option<Node<'s>>| text(node).map(Value::from);
    Some(Outcome {
        schemas: (vec![roots.0], vec![roots.1]),
        deltas: vec![delta.modified(value(written.0), value(written.1))],
        ..Outcome::default()
    })
}

/// Base paths of a property that goes and of one that comes, at each place where a finding says
/// that they are one, with the path of the place.
fn renamed(finding: &Finding) -> Vec<(String, String, String)> {
    let Some(old) = finding.old_value.as_ref().and_then(Value::as_str) else {
        return Vec::new();
    };
    let Some(new) = finding.new_value.as_ref().and_then(Value::as_str) else {
        return Vec::new();
    };
    if !finding.rule.ends_with("-property-renamed") {
        return Vec::new();
    }
    let last = |name: &str| format!(".properties[{}]", bracketed(name));
    finding
        .places()
        .filter_map(|place| {
            let owner = place.strip_suffix(&last(new))?;
            Some((
                format!("{owner}{}", last(old)),
                place.clone(),
                place.clone(),
            ))
        })
        .collect()
}
