//! The protobuf files of an interface, from the bundles to findings of the deep layer.

use pacto_diagnostic::{Severity, SourceText};
use pacto_spec::protobuf::Schema;

use super::compare;
use super::finding::ProtoFinding;
use crate::deep::finding::{Finding, Order};
use crate::deep::group::Found;
use crate::{Diagnostic, DocumentError, ProtoOptions, Side, SideName};

/// Compares the files of an interface with everything they import. What cannot be read at all is
/// told by the base layer.
pub(crate) fn documents(
    old: &Side,
    new: &Side,
    paths: (&str, &str),
    options: ProtoOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Found> {
    let sides = (load(old, paths.0).ok()?, load(new, paths.1).ok()?);
    report(&sides.0, SideName::Old, diagnostics);
    report(&sides.1, SideName::New, diagnostics);
    Some(Found {
        findings: compare(&sides.0, &sides.1, options.level)
            .into_iter()
            .enumerate()
            .map(|(position, finding)| listed(position, finding))
            .collect(),
        ..Found::default()
    })
}

fn load(side: &Side, path: &str) -> Result<Schema, DocumentError> {
    let entry = SourceText::new(path, side.text(path)?);
    let schema = Schema::load(&entry, &mut |path| {
        let text = side.text(path).ok()?;
        Some(SourceText::new(path, text))
    });
    Ok(schema)
}

fn report(schema: &Schema, side: SideName, diagnostics: &mut Vec<Diagnostic>) {
    for problem in &schema.problems {
        let diagnostic = Diagnostic {
            severity: Severity::Warning,
            code: problem.kind.code(),
            side: Some(side),
            file: Some(problem.location.file.clone()),
            pointer: None,
            message: problem.kind.to_string(),
            location: Some(problem.location.clone()),
        };
        // A file that two interfaces share is reported once.
        if !diagnostics.contains(&diagnostic) {
            diagnostics.push(diagnostic);
        }
    }
}

fn listed(position: usize, finding: ProtoFinding) -> Finding {
    Finding {
        rule: finding.rule.to_owned(),
        page: finding.rule,
        class: finding.class,
        direction: finding.direction,
        path: finding.path,
        occurrences: Vec::new(),
        kind: finding.kind,
        old_value: finding.old_value,
        new_value: finding.new_value,
        old_location: finding.old_location,
        new_location: finding.new_location,
        reason: finding.reason,
        witness: finding.witness,
        // The comparison has its own order.
        order: Order {
            path: format!("{position:08}"),
            ..Order::default()
        },
    }
}
