//! Options that other tools read: HTTP bindings, field behaviour, validation rules.

use std::collections::BTreeMap;

use pacto_spec::protobuf::{OptionSetting, OptionValue};
use serde_json::{Map, Number, Value};

/// A value of an option as JSON; maps are sorted by key.
pub(super) fn json(value: &OptionValue) -> Value {
    match value {
        OptionValue::Word(word) if word == "true" => Value::Bool(true),
        OptionValue::Word(word) if word == "false" => Value::Bool(false),
        OptionValue::Word(text) | OptionValue::Text(text) => Value::from(text.as_str()),
        OptionValue::Integer(number) => i64::try_from(*number).map_or_else(
            |_| Value::from(number.to_string()),
            |number| Value::Number(Number::from(number)),
        ),
        OptionValue::Float(text) => text
            .parse::<f64>()
            .ok()
            .and_then(Number::from_f64)
            .map_or_else(|| Value::from(text.as_str()), Value::Number),
        OptionValue::List(items) => Value::Array(items.iter().map(json).collect()),
        OptionValue::Map(entries) => {
            let mut sorted: BTreeMap<String, Vec<Value>> = BTreeMap::new();
            for (key, value) in entries {
                sorted.entry(key.clone()).or_default().push(json(value));
            }
            let entries = sorted.into_iter().map(|(key, mut values)| {
                // A key that stands there more than once is a list.
                let value = match values.len() {
                    1 => values.remove(0),
                    _ => Value::Array(values),
                };
                (key, value)
            });
            Value::Object(entries.collect())
        }
    }
}

/// The HTTP binding of a procedure, however its option is spelled.
pub(super) fn http(options: &[OptionSetting]) -> Option<Value> {
    let mut entries = Map::new();
    for setting in options {
        if setting.name == "(google.api.http)" {
            if let Value::Object(map) = json(&setting.value) {
                entries.extend(map);
            }
        } else if let Some(key) = setting.name.strip_prefix("(google.api.http).") {
            let value = json(&setting.value);
            match entries.get_mut(key) {
                // A list that is set piece by piece gathers its pieces.
                Some(Value::Array(items)) => items.push(value),
                Some(one) => *one = Value::Array(vec![one.take(), value]),
                None => {
                    entries.insert(key.to_owned(), value);
                }
            }
        }
    }
    if entries.is_empty() {
        return None;
    }
    let sorted: BTreeMap<String, Value> = entries.into_iter().collect();
    Some(Value::Object(sorted.into_iter().collect()))
}

/// Whether a procedure is still reached in each way that it was reached before.
pub(super) fn serves(new: &Value, old: &Value) -> bool {
    let new = bindings(new);
    bindings(old).iter().all(|binding| new.contains(binding))
}

/// The binding itself and the additional ones, each for itself.
fn bindings(http: &Value) -> Vec<Value> {
    let mut main = http.clone();
    let more = main
        .as_object_mut()
        .and_then(|map| map.remove("additional_bindings"));
    let mut bindings = match more {
        Some(Value::Array(items)) => items,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    bindings.push(main);
    bindings
}

/// True when `google.api.field_behavior` says that callers must set the field.
pub(super) fn is_behaviour_required(options: &[OptionSetting]) -> bool {
    options
        .iter()
        .filter(|setting| setting.name == "(google.api.field_behavior)")
        .any(|setting| match &setting.value {
            OptionValue::Word(word) => word == "REQUIRED",
            OptionValue::List(items) => items
                .iter()
                .any(|item| matches!(item, OptionValue::Word(word) if word == "REQUIRED")),
            _ => false,
        })
}

/// What a change of a validation rule does to the values that pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Tightened,
    Loosened,
}

/// Validation rules of a field, oneof or message (protovalidate, protoc-gen-validate) by dotted
/// name: `string.min_len`.
pub(super) fn validation(options: &[OptionSetting]) -> BTreeMap<String, Value> {
    let mut rules = BTreeMap::new();
    for setting in options {
        for annotation in [
            "(buf.validate.field)",
            "(buf.validate.oneof)",
            "(buf.validate.message)",
            "(validate.rules)",
        ] {
            let Some(rest) = setting.name.strip_prefix(annotation) else {
                continue;
            };
            flatten(
                rest.trim_start_matches('.'),
                &json(&setting.value),
                &mut rules,
            );
        }
        // The older tool has one rule about oneofs.
        if setting.name == "(validate.required)" {
            rules.insert("required".to_owned(), json(&setting.value));
        }
    }
    rules
}

/// The rules that refuse messages without a field, which everybody sends who does not know it.
/// `is_seen` says that the absence of the field shows: then only what asks for it refuses them.
pub(super) fn refused_without(
    rules: &BTreeMap<String, Value>,
    is_seen: bool,
) -> Vec<(&String, &Value)> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let is_off = |value: &Value| *value == Value::Bool(false);
    let is_ignored = rules
        .iter()
        .any(|(name, value)| last(name).starts_with("ignore") && !is_off(value));
    let is_about_parts = |name: &str| {
        let mut parts = name.split('.');
        parts.any(|part| matches!(part, "items" | "keys" | "values"))
    };
    let refuses = |(name, value): &(&String, &Value)| {
        let bound = number(value).unwrap_or(0.0);
        match last(name).as_str() {
            _ if is_about_parts(name) => false,
            "required" => !is_off(value),
            _ if is_seen || is_ignored => false,
            "gt" => bound >= 0.0,
            "gte" | "len" | "min_len" | "min_bytes" | "min_items" | "min_pairs" => bound > 0.0,
            _ => false,
        }
    };
    rules.iter().filter(refuses).collect()
}

