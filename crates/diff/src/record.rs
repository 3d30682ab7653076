//! The record of a change: what every output prints.

use std::collections::HashMap;
use std::fmt::Write as _;

use pacto_diagnostic::Location;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::deep::Witness;
use crate::deep::annotations::is_annotation;
use crate::detect::{Change, ChangeKind};
use crate::judge::{CATCH_ALL, Judgement, Layer};
use crate::{Class, Engine, FailOn, Options, Scale};

/// Id of the rule about documents that one side cannot read.
const NOT_COMPARABLE: &str = "document-not-comparable";

/// One change with its class.
///
/// The first six fields are those of the Go implementation; the others are ours, and absent with
/// [`Engine::Base`].
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// What changed.
    pub path: String,
    /// How it changed.
    #[serde(rename = "type")]
    pub kind: ChangeKind,
    /// Old value; absent when the old side has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_value: Option<Value>,
    /// New value; absent when the new side has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_value: Option<Value>,
    /// What it does to those who rely on the contract.
    pub classification: Class,
    /// The class before a rules file gave it another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_classification: Option<Class>,
    /// One sentence.
    pub reason: String,
    /// The layer it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<Layer>,
    /// Id of the rule that explains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Class on the refined scale, where it was judged there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refined: Option<Class>,
    /// Who supplies the data it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Name of the interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// The document, in the new bundle, or in the old one when it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Place on the old side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_location: Option<Location>,
    /// Place on the new side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_location: Option<Location>,
    /// A value that shows what the change does; on records about schemas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
    /// Fingerprint of the base record this one explains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Fingerprints of the records that explain this one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub explained_by: Vec<String>,
    /// Other spellings of the path.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub aliases: Vec<String>,
    /// All places of a change in something shared.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub occurrences: Vec<String>,
    /// Identity of the change over runs, commits and moves: 16 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Why the change is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<String>,
    /// The fingerprint without `--expand`, on records that stand for one place of several.
    #[serde(skip)]
    pub shared_fingerprint: Option<String>,
    /// The page that classed it.
    #[serde(skip)]
    pub judged_by: &'static str,
    /// The added thing is something consumers can newly use.
    #[serde(skip)]
    pub is_added_surface: bool,
}

/// Who supplies the data a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The consumer.
    Input,
    /// The provider.
    Output,
    /// Either.
    Both,
    /// Nobody.
    None,
}

impl Record {
    /// The class that counts on a scale; `None` for accepted changes.
    pub(crate) fn counted(&self, scale: Scale) -> Option<Class> {
        if self.suppressed.is_some() {
            return None;
        }
        let refined = self.refined.unwrap_or(self.classification);
        Some(match scale {
            Scale::Compatible => refined.max(self.classification),
            Scale::Refined => refined,
        })
    }

    /// Whether the record makes a command fail. Edits of documentation that are only listed are no
    /// changes of the contract, so they do not count as any change either.
    pub(crate) fn reaches(&self, fail_on: FailOn, scale: Scale) -> bool {
        self.counted(scale).is_some_and(|class| match fail_on {
            FailOn::Any => class > Class::NonBreaking || !is_annotation(self),
            _ => fail_on.gates(class),
        })
    }

    /// A record that says what became of something else, and nothing more yet.
    fn plain(path: String, reason: String, judgement: Judgement) -> Self {
        Self {
            path,
            kind: ChangeKind::Modified,
            old_value: None,
            new_value: None,
            classification: judgement.class,
            default_classification: None,
            reason,
            layer: None,
            rule: None,
            refined: None,
            direction: None,
            interface: None,
            file: None,
            old_location: None,
            new_location: None,
            witness: None,
            parent: None,
            explained_by: Vec::new(),
            aliases: Vec::new(),
            occurrences: Vec::new(),
            fingerprint: None,
            suppressed: None,
            shared_fingerprint: None,
            judged_by: judgement.page,
            is_added_surface: false,
        }
    }

    /// A record of the deep layer that stands alone, without what is particular to its change.
    pub(crate) fn deep(rule: &str, judgement: Judgement, path: String, reason: String) -> Self {
        Self {
            layer: Some(Layer::Deep),
            rule: Some(rule.to_owned()),
            refined: Some(judgement.class),
            direction: Some(Direction::None),
            ..Self::plain(path, reason, judgement)
        }
    }

