//! Configuration scopes: names, schemas, references, values.

use pacto_contract::Reference;
use pacto_diagnostic::{Location, SourceText};
use pacto_document::{Document, Limits, Pointer, Syntax};
use serde_json::Value;

use super::identity::{syntax_error, without_scheme};
use super::{
    Compiled, Presence, Subject, presence, report_duplicates, report_missing, report_special,
};
use crate::catalogue::{Code, code};
use crate::findings::Findings;
use crate::place;
use crate::schema::{CompiledSchema, MAX_SCHEMA_BYTES};

/// More failures than this are counted instead of told.
const MAX_TOLD: usize = 32;

/// No two scopes share a name.
pub(crate) fn names(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let entries = subject.contract.configurations.iter();
    report_duplicates(
        out,
        code::DUPLICATE_CONFIGURATION_NAME,
        "configuration name",
        entries.map(|entry| (entry.name.as_str(), entry.written_path.clone())),
        "name",
    );
}

/// Schemas are in the bundle and are JSON Schemas; references parse.
pub(crate) fn schemas(subject: &Subject<'_>, compiled: &mut Compiled, out: &mut Findings<'_>) {
    for (i, entry) in subject.contract.configurations.iter().enumerate() {
        if let Some(file) = entry.schema.as_deref().filter(|file| !file.is_empty()) {
            let codes = SchemaCodes {
                what: "configuration schema",
                not_json: code::INVALID_CONFIG_JSON,
                not_schema: code::INVALID_CONFIG_SCHEMA,
            };
            let path = format!("{}.schema", entry.written_path);
            if let Some(schema) = schema_file(subject, out, &path, file, &codes) {
                compiled.configurations.insert(i, schema);
            }
        }
        if let Some(text) = &entry.reference {
            reference(
                subject,
                out,
                code::INVALID_CONFIG_REF,
                &format!("{}.ref", entry.written_path),
                text,
            );
        }
    }
}

/// Values satisfy the schema of their scope.
pub(crate) fn values(subject: &Subject<'_>, compiled: &Compiled, out: &mut Findings<'_>) {
    for (i, entry) in subject.contract.configurations.iter().enumerate() {
        let Some(values) = entry.values.as_ref().filter(|values| !values.is_empty()) else {
            continue;
        };
        let path = format!("{}.values", entry.written_path);
        if entry.schema.is_none() && entry.reference.is_none() {
            out.report(
                code::VALUES_WITHOUT_SCHEMA,
                &path,
                "configuration values require a configuration schema to validate against",
            );
            continue;
        }
        let Some(schema) = compiled.configurations.get(&i) else {
            continue;
        };
        let leaves = schema.leaves(&Value::Object(values.clone()));
        if leaves.is_empty() {
            continue;
        }
        let mut texts: Vec<_> = leaves
            .iter()
            .take(MAX_TOLD)
            .map(ToString::to_string)
            .collect();
        if leaves.len() > MAX_TOLD {
            texts.push(format!("{} more", leaves.len() - MAX_TOLD));
        }
        let file = entry.schema.as_deref().unwrap_or_default();
        let mut reported = out
            .report(
                code::CONFIG_VALUES_VALIDATION_FAILED,
                &path,
                format!(
                    "configuration values do not match schema: {}",
                    texts.join("; ")
                ),
            )
            .help(format!("change the values, or the schema in `{file}`"));
        let mut pointer = place::pointer(&path);
        let depth = pointer.0.len();
        for leaf in leaves.iter().take(MAX_TOLD) {
            pointer.0.truncate(depth);
            pointer.0.extend(leaf.pointer.0.iter().cloned());
            let node = subject.loaded.document().find(&pointer);
            // Of the whole object nothing more can be said than its path does.
            if let Some(node) = node.filter(|_| !leaf.pointer.0.is_empty()) {
                reported = reported.related_at(leaf.text.clone(), Some(node.location()));
            }
        }
    }
}

