//! Concrete values that one side accepts and the other refuses.

mod edges;
mod sample;

use pacto_document::Node;
use pacto_spec::schema::{Budget, Refusal, Schemas, Shape, Verdict};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use sample::Sampler;

/// Values that are tried before none is said to be found.
const CANDIDATES_LIMIT: usize = 400;

/// Schemas that are looked at for one witness; in large documents a value with all that is
/// required can be as large as the document.
const STEPS_LIMIT: u32 = 20_000;

/// A value that shows what a change does, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Witness {
    /// A value that one side only accepts.
    #[serde(rename_all = "camelCase")]
    Value {
        /// The value.
        value: Value,
        /// `old` or `new`.
        accepted_by: &'static str,
        /// What the other side says about it.
        error: String,
        /// Path of the schema it is a value of.
        r#where: String,
        /// `closed` when it counts that no schema mentions a member of an object, which typed
        /// clients refuse; `wire` when both sides accept the value and the other side reads
        /// something else in what this one writes; absent when the value is valid or not as the
        /// schemas say.
        #[serde(skip_serializing_if = "Option::is_none")]
        reading: Option<Reading>,
    },
    /// No such value could be built.
    None {
        /// Why.
        none: String,
    },
}

/// How schemas are read where they say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reading {
    /// Objects have the members that are described, and no others.
    Closed,
    /// A message in its binary form, where readers skip what they do not know.
    Wire,
}

/// A value that tells two schemas apart.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) value: Value,
    /// What the refusing side says.
    pub(crate) error: String,
    pub(crate) reading: Option<Reading>,
}

/// A schema on one side.
pub(crate) type Sided<'a, 's> = (Schemas<'s>, &'a [Node<'s>]);

/// What a change is about, which tells where to look first.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct About<'a, 's> {
    /// One property: the value is refused for the sake of it.
    pub(crate) property: Option<&'a str>,
    /// Schemas that only the accepting side has: branches of a choice.
    pub(crate) branches: &'a [Node<'s>],
    /// `format`, to which the value is held for once.
    pub(crate) format: bool,
}

/// Finds a value that the first schema accepts and the second refuses; both verdicts are checked.
///
/// Where open objects let every value through, one is looked for that has a member which only the
/// first schema mentions.
pub(crate) fn find<'s>(
    mut accepting: Sided<'_, 's>,
    mut refusing: Sided<'_, 's>,
    about: About<'_, 's>,
) -> Result<Found, String> {
    if about.format {
        accepting.0 = accepting.0.asserting_formats();
        refusing.0 = refusing.0.asserting_formats();
    }
    let found = |reading: Option<Reading>, (value, error): (Value, String)| Found {
        value,
        error,
        reading,
    };
    let budgets = [STEPS_LIMIT; 2].map(Budget::new);
    let search = |accepting, refusing, budget| Search {
        accepting,
        refusing,
        about,
        budget,
    };
    let none = match search(accepting, refusing, &budgets[0]).as_written() {
        Ok(pair) => return Ok(found(None, pair)),
        Err(none) => none,
    };
    accepting.0 = accepting.0.closing_objects();
    refusing.0 = refusing.0.closing_objects();
    match search(accepting, refusing, &budgets[1]).closed() {
        Some(pair) => Ok(found(Some(Reading::Closed), pair)),
        None => Err(none),
    }
}

/// What the two sides say about a value.
#[derive(Debug, PartialEq, Eq)]
enum Opinion {
    /// Only the accepting side accepts it.
    Differs,
    /// Nothing that shows the change.
    BothAccept,
    /// The accepting side refuses it, or the other one for another reason.
    Else,
}

struct Search<'a, 's, 'b> {
    accepting: Sided<'a, 's>,
    refusing: Sided<'a, 's>,
    about: About<'a, 's>,
    budget: &'b Budget,
}

