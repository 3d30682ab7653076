//! Keeping the cache below its size: what was not used for longest goes first.
//!
//! Only files that the cache itself writes are ever removed, so that a directory given by mistake
//! loses nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::entry::{BUNDLE, SIDECAR};
use crate::disk;

/// How deep entries lie at most: registries allow some dozen path elements.
const MAX_DEPTH: usize = 64;

/// Age after which a temporary file belongs to nobody any more.
const ABANDONED: Duration = Duration::from_hours(1);

struct Entry {
    directory: PathBuf,
    size: u64,
    last_used: SystemTime,
}

/// Removes entries until the cache is a tenth below its bound, if it is above it.
pub(super) fn prune(root: &Path, bound: u64) {
    let mut entries = Vec::new();
    collect(root, 0, &mut entries);
    let mut total: u64 = entries.iter().map(|entry| entry.size).sum();
    if total <= bound {
        return;
    }
    entries.sort_by(|a, b| (a.last_used, &a.directory).cmp(&(b.last_used, &b.directory)));
    let target = bound - bound / 10;
    for entry in entries {
        if total <= target {
            break;
        }
        remove_entry(root, &entry.directory);
        total = total.saturating_sub(entry.size);
    }
}

fn collect(directory: &Path, depth: usize, entries: &mut Vec<Entry>) {
    let Ok(listed) = fs::read_dir(directory) else {
        return;
    };
    let mut entry = Entry {
        directory: directory.to_path_buf(),
        size: 0,
        last_used: SystemTime::UNIX_EPOCH,
    };
    for item in listed.flatten() {
        let Ok(file_type) = item.file_type() else {
            continue;
        };
        if file_type.is_dir() {
            if depth < MAX_DEPTH {
                collect(&item.path(), depth + 1, entries);
            }
            continue;
        }
        let name = item.file_name();
        let is_entry = name == BUNDLE || name == SIDECAR;
        let is_temporary = disk::is_temporary(&name);
        if !file_type.is_file() || !(is_entry || is_temporary) {
            continue;
        }
        let Ok(metadata) = item.metadata() else {
            continue;
        };
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        if is_entry {
            entry.size += metadata.len();
            entry.last_used = entry.last_used.max(modified);
        } else if modified.elapsed().is_ok_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(item.path());
        }
    }
    if entry.size > 0 {
        entries.push(entry);
    }
}

/// Removes the files of an entry, and the directories above it that are empty then.
pub(super) fn remove_entry(root: &Path, directory: &Path) {
    for name in [SIDECAR, BUNDLE] {
        // Others may have been quicker.
        let _ = fs::remove_file(directory.join(name));
    }
    for parent in directory.ancestors() {
        if parent == root || !parent.starts_with(root) || fs::remove_dir(parent).is_err() {
            break;
        }
    }
}
