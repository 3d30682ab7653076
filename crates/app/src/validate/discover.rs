//! Finds contracts below a directory.

use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder, WalkState};
use pacto_bundle::IGNORE_FILE;
use pacto_contract::CONTRACT_FILE;
use std::sync::Mutex;

/// Directories that never hold contracts of the repository itself.
const SKIPPED: [&str; 2] = ["node_modules", "vendor"];

/// Directories below `root` that hold a `pacto.yaml`, sorted, relative to it.
///
/// Any depth; names that start with `.` and [`SKIPPED`] are not entered, `.gitignore` and
/// `.pactoignore` are honoured, links are not followed. Directories that cannot be read are given
/// to `unreadable`.
pub(super) fn contracts(root: &Path, unreadable: &(dyn Fn(String) + Sync)) -> Vec<PathBuf> {
    let found = Mutex::new(Vec::new());
    if is_trap(root) {
        unreadable(format!(
            "{}: an ignore file in it is a pipe or device",
            root.display()
        ));
        return Vec::new();
    }
    WalkBuilder::new(root)
        .hidden(true)
        .ignore(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .parents(true)
        .follow_links(false)
        .add_custom_ignore_filename(IGNORE_FILE)
        .filter_entry(|entry| entry.depth() == 0 || !(is_skipped(entry) || is_trap(entry.path())))
        .build_parallel()
        .run(|| {
            Box::new(|entry| {
                match entry {
                    Ok(entry) => {
                        let is_contract = entry.file_name() == CONTRACT_FILE
                            && entry.file_type().is_some_and(|kind| kind.is_file());
                        if is_contract && let Some(directory) = entry.path().parent() {
                            let relative = directory.strip_prefix(root).unwrap_or(directory);
                            found
                                .lock()
                                .expect("nobody panics while holding this lock")
                                .push(relative.to_owned());
                        }
                    }
                    Err(error) => unreadable(error.to_string()),
                }
                WalkState::Continue
            })
        });
    let mut found = found
        .into_inner()
        .expect("nobody panics while holding this lock");
    found.sort();
    found
}

/// True for a directory with an ignore file that is a pipe or device: reading it may never end.
fn is_trap(directory: &Path) -> bool {
    [".gitignore", IGNORE_FILE].iter().any(|name| {
        directory
            .join(name)
            .metadata()
            .is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
    })
}

fn is_skipped(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
        && SKIPPED.iter().any(|name| entry.file_name() == *name)
}
