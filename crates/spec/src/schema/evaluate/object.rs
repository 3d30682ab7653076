//! Keywords about objects.

use pacto_document::{Kind, Node};
use serde_json::{Map, Value};

use super::assertions::counted;
use super::{Judge, Verdict};
use crate::schema::{Dialect, pattern};

/// Keywords beside which a property may have been looked at by another schema.
const APPLIED_IN_PLACE: [&str; 8] = [
    "$ref",
    "$dynamicRef",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "dependentSchemas",
    "not",
];

impl<'s> Judge<'s, '_> {
    pub(super) fn object(
        self,
        schema: Node<'s>,
        dialect: Dialect,
        members: &Map<String, Value>,
        depth: usize,
    ) -> Verdict {
        // Most branches of a choice are refused for what is missing, which is soon seen. Elsewhere
        // a member that is there tells more than one that is not.
        let required = || required(schema.get("required"), members);
        if self.is_branch {
            let verdict = required();
            if verdict != Verdict::Accepted {
                return verdict;
            }
        }
        counted(schema, "minProperties", "maxProperties", || members.len())
            .and(|| self.members(schema, dialect, members, depth))
            .and(required)
            .and(|| self.names(schema, dialect, members, depth))
            .and(|| self.dependent(schema, dialect, members, depth))
    }

    fn members(
        self,
        schema: Node<'s>,
        dialect: Dialect,
        members: &Map<String, Value>,
        depth: usize,
    ) -> Verdict {
        let properties = schema.get("properties");
        let patterns = schema
            .get("patternProperties")
            .filter(|_| dialect.has_pattern_properties());
        let additional = schema.get("additionalProperties");
        let unevaluated = schema
            .get("unevaluatedProperties")
            .filter(|_| dialect.has_unevaluated());
        let mut verdict = Verdict::Accepted;
        for (name, member) in members {
            let mut is_named = false;
            if let Some(property) = properties.and_then(|it| it.get(name)) {
                is_named = true;
                verdict = verdict.and(|| {
                    let verdict = self.instance(&[property], member, depth + 1);
                    verdict.under(|| name.clone())
                });
            }
            for (expression, property) in patterns.iter().flat_map(|it| it.entries()) {
                match pattern::matches(expression.as_str().unwrap_or(""), name) {
                    Some(false) => {}
                    Some(true) => {
                        is_named = true;
                        verdict = verdict.and(|| {
                            let verdict = self.instance(&[property], member, depth + 1);
                            verdict.under(|| name.clone())
                        });
                    }
                    None => verdict = verdict.and(|| Verdict::Unknown("patternProperties")),
                }
            }
            if is_named {
                continue;
            }
            verdict = match (additional, unevaluated) {
                (Some(rest), _) => verdict.and(|| self.rest(rest, (name, member), depth)),
                (None, Some(rest)) => verdict.and(|| {
                    let is_told = !APPLIED_IN_PLACE.iter().any(|key| schema.get(key).is_some());
                    if is_told {
                        self.rest(rest, (name, member), depth)
                    } else {
                        Verdict::Unknown("unevaluatedProperties")
                    }
                }),
                (None, None) => verdict,
            };
        }
        verdict
    }

    /// A property that is not named.
    fn rest(self, schema: Node<'s>, (name, member): (&str, &Value), depth: usize) -> Verdict {
        if schema.as_bool() == Some(false) {
            let verdict = Verdict::refused(format!("property `{name}` is not allowed"));
            return verdict.under(|| name.to_owned());
        }
        self.instance(&[schema], member, depth + 1)
            .under(|| name.to_owned())
    }

    fn names(
        self,
        schema: Node<'s>,
        dialect: Dialect,
        members: &Map<String, Value>,
        depth: usize,
    ) -> Verdict {
        let rule = schema
            .get("propertyNames")
            .filter(|_| dialect.has_constants());
        let Some(rule) = rule else {
            return Verdict::Accepted;
        };
        members.keys().fold(Verdict::Accepted, |verdict, name| {
            let text = Value::from(name.as_str());
            verdict.and(|| self.instance(&[rule], &text, depth + 1))
        })
    }

    fn dependent(
        self,
        schema: Node<'s>,
        dialect: Dialect,
        members: &Map<String, Value>,
        depth: usize,
    ) -> Verdict {
        let mut verdict = Verdict::Accepted;
        for keyword in ["dependentRequired", "dependentSchemas", "dependencies"] {
            let Some(map) = schema.get(keyword) else {
                continue;
            };
            let is_spoken = if keyword == "dependencies" {
                dialect.has_dependencies()
            } else {
                dialect.has_unevaluated()
            };
            for (name, wanted) in map.entries() {
                let is_present = name.as_str().is_some_and(|name| members.contains_key(name));
                if !is_present {
                    continue;
                }
                verdict = verdict.and(|| match wanted.kind() {
                    // Later drafts have other words for it, but readers differ in what they do.
                    _ if !is_spoken => Verdict::Unknown("dependencies"),
                    Kind::Sequence => required(Some(wanted), members),
                    _ => {
                        let value = Value::Object(members.clone());
                        self.one(wanted, &value, depth + 1)
                    }
                });
            }
        }
        verdict
    }
}

fn required(list: Option<Node<'_>>, members: &Map<String, Value>) -> Verdict {
    let mut names = list.into_iter().flat_map(Node::items);
    let missing = names.find_map(|name| {
        let name = name.as_str()?;
        (!members.contains_key(name)).then_some(name)
    });
    missing.map_or(Verdict::Accepted, |name| {
        Verdict::refused(format!("required property `{name}` is missing"))
    })
}
