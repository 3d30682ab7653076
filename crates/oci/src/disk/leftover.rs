//! What killed processes left behind.

use std::fs::{self, DirEntry, File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use super::is_temporary;
use super::staging::LOCK;

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
    if kind.is_dir() {
        // The lock is held while the directory goes away, so that its writer notices.
        match lock(&path.join(LOCK), entry)? {
            Writer::Gone(_lock) => fs::remove_dir_all(path),
            Writer::AtWork => Ok(()),
        }
    } else if kind.is_file() {
        match lock(&path, entry)? {
            Writer::Gone(_lock) => fs::remove_file(path),
            Writer::AtWork => Ok(()),
        }
    } else {
        Ok(())
    }
}

enum Writer {
    AtWork,
    Gone(Option<File>),
}

/// Finds out whether the writer is there, by the lock it holds or else by age.
fn lock(path: &Path, entry: &DirEntry) -> io::Result<Writer> {
    let by_age = || -> io::Result<Writer> {
        let modified = entry.metadata()?.modified()?;
        Ok(match modified.elapsed() {
            Ok(age) if age > ABANDONED => Writer::Gone(None),
            _ => Writer::AtWork,
        })
    };
    match File::open(path) {
        Ok(file) => match file.try_lock() {
            Ok(()) => Ok(Writer::Gone(Some(file))),
            Err(TryLockError::WouldBlock) => Ok(Writer::AtWork),
            Err(TryLockError::Error(_)) => by_age(),
        },
        // A staging directory whose writer has not come to its lock yet, or never did.
        Err(error) if error.kind() == io::ErrorKind::NotFound => by_age(),
        Err(error) => Err(error),
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
        fs::write(root.join(".pacto-dead00.tmp/lock"), "").expect("written");
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
    fn a_directory_without_a_lock_gets_time_for_one() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let fresh = directory.path().join(".pacto-fresh0.tmp");
        fs::create_dir(&fresh).expect("created");
        clear_leftovers(directory.path());
        assert!(fresh.is_dir());
        let long_ago = std::time::SystemTime::now() - 2 * ABANDONED;
        File::open(&fresh)
            .and_then(|folder| folder.set_modified(long_ago))
            .expect("dated back");
        clear_leftovers(directory.path());
        assert!(!fresh.exists());
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
