//! A directory with layouts in it, and looking for published references there.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use pacto_bundle::{StoreError, is_clean_path};

use super::Layout;

/// How deep below a root layouts are looked for.
const MAX_DEPTH: usize = 16;

/// A directory with layouts at any depth below it, each a repository named by its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutRoot {
    name: String,
    directory: PathBuf,
}

impl LayoutRoot {
    /// Names a directory.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        let directory = directory.into();
        Self {
            name: directory.display().to_string(),
            directory,
        }
    }

    /// The root that the neighbours of a layout are looked for in: its parent directory.
    pub fn beside(layout: &Layout) -> Result<Self, StoreError> {
        let directory = layout
            .directory()
            .canonicalize()
            .map_err(|source| StoreError::Disk {
                action: "read",
                path: layout.name.clone(),
                source,
            })?;
        Ok(Self::new(
            directory
                .parent()
                .map_or(directory.clone(), Path::to_path_buf),
        ))
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// All layouts below, with their paths below the root, in byte order of the paths.
    ///
    /// Layouts inside layouts, hidden directories and links are not entered.
    pub fn layouts(&self) -> Result<Vec<(String, Layout)>, StoreError> {
        let mut found = Vec::new();
        let mut pending = vec![(String::new(), self.directory.clone(), 0)];
        while let Some((path, directory, depth)) = pending.pop() {
            for entry in fs::read_dir(&directory).map_err(|source| self.disk(source))? {
                let entry = entry.map_err(|source| self.disk(source))?;
                let file_type = entry.file_type().map_err(|source| self.disk(source))?;
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                if !file_type.is_dir() || name.starts_with('.') {
                    continue;
                }
                let path = if path.is_empty() {
                    name
                } else {
                    format!("{path}/{name}")
                };
                let layout = Layout::named(format!("{}/{path}", self.name), entry.path());
                if layout.exists() {
                    found.push((path, layout));
                } else if depth < MAX_DEPTH {
                    pending.push((path, entry.path(), depth + 1));
                }
            }
        }
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(found)
    }

    /// The layouts below that a published reference may mean, in the order they are tried:
    /// `REGISTRY/REPOSITORY`, `REPOSITORY`, the last segment of `REPOSITORY`. Only those that exist.
    pub fn find(&self, registry: &str, repository: &str) -> Vec<Layout> {
        let last = repository.rsplit('/').next().unwrap_or(repository);
        let mut candidates = vec![
            format!("{registry}/{repository}"),
            repository.to_owned(),
            last.to_owned(),
        ];
        candidates.dedup();
        candidates
            .into_iter()
            .filter(|path| is_clean_path(path))
            .map(|path| (self.directory.join(&path), path))
            .filter(|(directory, _)| self.contains(directory))
            .map(|(directory, path)| Layout::named(format!("{}/{path}", self.name), directory))
            .filter(Layout::exists)
            .collect()
    }

    /// Tells whether a directory lies below the root, links followed.
    pub fn contains(&self, directory: &Path) -> bool {
        let (Ok(root), Ok(directory)) = (self.directory.canonicalize(), directory.canonicalize())
        else {
            return false;
        };
        directory.starts_with(root)
    }

    /// The layout that a bundle read from below this root names: refused when it lies elsewhere.
    pub fn open_inside(&self, layout: &Layout) -> Result<Layout, StoreError> {
        // Links are followed as far as there is something; what is missing must not lead back up,
        // so that a bundle cannot find out what exists elsewhere.
        let existing = layout
            .directory()
            .ancestors()
            .find(|ancestor| ancestor.exists());
        let is_inside = existing.is_some_and(|existing| {
            self.contains(existing)
                && layout
                    .directory()
                    .strip_prefix(existing)
                    .is_ok_and(|missing| {
                        missing
                            .components()
                            .all(|element| matches!(element, Component::Normal(_)))
                    })
        });
        if is_inside {
            Ok(layout.clone())
        } else {
            Err(StoreError::Unsafe {
                reference: layout.name.clone(),
                detail: format!("it does not lie below {}", self.name),
            })
        }
    }

    fn disk(&self, source: io::Error) -> StoreError {
        if source.kind() == io::ErrorKind::NotFound {
            return StoreError::NotFound {
                reference: self.name.clone(),
            };
        }
        StoreError::Disk {
            action: "read",
            path: self.name.clone(),
            source,
        }
    }
}
