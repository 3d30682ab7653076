//! One deep change with its places, before it becomes a record.

mod both_ways;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use pacto_document::Node;
use pacto_spec::schema::Schemas;
use rayon::prelude::*;
use serde_json::Value;

use super::place::Position;
use super::rules;
use super::schema::delta::unbracketed;
use super::schema::{Delta, Outcome, RuleName};
use super::witness::{self, About, Witness};
use crate::detect::ChangeKind;
use crate::{Class, Direction};

/// Searches for witnesses from which on more than one thread is worth it.
const SIDE_BY_SIDE: usize = 16;

/// Places of shared changes that are listed, over a whole comparison.
const OCCURRENCES_LIMIT: usize = 200_000;

/// Bytes of their paths: schemas that refer to each other over and over have long ones.
const OCCURRENCES_BYTES_LIMIT: usize = 16 << 20;

/// One deep change.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    /// Rule id.
    pub(crate) rule: String,
    /// Page that classed it.
    pub(crate) page: &'static str,
    pub(crate) class: Class,
    pub(crate) direction: Direction,
    /// Path of its first place.
    pub(crate) path: String,
    /// Paths of all places when it is in something shared.
    pub(crate) occurrences: Vec<String>,
    pub(crate) kind: ChangeKind,
    pub(crate) old_value: Option<Value>,
    pub(crate) new_value: Option<Value>,
    pub(crate) old_location: Option<pacto_diagnostic::Location>,
    pub(crate) new_location: Option<pacto_diagnostic::Location>,
    pub(crate) reason: String,
    pub(crate) witness: Option<Witness>,
    /// Where it sorts among the records of its document.
    pub(crate) order: Order,
}

impl Finding {
    /// Paths of all its places.
    pub(crate) fn places(&self) -> impl Iterator<Item = &String> {
        let first = self.occurrences.is_empty().then_some(&self.path);
        first.into_iter().chain(&self.occurrences)
    }
}

/// Order of records of one OpenAPI document: path, method, part, key of the part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Order {
    /// 0 for paths, 1 for everything after.
    pub(crate) section: u8,
    pub(crate) path: String,
    /// 0 for the path itself, else the position of the method from 1.
    pub(crate) method: usize,
    /// 0 operation, 1 parameters, 2 request body, 3 responses, 4 the rest.
    pub(crate) part: u8,
    pub(crate) key: String,
}

/// What identifies a change in something shared.
type Shared = (String, Direction, (usize, u32), (usize, u32), String);

/// Collects the findings of one document.
pub(crate) struct Findings<'s> {
    pub(crate) old: Schemas<'s>,
    pub(crate) new: Schemas<'s>,
    pub(crate) list: Vec<Finding>,
    /// Searches for their witnesses.
    pending: Vec<Pending<'s>>,
    shared: HashMap<Shared, usize>,
    places: usize,
    /// Length of the paths of these places.
    places_bytes: usize,
    /// Who calls at the moment: nothing for the consumer, else what ids begin with.
    pub(crate) caller: Option<&'static str>,
    /// The highest class that changes get at the moment.
    pub(crate) cap: Option<Class>,
    /// Findings whose class was limited at each of their places so far.
    capped: HashSet<usize>,
    /// There are more places than are listed.
    pub(crate) is_cut_off: bool,
}

/// A place in a document whose schemas are compared.
pub(crate) struct Place<'p> {
    /// Path of the schema.
    pub(crate) path: String,
    /// What it is.
    pub(crate) position: Position,
    /// How sentences call it: `POST /charges request body`.
    pub(crate) subject: &'p str,
    /// Where its findings sort.
    pub(crate) order: Order,
}

impl<'s> Findings<'s> {
    pub(crate) fn new(old: Schemas<'s>, new: Schemas<'s>) -> Self {
        Self {
            old,
            new,
            list: Vec::new(),
            pending: Vec::new(),
            shared: HashMap::new(),
            places: 0,
            places_bytes: 0,
            caller: None,
            cap: None,
            capped: HashSet::new(),
            is_cut_off: false,
        }
    }