impl<'s, 'b> Search<'_, 's, 'b> {
    fn sampler(&self, schemas: Schemas<'s>) -> Sampler<'s, 'b> {
        Sampler {
            schemas,
            budget: self.budget,
        }
    }

    /// The value and what the refusing side says, or why none was found.
    fn as_written(&self) -> Result<(Value, String), String> {
        let (yes, no) = self.shapes();
        let mut is_shared = false;
        for candidate in self.about_branches() {
            match self.tells_apart(&candidate) {
                Ok(Opinion::Differs) => return Ok(self.shrunk(candidate)),
                Ok(Opinion::BothAccept) => is_shared = true,
                Ok(Opinion::Else) | Err(_) => {}
            }
        }
        if is_shared {
            return Err(
                "its values are accepted by both sides, by another branch or because objects are \
                 open"
                    .to_owned(),
            );
        }
        let mut obstacle = None;
        // From the likely to the far-fetched; most searches end in the first groups.
        let groups: [&dyn Fn() -> Vec<Value>; 3] = [
            &|| self.about_property(&yes, &no),
            &|| edges::of(self.sampler(self.accepting.0), self.accepting.1, &yes),
            &|| {
                let base = self.sampler(self.accepting.0).minimal(self.accepting.1, 0);
                let others = edges::of(self.sampler(self.refusing.0), self.refusing.1, &no);
                others
                    .iter()
                    .map(|other| united(&base, other))
                    .chain(others.iter().cloned())
                    .collect()
            },
        ];
        for candidate in groups
            .iter()
            .flat_map(|group| group())
            .take(CANDIDATES_LIMIT)
        {
            match self.tells_apart(&candidate) {
                Ok(Opinion::Differs) => return Ok(self.shrunk(candidate)),
                Ok(Opinion::BothAccept | Opinion::Else) => {}
                Err(why) => obstacle = Some(why),
            }
        }
        Err(match obstacle {
            Some("depth") => "the smallest value that could show it is too large".to_owned(),
            Some(keyword) => format!("`{keyword}` cannot be decided for single values"),
            None => "no simple value tells the two sides apart".to_owned(),
        })
    }

    /// A value of the branch or with the property that the change is about, and nothing else:
    /// almost every other change of a closed object would make a difference, too.
    fn closed(&self) -> Option<(Value, String)> {
        let (yes, no) = self.shapes();
        let mut candidates = self.about_branches();
        candidates.extend(self.about_property(&yes, &no));
        let value = candidates
            .into_iter()
            .find(|it| self.tells_apart(it) == Ok(Opinion::Differs))?;
        Some(self.shrunk(value))
    }

    fn shapes(&self) -> (Box<Shape<'s>>, Box<Shape<'s>>) {
        (
            self.accepting.0.shape(self.accepting.1),
            self.refusing.0.shape(self.refusing.1),
        )
    }

    /// Whether only the one side accepts a value; the keyword that hides it otherwise.
    fn tells_apart(&self, value: &Value) -> Result<Opinion, &'static str> {
        match self.verdict(self.accepting, value) {
            Verdict::Accepted => {}
            Verdict::Refused(_) => return Ok(Opinion::Else),
            Verdict::Unknown(why) => return Err(why),
        }
        match self.verdict(self.refusing, value) {
            Verdict::Refused(refusal) if self.is_about_property(value, &refusal) => {
                Ok(Opinion::Differs)
            }
            Verdict::Refused(_) => Ok(Opinion::Else),
            Verdict::Accepted => Ok(Opinion::BothAccept),
            Verdict::Unknown(why) => Err(why),
        }
    }

    fn verdict(&self, (schemas, nodes): Sided<'_, 's>, value: &Value) -> Verdict {
        schemas.verdict_within(nodes, value, self.budget)
    }

    fn is_about_property(&self, value: &Value, refusal: &Refusal) -> bool {
        let Some(name) = self.about.property else {
            return true;
        };
        refusal.path.first().is_some_and(|step| step == name)
            || refusal.path.is_empty() && refusal.message.contains(&format!("`{name}`"))
            || without(value, name)
                .is_some_and(|rest| self.verdict(self.refusing, &rest) == Verdict::Accepted)
    }

    /// The value without the members that it does not need, and why it is refused.
    fn shrunk(&self, value: Value) -> (Value, String) {
        let mut value = value;
        let names: Vec<String> = value
            .as_object()
            .into_iter()
            .flat_map(|members| members.keys().cloned())
            .collect();
        for name in names {
            if let Some(rest) = without(&value, &name)
                && self.tells_apart(&rest) == Ok(Opinion::Differs)
            {
                value = rest;
            }
        }
        let error = match self.verdict(self.refusing, &value) {
            Verdict::Refused(refusal) => refusal.message,
            Verdict::Accepted | Verdict::Unknown(_) => String::new(),
        };
        (value, error)
    }

    /// Values of the branches that only the accepting side has.
    fn about_branches(&self) -> Vec<Value> {
        let sampler = self.sampler(self.accepting.0);
        let whole = || sampler.of(&self.accepting.0.shape(self.accepting.1), 0);
        let of_branch = |node: &Node<'s>| {
            let own = sampler.minimal_present(&[*node], 1);
            let mut values = vec![own.clone(), united(&whole(), &own)];
            if let Value::Object(members) = &own {
                let mut all = members.clone();
                let shape = self.accepting.0.shape(&[*node]);
                for (name, nodes) in &shape.properties {
                    let value = || sampler.minimal_present(nodes, 2);
                    all.entry(*name).or_insert_with(value);
                }
                values.push(united(&whole(), &Value::Object(all)));
            }
            values
        };
        self.about.branches.iter().flat_map(of_branch).collect()
    }

    /// Objects with the property, as each side describes it and as neither does, and without it.
    fn about_property(&self, yes: &Shape<'s>, no: &Shape<'s>) -> Vec<Value> {
        let Some(name) = self.about.property else {
            return Vec::new();
        };
        let base = self.sampler(self.accepting.0).minimal(self.accepting.1, 0);
        let Value::Object(members) = base else {
            return Vec::new();
        };
        // What the refusing side asks for beside it must not be in the way; it may be given as
        // either side describes it.
        let mut bases = Vec::new();
        for (schemas, shape) in [(self.accepting.0, yes), (self.refusing.0, no)] {
            let mut members = members.clone();
            for other in no.required.keys().filter(|other| **other != name) {
                let value = self.sampler(schemas).member(shape, other, 0);
                if !members.contains_key(*other) || std::ptr::eq(shape, no) {
                    members.insert((*other).to_owned(), value);
                }
            }
            if !bases.contains(&members) {
                bases.push(members);
            }
        }
        let described = [(self.accepting.0, yes), (self.refusing.0, no)]
            .into_iter()
            .filter_map(|(schemas, shape)| {
                let nodes = shape.properties.get(name)?;
                let sampler = self.sampler(schemas);
                Some([sampler.minimal(nodes, 1), sampler.minimal_present(nodes, 1)])
            })
            .flatten();
        let others = [
            json!("s"),
            json!(1),
            json!(true),
            Value::Null,
            json!({}),
            json!([]),
        ];
        let shown: Vec<Value> = described.chain(others).collect();
        bases
            .iter()
            .flat_map(|members| {
                let base = Value::Object(members.clone());
                let with = |value: &Value| Value::Object(with_member(members, name, value.clone()));
                without(&base, name)
                    .into_iter()
                    .chain([base])
                    .chain(shown.iter().map(with))
                    .collect::<Vec<_>>()
            })
            .collect()
    }
}

/// An object with one more member, or another one.
fn with_member(members: &Map<String, Value>, name: &str, value: Value) -> Map<String, Value> {
    let mut members = members.clone();
    members.insert(name.to_owned(), value);
    members
}

/// An object without a property; `None` when it has none of this name.
fn without(value: &Value, name: &str) -> Option<Value> {
    let mut members = value.as_object()?.clone();
    members.shift_remove(name)?;
    Some(Value::Object(members))
}

/// Two objects as one, the members of the second before those of the first; otherwise the second.
fn united(first: &Value, second: &Value) -> Value {
    match (first, second) {
        (Value::Object(first), Value::Object(second)) => {
            let mut members = first.clone();
            members.extend(second.clone());
            Value::Object(members)
        }
        _ => second.clone(),
    }
}
