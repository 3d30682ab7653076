//! Layer 1: the published JSON Schema on the document as written, and the notes on its form.

use std::sync::OnceLock;

use pacto_contract::{ArtifactReference, Loaded, Reference, ReferenceError};
use pacto_diagnostic::{Finding, Fix, Severity, nearest};
use pacto_document::{Kind, Node, Pointer};
use serde_json::Value;

use crate::blocked::Blocked;
use crate::catalogue::code;
use crate::findings::new_finding;
use crate::legacy::Modern;
use crate::options::Options;
use crate::repair;
use crate::schema::{CompiledSchema, Leaf, NotASchema, Problem, compare_pointers};

/// What layer 1 found.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    /// Findings, sorted by place, then by place in the schema.
    pub(crate) findings: Vec<Finding>,
    /// Parts of the contract with structural errors.
    pub(crate) blocked: Blocked,
    /// The document breaks the schema somewhere.
    pub(crate) has_errors: bool,
    /// The version is none that can be validated: nothing else may be said.
    pub(crate) is_unsupported: bool,
}

/// Runs layer 1.
pub(crate) fn check(loaded: &Loaded, raw: &Value, options: &Options) -> Structure {
    let is_compat = options.compat_short_circuit;
    let text = raw.get("pactoVersion").and_then(Value::as_str);
    // Without quotes the version is a number, which is an error; what it means is clear all the
    // same, and the rest of the contract need not wait for that repair.
    let unquoted = written_version(loaded).filter(|_| text.is_none() && !is_compat);
    let published = match text.or(unquoted) {
        Some("1.0") => published(&SCHEMA_1_0, "1.0"),
        Some("1.1") => published(&SCHEMA_1_1, "1.1"),
        _ => {
            return Structure {
                findings: vec![unsupported(loaded)],
                has_errors: true,
                is_unsupported: true,
                ..Structure::default()
            };
        }
    };
    let other = options
        .structural_schema
        .clone()
        .map(CompiledSchema::compile);
    let modern = if is_compat {
        Modern::unchanged(raw)
    } else {
        Modern::of(raw)
    };

    let mut found: Vec<(Pointer, Finding)> = Vec::new();
    let mut structure = Structure::default();
    match other.as_ref().unwrap_or(published) {
        Ok(schema) => {
            for leaf in schema.leaves(&modern.value) {
                let pointer = modern.written(&leaf.pointer);
                structure.blocked.add(&pointer);
                if unquoted.is_some() && pointer == version_pointer() {
                    found.push((pointer, unsupported(loaded)));
                } else {
                    found.push((pointer.clone(), violation(loaded, &leaf, &pointer)));
                }
            }
            // A number breaks both the type and the list of versions: that is one mistake.
            found.dedup_by(|(second, _), (first, _)| {
                unquoted.is_some() && second == first && *first == version_pointer()
            });
        }
        Err(error) => {
            let finding = failed(&error.to_string()).at(loaded.location(""));
            found.push((Pointer::root(), finding));
        }
    }
    structure.has_errors = !found.is_empty();
    if !is_compat {
        notes(loaded, options.strict, &mut found);
    }
    // Stable: what the schema says at one place keeps its order and comes before the notes.
    found.sort_by(|(a, _), (b, _)| compare_pointers(a, b));
    structure.findings = found.into_iter().map(|(_, finding)| finding).collect();
    structure
}

type Compilation = Result<CompiledSchema, NotASchema>;

static SCHEMA_1_0: OnceLock<Compilation> = OnceLock::new();
static SCHEMA_1_1: OnceLock<Compilation> = OnceLock::new();

