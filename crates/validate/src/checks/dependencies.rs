//! Dependencies: names, references, ranges. They are not opened.

use pacto_contract::{Reference, VersionRange};

use super::identity::syntax_error;
use super::{Subject, report_duplicates};
use crate::catalogue::code;
use crate::findings::Findings;

/// No two dependencies share a name.
pub(crate) fn names(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let entries = subject.contract.dependencies.iter().enumerate();
    report_duplicates(
        out,
        code::DUPLICATE_DEPENDENCY_NAME,
        "dependency name",
        // Names that were derived from the reference are not declared.
        entries
            .filter(|(_, entry)| !entry.is_name_derived)
            .map(|(i, entry)| (entry.name.as_str(), format!("dependencies[{i}]"))),
        "name",
    );
}

/// References parse and are pinned, ranges parse.
pub(crate) fn references(subject: &Subject<'_>, out: &mut Findings<'_>) {
    for (i, entry) in subject.contract.dependencies.iter().enumerate() {
        let text = &entry.reference;
        let parsed = Reference::parse(text);
        if let Ok(Reference::Oci(artifact)) = &parsed
            && artifact.tag.is_some()
            && artifact.digest.is_none()
        {
            out.report(
                code::TAG_NOT_DIGEST,
                format!("dependencies[{i}].ref"),
                format!("dependency \"{text}\" uses a tag instead of a digest; digest pinning is recommended"),
            )
            .help("a tag can be moved: add `@sha256:…`, or leave the tag out and let `compatibility` choose");
        }
        if let Some(error) = syntax_error(parsed, subject.is_compat) {
            out.report(
                code::INVALID_OCI_REF,
                format!("dependencies[{i}].ref"),
                format!("invalid OCI reference \"{text}\": {error}"),
            )
            .help("write `oci://REGISTRY/REPOSITORY[:TAG][@DIGEST]`");
            continue;
        }
        let path = format!("dependencies[{i}].compatibility");
        let range = &entry.compatibility;
        if range.is_empty() {
            out.report(
                code::EMPTY_COMPATIBILITY,
                path,
                "compatibility range must not be empty",
            )
            .help("write `*` to accept every version");
        } else if let Err(error) = VersionRange::parse(range) {
            out.report(
                code::INVALID_COMPATIBILITY,
                path,
                format!("invalid compatibility range \"{range}\": {error}"),
            )
            .help("write a range such as `^1.2`, `>=1.2.0, <3.0.0` or `*` for every version");
        }
    }
}
