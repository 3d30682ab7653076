//! The protobuf files of an interface, from the bundles to findings of the deep layer.

use pacto_diagnostic::{Severity, SourceText};
use pacto_spec::protobuf::Schema;

use super::finding::ProtoFinding;
use super::{compare, rule};
use crate::deep::finding::{Finding, Order};
use crate::deep::group::Found;
use crate::detect::ChangeKind;
use crate::{Diagnostic, DocumentError, ProtoOptions, Side, SideName};

/// Compares the files of an interface with everything they import. What only one side can read
/// is a change; what neither can is said in the diagnostics alone.
pub(crate) fn documents(
    old: &Side,
    new: &Side,
    paths: (&str, &str),
    options: ProtoOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Found> {
    let mut open = |side: &Side, name: SideName, path: &str| {
        let schema = load(side, path);
        match &schema {
            Ok(schema) => report(schema, name, diagnostics),
            Err(error) => diagnostics.push(
                Diagnostic::warning(
                    error.code(),
                    name,
                    format!("`{path}` was not compared: {error}"),
                )
                .file(path),
            ),
        }
        schema.ok()
    };
    let sides = (
        open(old, SideName::Old, paths.0),
        open(new, SideName::New, paths.1),
    );
    let findings = match sides {
        (None, None) => return None,
        (Some(old), Some(new)) => compare(&old, &new, options.level),
        (Some(_), None) => vec![unreadable(paths.1, ChangeKind::Added)],
        (None, Some(_)) => vec![unreadable(paths.0, ChangeKind::Removed)],
    };
    Some(Found {
        findings: findings
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

/// A file that one side cannot read at all.
fn unreadable(path: &str, kind: ChangeKind) -> ProtoFinding {
    const ID: &str = "proto-parse-failed";
    let direction = crate::Direction::None;
    ProtoFinding {
        rule: ID,
        aliases: Vec::new(),
        class: rule(ID).map_or(crate::Class::PotentialBreaking, |rule| {
            rule.class(direction)
        }),
        path: format!("grpc.files[{path}].parsed"),
        kind,
        old_value: None,
        new_value: None,
        old_location: None,
        new_location: None,
        direction,
        reason: format!("{path} can be read on one side only"),
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
        witness: None,
        aliases: finding.aliases.into_iter().map(str::to_owned).collect(),
        // The comparison has its own order.
        order: Order {
            path: format!("{position:08}"),
            ..Order::default()
        },
    }
}
