//! From the library's errors to one record per leaf failure.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use pacto_document::{Pointer, PointerSegment};
use serde_json::Value;

use super::text;

/// One leaf failure of an instance.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leaf {
    /// Place in the instance.
    pub(crate) pointer: Pointer,
    /// The failure in the published wording, without the place.
    pub(crate) text: String,
    /// What suggestions and repairs need to know.
    pub(crate) problem: Problem,
    /// Place of the keyword in the schema: positions of the steps that lead there.
    order: Vec<usize>,
}

/// The kinds of failure that something more can be said about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Problem {
    /// Keys that the schema does not know, sorted, and those it knows, in schema order.
    UnknownKeys {
        unknown: Vec<String>,
        known: Vec<String>,
    },
    /// A value that is none of these words.
    NotOneOf(Vec<String>),
    /// A value of another kind; the kinds that are wanted.
    WrongKind(Vec<&'static str>),
    /// Keys that are missing.
    MissingKeys(Vec<String>),
    /// The instance could not be judged at all.
    NotJudged,
    /// Everything else.
    Other,
}

impl Leaf {
    /// The one failure of a schema that would take more steps than are allowed.
    pub(super) fn not_judged() -> Self {
        Self {
            pointer: Pointer::root(),
            text: "the schema takes too many steps to be applied; its references multiply"
                .to_owned(),
            problem: Problem::NotJudged,
            order: Vec::new(),
        }
    }
}

/// `at 'POINTER': TEXT`.
impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at '{}': {}", self.pointer, self.text)
    }
}

/// An error of the library, taken apart.
struct Raw {
    instance_path: String,
    /// Way of the evaluation through the schema, references included, without the keyword.
    scope: String,
    keyword: String,
    order: Vec<usize>,
    text: String,
    problem: Problem,
}

/// Turns errors into leaves, sorted by place in the instance, then in the schema.
pub(super) fn collect(errors: &[ValidationError<'_>], schema: &Value) -> Vec<Leaf> {
    let mut raw = Vec::new();
    for error in errors {
        flatten(error, schema, &mut raw);
    }
    hide_behind_kind(&mut raw);
    raw.sort_by(|a, b| a.order.cmp(&b.order));
    let mut leaves: Vec<Leaf> = join_missing(raw)
        .into_iter()
        .map(|raw| Leaf {
            pointer: Pointer::parse(&raw.instance_path),
            text: raw.text,
            problem: raw.problem,
            order: raw.order,
        })
        .collect();
    leaves.sort_by(|a, b| {
        compare_pointers(&a.pointer, &b.pointer).then_with(|| a.order.cmp(&b.order))
    });
    leaves
}

/// Orders places as they are read: keys by text, positions by number, a container first.
pub(crate) fn compare_pointers(a: &Pointer, b: &Pointer) -> Ordering {
    let segments = a.0.iter().zip(&b.0).map(|pair| match pair {
        (PointerSegment::Index(a), PointerSegment::Index(b)) => a.cmp(b),
        (PointerSegment::Key(a), PointerSegment::Key(b)) => a.cmp(b),
        (PointerSegment::Index(_), PointerSegment::Key(_)) => Ordering::Less,
        (PointerSegment::Key(_), PointerSegment::Index(_)) => Ordering::Greater,
    });
    segments
        .fold(Ordering::Equal, Ordering::then)
        .then(a.0.len().cmp(&b.0.len()))
}

fn flatten(error: &ValidationError<'_>, schema: &Value, out: &mut Vec<Raw>) {
    if let Kind::OneOfNotValid { context } | Kind::AnyOf { context } = error.kind() {
        for branch in context {
            for inner in branch {
                flatten(inner, schema, out);
            }
        }
        return;
    }
    let path = error.evaluation_path().as_str();
    let (scope, keyword) = path.rsplit_once('/').unwrap_or(("", path));
    let problem = match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let mut unknown = unexpected.clone();
            unknown.sort();
            let object = error.schema_path().as_str().rsplit_once('/');
            let known = object
                .and_then(|(object, _)| schema.pointer(object))
                .and_then(|object| object.get("properties"))
                .and_then(Value::as_object)
                .map(|properties| properties.keys().cloned().collect())
                .unwrap_or_default();
            Problem::UnknownKeys { unknown, known }
        }
        Kind::Enum { options } => Problem::NotOneOf(
            options
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|option| option.as_str().map(str::to_owned))
                .collect(),
        ),
        Kind::Constant { expected_value } => Problem::NotOneOf(
            expected_value
                .as_str()
                .map(str::to_owned)
                .into_iter()
                .collect(),
        ),
        Kind::Type { kind } => Problem::WrongKind(text::wanted(kind)),
        Kind::Required { property } => {
            Problem::MissingKeys(vec![property.as_str().unwrap_or_default().to_owned()])
        }
        Kind::BacktrackLimitExceeded { .. }
        | Kind::RegexEngineFailure { .. }
        | Kind::Referencing(_) => Problem::NotJudged,
        _ => Problem::Other,
    };
    out.push(Raw {
        instance_path: error.instance_path().as_str().to_owned(),
        scope: scope.to_owned(),
        keyword: keyword.to_owned(),
        order: order(schema, path),
        text: text::failure(error),
        problem,
    });
}