/// The published schema of a version, compiled once per process.
fn published(cell: &'static OnceLock<Compilation>, version: &str) -> &'static Compilation {
    cell.get_or_init(|| {
        CompiledSchema::compile_published(pacto_contract::schema::document(version))
    })
}

fn version_pointer() -> Pointer {
    Pointer::root().key("pactoVersion")
}

/// The text of a version that is written as a number.
fn written_version(loaded: &Loaded) -> Option<&str> {
    let written = loaded.document().find(&version_pointer())?;
    (written.kind() == Kind::Number && matches!(written.raw(), "1.0" | "1.1"))
        .then(|| written.raw())
}

fn unsupported(loaded: &Loaded) -> Finding {
    let version = &loaded.contract().pacto_version;
    let pointer = version_pointer();
    let is_unquoted = written_version(loaded).is_some();
    let finding = new_finding(
        code::UNSUPPORTED_PACTO_VERSION,
        "pactoVersion",
        format!("unsupported pactoVersion \"{version}\"; supported versions: 1.0, 1.1"),
    )
    .at(loaded.location("pactoVersion"));
    if is_unquoted {
        finding
            .help("without quotes it is a number: put it in quotes")
            .fix(repair::quote(loaded, &pointer))
    } else {
        finding
    }
}

/// The warning for a contract of a later version that is shown, compared or placed in a graph as
/// far as it shares fields with 1.1; `None` for the versions that can be validated.
pub fn partial_version_finding(loaded: &Loaded) -> Option<Finding> {
    let version = &loaded.contract().pacto_version;
    if matches!(version.as_str(), "1.0" | "1.1") {
        return None;
    }
    let message = format!(
        "pactoVersion \"{version}\" is read as far as it shares fields with 1.1; the contract is not validated"
    );
    Some(
        new_finding(
            code::UNSUPPORTED_PACTO_VERSION_PARTIAL,
            "pactoVersion",
            message,
        )
        .at(loaded.location("pactoVersion")),
    )
}

fn failed(reason: &str) -> Finding {
    new_finding(
        code::SCHEMA_ERROR,
        "",
        format!("the schema of the contract could not be applied: {reason}"),
    )
}

/// One failure of the schema as a finding, with its place, a suggestion and a repair.
fn violation(loaded: &Loaded, leaf: &Leaf, pointer: &Pointer) -> Finding {
    let message = format!("at '{pointer}': {}", leaf.text);
    let path = pointer.to_plain_dotted();
    let location = loaded.location(&path);
    if leaf.problem == Problem::NotJudged {
        return failed(&message).at(location);
    }
    let finding = new_finding(code::SCHEMA_VIOLATION, path, message).at(location);
    match &leaf.problem {
        Problem::UnknownKeys { unknown, known } => {
            unknown_keys(loaded, pointer, unknown, known, finding)
        }
        Problem::NotOneOf(words) => wrong_word(loaded, pointer, words, finding),
        Problem::WrongKind(wanted) => wrong_kind(loaded, pointer, wanted, finding),
        Problem::MissingKeys(_) | Problem::NotJudged | Problem::Other => {
            alternatives(pointer, finding)
        }
    }
}

/// Where the contract has a choice, the failures of each side say little; the choice says more.
fn alternatives(pointer: &Pointer, mut finding: Finding) -> Finding {
    let help = match pointer.to_plain_dotted().split('.').collect::<Vec<_>>()[..] {
        ["scaling"] => "write `replicas` alone, or `min` and `max`",
        ["configurations", _] | ["configuration"] | ["configuration", "configs", _] => {
            "write either `schema`, with or without `values`, or `ref`"
        }
        ["policies", _] | ["policy"] => "write either `schema` or `ref`",
        ["service", "owner"] => "write a name, or at least one of `team`, `dri` and `contacts`",
        ["interfaces", _] => "`http` needs `port`, `event` needs `contract`, and `grpc` needs both",
        _ => return finding,
    };
    finding.help = Some(help.to_owned());
    finding
}

/// More unknown keys than this are named in the message, if at all, and not pointed at.
const MAX_RELATED: usize = 32;

fn unknown_keys(
    loaded: &Loaded,
    pointer: &Pointer,
    unknown: &[String],
    known: &[String],
    mut finding: Finding,
) -> Finding {
    let object = loaded.document().find(pointer);
    let free: Vec<&str> = known
        .iter()
        .map(String::as_str)
        .filter(|key| object.is_none_or(|object| object.get(key).is_none()))
        .collect();
    let mut advice = Vec::new();
    let mut edits = Vec::new();
    for (position, key) in unknown.iter().enumerate() {
        let place = pointer.key(key);
        let location = loaded.key_location(&place);
        if position == 0 {
            finding.location = location.or(finding.location.take());
        } else if let Some(location) = location.filter(|_| position <= MAX_RELATED) {
            finding = finding.related(format!("`{key}` is not known here either"), location);
        }
        let Some((word, is_sure)) = suggestion(key, &free) else {
            continue;
        };
        advice.push(if unknown.len() == 1 {
            format!("did you mean `{word}`?")
        } else {
            format!("did you mean `{word}` by `{key}`?")
        });
        if is_sure && let Some(edit) = repair::rename_key(loaded, &place, word) {
            edits.push((key, word, edit));
        }
    }
    if advice.is_empty() && !known.is_empty() {
        let names: Vec<_> = known.iter().map(|key| format!("`{key}`")).collect();
        advice.push(format!("known here: {}", names.join(", ")));
    }
    // Two keys cannot become the same one.
    let mut words: Vec<_> = edits.iter().map(|(_, word, _)| *word).collect();
    words.sort_unstable();
    words.dedup();
    if words.len() == edits.len() && !edits.is_empty() {
        let titles: Vec<_> = edits
            .iter()
            .map(|(key, word, _)| format!("`{key}` to `{word}`"))
            .collect();
        finding.fix = Some(Fix {
            title: format!("rename {}", titles.join(", ")),
            edits: edits.into_iter().map(|(_, _, edit)| edit).collect(),
        });
    }
    if !advice.is_empty() {
        finding = finding.help(advice.join(" "));
    }
    finding
}

fn wrong_word(loaded: &Loaded, pointer: &Pointer, words: &[String], finding: Finding) -> Finding {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let written = loaded.document().find(pointer).and_then(Node::as_str);
    let Some((word, is_sure)) = written.and_then(|written| suggestion(written, &words)) else {
        return finding;
    };
    let fix = is_sure
        .then(|| repair::replace_text(loaded, pointer, word))
        .flatten();
    finding.help(format!("did you mean `{word}`?")).fix(fix)
}

fn wrong_kind(
    loaded: &Loaded,
    pointer: &Pointer,
    wanted: &[&'static str],
    finding: Finding,
) -> Finding {
    let Some(node) = loaded.document().find(pointer) else {
        return finding;
    };
    match (node.kind(), wanted) {
        (Kind::Number | Kind::Bool, ["string"]) => finding
            .help("put the value in quotes")
            .fix(repair::quote(loaded, pointer)),
        (Kind::String, ["boolean"]) => {
            let value = match node.as_str().map(str::to_ascii_lowercase).as_deref() {
                Some("yes" | "on" | "true" | "y") => "true",
                Some("no" | "off" | "false" | "n") => "false",
                _ => return finding,
            };
            finding
                .help(format!("write `{value}`"))
                .fix(repair::replace_raw(loaded, pointer, value))
        }
        _ => finding,
    }
}

/// The nearest word, and whether no other is as near.
fn suggestion<'w>(written: &str, words: &[&'w str]) -> Option<(&'w str, bool)> {
    let first = nearest(written, words.iter().copied())?;
    let last = nearest(written, words.iter().rev().copied());
    Some((first, last == Some(first)))
}

