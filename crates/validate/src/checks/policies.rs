//! Policies as they are declared: names, schemas, references. Enforcing them is layer 4.

use super::configuration::{SchemaCodes, reference, schema_file};
use super::{Compiled, Subject, report_duplicates};
use crate::catalogue::code;
use crate::findings::Findings;

/// No two policies share a name.
pub(crate) fn names(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let entries = subject.contract.policies.iter();
    report_duplicates(
        out,
        code::DUPLICATE_POLICY_NAME,
        "policy name",
        // Names that normalisation gave cannot be duplicates of each other.
        entries
            .filter(|entry| is_named(subject, &entry.written_path))
            .map(|entry| (entry.name.as_str(), entry.written_path.clone())),
        "name",
    );
}

fn is_named(subject: &Subject<'_>, written_path: &str) -> bool {
    let node = crate::place::node(subject.loaded, written_path);
    node.is_some_and(|entry| entry.get("name").is_some())
}

/// Schemas are in the bundle and are JSON Schemas; references parse.
pub(crate) fn schemas(subject: &Subject<'_>, compiled: &mut Compiled, out: &mut Findings<'_>) {
    for (i, entry) in subject.contract.policies.iter().enumerate() {
        let written = &entry.written_path;
        if entry.schema.is_none() && entry.reference.is_none() {
            out.report(
                code::POLICY_EMPTY,
                written,
                format!(
                    "policy \"{}\" has neither a schema nor a reference",
                    entry.name
                ),
            );
        }
        if let Some(file) = entry.schema.as_deref().filter(|file| !file.is_empty()) {
            let codes = SchemaCodes {
                what: "policy schema",
                not_json: code::INVALID_POLICY_JSON,
                not_schema: code::INVALID_POLICY_SCHEMA,
            };
            let path = format!("{written}.schema");
            if let Some(schema) = schema_file(subject, out, &path, file, &codes) {
                compiled.policies.insert(i, schema);
            }
        }
        if let Some(text) = &entry.reference {
            let path = format!("{written}.ref");
            reference(subject, out, code::INVALID_POLICY_REF, &path, text);
        }
    }
}
