//! What packages of npm contain.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::checkout::{program, step};

/// Downloads a package, unpacks one file or folder of it, and returns its path.
pub(super) fn unpack(scratch: &Path, package: &str, version: &str, part: &str) -> Result<PathBuf> {
    let flat = package.trim_start_matches('@').replace('/', "-");
    let folder = scratch.join(format!("npm-{flat}-{version}"));
    let path = folder.join("package").join(part);
    if path.exists() {
        return Ok(path);
    }
    std::fs::create_dir_all(&folder)?;
    let spec = format!("{package}@{version}");
    let mut pack = program("npm")?;
    pack.args(["pack", "--silent", &spec]).current_dir(&folder);
    step(
        &format!("npm pack {spec}"),
        pack.stdout(std::process::Stdio::null()),
    )?;
    let archive = format!("{flat}-{version}.tgz");
    let mut unpack = program("tar")?;
    unpack.args(["xzf", &archive, &format!("package/{part}")]);
    step("unpack", unpack.current_dir(&folder))?;
    Ok(path)
}
