//! The rules as a static table.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Class;
use crate::detect::ChangeKind;

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// Which layer a rule or a record belongs to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Compatible with the Go implementation; always present.
    Base,
    /// What our own rules add.
    Deep,
}

/// One rule page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Kebab-case id, equal to the file name.
    pub id: &'static str,
    /// Folder of the page: `contract`, `openapi`, `schema`, `documents`.
    pub area: &'static str,
    /// Heading of the page.
    pub title: &'static str,
    /// First paragraph of the page on one line.
    pub summary: &'static str,
    /// The page without front matter.
    pub markdown: &'static str,
    /// Version of Pacto that has the rule first.
    pub since: &'static str,
    /// Which layer the rule belongs to.
    pub layer: Layer,
    /// Rows of the classification table: record paths without keys; `*` is everything else.
    pub rows: &'static [&'static str],
    /// Class of an addition; `None` when it does not occur.
    pub added: Option<Class>,
    /// Class of a removal.
    pub removed: Option<Class>,
    /// Class of a modification.
    pub modified: Option<Class>,
}

impl Rule {
    /// The class of a kind of change; `None` when that kind does not occur.
    pub fn class(&self, kind: ChangeKind) -> Option<Class> {
        match kind {
            ChangeKind::Added => self.added,
            ChangeKind::Removed => self.removed,
            ChangeKind::Modified => self.modified,
        }
    }
}

/// All rules by id.
pub fn rules() -> &'static [Rule] {
    RULES
}

/// Finds a rule by id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// The rule that owns a row.
pub(super) fn row(row: &str) -> Option<&'static Rule> {
    static ROWS: LazyLock<BTreeMap<&'static str, &'static Rule>> = LazyLock::new(|| {
        RULES
            .iter()
            .flat_map(|rule| rule.rows.iter().map(move |row| (*row, rule)))
            .collect()
    });
    ROWS.get(row).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_belongs_to_one_rule() {
        let mut rows: Vec<&str> = RULES.iter().flat_map(|rule| rule.rows).copied().collect();
        let count = rows.len();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), count);
    }

    #[test]
    fn everything_else_is_declared_and_potentially_breaking() {
        let rule = rule(super::super::CATCH_ALL).expect("the page of the catch-all");
        assert_eq!(rule.rows, ["*"]);
        for kind in [ChangeKind::Added, ChangeKind::Removed, ChangeKind::Modified] {
            assert_eq!(rule.class(kind), Some(Class::PotentialBreaking));
        }
    }
}