/// The expressions of rules that are written in CEL.
fn expressions(value: &Value) -> Vec<Value> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let expression = |item: &Value| item.get("expression").unwrap_or(item).clone();
    items.iter().map(expression).collect()
}

fn flatten(prefix: &str, value: &Value, rules: &mut BTreeMap<String, Value>) {
    let key = prefix.rsplit('.').next().unwrap_or(prefix);
    if matches!(key, "cel" | "cel_expression") {
        let known = rules.entry(prefix.to_owned());
        if let Value::Array(items) = known.or_insert_with(|| Value::Array(Vec::new())) {
            items.extend(expressions(value));
        }
        return;
    }
    let Value::Object(map) = value else {
        // A list option that is set piece by piece gathers its pieces.
        match (rules.get_mut(prefix), value) {
            (Some(Value::Array(items)), Value::Array(more)) => items.extend(more.iter().cloned()),
            (Some(Value::Array(items)), one) => items.push(one.clone()),
            _ => {
                rules.insert(prefix.to_owned(), value.clone());
            }
        }
        return;
    };
    for (key, value) in map {
        let name = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        flatten(&name, value, rules);
    }
}

/// What became of one rule; `None` when the values that pass are the same. Changes of which both
/// can be said, such as another pattern, count as both.
pub(super) fn effects(name: &str, old: Option<&Value>, new: Option<&Value>) -> Vec<Effect> {
    let last = name.rsplit('.').next().unwrap_or(name);
    let is_off = |value: Option<&Value>| matches!(value, None | Some(Value::Bool(false)));
    // Words that switch checking itself off or speak about messages only.
    if matches!(last, "message" | "id" | "ignore_empty" | "skip" | "ignore") {
        return Vec::new();
    }
    if is_off(old) || is_off(new) {
        return match (is_off(old), is_off(new)) {
            (true, false) => vec![Effect::Tightened],
            (false, true) => vec![Effect::Loosened],
            _ => Vec::new(),
        };
    }
    if old == new {
        return Vec::new();
    }
    let numbers = (old.and_then(number), new.and_then(number));
    let order = match numbers {
        (Some(old), Some(new)) => new.partial_cmp(&old),
        _ => None,
    };
    let is_lower_bound = last.starts_with("min_") || matches!(last, "gt" | "gte");
    let is_upper_bound = last.starts_with("max_") || matches!(last, "lt" | "lte");
    match (order, last) {
        (Some(std::cmp::Ordering::Greater), _) if is_lower_bound => vec![Effect::Tightened],
        (Some(std::cmp::Ordering::Less), _) if is_lower_bound => vec![Effect::Loosened],
        (Some(std::cmp::Ordering::Greater), _) if is_upper_bound => vec![Effect::Loosened],
        (Some(std::cmp::Ordering::Less), _) if is_upper_bound => vec![Effect::Tightened],
        (_, "in" | "not_in" | "cel" | "cel_expression") => {
            let (gone, come) = (lacks(old, new), lacks(new, old));
            let is_allow_list = last == "in";
            let mut effects = Vec::new();
            if if is_allow_list { gone } else { come } {
                effects.push(Effect::Tightened);
            }
            if if is_allow_list { come } else { gone } {
                effects.push(Effect::Loosened);
            }
            effects
        }
        _ => vec![Effect::Tightened, Effect::Loosened],
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

/// True when `list` has something that `other` lacks.
fn lacks(list: Option<&Value>, other: Option<&Value>) -> bool {
    let items = |value: Option<&Value>| match value {
        Some(Value::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let other = items(other);
    items(list).iter().any(|item| !other.contains(item))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_validation_rule_has_its_effect() {
        let cases = [
            (
                "string.min_len",
                json!(1),
                json!(2),
                vec![Effect::Tightened],
            ),
            ("string.max_len", json!(1), json!(2), vec![Effect::Loosened]),
            ("int32.gte", json!(5), json!(1), vec![Effect::Loosened]),
            ("int32.lt", json!(5), json!(1), vec![Effect::Tightened]),
            (
                "string.in",
                json!(["a", "b"]),
                json!(["a"]),
                vec![Effect::Tightened],
            ),
            (
                "string.not_in",
                json!(["a", "b"]),
                json!(["a"]),
                vec![Effect::Loosened],
            ),
            (
                "string.pattern",
                json!("a"),
                json!("b"),
                vec![Effect::Tightened, Effect::Loosened],
            ),
            (
                "required",
                json!(false),
                json!(true),
                vec![Effect::Tightened],
            ),
            ("string.email", json!(true), json!(true), vec![]),
        ];
        for (name, old, new, expected) in cases {
            assert_eq!(effects(name, Some(&old), Some(&new)), expected, "{name}");
        }
        assert_eq!(
            effects("string.email", Some(&json!(true)), None),
            [Effect::Loosened]
        );
    }
}
