//! Versions of the formats of APIs that documents declare and nobody here knows.

use pacto_document::Node;
use pacto_spec::schema::Dialect;

use crate::{Diagnostic, SideName};

/// Words that name a version, what the format is called, and the versions that have rules.
const FORMATS: [(&str, &str, &[&str]); 3] = [
    ("openapi", "OpenAPI", &["3.0", "3.1", "3.2"]),
    ("swagger", "Swagger", &["2.0"]),
    (
        "asyncapi",
        "AsyncAPI",
        &[
            "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.0", "3.1",
        ],
    ),
];

/// Says that a document, given by its root, declares a version that is not known, and which one it
/// was read as.
pub(super) fn unknown(side: SideName, root: Node<'_>) -> Option<Diagnostic> {
    let (format, known, node) = FORMATS
        .iter()
        .find_map(|(word, format, known)| Some((*format, *known, root.get(word)?)))?;
    let version = node
        .as_str()
        .map_or_else(|| node.raw().to_owned(), str::to_owned);
    if is_known(&version, known) {
        return None;
    }
    let read_as = match format {
        "OpenAPI" if Dialect::of(root) == Some(Dialect::OpenApi30) => "3.0",
        "AsyncAPI" if version.starts_with("2.") => "2.6",
        _ => known.last().copied().unwrap_or_default(),
    };
    let location = pacto_spec::place(node);
    let message = format!(
        "`{}` says that it is {format} {version}, which is not known here; it was compared as {format} {read_as}, so changes may be missing or graded wrongly",
        location.file
    );
    let mut diagnostic = Diagnostic::warning("unknown-version", side, message).file(&location.file);
    diagnostic.pointer.clone_from(&location.pointer);
    diagnostic.location = Some(location);
    Some(diagnostic)
}

/// Whether a version is a known one, whatever its patch: `3.1.1` of `3.1`, and `3.1.0-rc0`.
fn is_known(version: &str, known: &[&str]) -> bool {
    known.iter().any(|prefix| {
        version
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_do_not_matter_and_what_only_begins_alike_is_another_version() {
        let known = ["3.0", "3.1"];
        for version in ["3.0", "3.0.4", "3.1.0-rc0"] {
            assert!(is_known(version, &known), "{version}");
        }
        for version in ["3", "3.05", "3.2.0", "9.0.0", ""] {
            assert!(!is_known(version, &known), "{version}");
        }
    }
}
