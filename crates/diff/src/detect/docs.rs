//! Files below `docs/`: which came, went or differ. Never classed.

use std::collections::BTreeMap;
use std::sync::Arc;

use pacto_bundle::{EntryKind, Files, FilesError, FilteredFiles};
use schemars::JsonSchema;
use serde::Serialize;

use super::ChangeKind;

/// Folder of the documentation of a bundle.
const FOLDER: &str = "docs";

/// A file of the documentation that came, went or differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocsChange {
    /// Path in the bundle.
    pub file: String,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: ChangeKind,
}

/// Compares the documentation of two bundles, by path.
pub(crate) fn compare(
    old: Option<&Arc<dyn Files>>,
    new: Option<&Arc<dyn Files>>,
) -> Result<Vec<DocsChange>, FilesError> {
    let (before, after) = (files(old)?, files(new)?);
    let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut changes = Vec::new();
    for path in paths {
        let kind = match (before.get(path), after.get(path)) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            (Some(one), Some(other)) if one.read(path)? == other.read(path)? => continue,
            _ => ChangeKind::Modified,
        };
        changes.push(DocsChange {
            file: path.clone(),
            kind,
        });
    }
    Ok(changes)
}

/// The files of one side that would be packed, by path.
fn files(files: Option<&Arc<dyn Files>>) -> Result<BTreeMap<String, &dyn Files>, FilesError> {
    let Some(files) = files else {
        return Ok(BTreeMap::new());
    };
    let packed = FilteredFiles::load(Arc::clone(files))?;
    let is_left_out = |path: &str, kind| {
        let is_docs = path == FOLDER
            || path
                .strip_prefix(FOLDER)
                .is_some_and(|rest| rest.starts_with('/'));
        !is_docs || packed.rules().is_ignored(path, kind)
    };
    let entries = files.list_except(&is_left_out)?;
    let entries = entries.into_iter();
    Ok(entries
        .filter(|entry| entry.kind == EntryKind::File)
        .map(|entry| (entry.path, files.as_ref()))
        .collect())
}
