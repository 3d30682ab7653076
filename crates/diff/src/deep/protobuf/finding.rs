//! One difference with its class, and the list of them.

use pacto_diagnostic::Location;
use serde_json::Value;

use super::rule::{Level, ProtoRule, rule};
use super::witness::Subject;
use crate::deep::Witness;
use crate::detect::ChangeKind;
use crate::{Class, Direction};

/// One difference between two protobuf schemas.
#[derive(Debug, Clone, PartialEq)]
pub struct ProtoFinding {
    /// Id of the rule that speaks.
    pub rule: &'static str,
    /// Ids of the other rules that see the same edit.
    pub aliases: Vec<&'static str>,
    /// What it does.
    pub class: Class,
    /// What changed.
    pub path: String,
    /// How it changed.
    pub kind: ChangeKind,
    /// Value on the old side.
    pub old_value: Option<Value>,
    /// Value on the new side.
    pub new_value: Option<Value>,
    /// Place on the old side.
    pub old_location: Option<Location>,
    /// Place on the new side.
    pub new_location: Option<Location>,
    /// Who supplies the data.
    pub direction: Direction,
    /// One sentence.
    pub reason: String,
    /// A value in JSON that one side only reads, where the edit is about a field or a value.
    pub witness: Option<Witness>,
}

/// An edit before a rule speaks about it.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    pub(super) path: String,
    pub(super) kind: ChangeKind,
    pub(super) values: (Option<Value>, Option<Value>),
    pub(super) places: (Option<Location>, Option<Location>),
    pub(super) direction: Direction,
    /// What has a JSON form that may have changed.
    pub(super) subject: Option<Subject>,
}

impl Edit {
    pub(super) fn new(path: impl Into<String>, kind: ChangeKind) -> Self {
        Self {
            path: path.into(),
            kind,
            values: (None, None),
            places: (None, None),
            direction: Direction::None,
            subject: None,
        }
    }

    /// Both values of a modification.
    pub(super) fn values(mut self, old: impl Into<Value>, new: impl Into<Value>) -> Self {
        self.values = (Some(old.into()), Some(new.into()));
        self
    }

    /// Values that may be absent; the kind follows from which are there.
    pub(super) fn maybe(path: String, old: Option<Value>, new: Option<Value>) -> Self {
        let kind = match (&old, &new) {
            (None, Some(_)) => ChangeKind::Added,
            (Some(_), None) => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        };
        let mut edit = Self::new(path, kind);
        edit.values = (old, new);
        edit
    }

    pub(super) fn at(mut self, old: Option<Location>, new: Option<Location>) -> Self {
        self.places = (old, new);
        self
    }

    pub(super) fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    pub(super) fn about(mut self, subject: Option<Subject>) -> Self {
        self.subject = subject;
        self
    }
}

pub(super) struct Findings {
    level: Level,
    list: Vec<(ProtoFinding, Option<Subject>)>,
}

impl Findings {
    pub(super) fn new(level: Level) -> Self {
        Self {
            level,
            list: Vec::new(),
        }
    }

    /// True when a rule of this level counts.
    pub(super) fn has(&self, level: Level) -> bool {
        level <= self.level
    }

    /// Lets the gravest rule that counts speak; among equals the one named first.
    pub(super) fn add(&mut self, edit: Edit, rules: &[&str]) {
        self.add_graded(edit, rules, ProtoRule::class);
    }

    /// The same with a class that depends on more than the rule.
    pub(super) fn add_as(&mut self, class: Class, edit: Edit, rules: &[&str]) {
        self.add_graded(edit, rules, |_, _| class);
    }

    fn add_graded(
        &mut self,
        edit: Edit,
        rules: &[&str],
        class: impl Fn(&ProtoRule, Direction) -> Class,
    ) {
        let active: Vec<(&'static ProtoRule, Class)> = rules
            .iter()
            .filter_map(|id| rule(id))
            .filter(|rule| self.has(rule.level))
            .map(|rule| (rule, class(rule, edit.direction)))
            .collect();
        let Some(gravest) = active.iter().map(|(_, class)| *class).max() else {
            return;
        };
        let Some((speaker, _)) = active.iter().find(|(_, class)| *class == gravest) else {
            return;
        };
        let reason = match &edit.values {
            (Some(old), Some(new)) => {
                format!("{} ({} to {})", speaker.title, plain(old), plain(new))
            }
            _ => speaker.title.to_owned(),
        };
        let finding = ProtoFinding {
            rule: speaker.id,
            aliases: active
                .iter()
                .map(|(rule, _)| rule.id)
                .filter(|id| *id != speaker.id)
                .collect(),
            class: gravest,
            path: edit.path,
            kind: edit.kind,
            old_value: edit.values.0,
            new_value: edit.values.1,
            old_location: edit.places.0,
            new_location: edit.places.1,
            direction: edit.direction,
            reason,
            witness: None,
        };
        self.list.push((finding, edit.subject));
    }

    /// By kind of element, its name, and the path; with what each is about.
    pub(super) fn sorted(mut self) -> Vec<(ProtoFinding, Option<Subject>)> {
        self.list.sort_by_cached_key(|(finding, _)| {
            let (head, rest) = finding.path.split_once('[').unwrap_or((&finding.path, ""));
            let (name, rest) = rest.split_once(']').unwrap_or((rest, ""));
            (
                head.to_owned(),
                name.to_owned(),
                rest.to_owned(),
                finding.kind,
                finding.rule,
            )
        });
        self.list
    }
}

/// Text without quotes, everything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
