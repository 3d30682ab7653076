//! The schemas of an interface, from the bundles to findings.

use pacto_diagnostic::{Severity, SourceText};
use pacto_spec::graphql::Schema;

use super::compare;
use crate::deep::group::Found;
use crate::{Diagnostic, Side, SideName};

/// Compares two documents; what cannot be read is said in the diagnostics.
pub(crate) fn documents(
    old: &Side,
    new: &Side,
    paths: (&str, &str),
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Found> {
    let mut open = |side: &Side, name: SideName, path: &str| match side.text(path) {
        Ok(text) => {
            let schema = Schema::parse(&SourceText::new(path, text));
            diagnostics.extend(schema.problems.iter().map(|problem| Diagnostic {
                severity: Severity::Warning,
                code: "graphql-parse-failed",
                side: Some(name),
                file: Some(problem.location.file.clone()),
                pointer: None,
                message: problem.kind.to_string(),
                location: Some(problem.location.clone()),
            }));
            Some(schema)
        }
        Err(error) => {
            let message = format!("`{path}` was not compared: {error}");
            diagnostics.push(Diagnostic::warning(error.code(), name, message).file(path));
            None
        }
    };
    let sides = (
        open(old, SideName::Old, paths.0),
        open(new, SideName::New, paths.1),
    );
    let (Some(one), Some(other)) = sides else {
        return None;
    };
    Some(Found {
        findings: compare(&one, &other),
        ..Found::default()
    })
}
