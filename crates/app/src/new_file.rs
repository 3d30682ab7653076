//! Files that appear under their name only when they are complete.

use std::io;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// A file without a final name yet, readable by everybody once it has one.
pub(crate) fn in_directory(directory: &Path) -> io::Result<NamedTempFile> {
    // Says plainly when the directory is missing; the builder would name its own file.
    std::fs::metadata(directory)?;
    let mut builder = Builder::new();
    builder.prefix(".pacto-");
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o644))
    };
    #[cfg(not(unix))]
    let builder = &mut builder;
    builder.tempfile_in(directory)
}
