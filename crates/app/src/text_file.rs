//! Text files that people name or keep beside a contract, read with a bound.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Largest settings, values and lock file, in bytes; they are written by hand or small.
pub const MAX_TEXT_BYTES: u64 = 4 << 20;

/// Reads a text file of at most `limit` bytes; pipes are read too, as the shell gives them for
/// `<(…)`.
///
/// # Errors
/// What the system says; [`io::ErrorKind::FileTooLarge`] beyond the limit, also for files without
/// an end; [`io::ErrorKind::InvalidData`] for what is not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(limit));
    }
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// Reads a text file that must be a file: a pipe or device beside a contract is an error at once
/// instead of a wait.
pub(crate) fn read_regular(path: &Path, limit: u64) -> io::Result<String> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a regular file",
        ));
    }
    read_text(path, limit)
}

/// The error for a file beyond a limit in bytes.
pub(crate) fn too_large(limit: u64) -> io::Error {
    let reason = format!("larger than {} MiB", limit >> 20);
    io::Error::new(io::ErrorKind::FileTooLarge, reason)
}
