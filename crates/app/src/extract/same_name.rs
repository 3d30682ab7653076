//! Names that differ by case only, where the file system does not tell them apart.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use pacto_bundle::FileEntry;

use super::ExtractError;

/// Refuses names that would be written over each other in `directory`, which is asked only when
/// there are such names.
pub(super) fn refuse(entries: &[FileEntry], directory: &Path) -> Result<(), ExtractError> {
    let paths = entries.iter().map(|entry| entry.path.as_str());
    match same_but_for_case(paths) {
        Some((first, second)) if ignores_case(directory) => {
            Err(ExtractError::SameName { first, second })
        }
        _ => Ok(()),
    }
}

/// The first two different names that are the same but for case, directories on the way included.
fn same_but_for_case<'a>(paths: impl Iterator<Item = &'a str>) -> Option<(String, String)> {
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for path in paths {
        let ends = path.match_indices('/').map(|(end, _)| end);
        for end in ends.chain([path.len()]) {
            let name = path.get(..end).unwrap_or(path);
            let earlier = *names.entry(name.to_lowercase()).or_insert(name);
            if earlier != name {
                let (first, second) = (earlier.min(name), earlier.max(name));
                return Some((first.to_owned(), second.to_owned()));
            }
        }
    }
    None
}

/// Tries whether a file is found under its name in other letters.
fn ignores_case(directory: &Path) -> bool {
    let (written, asked) = (directory.join("probe"), directory.join("PROBE"));
    let is_found = File::create_new(&written).is_ok() && fs::symlink_metadata(asked).is_ok();
    // The directory is empty, so it is ours.
    let _ = fs::remove_file(written);
    is_found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(paths: &[&str]) -> Option<(String, String)> {
        same_but_for_case(paths.iter().copied())
    }

    #[test]
    fn files_and_directories_on_the_way_are_compared() {
        let pair = |first: &str, second: &str| Some((first.to_owned(), second.to_owned()));
        assert_eq!(same(&["docs/a", "docs/b", "pacto.yaml"]), None);
        assert_eq!(same(&["README", "readme"]), pair("README", "readme"));
        assert_eq!(same(&["docs/a", "Docs/b"]), pair("Docs", "docs"));
        assert_eq!(same(&["a/Ü", "a/ü"]), pair("a/Ü", "a/ü"));
        assert_eq!(same(&["a", "a/b"]), None);
    }

    #[test]
    fn a_file_system_is_asked_by_trying() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let ignores = ignores_case(directory.path());
        // The same question the long way round.
        fs::write(directory.path().join("a"), "1").expect("written");
        fs::write(directory.path().join("A"), "2").expect("written");
        let first = fs::read_to_string(directory.path().join("a")).expect("there");
        assert_eq!(ignores, first == "2");
        let left = fs::read_dir(directory.path()).expect("readable").count();
        assert_eq!(left, if ignores { 1 } else { 2 });
    }
}
