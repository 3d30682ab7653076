//! The baseline: changes that were there when somebody looked, so that only new ones count.
//!
//! It is a rules file that accepts single changes and says nothing else. Each entry names one change
//! of one service by its fingerprint; rule and path stand beside it for readers.

mod update;

use std::fmt::Write as _;

use jiff::civil::Date;
use pacto_diagnostic::{Finding, Location, SourceText};
use pacto_document::{Document, Limits, Syntax, yaml_scalar};

use super::read::CODE;
use super::{Accepted, Ignore, KnownChange, RulesFile};

pub use update::{ExpiredEntry, Recording, Updated};

/// What the file says about itself.
const HEADER: &str = "# Known changes, which do not count. `pacto diff --write-baseline` updates this \
                      file:\n# it keeps reasons and last days, and drops comments.\n";

/// Keys of a baseline.
const KEYS: [&str; 2] = ["version", "ignore"];

/// Changes that were there when somebody looked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    entries: Vec<Entry>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    change: KnownChange,
    /// Why it is accepted.
    reason: String,
    /// Last day on which it is.
    until: Option<Date>,
    /// Where it is written; nowhere yet for one that was just made.
    location: Option<Location>,
}

impl Baseline {
    /// Reads a baseline; one without content is empty.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place: what is wrong in a rules file, and whatever
    /// does more than accepting single changes.
    pub fn read(source: SourceText) -> Result<Self, Vec<Finding>> {
        // Programs write it, so it may be longer than what people write.
        let document = Document::parse(source, Syntax::Yaml, Limits::default())
            .map_err(|error| vec![Finding::error(CODE, "", error.message).at(error.location)])?;
        let root = document.root();
        let mut findings = Vec::new();
        for (key, _) in root.entries() {
            let name = key.as_str().unwrap_or(key.raw());
            if !KEYS.contains(&name) {
                let message = format!("`{name}` has no place in a baseline");
                findings.push(Finding::error(CODE, name, message).at(key.location()));
            }
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        let file = RulesFile::from_node(root)?;
        let mut entries = Vec::new();
        for (index, ignore) in file.ignore.into_iter().enumerate() {
            let Ignore {
                what,
                reason,
                until,
                location,
            } = ignore;
            match (what, location) {
                (Accepted::Change(change), location) => entries.push(Entry {
                    change,
                    reason,
                    until,
                    location,
                }),
                (_, Some(location)) => {
                    let message = "a baseline accepts single changes, each by its `fingerprint`";
                    let path = format!("ignore[{index}]");
                    findings.push(Finding::error(CODE, path, message).at(location));
                }
                (_, None) => {}
            }
        }
        if findings.is_empty() {
            Ok(Self { entries })
        } else {
            Err(findings)
        }
    }

    /// The file: entries by rule, path and fingerprint, the same bytes for the same entries.
    pub fn to_yaml(&self) -> String {
        let mut yaml = format!("{HEADER}version: 1\n");
        if self.entries.is_empty() {
            yaml.push_str("ignore: []\n");
            return yaml;
        }
        yaml.push_str("ignore:\n");
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        entries.sort_by_key(|entry| &entry.change);
        for entry in entries {
            entry.write(&mut yaml);
        }
        yaml
    }

    /// The entries as a rules file has them.
    pub(crate) fn as_ignore(&self) -> impl Iterator<Item = Ignore> {
        self.entries.iter().map(|entry| Ignore {
            what: Accepted::Change(entry.change.clone()),
            reason: entry.reason.clone(),
            until: entry.until,
            location: entry.location.clone(),
        })
    }
}

impl Entry {
    fn write(&self, yaml: &mut String) {
        let change = &self.change;
        let until = self.until.map(|day| day.to_string());
        let fields = [
            ("rule", change.rule.as_deref()),
            ("path", change.path.as_deref()),
            ("interface", change.interface.as_deref()),
            ("service", change.service.as_deref()),
            ("fingerprint", Some(change.fingerprint.as_str())),
            ("reason", Some(self.reason.as_str())),
        ];
        let mut indent = "  - ";
        for (key, value) in fields {
            let Some(value) = value else { continue };
            // Writing to a string cannot fail.
            let _ = writeln!(yaml, "{indent}{key}: {}", yaml_scalar(value));
            indent = "    ";
        }
        if let Some(day) = until {
            let _ = writeln!(yaml, "{indent}until: {day}");
        }
    }
}
