//! Writing files that other processes read at the same time: complete or not at all.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// What temporary names start with.
const TEMPORARY: &str = ".pacto-";

/// Tells whether a name is one of a file that is being written.
pub(crate) fn is_temporary(name: &OsStr) -> bool {
    name.to_str()
        .is_some_and(|name| name.starts_with(TEMPORARY))
}

/// Writes a file beside its target and then moves it there, whatever is there.
///
/// The directory must exist. After a failure nothing is left behind.
pub(crate) fn replace(
    target: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = create_beside(target)?;
    write(file.as_file_mut())?;
    file.persist(target).map(drop).map_err(|error| error.error)
}

/// Like [`replace`], but only when nothing is there.
pub(crate) fn write_new(target: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = create_beside(target)?;
    file.write_all(content)?;
    file.persist_noclobber(target)
        .map(drop)
        .map_err(|error| error.error)
}

fn create_beside(target: &Path) -> io::Result<NamedTempFile> {
    let directory = target
        .parent()
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY).suffix(".tmp");
    // Others read what is written here; the default would be for the owner alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(directory)
}