    /// Writes a judged change down.
    pub(crate) fn new(change: Change, judgement: Judgement, options: &Options) -> Self {
        let style = options.path_style;
        let path = change.fact.path(style);
        let reason = change.fact.reason(change.kind, style);
        let is_added_surface = change.kind == ChangeKind::Added && change.fact.is_surface();
        let mut record = Self {
            kind: change.kind,
            old_value: change.old,
            new_value: change.new,
            is_added_surface,
            ..Self::plain(path, reason, judgement)
        };
        if options.engine == Engine::Full {
            record.layer = Some(Layer::Base);
            record.rule = (judgement.page == NOT_COMPARABLE).then(|| judgement.page.to_owned());
            record.interface = change.interface;
            record.file = change
                .file
                .or_else(|| Some(pacto_contract::CONTRACT_FILE.to_owned()));
            record.old_location = change.old_location;
            record.new_location = change.new_location;
            record.aliases = change.fact.aliases(style);
            record.fingerprint = Some(fingerprint(&record));
        }
        record
    }

    /// A whole service that came to a folder of services, or went from it.
    pub(crate) fn of_service(name: &str, is_gone: bool) -> Self {
        let value = Some(Value::String(name.to_owned()));
        let (kind, rule, class, old_value, new_value) = if is_gone {
            let class = Class::Breaking;
            (ChangeKind::Removed, "service-removed", class, value, None)
        } else {
            let class = Class::NonBreaking;
            (ChangeKind::Added, "service-added", class, None, value)
        };
        let judgement = Judgement {
            class,
            page: "service-came-or-went",
        };
        let reason = format!("service `{name}` {kind}");
        let mut record = Self {
            kind,
            old_value,
            new_value,
            direction: None,
            ..Self::deep(rule, judgement, "service".to_owned(), reason)
        };
        record.fingerprint = Some(fingerprint(&record));
        record
    }

    /// Leaves out what the base layer alone does not say.
    pub(crate) fn become_base(&mut self) {
        self.layer = None;
        self.rule = None;
        self.refined = None;
        self.fingerprint = None;
    }

    /// The path with the name of its item, where there is one.
    pub(crate) fn keyed_path(&self) -> &str {
        self.aliases
            .iter()
            .find(|alias| {
                !self.path.contains('[') && !alias.starts_with("schema") && alias.contains('[')
            })
            .map_or(self.path.as_str(), String::as_str)
    }

    /// The rule id, or the page of the classification table that classed the record.
    pub fn code(&self) -> &str {
        match self.rule.as_deref() {
            Some(rule) => rule,
            None if self.judged_by.is_empty() => CATCH_ALL,
            None => self.judged_by,
        }
    }
}

/// The records people need to read: without accepted ones and those that another one explains, when
/// that is at least as grave.
pub(crate) fn told(records: &[Record]) -> Vec<&Record> {
    let classes: HashMap<&str, Class> = records
        .iter()
        .filter_map(|record| Some((record.fingerprint.as_deref()?, record.classification)))
        .collect();
    let is_told = |record: &&Record| {
        let mut explanations = record.explained_by.iter();
        !explanations.any(|other| {
            let class = classes.get(other.as_str());
            class.is_some_and(|class| *class >= record.classification)
        })
    };
    let is_open = |record: &&Record| record.suppressed.is_none();
    records.iter().filter(is_open).filter(is_told).collect()
}

/// First 16 hexadecimal digits of SHA-256 over rule, path, type and both values as canonical JSON,
/// separated by NUL bytes.
pub(crate) fn fingerprint(record: &Record) -> String {
    let mut hash = Sha256::new();
    hash.update(record.rule.as_deref().unwrap_or(""));
    for part in [record.path.as_str(), record.kind.as_str()] {
        hash.update([0]);
        hash.update(part);
    }
    for value in [&record.old_value, &record.new_value] {
        hash.update([0]);
        if let Some(value) = value {
            hash.update(canonical_json(value));
        }
    }
    let mut text = String::with_capacity(16);
    for byte in hash.finalize().iter().take(8) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Compact JSON with the keys of objects in byte order.
fn canonical_json(value: &Value) -> String {
    sorted(value).to_string()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let entries: std::collections::BTreeMap<_, _> = map.iter().collect();
            let entries = entries
                .into_iter()
                .map(|(key, value)| (key.clone(), sorted(value)));
            Value::Object(entries.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_json_does_not_depend_on_the_order_of_keys() {
        let one = serde_json::json!({"b": [{"y": 1, "x": 2}], "a": null});
        assert_eq!(canonical_json(&one), r#"{"a":null,"b":[{"x":2,"y":1}]}"#);
    }
}
