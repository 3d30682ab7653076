//! Small values that schemas describe.

use pacto_document::Node;
use pacto_spec::schema::{
    BoundKind, Budget, Schemas, Shape, Slot, TypeSet, Verdict, pattern_samples,
};
use serde_json::{Map, Number, Value, json};

/// Levels of objects and lists that a value is built for.
const DEPTH_LIMIT: usize = 12;

/// Branches of a choice that are tried before the first is taken as it is.
const BRANCHES_LIMIT: usize = 8;

/// Longest text and longest list that are made; longer ones show nothing.
const LENGTH_LIMIT: f64 = 10_000.0;
const ITEMS_LIMIT: f64 = 1_000.0;

/// Makes values, and may spend a budget on it. They are likely to be valid, not certain: whoever
/// uses one asks the schema.
#[derive(Clone, Copy)]
pub(super) struct Sampler<'s, 'b> {
    pub(super) schemas: Schemas<'s>,
    pub(super) budget: &'b Budget,
}

impl<'s> Sampler<'s, '_> {
    /// The smallest value that all of some schemas describe. Inside of others, null is the smallest.
    pub(super) fn minimal(self, nodes: &[Node<'s>], depth: usize) -> Value {
        if depth > DEPTH_LIMIT || !self.budget.take() {
            return Value::Null;
        }
        let is_null_enough = depth > 0
            && self
                .schemas
                .verdict_within(nodes, &Value::Null, self.budget)
                == Verdict::Accepted;
        if is_null_enough {
            return Value::Null;
        }
        let shape = self.schemas.shape(nodes);
        let value = self.of(&shape, depth);
        let choices = [&shape.one_of, &shape.any_of];
        if choices.iter().all(|branches| branches.is_empty()) {
            return value;
        }
        // What the schema says itself, joined with what one of the branches says.
        let mut first = None;
        for branch in choices.into_iter().flatten().take(BRANCHES_LIMIT) {
            let other = self.minimal_present(&[branch.node], depth + 1);
            let joined = joined(&value, other);
            if self.schemas.verdict_within(nodes, &joined, self.budget) == Verdict::Accepted {
                return joined;
            }
            first.get_or_insert(joined);
        }
        first.unwrap_or(value)
    }

    /// The smallest value other than null.
    pub(super) fn minimal_present(self, nodes: &[Node<'s>], depth: usize) -> Value {
        if depth > DEPTH_LIMIT || !self.budget.take() {
            return Value::Null;
        }
        let shape = self.schemas.shape(nodes);
        let own = self.of(&shape, depth);
        let branch = shape.one_of.first().or(shape.any_of.first());
        branch.map_or_else(
            || own.clone(),
            |branch| joined(&own, self.minimal_present(&[branch.node], depth + 1)),
        )
    }

    /// The smallest value of a shape, its choices left aside.
    pub(super) fn of(self, shape: &Shape<'s>, depth: usize) -> Value {
        if let Some(value) = shape.constant.and_then(Node::to_json) {
            return value;
        }
        if let Some((values, _)) = &shape.enumeration
            && let Some(value) = values.first().and_then(|value| value.to_json())
        {
            return value;
        }
        let own = self.of_types(shape, depth);
        shape.all_of.iter().fold(own, |value, branch| {
            joined(&value, self.minimal_present(&[branch.node], depth + 1))
        })
    }

    fn of_types(self, shape: &Shape<'s>, depth: usize) -> Value {
        let types = shape.types;
        let names_members = !shape.properties.is_empty() || !shape.required.is_empty();
        let names_items = shape.slots.contains_key(&Slot::Items) || !shape.prefix_items.is_empty();
        let says_text = !shape.patterns.is_empty()
            || shape.bound(BoundKind::MinLength).is_some()
            || shape.bound(BoundKind::MaxLength).is_some();
        let is_free = types == TypeSet::ANY;
        if types.contains(TypeSet::OBJECT)
            && (names_members || is_free && !names_items && !says_text)
        {
            return self.object(shape, depth);
        }
        if types.contains(TypeSet::ARRAY) && names_items && is_free {
            return self.list(shape, count(shape, BoundKind::MinItems), depth);
        }
        if types.contains(TypeSet::STRING) {
            return text(shape);
        }
        if types.contains(TypeSet::INTEGER) {
            return number(least(shape)).unwrap_or_else(|| json!(1));
        }
        if types.contains(TypeSet::BOOLEAN) {
            return json!(true);
        }
        if types.contains(TypeSet::ARRAY) {
            return self.list(shape, count(shape, BoundKind::MinItems), depth);
        }
        if types.contains(TypeSet::OBJECT) {
            return self.object(shape, depth);
        }
        Value::Null
    }

    fn object(self, shape: &Shape<'s>, depth: usize) -> Value {
        let mut members = Map::new();
        for name in shape.required.keys() {
            members.insert((*name).to_owned(), self.member(shape, name, depth));
        }
        for (name, wanted) in &shape.dependent_required {
            if members.contains_key(*name) {
                for other in wanted.items().filter_map(Node::as_str) {
                    let value = self.member(shape, other, depth);
                    members.entry(other.to_owned()).or_insert(value);
                }
            }
        }
        let least = count(shape, BoundKind::MinProperties);
        let more = shape.properties.keys().map(|name| (*name).to_owned());
        for name in more.chain((1..=least).map(|index| format!("extra{index}"))) {
            if members.len() >= least {
                break;
            }
            let value = self.member(shape, &name, depth);
            members.entry(name).or_insert(value);
        }
        Value::Object(members)
    }

    /// The smallest value of a property.
    pub(super) fn member(self, shape: &Shape<'s>, name: &str, depth: usize) -> Value {
        let rest = shape.additional_properties.map(|node| vec![node]);
        match shape.properties.get(name).or(rest.as_ref()) {
            Some(nodes) => self.minimal(nodes, depth + 1),
            None => json!("s"),
        }
    }

    /// A list of a length.
    pub(super) fn list(self, shape: &Shape<'s>, length: usize, depth: usize) -> Value {
        let wanted = shape.slots.get(&Slot::Contains);
        let rest = wanted.or_else(|| shape.slots.get(&Slot::Items));
        let length = length.max(usize::from(wanted.is_some()));
        let rest = rest.map_or_else(|| json!("s"), |nodes| self.minimal(nodes, depth + 1));
        let items = (0..length).map(|index| match shape.prefix_items.get(index) {
            Some(node) => self.minimal(&[*node], depth + 1),
            None if shape.unique_items.is_some() => numbered(&rest, index),
            None => rest.clone(),
        });
        Value::Array(items.collect())
    }
}

/// Members of both; otherwise the second value.
fn joined(left: &Value, right: Value) -> Value {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            let mut members = left.clone();
            members.extend(right);
            Value::Object(members)
        }
        // A branch without a type of its own says nothing about the value.
        (left, Value::Object(right)) if right.is_empty() => left.clone(),
        (_, right) => right,
    }
}

