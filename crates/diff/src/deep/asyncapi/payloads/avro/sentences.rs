//! What records about Avro say: what changed, where, and whose reading fails.

use serde_json::Value;

/// One sentence without a full stop. `within` is the path of the type that has the change, `path`
/// that of the change itself; both begin below the payload.
pub(super) fn reason(
    rule: &str,
    within: &str,
    path: &str,
    (old, new): (&Option<Value>, &Option<Value>),
) -> String {
    let rest = path.strip_prefix(within).unwrap_or(path);
    let what = spoken(rest);
    let (old, new) = (shown(old.as_ref()), shown(new.as_ref()));
    let sentence = match rule.strip_prefix("asyncapi-avro-").unwrap_or(rule) {
        "field-added" => {
            format!("{what} added; what was written without it is read by its default")
        }
        "field-added-without-default" => format!(
            "{what} added without a default; readers with the new schema fail on what was written without it"
        ),
        "field-removed" => {
            format!("{what} removed; readers with the old schema take its default")
        }
        "field-removed-without-default" => {
            format!("{what} removed; readers with the old schema need it and have no default")
        }
        "field-renamed" => format!("field {old} is called {new}; readers of both sides go on"),
        "field-renamed-with-alias" => format!(
            "field {old} is called {new}; readers with the old schema do not know that name and fail"
        ),
        "field-renamed-to-alias" => format!(
            "field {old} is called {new}; readers with the new schema do not know the old name and fail"
        ),
        "default-added" => format!("default of {what} added: {new}"),
        "default-removed" => format!(
            "default of {what} removed; readers with the new schema fail where it is not written"
        ),
        "default-changed" => format!("default of {what} changed from {old} to {new}"),
        "default-invalid" => {
            format!("default of {what} is {new}, no value of its type; parsers refuse the schema")
        }
        "type-narrowed" => format!(
            "type narrowed from {old} to {new}; readers with the new schema fail on what was written as {old}"
        ),
        "type-widened" => format!(
            "type widened from {old} to {new}; readers with the old schema fail on what is written as {new}"
        ),
        "string-bytes-changed" => {
            format!(
                "type changed from {old} to {new}; it is read, but text and bytes differ in code"
            )
        }
        "type-changed" => {
            format!("type changed from {old} to {new}; readers of either fail on the other")
        }
        "fixed-size-changed" => {
            format!("size changed from {old} to {new} bytes; readers of either fail on the other")
        }
        "logical-type-added" => {
            format!("logical type {new} added; the same data means something else")
        }
        "logical-type-removed" => {
            format!("logical type {old} removed; the same data means something else")
        }
        "logical-type-changed" | "decimal-changed" => {
            format!("logical type changed from {old} to {new}; the same data means something else")
        }
        "enum-symbol-added" => {
            format!("{what} added; readers with the old schema do not know it and fail")
        }
        "enum-symbol-added-with-default" => {
            format!("{what} added; readers with the old schema take their default for it")
        }
        "enum-symbol-removed" => {
            format!("{what} removed; readers with the new schema fail on what was written with it")
        }
        "enum-symbol-removed-with-default" => {
            format!("{what} removed; readers with the new schema take their default for it")
        }
        "union-branch-added" => {
            format!("{what} added; readers with the old schema have no branch for it and fail")
        }
        "union-branch-removed" => {
            format!("{what} removed; readers with the new schema fail on what was written as it")
        }
        "union-branch-promoted" => {
            let word = if old.is_empty() { "added" } else { "removed" };
            format!("{what} {word}; another branch of the other side reads it")
        }
        "name-changed" => {
            format!("{old} is called {new}; readers of either do not know the other name and fail")
        }
        "name-changed-with-alias" => format!(
            "{old} is called {new}; readers with the old schema do not know that name and fail"
        ),
        "name-changed-to-alias" => format!(
            "{old} is called {new}; readers with the new schema do not know the old name and fail"
        ),
        "name-changed-between-aliases" => {
            format!("{old} is called {new}; readers of both sides know both names")
        }
        "namespace-changed" => {
            format!("{old} is called {new}; readers that compare namespaces fail")
        }
        other => format!("{what} {}", other.replace('-', " ")),
    };
    match within.trim_start_matches('.') {
        "" => sentence,
        within => format!("{within}: {sentence}"),
    }
}

/// `.fields[f].default` is field f.
fn spoken(rest: &str) -> String {
    let rest = rest.trim_start_matches('.');
    let rest = rest
        .strip_suffix("default")
        .unwrap_or(rest)
        .trim_end_matches('.');
    let words = [
        ("fields[", "field"),
        ("symbols[", "symbol"),
        ("union[", "branch"),
    ];
    let found = words.iter().find_map(|(prefix, word)| {
        let name = rest.strip_prefix(prefix)?.strip_suffix(']')?;
        Some(format!("{word} {name}"))
    });
    match found {
        Some(found) => found,
        None if rest.is_empty() => "the enum".to_owned(),
        None => rest.to_owned(),
    }
}

/// Text without quotes, everything else as JSON; nothing where there is no value.
fn shown(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) if !text.is_empty() => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}
