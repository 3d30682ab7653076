//! Puts the example estate into the program, so that `pacto demo` needs nothing but itself.
//!
//! Writes a table of paths and contents. Paths are written as escaped literals only: one file of
//! the estate has a name chosen to break whoever pastes it somewhere.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../examples/estate");
    println!("cargo::rerun-if-changed={}", root.display());
    let root = root.canonicalize()?;

    let mut files = Vec::new();
    collect(&root, &root, &mut files)?;
    files.sort();

    let mut table = String::from("&[\n");
    for (path, file) in &files {
        let file = file.to_str().ok_or("a path of the estate is not Unicode")?;
        writeln!(table, "    ({path:?}, include_bytes!({file:?})),")?;
    }
    table.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("estate.rs"), table)?;
    Ok(())
}

/// Adds every file below a directory as slash path relative to the root and path on disk.
fn collect(
    root: &Path,
    directory: &Path,
    files: &mut Vec<(String, PathBuf)>,
) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
            continue;
        }
        let relative = path.strip_prefix(root)?;
        let name = relative
            .iter()
            .map(|part| part.to_str().ok_or("a path of the estate is not Unicode"))
            .collect::<Result<Vec<_>, _>>()?
            .join("/");
        // It explains the folder to people who work on this repository.
        if name != "README.md" {
            files.push((name, path));
        }
    }
    Ok(())
}
