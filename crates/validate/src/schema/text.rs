//! The published wording of schema failures.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::{Number, Value};

use super::NotASchema;

/// More names or values than this are counted instead of listed.
const MAX_LISTED: usize = 32;

/// The kind of a value as messages name it.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The kinds a `type` keyword asks for, in a fixed order.
pub(super) fn wanted(kind: &TypeKind) -> Vec<&'static str> {
    let name = |kind: jsonschema::JsonType| match kind {
        jsonschema::JsonType::Array => "array",
        jsonschema::JsonType::Boolean => "boolean",
        jsonschema::JsonType::Integer => "integer",
        jsonschema::JsonType::Null => "null",
        jsonschema::JsonType::Number => "number",
        jsonschema::JsonType::Object => "object",
        jsonschema::JsonType::String => "string",
    };
    match kind {
        TypeKind::Single(kind) => vec![name(*kind)],
        TypeKind::Multiple(kinds) => {
            // The order in which the Go library keeps a set of kinds.
            let order = [
                "null", "boolean", "number", "integer", "string", "array", "object",
            ];
            let present: Vec<_> = kinds.iter().map(name).collect();
            order
                .into_iter()
                .filter(|kind| present.contains(kind))
                .collect()
        }
    }
}

/// `missing property 'x'`, `missing properties 'x', 'y'`.
pub(super) fn missing(keys: &[String]) -> String {
    let noun = if keys.len() == 1 {
        "property"
    } else {
        "properties"
    };
    format!("missing {noun} {}", quoted_list(keys))
}

/// The failure of one keyword, without its place.
pub(super) fn failure(error: &ValidationError<'_>) -> String {
    let instance = error.instance();
    let limits = |keyword: &str, got: usize, want: u64| {
        format!(
            "{keyword}: got {}, want {}",
            grouped(&got.to_string()),
            grouped(&want.to_string())
        )
    };
    let characters = || instance.as_str().map_or(0, |text| text.chars().count());
    let items = || instance.as_array().map_or(0, Vec::len);
    let properties = || instance.as_object().map_or(0, serde_json::Map::len);
    let bounds = |keyword: &str, want: &Value| {
        format!("{keyword}: got {}, want {}", number(instance), number(want))
    };
    match error.kind() {
        Kind::Type { kind: wanted_kinds } => {
            format!(
                "got {}, want {}",
                kind(instance),
                wanted(wanted_kinds).join(" or ")
            )
        }
        Kind::Enum { options } => choice(options.as_array().map_or(&[], Vec::as_slice), "enum"),
        Kind::Constant { expected_value } => {
            choice(std::slice::from_ref(expected_value.as_ref()), "const")
        }
        Kind::Required { property } => missing(&[property.as_str().unwrap_or_default().to_owned()]),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let mut names = unexpected.clone();
            names.sort();
            let keyword = if matches!(error.kind(), Kind::AdditionalProperties { .. }) {
                "additional"
            } else {
                "unevaluated"
            };
            format!("{keyword} properties {} not allowed", quoted_list(&names))
        }
        Kind::MinLength { limit } => limits("minLength", characters(), *limit),
        Kind::MaxLength { limit } => limits("maxLength", characters(), *limit),
        Kind::MinItems { limit } => limits("minItems", items(), *limit),
        Kind::MaxItems { limit } => limits("maxItems", items(), *limit),
        Kind::MinProperties { limit } => limits("minProperties", properties(), *limit),
        Kind::MaxProperties { limit } => limits("maxProperties", properties(), *limit),
        Kind::Minimum { limit } => bounds("minimum", limit),
        Kind::Maximum { limit } => bounds("maximum", limit),
        Kind::ExclusiveMinimum { limit } => bounds("exclusiveMinimum", limit),
        Kind::ExclusiveMaximum { limit } => bounds("exclusiveMaximum", limit),
        Kind::MultipleOf { multiple_of } => {
            let want = Number::from_f64(*multiple_of).map_or(Value::Null, Value::Number);
            bounds("multipleOf", &want)
        }
        Kind::Pattern { pattern } => format!(
            "{} does not match pattern {}",
            quoted(instance.as_str().unwrap_or_default()),
            quoted(pattern)
        ),
        Kind::Not { .. } => "'not' failed".to_owned(),
        Kind::OneOfMultipleValid { context } => {
            let matched = context
                .iter()
                .enumerate()
                .filter(|(_, branch)| branch.is_empty())
                .map(|(position, _)| position.to_string());
            format!(
                "'oneOf' failed, subschemas {} matched",
                matched.collect::<Vec<_>>().join(", ")
            )
        }
        Kind::FalseSchema => "false schema".to_owned(),
        Kind::UniqueItems => "items are not unique".to_owned(),
        Kind::Contains => "no items match contains schema".to_owned(),
        Kind::AdditionalItems { limit } => format!(
            "last {} additionalItem(s) not allowed",
            items().saturating_sub(*limit)
        ),
        Kind::PropertyNames { error } => format!(
            "invalid propertyName {}: {}",
            quoted(error.instance().as_str().unwrap_or_default()),
            failure(error)
        ),
        // The rest has no published wording.
        _ => one_line(&error.to_string()),
    }
}

/// Why a document does not compile, on one line.
pub(super) fn not_a_schema(error: &ValidationError<'_>) -> NotASchema {
    let reason = match error.kind() {
        Kind::Referencing(reason) => {
            // The innermost source is our own refusal where there is one.
            let mut innermost: &dyn std::error::Error = reason;
            while let Some(source) = innermost.source() {
                innermost = source;
            }
            one_line(&innermost.to_string())
        }
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => one_line(&error.to_string()),
        _ => failure(error),
    };
    NotASchema {
        pointer: error.instance_path().as_str().to_owned(),
        reason,
    }
}

fn choice(options: &[Value], keyword: &str) -> String {
    let shown: Option<Vec<String>> = options.iter().map(primitive).collect();
    match shown.as_deref() {
        Some([one]) => format!("value must be {one}"),
        Some(several) => format!("value must be one of {}", shortened(several)),
        None => format!("'{keyword}' failed"),
    }
}

fn primitive(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(quoted(text)),
        Value::Array(_) | Value::Object(_) => None,
        other => Some(other.to_string()),
    }
}

fn quoted_list(texts: &[String]) -> String {
    let shown: Vec<_> = texts
        .iter()
        .take(MAX_LISTED)
        .map(|text| quoted(text))
        .collect();
    with_rest(&shown, texts.len())
}

fn shortened(texts: &[String]) -> String {
    with_rest(texts.get(..MAX_LISTED).unwrap_or(texts), texts.len())
}

fn with_rest(shown: &[String], count: usize) -> String {
    let list = shown.join(", ");
    match count - shown.len() {
        0 => list,
        rest => format!("{list} and {rest} more"),
    }
}

/// Text in single quotes on one line.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for character in text.chars() {
        match character {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '"' => out.push('"'),
            other if other.is_control() => out.extend(other.escape_default()),
            other => out.push(other),
        }
    }
    out.push('\'');
    out
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// A number with commas between thousands.
fn number(value: &Value) -> String {
    let text = match value {
        Value::Number(number) => match number.as_f64() {
            // `65535.0` and `65535` are the same number.
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => {
                format!("{float:.0}")
            }
            _ => number.to_string(),
        },
        other => other.to_string(),
    };
    grouped(&text)
}

fn grouped(text: &str) -> String {
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text), |digits| ("-", digits));
    let (whole, rest) = digits.split_at(
        digits
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(digits.len()),
    );
    let mut out = sign.to_owned();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}