    /// Adds a change that is not about a schema.
    #[expect(
        clippy::too_many_arguments,
        reason = "one line per fact at the call sites"
    )]
    pub(crate) fn add(
        &mut self,
        rule: &str,
        path: String,
        order: &Order,
        direction: Direction,
        nodes: (Option<Node<'s>>, Option<Node<'s>>),
        values: (Option<Value>, Option<Value>),
        reason: String,
    ) {
        let judgement = rules::judge(rule, None, direction);
        let kind = match nodes {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        };
        self.list.push(Finding {
            rule: self.named(rule),
            page: judgement.page,
            class: self.limited(judgement.class),
            direction,
            path,
            occurrences: Vec::new(),
            kind,
            old_value: values.0,
            new_value: values.1,
            old_location: nodes.0.map(pacto_spec::place),
            new_location: nodes.1.map(pacto_spec::place),
            reason,
            witness: None,
            order: order.clone(),
        });
    }

    /// Adds what differs between the schemas of a place.
    pub(crate) fn add_outcome(&mut self, place: &Place<'_>, outcome: &Rc<Outcome<'s>>) {
        self.expand(place, outcome, &place.path, true);
    }

    fn expand(&mut self, place: &Place<'_>, outcome: &Outcome<'s>, path: &str, is_root: bool) {
        for delta in &outcome.deltas {
            self.delta(place, outcome, delta, path, is_root);
        }
        for (step, child) in &outcome.children {
            if self.places >= OCCURRENCES_LIMIT || self.places_bytes >= OCCURRENCES_BYTES_LIMIT {
                self.is_cut_off = true;
                return;
            }
            self.expand(place, child, &format!("{path}{step}"), false);
        }
    }

    fn delta(
        &mut self,
        place: &Place<'_>,
        outcome: &Outcome<'s>,
        delta: &Delta<'s>,
        path: &str,
        is_root: bool,
    ) {
        self.places += 1;
        // What it is called in configurations or APIs, whose pages class it.
        let (judged, family) = match delta.name {
            RuleName::Family(family) => (place.position.rule(family, is_root), Some(family)),
            RuleName::Id(id) => (id.to_owned(), None),
        };
        let rule = self.named(&place.position.named(&judged));
        let full = format!("{path}{}", delta.suffix);
        self.places_bytes += full.len();
        let direction = place.position.direction();
        let key = (
            rule.clone(),
            direction,
            identity(delta.old.or(outcome.schemas.0.first().copied())),
            identity(delta.new.or(outcome.schemas.1.first().copied())),
            delta.suffix.clone(),
        );
        if let Some(index) = self.shared.get(&key) {
            let is_raised = self.cap.is_none() && self.capped.remove(index);
            if let Some(finding) = self.list.get_mut(*index) {
                if finding.occurrences.is_empty() {
                    finding.occurrences.push(finding.path.clone());
                }
                finding.occurrences.push(full);
                // Something settled uses it as well.
                if is_raised {
                    finding.class = rules::judge(&judged, family, direction).class;
                }
            }
            return;
        }
        let judgement = rules::judge(&judged, family, direction);
        if is_about_values(&rule, judgement.class) {
            self.pending.push(Pending {
                finding: self.list.len(),
                direction,
                schemas: outcome.schemas.clone(),
                delta: delta.clone(),
                path: path.to_owned(),
            });
        }
        let reason = sentence(place.subject, &rule, delta, path, &place.path);
        self.shared.insert(key, self.list.len());
        if self.cap.is_some() {
            self.capped.insert(self.list.len());
        }
        self.list.push(Finding {
            rule,
            page: judgement.page,
            class: self.limited(judgement.class),
            direction,
            path: full,
            occurrences: Vec::new(),
            kind: delta.kind,
            old_value: delta.old_value.clone(),
            new_value: delta.new_value.clone(),
            old_location: delta.old.map(pacto_spec::place),
            new_location: delta.new.map(pacto_spec::place),
            reason,
            witness: None,
            order: place.order.clone(),
        });
    }

    /// An id as it is called where the provider calls: what is a response by its direction is a
    /// request there, and the other way round.
    fn named(&self, rule: &str) -> String {
        match self.caller {
            Some(caller) if !rule.starts_with(caller) => {
                format!("{caller}{}", rules::swapped(rule))
            }
            _ => rule.to_owned(),
        }
    }

    /// A class, not above the present limit.
    fn limited(&self, class: Class) -> Class {
        self.cap.map_or(class, |cap| class.min(cap))
    }

    /// The findings, each with its witness. To look for values is most of the work on documents that
    /// changed much, and one search knows nothing of the others.
    pub(crate) fn finished(self) -> Vec<Finding> {
        let Self {
            old,
            new,
            mut list,
            pending,
            ..
        } = self;
        let found: Vec<Witness> = if pending.len() < SIDE_BY_SIDE {
            pending
                .iter()
                .map(|search| search.witness(old, new))
                .collect()
        } else {
            pending
                .par_iter()
                .map(|search| search.witness(old, new))
                .collect()
        };
        for (search, witness) in pending.iter().zip(found) {
            if let Some(finding) = list.get_mut(search.finding) {
                finding.witness = Some(witness);
            }
        }
        list
    }
}

