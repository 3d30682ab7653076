//! Values at the edges of what a schema allows, and just beyond.

use pacto_document::Node;
use pacto_spec::schema::{BoundKind, Shape, Slot, TypeSet, pattern_samples};
use serde_json::{Value, json};

use super::sample::{Sampler, is_short_list, matching, number, text_of};
use super::with_member;

/// Values at the edges of a schema, the smallest first.
pub(super) fn of<'s>(
    sampler: Sampler<'s, '_>,
    nodes: &[Node<'s>],
    shape: &Shape<'s>,
) -> Vec<Value> {
    let base = sampler.minimal(nodes, 0);
    let mut values = vec![Value::Null, base.clone()];
    let listed = shape.enumeration.iter().flat_map(|(values, _)| values);
    values.extend(listed.filter_map(|value| value.to_json()));
    values.extend(matching(shape));
    if let Some((format, _)) = shape.format {
        values.extend(of_format(format));
    }
    for kind in BoundKind::ALL {
        limit(sampler, shape, kind, &base, &mut values);
    }
    if let Some(factor) = shape.multiple_of.and_then(Node::as_number) {
        let factor = factor.to_f64();
        values.extend(
            [factor, factor * 2.0, factor + 1.0, factor / 2.0]
                .into_iter()
                .filter_map(number),
        );
    }
    // Branches with what stands beside them, and alone.
    for branch in shape
        .one_of
        .iter()
        .chain(&shape.any_of)
        .chain(&shape.all_of)
    {
        let value = sampler.minimal_present(&[branch.node], 1);
        values.push(super::united(&base, &value));
        values.push(value.clone());
        if shape.types.contains(TypeSet::ARRAY) {
            values.push(Value::Array(vec![value]));
        }
    }
    for slot in [Slot::Not, Slot::If, Slot::Then, Slot::Else, Slot::Contains] {
        let Some(nodes) = shape.slots.get(&slot) else {
            continue;
        };
        let value = sampler.minimal_present(nodes, 1);
        values.push(super::united(&base, &value));
        values.push(Value::Array(vec![value.clone()]));
        values.push(value);
    }
    // A condition that holds, with what follows from it.
    if let (Some(condition), Some(then)) =
        (shape.slots.get(&Slot::If), shape.slots.get(&Slot::Then))
    {
        let holds = super::united(&base, &sampler.minimal_present(condition, 1));
        values.push(super::united(&holds, &sampler.minimal_present(then, 1)));
    }
    if let Value::Object(members) = &base {
        objects(sampler, shape, members, &mut values);
    }
    if let Value::Array(items) = &base {
        let item = items.first().cloned().unwrap_or_else(|| json!("s"));
        values.push(Value::Array(vec![item.clone()]));
        values.push(Value::Array(vec![item.clone(), item]));
    }
    values.extend([
        json!("s"),
        json!(1),
        json!(1.5),
        json!(true),
        json!([]),
        json!(["s", "s"]),
        json!([1]),
        json!({}),
    ]);
    values
}

/// Numbers at the edges of a format of numbers, and just beyond.
fn of_format(format: &str) -> Vec<Value> {
    match format {
        "int32" => vec![json!(i32::MAX), json!(i64::from(i32::MAX) + 1)],
        "int64" => vec![json!(i64::MAX), json!(i64::MAX.unsigned_abs() + 1)],
        "float" => vec![json!(1e39)],
        _ => Vec::new(),
    }
}

fn limit<'s>(
    sampler: Sampler<'s, '_>,
    shape: &Shape<'s>,
    kind: BoundKind,
    base: &Value,
    values: &mut Vec<Value>,
) {
    let Some(bound) = shape.bound(kind) else {
        return;
    };
    let limit = bound.value.to_f64();
    let beyond = if kind.is_lower() {
        limit - 1.0
    } else {
        limit + 1.0
    };
    match kind {
        BoundKind::Minimum
        | BoundKind::Maximum
        | BoundKind::ExclusiveMinimum
        | BoundKind::ExclusiveMaximum => {
            values.extend(
                [limit, beyond, limit.midpoint(beyond)]
                    .into_iter()
                    .filter_map(number),
            );
        }
        BoundKind::MinLength | BoundKind::MaxLength => {
            values.extend([limit, beyond].into_iter().filter_map(text_of));
        }
        BoundKind::MinItems | BoundKind::MaxItems => {
            let lengths = [limit, beyond].into_iter().filter(|it| is_short_list(*it));
            values.extend(lengths.map(|length| sampler.list(shape, length as usize, 0)));
        }
        BoundKind::MinProperties | BoundKind::MaxProperties => {
            let Value::Object(members) = base else { return };
            for length in [limit, beyond].into_iter().filter(|it| is_short_list(*it)) {
                let mut members = members.clone();
                let optional = shape.properties.keys().map(|name| (*name).to_owned());
                let extra = (1..=length as usize).map(|index| format!("extra{index}"));
                for name in optional.chain(extra) {
                    if members.len() >= length as usize {
                        break;
                    }
                    let value = sampler.member(shape, &name, 0);
                    members.entry(name).or_insert(value);
                }
                values.push(Value::Object(members));
            }
        }
        BoundKind::MinContains | BoundKind::MaxContains => {
            let Some(nodes) = shape.slots.get(&Slot::Contains) else {
                return;
            };
            let item = sampler.minimal(nodes, 1);
            for length in [limit, beyond].into_iter().filter(|it| is_short_list(*it)) {
                values.push(Value::Array(vec![item.clone(); length as usize]));
            }
        }
    }
}

fn objects<'s>(
    sampler: Sampler<'s, '_>,
    shape: &Shape<'s>,
    members: &serde_json::Map<String, Value>,
    values: &mut Vec<Value>,
) {
    let with = |name: &str, value| Value::Object(with_member(members, name, value));
    for name in shape.required.keys() {
        let mut members = members.clone();
        members.shift_remove(*name);
        values.push(Value::Object(members));
    }
    for (name, nodes) in &shape.properties {
        values.push(with(name, sampler.minimal(nodes, 1)));
        values.push(with(name, sampler.minimal_present(nodes, 1)));
    }
    for (expression, nodes) in &shape.pattern_properties {
        if let Some(name) = pattern_samples(expression).into_iter().next() {
            values.push(with(&name, sampler.minimal(nodes, 1)));
            values.extend([json!("s"), json!(1)].map(|value| with(&name, value)));
        }
    }
    for name in shape
        .dependent_required
        .keys()
        .chain(shape.dependent_schemas.keys())
    {
        let present = with(name, sampler.member(shape, name, 0));
        if let Some(nodes) = shape.dependent_schemas.get(name) {
            let implied = sampler.minimal_present(nodes, 1);
            values.push(super::united(&present, &implied));
        }
        values.push(present);
    }
    if let Some(rest) = shape.additional_properties {
        values.push(with("extra", sampler.minimal(&[rest], 1)));
    }
    for value in [json!("s"), json!(1), json!(true), json!({}), json!([])] {
        values.push(with("extra", value));
    }
}