/// The Go library stops at a schema whose `type`, `const` or `enum` fails, in this order.
fn hide_behind_kind(raw: &mut Vec<Raw>) {
    let rank = |keyword: &str| ["type", "const", "enum"].iter().position(|k| *k == keyword);
    let mut stops: HashMap<String, Vec<(String, usize)>> = HashMap::new();
    for error in raw.iter() {
        if let Some(rank) = rank(&error.keyword) {
            stops
                .entry(error.instance_path.clone())
                .or_default()
                .push((error.scope.clone(), rank));
        }
    }
    raw.retain(|error| {
        let here = stops.get(&error.instance_path);
        !here.into_iter().flatten().any(|(scope, stop)| {
            if error.scope == *scope {
                return rank(&error.keyword).is_none_or(|rank| rank > *stop);
            }
            error
                .scope
                .strip_prefix(scope.as_str())
                .is_some_and(|below| below.starts_with('/'))
        })
    });
}

/// The library reports each missing key of one `required` alone; people get one finding.
fn join_missing(raw: Vec<Raw>) -> Vec<Raw> {
    let mut joined: Vec<Raw> = Vec::new();
    let mut places: HashMap<(String, String, String), usize> = HashMap::new();
    for error in raw {
        if let Problem::MissingKeys(more) = &error.problem {
            let place = (
                error.scope.clone(),
                error.keyword.clone(),
                error.instance_path.clone(),
            );
            let position = *places.entry(place).or_insert(joined.len());
            if let Some(Raw {
                problem: Problem::MissingKeys(keys),
                text: message,
                ..
            }) = joined.get_mut(position)
            {
                keys.extend(more.iter().cloned());
                *message = text::missing(keys);
                continue;
            }
        }
        joined.push(error);
    }
    joined
}

/// Positions of the steps of an evaluation path in the schema document.
fn order(schema: &Value, path: &str) -> Vec<usize> {
    let mut node = Some(schema);
    let mut positions = Vec::new();
    for segment in path.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        let next = node.and_then(|node| match node {
            Value::Object(object) => object
                .iter()
                .position(|(key, _)| *key == segment)
                .zip(object.get(&segment)),
            Value::Array(items) => segment
                .parse()
                .ok()
                .and_then(|position: usize| Some((position, items.get(position)?))),
            _ => None,
        });
        positions.push(next.map_or(usize::MAX, |(position, _)| position));
        node = next.map(|(_, value)| value);
        if segment == "$ref" {
            node = node
                .and_then(Value::as_str)
                .and_then(|reference| schema.pointer(reference.strip_prefix('#')?));
        }
    }
    positions
}