/// How findings about a schema file are called.
pub(super) struct SchemaCodes {
    pub(super) what: &'static str,
    pub(super) not_json: Code,
    pub(super) not_schema: Code,
}

/// Reads and compiles a schema file of the bundle; reports what is wrong with it.
pub(super) fn schema_file(
    subject: &Subject<'_>,
    out: &mut Findings<'_>,
    path: &str,
    file: &str,
    codes: &SchemaCodes,
) -> Option<CompiledSchema> {
    if out.is_blocked(path) {
        return None;
    }
    match presence(subject, file) {
        Presence::Unknown => return None,
        Presence::Missing => {
            report_missing(subject, out, path, file, codes.what);
            return None;
        }
        Presence::Special => {
            report_special(out, path, file, codes.what);
            return None;
        }
        Presence::Present => {}
    }
    let content = subject.files?.read(file).ok().flatten();
    if content
        .as_ref()
        .is_some_and(|content| content.len() > MAX_SCHEMA_BYTES)
    {
        let limit = MAX_SCHEMA_BYTES >> 20;
        out.report(
            codes.not_schema,
            path,
            format!("file \"{file}\" is not a valid JSON Schema: it is larger than {limit} MiB"),
        );
        return None;
    }
    let reason = match &content {
        None => Some("it is not a file that can be read"),
        Some(content) if std::str::from_utf8(content).is_err() => Some("it is not UTF-8 text"),
        Some(content) if content.starts_with("\u{feff}".as_bytes()) => {
            Some("it begins with a byte order mark; save it as UTF-8 without one")
        }
        Some(_) => None,
    };
    let text = content.and_then(|content| String::from_utf8(content.into()).ok());
    let source = text.map(|text| SourceText::new(file, text));
    let json = source
        .as_ref()
        .and_then(|source| serde_json::from_str::<Value>(source.text()).ok());
    let Some(json) = json else {
        let is_yaml = [".yaml", ".yml"]
            .iter()
            .any(|extension| file.to_ascii_lowercase().ends_with(extension));
        out.report(
            codes.not_json,
            path,
            format!("file \"{file}\" is not valid JSON"),
        )
        .help_if(if is_yaml {
            Some("schemas are written in JSON, not YAML".to_owned())
        } else {
            reason.map(str::to_owned)
        })
        .related_at(
            "it stops being JSON here",
            source.as_ref().and_then(json_error),
        );
        add_source(out, source);
        return None;
    };
    match CompiledSchema::compile(json) {
        Ok(schema) => Some(schema),
        Err(error) => {
            out.report(
                codes.not_schema,
                path,
                format!("file \"{file}\" is not a valid JSON Schema: {error}"),
            )
            .related_at(
                error.reason.clone(),
                source
                    .as_ref()
                    .and_then(|source| place_in(source, &error.pointer)),
            );
            add_source(out, source);
            None
        }
    }
}

fn add_source(out: &mut Findings<'_>, source: Option<SourceText>) {
    if let Some(source) = source {
        out.add_source(source);
    }
}

/// Where a text stops being JSON.
fn json_error(source: &SourceText) -> Option<Location> {
    let parsed = Document::parse(source.clone(), Syntax::Json, Limits::default());
    parsed.err().and_then(|error| error.location)
}

/// A place in a JSON file.
fn place_in(source: &SourceText, pointer: &str) -> Option<Location> {
    let document = Document::parse(source.clone(), Syntax::Json, Limits::default()).ok()?;
    let node = document.find(&Pointer::parse(pointer))?;
    Some(node.location())
}

/// Reports a reference that does not parse.
pub(super) fn reference(
    subject: &Subject<'_>,
    out: &mut Findings<'_>,
    code: Code,
    path: &str,
    text: &str,
) {
    if let Some(error) = syntax_error(Reference::parse(text), subject.is_compat) {
        let shown = without_scheme(text);
        out.report(
            code,
            path,
            format!("invalid OCI reference \"{shown}\": {error}"),
        );
    }
}
