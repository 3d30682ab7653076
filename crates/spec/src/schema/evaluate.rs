//! Whether a schema accepts a value.
//!
//! It serves to check the witnesses of findings: it follows references across files and speaks
//! every dialect (JSON Schema validation, drafts 4 to 2020-12; OpenAPI 2.0, 3.0 and 3.1 schema
//! objects), and it says *unknown* where it cannot tell instead of guessing. It reads the schema
//! as it is written, keyword by keyword, so that what merging loses is not lost here.

mod array;
mod assertions;
mod closed;
mod formats;
mod object;

use std::cell::Cell;

use serde_json::Value;

use pacto_document::{Kind, Node};

use super::{Dialect, Schemas, TypeSet};
use closed::Enclosing;

/// Levels of a value and its schemas that are looked at.
const DEPTH_LIMIT: usize = 96;

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
    /// Invalid.
    Refused(Refusal),
    /// Cannot be told, with the keyword that is in the way.
    Unknown(&'static str),
}

/// Why a value is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// Names and positions that lead to the part of the value that is wrong.
    pub path: Vec<String>,
}

impl Verdict {
    fn refused(message: impl Into<String>) -> Self {
        Self::Refused(Refusal {
            message: message.into(),
            path: Vec::new(),
        })
    }

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
            Self::refused(message())
        }
    }

    /// The verdict about a part of a value, as one about the value.
    fn under(self, step: impl FnOnce() -> String) -> Self {
        match self {
            Self::Refused(mut refusal) => {
                refusal.path.insert(0, step());
                Self::Refused(refusal)
            }
            other => other,
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
        let judge = Judge {
            schemas: self,
            budget,
            enclosing: None,
            is_branch: false,
        };
        judge.instance(schemas, value, 0)
    }
}

/// Looks at one value after the other.
#[derive(Clone, Copy)]
struct Judge<'s, 'b> {
    schemas: Schemas<'s>,
    budget: &'b Budget,
    /// Schemas around the present one that apply to the same value.
    enclosing: Option<&'b Enclosing<'b, 's>>,
    /// The verdict is one about a branch of a choice: nobody asks why.
    is_branch: bool,
}