/// A value that differs from the others of its list.
fn numbered(value: &Value, index: usize) -> Value {
    match value {
        Value::String(text) if index > 0 => Value::from(format!("{text}{index}")),
        Value::Number(number) if index > 0 => number
            .as_i64()
            .map_or_else(|| value.clone(), |number| json!(number + index as i64)),
        _ => value.clone(),
    }
}

pub(super) fn count(shape: &Shape<'_>, kind: BoundKind) -> usize {
    let bound = shape.bound(kind).map_or(0.0, |bound| bound.value.to_f64());
    bound.clamp(0.0, ITEMS_LIMIT) as usize
}

/// Text of a length, where that is not too long.
pub(super) fn text_of(length: f64) -> Option<Value> {
    let is_short = (0.0..=LENGTH_LIMIT).contains(&length);
    is_short.then(|| Value::from("s".repeat(length as usize)))
}

/// A list of a length, where that is not too long.
pub(super) fn is_short_list(length: f64) -> bool {
    (0.0..=ITEMS_LIMIT).contains(&length)
}

fn text(shape: &Shape<'_>) -> Value {
    if let Some(text) = matching(shape).into_iter().next() {
        return text;
    }
    let length = shape
        .bound(BoundKind::MinLength)
        .map_or(0.0, |bound| bound.value.to_f64());
    let sample = match shape.format.map(|(format, _)| format) {
        Some("date") => "2024-01-01",
        Some("date-time") => "2024-01-01T00:00:00Z",
        Some("time") => "00:00:00Z",
        Some("uuid") => "00000000-0000-4000-8000-000000000000",
        Some("email") => "a@example.com",
        Some("hostname") => "example.com",
        Some("ipv4") => "192.0.2.1",
        Some("uri") => "https://example.com/",
        _ => {
            let text = text_of(length.max(1.0));
            return text.unwrap_or_else(|| json!("s"));
        }
    };
    Value::from(sample)
}

/// Texts that the patterns of a schema match, those that are long enough first.
pub(super) fn matching(shape: &Shape<'_>) -> Vec<Value> {
    let patterns = shape.patterns.iter().filter_map(|pattern| pattern.as_str());
    let mut texts: Vec<String> = patterns
        .flat_map(pattern_samples)
        .filter(|text| !text.is_empty())
        .collect();
    let least = count(shape, BoundKind::MinLength);
    // One character more than the least shows more than the least itself.
    let longer = texts.iter().flat_map(|text| {
        let missing = least.saturating_sub(text.chars().count());
        let tail = text
            .chars()
            .next_back()
            .map_or_else(String::new, String::from);
        [0, 1].map(|more| format!("{text}{}", tail.repeat(missing + more)))
    });
    let longer: Vec<String> = longer.collect();
    if least > 0 {
        texts.splice(0..0, longer);
    }
    texts.into_iter().map(Value::from).collect()
}

/// The least number a schema allows, near 1 where it does not say.
fn least(shape: &Shape<'_>) -> f64 {
    let value = |kind| shape.bound(kind).map(|bound| bound.value.to_f64());
    let low = value(BoundKind::Minimum)
        .or_else(|| value(BoundKind::ExclusiveMinimum).map(|limit| limit.floor() + 1.0));
    let high = value(BoundKind::Maximum)
        .or_else(|| value(BoundKind::ExclusiveMaximum).map(|limit| limit.ceil() - 1.0));
    let start = low.unwrap_or_else(|| high.map_or(1.0, |high| high.min(1.0)));
    match shape.multiple_of.and_then(Node::as_number) {
        Some(factor) if factor.to_f64() > 0.0 => (start / factor.to_f64()).ceil() * factor.to_f64(),
        _ => start,
    }
}

/// A number without a fraction where it has none.
pub(super) fn number(value: f64) -> Option<Value> {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Some(Value::from(value as i64));
    }
    Number::from_f64(value).map(Value::Number)
}
