//! The schemas of an interface, from the bundles to findings.

use pacto_diagnostic::{Severity, SourceText};
use pacto_spec::graphql::Schema;

use super::compare;
use crate::deep::group::Found;
use crate::{Diagnostic, Options, Side, SideName};

/// Compares two documents; what cannot be read in full is said in the diagnostics. What cannot be
/// read at all is told by the base layer.
pub(crate) fn documents(
    old: &Side,
    new: &Side,
    paths: (&str, &str),
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Found> {
    let mut parse = |name: SideName, path: &str, text| {
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
        schema
    };
    let texts = (old.text(paths.0).ok()?, new.text(paths.1).ok()?);
    let one = parse(SideName::Old, paths.0, texts.0);
    let other = parse(SideName::New, paths.1, texts.1);
    Some(Found {
        findings: compare(&one, &other, options.include_annotations),
        ..Found::default()
    })
}