/// Whether a change of this class, by this rule, has values that show it.
fn is_about_values(rule: &str, class: Class) -> bool {
    // They say what valid values mean, or their effect on values is in other records.
    let others = [
        "default-value",
        "discriminator",
        "-renamed",
        "-draft-changed",
        // What is behind them is not known.
        "ref-unresolved",
        "external-ref-not-compared",
    ];
    class != Class::NonBreaking && !others.iter().any(|part| rule.contains(part))
}

/// A search for a witness, put off until all of them can run side by side.
struct Pending<'s> {
    /// Position of the finding.
    finding: usize,
    direction: Direction,
    /// The schemas that were compared, on each side.
    schemas: (Vec<Node<'s>>, Vec<Node<'s>>),
    delta: Delta<'s>,
    /// Path of the schemas.
    path: String,
}

impl<'s> Pending<'s> {
    /// A value that shows the change: refused now where callers supply it, sent only now where
    /// the provider does.
    fn witness(&self, old: Schemas<'s>, new: Schemas<'s>) -> Witness {
        let delta = &self.delta;
        let old = (old, self.schemas.0.as_slice());
        let new = (new, self.schemas.1.as_slice());
        let name = ["properties", "required"].iter().find_map(|part| {
            let rest = delta.suffix.strip_prefix(&format!(".{part}["))?;
            rest.strip_suffix(']')
        });
        let name = name.map(unbracketed);
        let is_output = self.direction == Direction::Output;
        let (there, elsewhere) = if is_output {
            (delta.new, delta.old)
        } else {
            (delta.old, delta.new)
        };
        let is_branch = [".anyOf[", ".oneOf[", ".allOf["];
        let is_branch = is_branch.iter().any(|it| delta.suffix.starts_with(it));
        let branches = match delta.suffix.as_str() {
            // A choice where there was none.
            ".oneOf" | ".anyOf" => {
                let (schemas, nodes) = if is_output { new } else { old };
                let shape = schemas.shape(nodes);
                let branches = shape.one_of.iter().chain(&shape.any_of);
                branches.map(|branch| branch.node).collect()
            }
            _ if is_branch && elsewhere.is_none() => there.into_iter().collect(),
            _ => Vec::new(),
        };
        let about = About {
            property: name.as_deref(),
            branches: &branches,
            format: delta.suffix == ".format",
        };
        let (mut accepted_by, mut found) = if is_output {
            ("new", witness::find(new, old, about))
        } else {
            ("old", witness::find(old, new, about))
        };
        // What readers lose is shown by a value that they got.
        if is_output && found.is_err() && delta.new.is_none() && about.property.is_some() {
            (accepted_by, found) = ("old", witness::find(old, new, about).or(found));
        }
        match found {
            Ok(found) => Witness::Value {
                value: found.value,
                accepted_by,
                error: found.error,
                r#where: self.path.clone(),
                reading: found.reading,
            },
            Err(none) => Witness::None { none },
        }
    }
}

fn identity(node: Option<Node<'_>>) -> (usize, u32) {
    node.map_or((0, 0), Node::identity)
}

/// What happened, as one sentence: `POST /charges request body: property currency became
/// required`.
fn sentence(subject: &str, rule: &str, delta: &Delta<'_>, path: &str, root: &str) -> String {
    let what = rule.replace('-', " ");
    let below = path.strip_prefix(root).unwrap_or("");
    let place = format!("{below}{}", delta.suffix);
    let place = place.trim_start_matches('.');
    let values = match (&delta.old_value, &delta.new_value) {
        (Some(old), Some(new)) if delta.kind == ChangeKind::Modified => {
            format!(" ({old} to {new})")
        }
        _ => String::new(),
    };
    if place.is_empty() {
        format!("{subject}: {what}{values}")
    } else {
        format!("{subject}: {what} at {place}{values}")
    }
}
