//! Services that are needed at more than one version.

use std::collections::BTreeMap;

use pacto_contract::LooseVersion;
use schemars::JsonSchema;
use serde::Serialize;

use crate::graph::Node;

/// A service name that occurs at more than one version. Ranges are not considered: both versions
/// may be what somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// Service name.
    pub name: String,
    /// The versions as written in the contracts, lowest first.
    pub versions: Vec<String>,
}

/// Finds the conflicts among some nodes, sorted by name.
pub(crate) fn conflicts<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> Vec<Conflict> {
    let mut versions: BTreeMap<&str, Vec<SortedVersion<'n>>> = BTreeMap::new();
    for node in nodes {
        versions
            .entry(node.name())
            .or_default()
            .push(SortedVersion::new(node.version()));
    }
    versions
        .into_iter()
        .filter_map(|(name, mut versions)| {
            versions.sort();
            versions.dedup_by(|a, b| a.is_same(b));
            (versions.len() > 1).then(|| Conflict {
                name: name.to_owned(),
                versions: versions
                    .into_iter()
                    .map(|version| version.text.to_owned())
                    .collect(),
            })
        })
        .collect()
}

/// A version that sorts by precedence; texts that are no versions come first, by bytes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SortedVersion<'t> {
    version: Option<LooseVersion>,
    text: &'t str,
}

impl<'t> SortedVersion<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            version: LooseVersion::parse(text).ok(),
            text,
        }
    }

    /// True for two spellings of one version.
    fn is_same(&self, other: &Self) -> bool {
        match (&self.version, &other.version) {
            (Some(a), Some(b)) => a == b,
            _ => self.text == other.text,
        }
    }
}