impl<'s> Judge<'s, '_> {
    /// Whether schemas accept a value or a part of it; they are all that is said about it.
    fn instance(self, schemas: &[Node<'s>], value: &Value, depth: usize) -> Verdict {
        let enclosing = Enclosing {
            schemas,
            choice: None,
            outer: None,
        };
        let judge = Judge {
            enclosing: Some(&enclosing),
            ..self
        };
        let accepted = schemas.iter().fold(Verdict::Accepted, |verdict, schema| {
            verdict.and(|| judge.one(*schema, value, depth))
        });
        accepted.and(|| judge.closed(schemas, value))
    }

    fn one(self, schema: Node<'s>, value: &Value, depth: usize) -> Verdict {
        if depth > DEPTH_LIMIT || !self.budget.take() {
            return Verdict::Unknown("depth");
        }
        if let Some(allows) = schema.as_bool() {
            return Verdict::when(allows, || "nothing is allowed here".to_owned());
        }
        if schema.kind() != Kind::Mapping {
            return Verdict::Unknown("schema");
        }
        let documents = self.schemas.documents();
        let dialect = documents.dialect(schema);
        let enclosing = Enclosing {
            schemas: &[schema],
            choice: None,
            outer: self.enclosing,
        };
        let judge = Judge {
            enclosing: Some(&enclosing),
            ..self
        };
        let mut verdict = Verdict::Accepted;
        if let Some(reference) = schema.get("$ref").and_then(Node::as_str) {
            verdict = match documents.resolve(schema, reference) {
                Ok(target) => judge.one(target, value, depth + 1),
                Err(_) => Verdict::Unknown("$ref"),
            };
            if !dialect.reads_beside_references() {
                return verdict;
            }
        }
        verdict
            .and(|| Self::types(schema, dialect, value))
            .and(|| assertions::check(schema, dialect, value))
            .and(|| {
                if self.schemas.asserts_formats {
                    formats::check(schema, value)
                } else {
                    Verdict::Accepted
                }
            })
            .and(|| match value {
                Value::Array(items) => judge.array(schema, dialect, items, depth),
                Value::Object(members) => judge.object(schema, dialect, members, depth),
                _ => Verdict::Accepted,
            })
            .and(|| judge.combined(schema, dialect, value, depth))
    }

    fn types(schema: Node<'s>, dialect: Dialect, value: &Value) -> Verdict {
        let Some(declared) = schema.get("type") else {
            return Verdict::Accepted;
        };
        let is_nullable = dialect
            .nullable_keyword()
            .and_then(|keyword| schema.get(keyword))
            .is_some_and(|node| node.as_bool() == Some(true));
        let mut types = TypeSet::declared(declared);
        if is_nullable {
            types = types.union(TypeSet::NULL);
        }
        Verdict::when(types.contains(type_of(value, dialect)), || {
            let words = types.words().join(" or ");
            format!("{} is not of type {words}", short(value))
        })
    }

    fn combined(self, schema: Node<'s>, dialect: Dialect, value: &Value, depth: usize) -> Verdict {
        let mut verdict = Verdict::Accepted;
        for (key, node) in schema.entries() {
            let Some(key) = key.as_str() else { continue };
            verdict = match key {
                "allOf" => node.items().fold(verdict, |verdict, branch| {
                    verdict.and(|| self.one(branch, value, depth + 1))
                }),
                "anyOf" => verdict.and(|| match self.matches(node, value, depth) {
                    (0, Some(why)) => Verdict::Unknown(why),
                    (0, None) => Verdict::refused("no branch of anyOf matches"),
                    _ => Verdict::Accepted,
                }),
                "oneOf" => verdict.and(|| match self.matches(node, value, depth) {
                    (0 | 1, Some(why)) => Verdict::Unknown(why),
                    (1, None) => Verdict::Accepted,
                    (count, _) => {
                        Verdict::refused(format!("{count} branches of oneOf match, not 1"))
                    }
                }),
                "not" => verdict.and(|| match self.opened().one(node, value, depth + 1) {
                    Verdict::Accepted => Verdict::refused("a forbidden schema matches"),
                    Verdict::Refused(_) => Verdict::Accepted,
                    unknown @ Verdict::Unknown(_) => unknown,
                }),
                "if" if dialect.has_conditions() => {
                    verdict.and(|| self.condition(schema, node, value, depth))
                }
                // Where it leads depends on what was evaluated before.
                "$dynamicRef" | "$recursiveRef" => verdict.and(|| Verdict::Unknown("$dynamicRef")),
                _ => verdict,
            };
        }
        verdict
    }

    fn condition(
        self,
        schema: Node<'s>,
        condition: Node<'s>,
        value: &Value,
        depth: usize,
    ) -> Verdict {
        let consequence = match self.opened().one(condition, value, depth + 1) {
            Verdict::Accepted => "then",
            Verdict::Refused(_) => "else",
            unknown @ Verdict::Unknown(_) => return unknown,
        };
        schema
            .get(consequence)
            .map_or(Verdict::Accepted, |node| self.one(node, value, depth + 1))
    }

    /// How many branches accept a value, and what hides the answer of others.
    fn matches(
        self,
        branches: Node<'s>,
        value: &Value,
        depth: usize,
    ) -> (usize, Option<&'static str>) {
        let mut count = 0;
        let mut unknown = None;
        let enclosing = Enclosing {
            schemas: &[],
            choice: Some(branches),
            outer: self.enclosing,
        };
        let judge = Judge {
            enclosing: Some(&enclosing),
            is_branch: true,
            ..self
        };
        for branch in branches.items() {
            let accepted = judge.one(branch, value, depth + 1);
            match accepted.and(|| judge.closed(&[branch], value)) {
                Verdict::Accepted => count += 1,
                Verdict::Refused(_) => {}
                Verdict::Unknown(why) => unknown = Some(why),
            }
        }
        (count, unknown)
    }
}

fn type_of(value: &Value, dialect: Dialect) -> TypeSet {
    match value {
        Value::Null => TypeSet::NULL,
        Value::Bool(_) => TypeSet::BOOLEAN,
        // Draft 4 is the last one for which 2.0 is no integer.
        Value::Number(number) if dialect == Dialect::Draft4 && number.is_f64() => TypeSet::NUMBER,
        Value::Number(number) if assertions::is_whole(number) => TypeSet::INTEGER,
        Value::Number(_) => TypeSet::NUMBER,
        Value::String(_) => TypeSet::STRING,
        Value::Array(_) => TypeSet::ARRAY,
        Value::Object(_) => TypeSet::OBJECT,
    }
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
