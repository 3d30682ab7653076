//! Reading a folder of pages.

use std::path::{Path, PathBuf};

use crate::error::{LiterateError, Problem};
use crate::page::Page;

/// Reads every `.md` file below a folder, sorted by id. Folders become the `area` of their pages.
///
/// Ids are unique across the whole folder.
pub fn load_dir(directory: impl AsRef<Path>) -> Result<Vec<Page>, LiterateError> {
    let mut pages = Vec::new();
    walk(directory.as_ref(), "", &mut pages)?;
    pages.sort_by(|a: &Page, b: &Page| (&a.id, &a.path).cmp(&(&b.id, &b.path)));
    for pair in pages.windows(2) {
        if let [first, second] = pair
            && first.id == second.id
        {
            return Err(second.problem(Problem::DuplicateId(second.id.clone())));
        }
    }
    Ok(pages)
}

fn walk(directory: &Path, area: &str, pages: &mut Vec<Page>) -> Result<(), LiterateError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| LiterateError::Io { path, source }
    };
    let mut entries: Vec<PathBuf> = std::fs::read_dir(directory)
        .map_err(io(directory))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(io(directory))?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let below = if area.is_empty() {
                name.into_owned()
            } else {
                format!("{area}/{name}")
            };
            walk(&path, &below, pages)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let text = std::fs::read_to_string(&path).map_err(io(&path))?;
            pages.push(Page::parse(&path, area, &text)?);
        }
    }
    Ok(())
}
