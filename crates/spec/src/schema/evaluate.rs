//! Whether a schema accepts a value.
//!
//! Small on purpose: it serves to check the witnesses of findings, so it speaks every dialect the
//! shapes speak, and says *unknown* where it cannot tell instead of guessing.

use std::cell::Cell;

use serde_json::Value;

use pacto_document::Node;

use super::bounds::BoundKind;
use super::shape::{Branch, Shape, Slot};
use super::{Schemas, TypeSet};

/// Levels of a value and its schemas that are looked at.
const DEPTH_LIMIT: usize = 64;

/// Work that may be spent on verdicts: one step for each schema that is looked at.
#[derive(Debug)]
pub struct Budget(Cell<u32>);

impl Budget {
    /// A number of steps.
    pub fn new(steps: u32) -> Self {
        Self(Cell::new(steps))
    }

    /// Takes a step; false when none is left.
    pub fn take(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}

/// What a schema says about a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Valid.
    Accepted,
    /// Invalid, with what is wrong.
    Refused(String),
    /// Cannot be told, with the keyword that is in the way.
    Unknown(&'static str),
}

impl Verdict {
    /// Both must hold: a refusal counts most, then not knowing.
    fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Refused(_) => self,
            Self::Accepted => other(),
            Self::Unknown(_) => match other() {
                refused @ Self::Refused(_) => refused,
                _ => self,
            },
        }
    }

    fn when(holds: bool, message: impl FnOnce() -> String) -> Self {
        if holds {
            Self::Accepted
        } else {
            Self::Refused(message())
        }
    }
}

