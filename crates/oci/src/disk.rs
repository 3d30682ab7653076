//! Writing what other processes read at the same time: complete or not at all.
//!
//! [`replace`] and [`NewFile`] write one file, [`Staging`] a whole directory. Until it is complete
//! it has a name like `.pacto-Ab12Cd.tmp` beside its final place, and its writer holds a lock on
//! it. The system lets go of that lock however a process ends, so [`clear_leftovers`] can tell what
//! a killed process left behind from what another one is still writing. A process that is asked to
//! end calls [`discard_unfinished`].

mod leftover;
mod new_file;
mod staging;
mod unfinished;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use leftover::clear_leftovers;
pub use new_file::NewFile;
pub use staging::Staging;
pub use unfinished::discard_unfinished;

/// What temporary names start with.
const PREFIX: &str = ".pacto-";

/// What temporary names end with.
const SUFFIX: &str = ".tmp";

/// Files that everybody may read.
const PUBLIC: u32 = 0o644;

/// Tells whether a name is one of something that is being written.
pub(crate) fn is_temporary(name: &OsStr) -> bool {
    name.to_str()
        .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX))
}

/// Where the file of a name that people gave is written: behind symbolic links, so that these stay
/// what they are. Only the name of a regular file, or one that is free, may be given to a new file.
///
/// # Errors
/// What the system says, and something else at that place: a directory, a device, a pipe, a
/// symbolic link to nothing.
pub fn target_of(path: &Path) -> io::Result<PathBuf> {
    let refused = |reason: &'static str| Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Ok(metadata) if !metadata.is_file() => refused("it is not a regular file"),
        Ok(_) => fs::canonicalize(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if path.is_symlink() {
                return refused("it is a symbolic link to nothing");
            }
            Ok(path.to_owned())
        }
        Err(error) => Err(error),
    }
}

/// Writes a file beside its target and then moves it there, whatever is there.
///
/// The directory must exist. After a failure nothing is left behind.
pub fn replace(target: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let mut file = NewFile::in_directory(directory_of(target)?, PUBLIC)?;
    write(file.as_file_mut())?;
    file.persist(target)
}

/// Like [`replace`], but only when nothing is there.
pub(crate) fn write_new(target: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = NewFile::in_directory(directory_of(target)?, PUBLIC)?;
    file.as_file_mut().write_all(content)?;
    file.persist_new(target)
}

/// Writes a file that only its owner reads, in a directory of the same kind that is created when
/// it is missing.
pub fn replace_private(target: &Path, content: &[u8]) -> io::Result<()> {
    let directory = directory_of(target)?;
    create_private_directory(directory)?;
    clear_leftovers(directory);
    let mut file = NewFile::in_directory(directory, 0o600)?;
    file.as_file_mut().write_all(content)?;
    file.as_file_mut().sync_all()?;
    file.persist(target)
}

fn directory_of(target: &Path) -> io::Result<&Path> {
    target
        .parent()
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
}

#[cfg(unix)]
fn create_private_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    // Directories above it belong to everything else that keeps configuration.
    if let Some(parent) = directory.parent() {
        std::fs::create_dir_all(parent)?;
    }
    match std::fs::DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(not(unix))]
fn create_private_directory(directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_is_followed_and_what_is_no_file_is_left_alone() {
        let directory = tempfile::tempdir().expect("a directory");
        let at = |name: &str| directory.path().join(name);
        fs::write(at("file"), "").expect("written");
        symlink("file", at("link")).expect("linked");
        symlink("nothing", at("dangling")).expect("linked");
        let real = fs::canonicalize(at("file")).expect("there");
        assert_eq!(target_of(&at("link")).expect("a file"), real);
        assert_eq!(target_of(&at("new")).expect("free"), at("new"));
        for refused in [at("dangling"), at(""), PathBuf::from("/dev/null")] {
            target_of(&refused).expect_err("no file");
        }
    }
}
