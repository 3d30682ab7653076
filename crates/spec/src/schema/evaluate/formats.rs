//! What `format` asks for (JSON Schema validation 7.3; OpenAPI 3.0.3, data types).

use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::civil::Date;
use pacto_document::Node;
use serde_json::{Number, Value};

use super::{Verdict, short};

/// Largest number of a float.
const FLOAT_LIMIT: f64 = f32::MAX as f64;

/// Whether a value has the format a schema names. Unknown formats are not looked at.
pub(super) fn check(schema: Node<'_>, value: &Value) -> Verdict {
    let Some(format) = schema.get("format").and_then(Node::as_str) else {
        return Verdict::Accepted;
    };
    let holds = match value {
        Value::Number(number) => number_has(format, number),
        Value::String(text) => text_has(format, text),
        _ => true,
    };
    Verdict::when(holds, || {
        format!("{} is not of format {format}", short(value))
    })
}

fn number_has(format: &str, number: &Number) -> bool {
    match format {
        "int32" => number.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
        "int64" => number.is_i64(),
        "float" => number.as_f64().is_some_and(|it| it.abs() <= FLOAT_LIMIT),
        _ => true,
    }
}

fn text_has(format: &str, text: &str) -> bool {
    match format {
        "date" => is_date(text),
        "date-time" => is_date_time(text),
        "uuid" => is_uuid(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        // A scheme is all that is asked for, so that nothing valid is refused.
        "uri" => text.split_once(':').is_some_and(|(scheme, _)| {
            scheme.starts_with(|it: char| it.is_ascii_alphabetic()) && !text.contains(' ')
        }),
        "email" => text
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
        _ => true,
    }
}

/// `2024-01-31` of RFC 3339, section 5.6.
fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

fn is_date_time(text: &str) -> bool {
    let has_zone =
        text.ends_with(['Z', 'z']) || text.get(19..).is_some_and(|it| it.contains(['+', '-']));
    let is_separated = text
        .get(10..11)
        .is_some_and(|it| it.eq_ignore_ascii_case("t"));
    has_zone && is_separated && text.parse::<jiff::Timestamp>().is_ok()
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|it| it.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|it| it.chars().all(|it| it.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        for (format, good, bad) in [
            ("date", "2024-02-29", "2023-02-29"),
            ("date-time", "2024-01-01T00:00:00Z", "2024-01-01"),
            (
                "date-time",
                "2024-01-01T00:00:00+02:00",
                "2024-01-01T00:00:00",
            ),
            ("uuid", "00000000-0000-4000-8000-000000000000", "s"),
            ("ipv4", "192.0.2.1", "192.0.2.256"),
            ("ipv6", "2001:db8::1", "192.0.2.1"),
            ("uri", "https://example.com/", "s"),
            ("email", "a@example.com", "s"),
        ] {
            assert!(text_has(format, good), "{format}: {good}");
            assert!(!text_has(format, bad), "{format}: {bad}");
        }
        assert!(number_has("int32", &Number::from(i32::MAX)));
        assert!(!number_has("int32", &Number::from(i64::from(i32::MAX) + 1)));
        assert!(!number_has("int64", &Number::from(u64::MAX)));
        assert!(text_has("colour", "anything"));
    }
}
