//! Inline values of a configuration, held against the schema of the new side.

use pacto_contract::Configuration;
use pacto_document::Node;
use pacto_spec::schema::{Refusal, Schemas, Slot, Verdict};
use serde_json::Value;

use super::{provided, refusals};
use crate::deep::finding::{Finding, Order};
use crate::deep::{Witness, documents, rules};
use crate::detect::{ChangeKind, Fact, Scope, Step, pointer_of, written};
use crate::{Direction, PathStyle, Side};

/// The rule about values that were fine before.
const RULE: &str = "config-value-became-invalid";

/// Refused values of one configuration that are listed.
const LISTED: usize = 32;

/// Says which values of the old contract, which deployments may have taken over, are refused by the
/// new schema. Values that the old schema refused as well are nobody's loss.
pub(super) fn became_invalid(
    old: &Side,
    new: &Side,
    before: &Configuration,
    after: &Configuration,
) -> Vec<Finding> {
    let Some(values) = before.values.clone().map(Value::Object) else {
        return Vec::new();
    };
    let refused = with_schema(new, after, |schemas, root| {
        let refusals = refusals::all(schemas, root, &values, LISTED + 1);
        let places = refusals.into_iter().map(|refusal| {
            let place = pacto_spec::place(schema_of(schemas, root, &refusal.path));
            (refusal, place)
        });
        places.collect::<Vec<_>>()
    });
    let accepted = |value: &Value| {
        let verdict = with_schema(old, before, |schemas, root| schemas.verdict(&[root], value));
        // Without a schema anything goes.
        verdict.unwrap_or(Verdict::Accepted)
    };
    let refused = refused.unwrap_or_default();
    if refused.is_empty() || matches!(accepted(&values), Verdict::Refused(_)) {
        return Vec::new();
    }
    let is_cut_off = refused.len() > LISTED;
    let mut findings = Vec::new();
    for (refusal, schema) in refused.into_iter().take(LISTED) {
        let witness = (accepted(&values) == Verdict::Accepted).then(|| {
            let alone = only(&values, &refusal.path);
            let refused = with_schema(new, after, |schemas, root| {
                refusal_of(schemas, root, &alone)
            });
            let is_enough = refused.flatten().as_ref() == Some(&refusal)
                && accepted(&alone) == Verdict::Accepted;
            Witness::Value {
                value: if is_enough { alone } else { values.clone() },
                accepted_by: "old",
                reading: None,
                error: refusal.message.clone(),
                r#where: Scope::Configuration(before.name.clone()).canonical(),
            }
        });
        let is_last = is_cut_off && findings.len() + 1 == LISTED;
        let more = if is_last { "; more are refused" } else { "" };
        let (steps, part) = followed(&values, &refusal.path);
        let fact = Fact::ConfigurationValue {
            configuration: before.name.clone(),
            steps: steps.clone(),
        };
        let path = fact.path(PathStyle::Canonical);
        let place = pointer_of(&written(before).key("values"), &steps);
        let judgement = rules::judge(RULE, None, Direction::Input);
        findings.push(Finding {
            rule: RULE.to_owned(),
            page: judgement.page,
            class: judgement.class,
            direction: Direction::Input,
            reason: format!(
                "{path} of the old contract is refused by the new schema: {}{more}",
                refusal.message
            ),
            path,
            occurrences: Vec::new(),
            kind: ChangeKind::Modified,
            old_value: Some(part.clone()),
            new_value: None,
            old_location: old.place(&place),
            new_location: Some(schema),
            witness,
            order: Order::default(),
        });
    }
    findings
}

/// Looks at the schema of a configuration, its own or that of the provider it refers to; `None` when
/// there is none, or none that can be read.
fn with_schema<R>(
    side: &Side,
    configuration: &Configuration,
    look: impl for<'s> FnOnce(Schemas<'s>, Node<'s>) -> R,
) -> Option<R> {
    let (side, path) = match (&configuration.schema, &configuration.reference) {
        (Some(path), _) => (side, path.clone()),
        (None, Some(reference)) => {
            let provider = side.provider(reference)?;
            (provider, provided(provider)?)
        }
        (None, None) => return None,
    };
    let documents = documents(side.document(&path)?.as_ref().ok()?, side);
    Some(look(Schemas::new(&documents), documents.main().root()))
}

/// Why a schema refuses a value.
fn refusal_of<'s>(schemas: Schemas<'s>, root: Node<'s>, value: &Value) -> Option<Refusal> {
    match schemas.verdict(&[root], value) {
        Verdict::Refused(refusal) => Some(refusal),
        Verdict::Accepted | Verdict::Unknown(_) => None,
    }
}

/// A value with nothing in its objects but what leads to a part.
fn only(value: &Value, path: &[String]) -> Value {
    match (value, path) {
        (Value::Object(members), [name, rest @ ..]) => match members.get(name) {
            Some(member) => {
                let member = (name.clone(), only(member, rest));
                Value::Object([member].into_iter().collect())
            }
            None => value.clone(),
        },
        _ => value.clone(),
    }
}

/// The schema that describes a part of a value, as far as names and positions lead to one.
fn schema_of<'s>(schemas: Schemas<'s>, root: Node<'s>, path: &[String]) -> Node<'s> {
    let mut nodes = vec![root];
    for step in path {
        let shape = schemas.shape(&nodes);
        let position = step.parse::<usize>().ok();
        let named = shape.properties.get(step.as_str()).cloned();
        let next = named
            .or_else(|| Some(vec![*shape.prefix_items.get(position?)?]))
            .or_else(|| shape.slots.get(&Slot::Items).cloned())
            .or_else(|| Some(vec![shape.additional_properties?]));
        match next {
            Some(next) => nodes = next,
            None => break,
        }
    }
    nodes.first().copied().unwrap_or(root)
}

/// The steps to a part of a value, and the part.
fn followed<'v>(value: &'v Value, path: &[String]) -> (Vec<Step>, &'v Value) {
    let mut steps = Vec::new();
    let mut part = value;
    for name in path {
        let index = name.parse::<usize>().ok();
        let (step, next) = match part {
            Value::Array(items) => (
                index.map(Step::Index),
                index.and_then(|index| items.get(index)),
            ),
            other => (Some(Step::Key(name.clone())), other.get(name)),
        };
        let (Some(step), Some(next)) = (step, next) else {
            break;
        };
        steps.push(step);
        part = next;
    }
    (steps, part)
}
