//! Keywords about one value without parts: fixed values, numbers and text.

use std::cmp::Ordering;

use pacto_document::{Kind, Node};
use serde_json::{Number, Value};

use super::{Verdict, short};
use crate::schema::Dialect;
use crate::schema::decimal::Decimal;
use crate::schema::pattern;

/// What `enum`, `const`, limits, `multipleOf` and `pattern` say about a value.
pub(super) fn check(schema: Node<'_>, dialect: Dialect, value: &Value) -> Verdict {
    fixed(schema, dialect, value).and(|| match value {
        Value::Number(number) => limits(schema, number),
        Value::String(text) => string(schema, text),
        _ => Verdict::Accepted,
    })
}

fn fixed(schema: Node<'_>, dialect: Dialect, value: &Value) -> Verdict {
    let list = schema.get("enum").filter(|it| it.kind() == Kind::Sequence);
    let is_listed = list.is_none_or(|list| list.items().any(|node| equals(node, value)));
    let constant = schema.get("const").filter(|_| dialect.has_constants());
    Verdict::when(is_listed, || {
        format!("{} is not one of the values of enum", short(value))
    })
    .and(|| {
        Verdict::when(constant.is_none_or(|node| equals(node, value)), || {
            format!("{} is not the constant", short(value))
        })
    })
}

fn equals(node: Node<'_>, value: &Value) -> bool {
    node.to_json().is_some_and(|other| same(&other, value))
}

/// Equality of JSON Schema: `1` is `1.0`, at every depth, and members have no order.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            compare(left, right) == Some(Ordering::Equal)
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, value)| right.get(name).is_some_and(|other| same(value, other)))
        }
        (left, right) => left == right,
    }
}

fn compare(left: &Number, right: &Number) -> Option<Ordering> {
    let decimals = (
        Decimal::read(&left.to_string()),
        Decimal::read(&right.to_string()),
    );
    if let (Some(left), Some(right)) = decimals
        && let Some(order) = left.compare(right)
    {
        return Some(order);
    }
    left.as_f64()?.partial_cmp(&right.as_f64()?)
}

/// Whether a number has nothing behind the point.
pub(super) fn is_whole(number: &Number) -> bool {
    number.is_i64()
        || number.is_u64()
        || Decimal::read(&number.to_string()).map_or_else(
            || number.as_f64().is_some_and(|value| value.fract() == 0.0),
            Decimal::is_whole,
        )
}

/// A number of a schema, as JSON has it.
fn number(node: Node<'_>) -> Option<Number> {
    match node.to_json()? {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

fn limits(schema: Node<'_>, value: &Number) -> Verdict {
    let is_exclusive = |keyword| schema.get(keyword).and_then(Node::as_bool) == Some(true);
    let mut verdict = Verdict::Accepted;
    for (keyword, exclusive, refused) in [
        ("minimum", "exclusiveMinimum", Ordering::Less),
        ("maximum", "exclusiveMaximum", Ordering::Greater),
    ] {
        // In older drafts a boolean beside the limit excludes the limit itself.
        let limit = schema.get(keyword).and_then(number);
        let bounds = [
            (keyword, limit, is_exclusive(exclusive)),
            (exclusive, schema.get(exclusive).and_then(number), true),
        ];
        for (keyword, limit, is_exclusive) in bounds {
            let Some(limit) = limit else { continue };
            let Some(order) = compare(value, &limit) else {
                return Verdict::Unknown("number");
            };
            let holds = order != refused && !(is_exclusive && order == Ordering::Equal);
            verdict = verdict
                .and(|| Verdict::when(holds, || format!("{value} violates {keyword} {limit}")));
        }
    }
    let Some(factor) = schema.get("multipleOf").and_then(number) else {
        return verdict;
    };
    verdict.and(|| {
        let decimals = (
            Decimal::read(&value.to_string()),
            Decimal::read(&factor.to_string()),
        );
        let (Some(value), Some(divisor)) = decimals else {
            return Verdict::Unknown("multipleOf");
        };
        match value.is_multiple_of(divisor) {
            Some(holds) => Verdict::when(holds, || format!("not a multiple of {factor}")),
            None => Verdict::Unknown("multipleOf"),
        }
    })
}

fn string(schema: Node<'_>, text: &str) -> Verdict {
    let length = || text.chars().count();
    counted(schema, "minLength", "maxLength", length).and(|| {
        let Some(expression) = schema.get("pattern").and_then(Node::as_str) else {
            return Verdict::Accepted;
        };
        match pattern::matches(expression, text) {
            Some(holds) => Verdict::when(holds, || {
                let text = Value::from(text);
                format!("{} does not match pattern {expression}", short(&text))
            }),
            None => Verdict::Unknown("pattern"),
        }
    })
}

/// Whether a number of characters, items or members lies within two limits.
pub(super) fn counted(
    schema: Node<'_>,
    least: &'static str,
    most: &'static str,
    count: impl FnOnce() -> usize,
) -> Verdict {
    let limit = |keyword| {
        let node = schema.get(keyword)?;
        node.as_number().map(pacto_document::Number::to_f64)
    };
    let (low, high) = (limit(least), limit(most));
    if low.is_none() && high.is_none() {
        return Verdict::Accepted;
    }
    let count = count() as f64;
    Verdict::when(low.is_none_or(|low| count >= low), || {
        format!("{count} is less than {least}")
    })
    .and(|| {
        Verdict::when(high.is_none_or(|high| count <= high), || {
            format!("{count} is more than {most}")
        })
    })
}