/// Old forms, incomplete digests and further documents: accepted, and worth saying.
fn notes(loaded: &Loaded, is_strict: bool, found: &mut Vec<(Pointer, Finding)>) {
    if let Some(location) = loaded.document().extra_document() {
        let message = "only the first YAML document of the file is read";
        found.push((
            Pointer::root(),
            new_finding(code::EXTRA_YAML_DOCUMENT, "", message)
                .at(location)
                .help("move the second document to a file of its own"),
        ));
    }
    for legacy in loaded.legacy() {
        let mut finding = new_finding(code::LEGACY_FORM, &legacy.path, &legacy.message)
            .at(loaded.location(&legacy.path))
            .fix(legacy.fix.clone());
        if is_strict {
            finding.severity = Severity::Error;
        }
        found.push((crate::place::pointer(&legacy.path), finding));
    }
    for (path, text) in references(loaded) {
        found.push((
            crate::place::pointer(&path),
            new_finding(
                code::DIGEST_INCOMPLETE,
                &path,
                format!("the digest of \"{text}\" is incomplete; it cannot be resolved"),
            )
            .at(loaded.location(&path))
            .help("write all 64 (sha256) or 128 (sha512) hex digits"),
        ));
    }
}

/// Every reference whose digest is incomplete, by path.
fn references(loaded: &Loaded) -> Vec<(String, &str)> {
    let contract = loaded.contract();
    let mut found = Vec::new();
    let mut look = |path: String, text| {
        if matches!(
            Reference::parse(text),
            Err(ReferenceError::IncompleteDigest(_))
        ) {
            found.push((path, text));
        }
    };
    for configuration in &contract.configurations {
        if let Some(text) = &configuration.reference {
            look(format!("{}.ref", configuration.written_path), text);
        }
    }
    for policy in &contract.policies {
        if let Some(text) = &policy.reference {
            look(format!("{}.ref", policy.written_path), text);
        }
    }
    for (position, dependency) in contract.dependencies.iter().enumerate() {
        look(
            format!("dependencies[{position}].ref"),
            &dependency.reference,
        );
    }
    if let Some(chart) = &contract.service.chart {
        look("service.chart.ref".to_owned(), &chart.reference);
    }
    if let Some(image) = &contract.service.image
        && matches!(
            ArtifactReference::parse(&image.reference),
            Err(ReferenceError::IncompleteDigest(_))
        )
    {
        found.push(("service.image.ref".to_owned(), &image.reference));
    }
    found
}
