//! Members that no schema mentions, for verdicts that close objects.

use std::collections::BTreeSet;

use pacto_document::{Kind, Node};
use serde_json::Value;

use super::{Judge, Verdict};
use crate::schema::pattern;

/// Schemas in schemas that are asked what they mention.
const DEPTH_LIMIT: usize = 16;

/// Schemas that apply to the same value as those inside them.
#[derive(Debug)]
pub(super) struct Enclosing<'c, 's> {
    pub(super) schemas: &'c [Node<'s>],
    /// The list of branches of which one is being looked at.
    pub(super) choice: Option<Node<'s>>,
    pub(super) outer: Option<&'c Enclosing<'c, 's>>,
}

/// What schemas mention of an object.
#[derive(Default)]
struct Mentioned<'s> {
    names: BTreeSet<&'s str>,
    patterns: Vec<&'s str>,
    /// Further members are described as well.
    is_open: bool,
}

impl<'s> Judge<'s, '_> {
    /// The same judge without the wish to close objects: what a schema forbids or asks about is
    /// meant as it is written.
    pub(super) fn opened(mut self) -> Self {
        self.schemas.closes_objects = false;
        self
    }

    /// Whether these schemas, or those around them, mention every member of an object. The other
    /// branches of the choices that they belong to do not count.
    pub(super) fn closed(self, schemas: &[Node<'s>], value: &Value) -> Verdict {
        let Value::Object(members) = value else {
            return Verdict::Accepted;
        };
        if !self.schemas.closes_objects {
            return Verdict::Accepted;
        }
        let mut mentioned = Mentioned::default();
        let around: Vec<&Enclosing<'_, 's>> =
            std::iter::successors(self.enclosing, |it| it.outer).collect();
        let choices: Vec<Node<'s>> = around.iter().filter_map(|it| it.choice).collect();
        for schema in schemas {
            self.mention(*schema, &[], &mut mentioned, 0);
        }
        for schema in around.iter().flat_map(|it| it.schemas) {
            self.mention(*schema, &choices, &mut mentioned, 0);
        }
        if mentioned.is_open || mentioned.names.is_empty() && mentioned.patterns.is_empty() {
            return Verdict::Accepted;
        }
        members.keys().fold(Verdict::Accepted, |verdict, name| {
            verdict.and(|| mentioned.verdict(name))
        })
    }

    fn mention(
        self,
        schema: Node<'s>,
        without: &[Node<'s>],
        mentioned: &mut Mentioned<'s>,
        depth: usize,
    ) {
        if schema.kind() != Kind::Mapping || depth > DEPTH_LIMIT || !self.budget.take() {
            return;
        }
        let documents = self.schemas.documents();
        for (key, node) in schema.entries() {
            let names = || node.entries().filter_map(|(name, _)| name.as_str());
            match key.as_str() {
                Some("properties") => mentioned.names.extend(names()),
                Some("patternProperties") => mentioned.patterns.extend(names()),
                Some("additionalProperties" | "unevaluatedProperties") => {
                    mentioned.is_open |= node.as_bool() != Some(false);
                }
                Some("$ref") => {
                    let target = node
                        .as_str()
                        .and_then(|it| documents.resolve(schema, it).ok());
                    if let Some(target) = target {
                        self.mention(target, without, mentioned, depth + 1);
                    }
                }
                Some("allOf" | "anyOf" | "oneOf")
                    if !without.iter().any(|it| is_same(*it, node)) =>
                {
                    for branch in node.items() {
                        self.mention(branch, without, mentioned, depth + 1);
                    }
                }
                Some("then" | "else") => self.mention(node, without, mentioned, depth + 1),
                Some("dependentSchemas") => {
                    for (_, branch) in node.entries() {
                        self.mention(branch, without, mentioned, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_same(one: Node<'_>, other: Node<'_>) -> bool {
    std::ptr::eq(one.document(), other.document()) && one.id() == other.id()
}

impl Mentioned<'_> {
    fn verdict(&self, name: &str) -> Verdict {
        if self.names.contains(name) {
            return Verdict::Accepted;
        }
        let mut refused = Verdict::refused(format!("property `{name}` is not described"));
        for expression in &self.patterns {
            match pattern::matches(expression, name) {
                Some(true) => return Verdict::Accepted,
                Some(false) => {}
                None => refused = Verdict::Unknown("patternProperties"),
            }
        }
        refused
    }
}
