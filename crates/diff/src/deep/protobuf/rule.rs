//! The pages about protobuf as a static table.
//!
//! # Front matter of a page
//!
//! | field | content |
//! |---|---|
//! | `id` | kebab case, equal to the file name |
//! | `breaking`, `potential` or `non-breaking` | the id again: its class; `narrowing` or `widening` when the class follows from the direction of the data |
//! | `level` | the strictest of `wire`, `json`, `package`, `file` that has the rule |
//! | `peer` | ids of buf, separated by blanks; absent when it has none |
//! | `compare` | the level its examples run with, `file` when absent |
//! | `document` | `protobuf` |
//! | `since` | version of Pacto that has it first |
//!
//! An example has blocks `before` and `after` with a file each, further files as `before/PATH`
//! and `after/PATH`, and expects every finding as `ID  CLASS  PATH  TYPE`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::deep::rules::Effect;
use crate::{Class, Direction};

include!(concat!(env!("OUT_DIR"), "/proto_rules.rs"));

/// How much of what others rely on is compared; each level includes the ones before.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The binary encoding and the routes of procedures.
    Wire,
    /// JSON as well.
    Json,
    /// Generated code as well, package by package.
    Package,
    /// Generated code as well, file by file.
    #[default]
    File,
}

impl Level {
    /// Reads `wire`, `json`, `package`, `file`.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "wire" => Some(Self::Wire),
            "json" => Some(Self::Json),
            "package" => Some(Self::Package),
            "file" => Some(Self::File),
            _ => None,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Json => "json",
            Self::Package => "package",
            Self::File => "file",
        }
    }
}

/// How the class of a rule is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Always the same.
    Class(Class),
    /// From the direction of the data.
    Effect(Effect),
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtoRule {
    /// Kebab-case id, equal to the file name.
    pub id: &'static str,
    /// Empty: the pages lie in one folder.
    pub area: &'static str,
    /// Heading of the page.
    pub title: &'static str,
    /// First paragraph of the page on one line.
    pub summary: &'static str,
    /// The page without front matter.
    pub markdown: &'static str,
    /// Version of Pacto that has it first.
    pub since: &'static str,
    /// Its class.
    pub grade: Grade,
    /// The level that has it first.
    pub level: Level,
    /// Ids of buf for the same edit.
    pub peers: &'static [&'static str],
}

impl ProtoRule {
    /// The class for data that flows in a direction.
    pub fn class(&self, direction: Direction) -> Class {
        match self.grade {
            Grade::Class(class) => class,
            Grade::Effect(effect) => effect.class(direction),
        }
    }
}

/// All rules by id.
pub fn rules() -> &'static [ProtoRule] {
    PROTO_RULES
}

/// Finds a rule by id.
pub fn rule(id: &str) -> Option<&'static ProtoRule> {
    static BY_ID: LazyLock<BTreeMap<&'static str, &'static ProtoRule>> =
        LazyLock::new(|| PROTO_RULES.iter().map(|rule| (rule.id, rule)).collect());
    BY_ID.get(id).copied()
}