impl<'s> Schemas<'s> {
    /// Whether all of these schemas accept a value.
    pub fn verdict(self, schemas: &[Node<'s>], value: &Value) -> Verdict {
        self.verdict_within(schemas, value, &Budget::new(100_000))
    }

    /// The same with a limit to the work; unknown beyond.
    pub fn verdict_within(self, schemas: &[Node<'s>], value: &Value, budget: &Budget) -> Verdict {
        self.verdict_at(schemas, value, (0, budget))
    }

    fn verdict_at(self, schemas: &[Node<'s>], value: &Value, at: (usize, &Budget)) -> Verdict {
        if at.0 > DEPTH_LIMIT || !at.1.take() {
            return Verdict::Unknown("depth");
        }
        let shape = self.shape(schemas);
        if shape.is_false {
            return Verdict::Refused("nothing is allowed here".to_owned());
        }
        if !shape.problems.is_empty() {
            return Verdict::Unknown("$ref");
        }
        let found = type_of(value);
        Verdict::when(shape.types.contains(found), || {
            let words = shape.types.words().join(" or ");
            format!("{} is not of type {words}", short(value))
        })
        .and(|| fixed_values(&shape, value))
        .and(|| match value {
            Value::Number(_) => number(&shape, value),
            Value::String(text) => string(&shape, text),
            Value::Array(items) => self.array(&shape, items, at),
            Value::Object(_) => self.object(&shape, value, at),
            _ => Verdict::Accepted,
        })
        .and(|| self.combined(&shape, value, at))
    }

    fn array(self, shape: &Shape<'s>, items: &[Value], at: (usize, &Budget)) -> Verdict {
        let counts = counted(shape, items.len(), BoundKind::MinItems, BoundKind::MaxItems);
        let is_unique = shape.unique_items.is_none()
            || items
                .iter()
                .enumerate()
                .all(|(index, item)| !items.iter().take(index).any(|other| other == item));
        let mut verdict =
            counts.and(|| Verdict::when(is_unique, || "items are not unique".to_owned()));
        if shape.slots.contains_key(&Slot::Contains)
            || shape.slots.contains_key(&Slot::UnevaluatedItems)
        {
            verdict = verdict.and(|| Verdict::Unknown("contains"));
        }
        for (index, item) in items.iter().enumerate() {
            verdict = verdict.and(|| match shape.prefix_items.get(index) {
                Some(schema) => self.verdict_at(&[*schema], item, (at.0 + 1, at.1)),
                None => shape
                    .slots
                    .get(&Slot::Items)
                    .map_or(Verdict::Accepted, |schemas| {
                        self.verdict_at(schemas, item, (at.0 + 1, at.1))
                    }),
            });
        }
        verdict
    }

    fn object(self, shape: &Shape<'s>, value: &Value, at: (usize, &Budget)) -> Verdict {
        let Some(map) = value.as_object() else {
            return Verdict::Accepted;
        };
        let mut verdict = counted(
            shape,
            map.len(),
            BoundKind::MinProperties,
            BoundKind::MaxProperties,
        );
        let is_conditional = !shape.dependent_required.is_empty()
            || !shape.dependent_schemas.is_empty()
            || shape.slots.contains_key(&Slot::PropertyNames)
            || shape.slots.contains_key(&Slot::UnevaluatedProperties);
        if is_conditional {
            verdict = verdict.and(|| Verdict::Unknown("dependentSchemas"));
        }
        for (name, member) in map {
            verdict = verdict.and(|| {
                if let Some(schemas) = shape.properties.get(name.as_str()) {
                    return self.verdict_at(schemas, member, (at.0 + 1, at.1));
                }
                if !shape.pattern_properties.is_empty() {
                    return Verdict::Unknown("patternProperties");
                }
                match shape.additional_properties {
                    Some(schema) if schema.as_bool() == Some(false) => {
                        Verdict::Refused(format!("property `{name}` is not allowed"))
                    }
                    Some(schema) => self.verdict_at(&[schema], member, (at.0 + 1, at.1)),
                    None => Verdict::Accepted,
                }
            });
        }
        for name in shape.required.keys() {
            verdict = verdict.and(|| {
                Verdict::when(map.contains_key(*name), || {
                    format!("required property `{name}` is missing")
                })
            });
        }
        verdict
    }

    fn combined(self, shape: &Shape<'s>, value: &Value, at: (usize, &Budget)) -> Verdict {
        if value.is_null() && shape.has_null_branch {
            return Verdict::Accepted;
        }
        let mut verdict = Verdict::Accepted;
        for branch in &shape.all_of {
            verdict = verdict.and(|| self.verdict_at(&[branch.node], value, (at.0 + 1, at.1)));
        }
        if !shape.any_of.is_empty() {
            verdict = verdict.and(|| match self.matches(&shape.any_of, value, at) {
                (0, Some(why)) => Verdict::Unknown(why),
                (0, None) => Verdict::Refused("no branch of anyOf matches".to_owned()),
                _ => Verdict::Accepted,
            });
        }
        if !shape.one_of.is_empty() {
            verdict = verdict.and(|| match self.matches(&shape.one_of, value, at) {
                (0 | 1, Some(why)) => Verdict::Unknown(why),
                (1, None) => Verdict::Accepted,
                (count, _) => Verdict::Refused(format!("{count} branches of oneOf match, not 1")),
            });
        }
        if let Some(schemas) = shape.slots.get(&Slot::Not) {
            verdict = verdict.and(|| match self.verdict_at(schemas, value, (at.0 + 1, at.1)) {
                Verdict::Accepted => Verdict::Refused("a forbidden schema matches".to_owned()),
                Verdict::Refused(_) => Verdict::Accepted,
                unknown @ Verdict::Unknown(_) => unknown,
            });
        }
        if shape.slots.contains_key(&Slot::If) {
            verdict = verdict.and(|| Verdict::Unknown("if"));
        }
        verdict
    }

    /// How many branches accept a value, and what hides the answer of others.
    fn matches(
        self,
        branches: &[Branch<'s>],
        value: &Value,
        at: (usize, &Budget),
    ) -> (usize, Option<&'static str>) {
        let mut count = 0;
        let mut unknown = None;
        for branch in branches {
            match self.verdict_at(&[branch.node], value, (at.0 + 1, at.1)) {
                Verdict::Accepted => count += 1,
                Verdict::Refused(_) => {}
                Verdict::Unknown(why) => unknown = Some(why),
            }
        }
        (count, unknown)
    }
}

fn type_of(value: &Value) -> TypeSet {
    match value {
        Value::Null => TypeSet::NULL,
        Value::Bool(_) => TypeSet::BOOLEAN,
        Value::Number(number) => {
            let is_integer = number.is_i64()
                || number.is_u64()
                || number.as_f64().is_some_and(|value| value.fract() == 0.0);
            if is_integer {
                TypeSet::INTEGER
            } else {
                TypeSet::NUMBER
            }
        }
        Value::String(_) => TypeSet::STRING,
        Value::Array(_) => TypeSet::ARRAY,
        Value::Object(_) => TypeSet::OBJECT,
    }
}

fn fixed_values(shape: &Shape<'_>, value: &Value) -> Verdict {
    let equals = |node: &Node<'_>| node.to_json().is_some_and(|other| same(&other, value));
    let is_listed = value.is_null()
        || shape
            .enumeration
            .as_ref()
            .is_none_or(|(values, _)| values.iter().any(equals));
    let is_constant = shape.constant.as_ref().is_none_or(equals);
    Verdict::when(is_listed, || {
        format!("{} is not one of the values of enum", short(value))
    })
    .and(|| {
        Verdict::when(is_constant, || {
            format!("{} is not the constant", short(value))
        })
    })
}

/// Equality with `1` equal to `1.0`.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (left, right) => left == right,
    }
}

fn number(shape: &Shape<'_>, value: &Value) -> Verdict {
    let Some(found) = value.as_f64() else {
        return Verdict::Unknown("number");
    };
    let mut verdict = Verdict::Accepted;
    for kind in [
        BoundKind::Minimum,
        BoundKind::Maximum,
        BoundKind::ExclusiveMinimum,
        BoundKind::ExclusiveMaximum,
    ] {
        let Some(bound) = shape.bound(kind) else {
            continue;
        };
        let limit = bound.value.to_f64();
        let holds = match kind {
            BoundKind::Minimum => found >= limit,
            BoundKind::Maximum => found <= limit,
            BoundKind::ExclusiveMinimum => found > limit,
            _ => found < limit,
        };
        verdict = verdict.and(|| {
            Verdict::when(holds, || {
                format!("{} violates {} {limit}", short(value), kind.keyword())
            })
        });
    }
    let factor = shape.multiple_of.and_then(Node::as_number);
    verdict.and(|| {
        let holds = factor.is_none_or(|factor| (found / factor.to_f64()).fract() == 0.0);
        Verdict::when(holds, || format!("{} is not a multiple", short(value)))
    })
}

fn string(shape: &Shape<'_>, text: &str) -> Verdict {
    counted(
        shape,
        text.chars().count(),
        BoundKind::MinLength,
        BoundKind::MaxLength,
    )
    .and(|| {
        if shape.patterns.is_empty() {
            Verdict::Accepted
        } else {
            Verdict::Unknown("pattern")
        }
    })
}

fn counted(shape: &Shape<'_>, count: usize, least: BoundKind, most: BoundKind) -> Verdict {
    let limit = |kind| shape.bound(kind).map(|bound| bound.value.to_f64());
    let count = count as f64;
    Verdict::when(limit(least).is_none_or(|least| count >= least), || {
        format!("{count} is less than {}", least.keyword())
    })
    .and(|| {
        Verdict::when(limit(most).is_none_or(|most| count <= most), || {
            format!("{count} is more than {}", most.keyword())
        })
    })
}

/// A value as it stands in a message.
fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 60 {
        let cut: String = text.chars().take(57).collect();
        format!("{cut}...")
    } else {
        text
    }
}
