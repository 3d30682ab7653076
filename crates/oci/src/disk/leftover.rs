//! What killed processes left behind.

use std::fs::{self, DirEntry, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use super::is_temporary;

/// Age at which something that cannot be locked counts as left behind; nothing is written for
/// nearly as long.
const ABANDONED: Duration = Duration::from_hours(1);

/// Removes what processes that were killed began to write in a directory. What others are writing
/// now stays, and so does everything that cannot be removed.
pub fn clear_leftovers(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if is_temporary(&entry.file_name()) {
            // Others may be quicker, or it belongs to somebody else.
            let _ = clear(&entry);
        }
    }
}

fn clear(entry: &DirEntry) -> io::Result<()> {
    let path = entry.path();
    let kind = entry.file_type()?;
    if !kind.is_dir() && !kind.is_file() {
        return Ok(());
    }
    match lock(entry)? {
        // The lock is held while it goes away, so that a writer who came late notices.
        Writer::Gone(_lock) if kind.is_dir() => fs::remove_dir_all(path),
        Writer::Gone(_lock) => fs::remove_file(path),
        Writer::AtWork => Ok(()),
    }
}

enum Writer {
    AtWork,
    Gone(Option<File>),
}

/// Finds out whether the writer is there, by the lock it holds or else by age.
fn lock(entry: &DirEntry) -> io::Result<Writer> {
    let opened = File::open(entry.path());
    match opened.as_ref().map(File::try_lock) {
        Ok(Ok(())) => Ok(Writer::Gone(opened.ok())),
        Ok(Err(TryLockError::WouldBlock)) => Ok(Writer::AtWork),
        // No locks on this file system, or none on directories.
        Ok(Err(TryLockError::Error(_))) | Err(_) => {
            let modified = entry.metadata()?.modified()?;
            Ok(match modified.elapsed() {
                Ok(age) if age > ABANDONED => Writer::Gone(None),
                _ => Writer::AtWork,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NewFile, Staging, replace};
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .expect("readable")
            .map(|entry| entry.expect("readable").file_name().display().to_string())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_is_being_written_stays() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let root = directory.path();
        // As a killed process leaves them: nobody holds the locks.
        fs::write(root.join(".pacto-killed.tmp"), "half").expect("written");
        fs::create_dir_all(root.join(".pacto-dead00.tmp/content/docs")).expect("created");
        // Not ours.
        fs::write(root.join(".pacto-demo"), "marker").expect("written");
        fs::write(root.join("notes.tmp"), "mine").expect("written");

        let file = NewFile::in_directory(root, 0o644).expect("created");
        let staging = Staging::in_directory(root).expect("created");
        clear_leftovers(root);
        let left = names(root);
        assert_eq!(left.len(), 4, "{left:?}");
        assert!(staging.content().is_dir());

        drop((file, staging));
        assert_eq!(names(root), [".pacto-demo", "notes.tmp"]);
    }

    #[test]
    fn a_link_with_such_a_name_is_left_alone() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let target = directory.path().join("mine");
        fs::write(&target, "x").expect("written");
        #[cfg(unix)]
        std::os::unix::fs::symlink(&target, directory.path().join(".pacto-link00.tmp"))
            .expect("a link");
        clear_leftovers(directory.path());
        assert!(target.is_file());
        #[cfg(unix)]
        assert_eq!(names(directory.path()), [".pacto-link00.tmp", "mine"]);
    }

    #[test]
    fn a_staging_directory_becomes_its_target_in_one_step() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let target = directory.path().join("target");
        let staging = Staging::in_directory(directory.path()).expect("created");
        replace(&staging.content().join("file"), |_| Ok(())).expect("written");
        staging
            .finish(|content| fs::rename(content, &target))
            .expect("moved");
        assert_eq!(names(directory.path()), ["target"]);
        assert_eq!(names(&target), ["file"]);
    }
}
