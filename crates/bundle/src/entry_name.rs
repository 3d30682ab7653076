//! Names that may stand in a bundle.

use std::collections::BTreeMap;

use crate::archive_error::{ArchiveError, NameProblem};
use crate::{ArchiveLimits, EntryKind};

/// Checks a clean path for packing: what every reader must be able to read.
pub(crate) fn check_packed(name: &str, limits: ArchiveLimits) -> Result<(), ArchiveError> {
    check(name, limits)
        .and_then(|()| {
            if name.contains("..") {
                Err(NameProblem::ContainsDots)
            } else {
                Ok(())
            }
        })
        .map_err(|problem| refused(name, problem))
}

/// A name as found in an archive, and whether it was written as this program writes names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FoundName {
    /// Clean path; `None` for the root itself.
    pub(crate) path: Option<String>,
    /// False when a prefix or a trailing slash was removed.
    pub(crate) is_canonical: bool,
}

/// Reads a name from an archive: `./` in front and `/` behind are dropped, everything else that is
/// not a clean path is refused.
pub(crate) fn read(raw: &[u8], limits: ArchiveLimits) -> Result<FoundName, ArchiveError> {
    let Ok(name) = std::str::from_utf8(raw) else {
        return Err(refused(&String::from_utf8_lossy(raw), NameProblem::NotUtf8));
    };
    if matches!(name, "." | "./") {
        return Ok(FoundName {
            path: None,
            is_canonical: false,
        });
    }
    let without_prefix = name.strip_prefix("./").unwrap_or(name);
    let path = without_prefix.strip_suffix('/').unwrap_or(without_prefix);
    check(path, limits).map_err(|problem| refused(name, problem))?;
    Ok(FoundName {
        is_canonical: path.len() == name.len() && !path.contains(".."),
        path: Some(path.to_owned()),
    })
}

fn check(name: &str, limits: ArchiveLimits) -> Result<(), NameProblem> {
    if name.len() > limits.name {
        return Err(NameProblem::TooLong);
    }
    if name.contains('\0') {
        return Err(NameProblem::Nul);
    }
    if name.starts_with('/') {
        return Err(NameProblem::Absolute);
    }
    if name.contains('\\') {
        return Err(NameProblem::Backslash);
    }
    if let [letter, b':', ..] = name.as_bytes()
        && letter.is_ascii_alphabetic()
    {
        return Err(NameProblem::DriveLetter);
    }
    for element in name.split('/') {
        match element {
            "" => return Err(NameProblem::EmptyElement),
            "." => return Err(NameProblem::CurrentElement),
            ".." => return Err(NameProblem::ParentElement),
            _ => {}
        }
    }
    Ok(())
}

fn refused(name: &str, problem: NameProblem) -> ArchiveError {
    /// Enough to recognise a name by; hostile ones may be megabytes long.
    const SHOWN_CHARACTERS: usize = 200;
    let mut name: String = name.chars().take(SHOWN_CHARACTERS + 1).collect();
    if let Some((cut, _)) = name.char_indices().nth(SHOWN_CHARACTERS) {
        name.truncate(cut);
        name.push('…');
    }
    ArchiveError::RefusedName { name, problem }
}

/// The names of a bundle so far: refuses what two systems would read differently.
#[derive(Debug, Default)]
pub(crate) struct SeenNames {
    kinds: BTreeMap<String, EntryKind>,
}

impl SeenNames {
    /// Adds an entry. A directory may come again; a file may not, and nothing is both.
    pub(crate) fn add(&mut self, path: &str, kind: EntryKind) -> Result<(), ArchiveError> {
        for (end, _) in path.match_indices('/') {
            if let Some(parent) = path.get(..end) {
                self.add_one(parent, EntryKind::Directory)?;
            }
        }
        self.add_one(path, kind)
    }

    fn add_one(&mut self, path: &str, kind: EntryKind) -> Result<(), ArchiveError> {
        match self.kinds.get(path) {
            None => {
                self.kinds.insert(path.to_owned(), kind);
                Ok(())
            }
            Some(EntryKind::Directory) if kind == EntryKind::Directory => Ok(()),
            Some(known) if *known == kind => Err(refused(path, NameProblem::Duplicate)),
            Some(_) => Err(refused(path, NameProblem::FileAndDirectory)),
        }
    }

    /// Number of names, directories that only occur as parents included.
    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Names that are one name on systems that do not tell case apart, in byte order.
    pub(crate) fn case_duplicates(&self) -> Vec<String> {
        let mut folded: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for path in self.kinds.keys() {
            folded.entry(path.to_lowercase()).or_default().push(path);
        }
        let mut names: Vec<String> = folded
            .into_values()
            .filter(|same| same.len() > 1)
            .flatten()
            .map(str::to_owned)
            .collect();
        names.sort();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ArchiveLimits = ArchiveLimits::DEFAULT;

    fn problem(result: Result<impl std::fmt::Debug, ArchiveError>) -> NameProblem {
        match result {
            Err(ArchiveError::RefusedName { problem, .. }) => problem,
            other => panic!("expected a refused name, got {other:?}"),
        }
    }

    #[test]
    fn a_prefix_and_a_trailing_slash_are_dropped() {
        for raw in ["docs/a", "./docs/a", "docs/a/", "./docs/a/"] {
            let found = read(raw.as_bytes(), LIMITS).expect("the name is fine");
            assert_eq!(found.path.as_deref(), Some("docs/a"));
            assert_eq!(found.is_canonical, raw == "docs/a", "{raw}");
        }
        assert_eq!(read(b"./", LIMITS).expect("the root").path, None);
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let cases: [(&[u8], NameProblem); 14] = [
            (b"/x", NameProblem::Absolute),
            (b"//x", NameProblem::Absolute),
            (b".//x", NameProblem::Absolute),
            (b"..", NameProblem::ParentElement),
            (b"../x", NameProblem::ParentElement),
            (b"a/../../x", NameProblem::ParentElement),
            (b"a//x", NameProblem::EmptyElement),
            (b"a/x//", NameProblem::EmptyElement),
            (b"", NameProblem::EmptyElement),
            (b"a/./x", NameProblem::CurrentElement),
            (b"a\\x", NameProblem::Backslash),
            (b"a\0x", NameProblem::Nul),
            (b"C:x", NameProblem::DriveLetter),
            (b"\xff", NameProblem::NotUtf8),
        ];
        for (raw, expected) in cases {
            assert_eq!(problem(read(raw, LIMITS)), expected, "{raw:?}");
        }
        assert_eq!(problem(read(&[b'a'; 5000], LIMITS)), NameProblem::TooLong);
    }

    #[test]
    fn two_dots_inside_a_name_are_read_but_not_packed() {
        let found = read(b"my..file.yaml", LIMITS).expect("reading is tolerant");
        assert_eq!(found.path.as_deref(), Some("my..file.yaml"));
        assert!(!found.is_canonical);
        assert_eq!(
            problem(check_packed("my..file.yaml", LIMITS)),
            NameProblem::ContainsDots
        );
    }

    #[test]
    fn a_file_may_not_come_twice_or_be_a_directory_too() {
        let mut seen = SeenNames::default();
        seen.add("a/b", EntryKind::File).expect("new");
        seen.add("a", EntryKind::Directory)
            .expect("the same directory");
        assert_eq!(
            problem(seen.add("a/b", EntryKind::File)),
            NameProblem::Duplicate
        );
        assert_eq!(
            problem(seen.add("a", EntryKind::File)),
            NameProblem::FileAndDirectory
        );
        assert_eq!(
            problem(seen.add("a/b/c", EntryKind::File)),
            NameProblem::FileAndDirectory
        );
    }

    #[test]
    fn names_that_differ_by_case_only_are_noted() {
        let mut seen = SeenNames::default();
        for name in ["docs/A", "docs/a", "Docs/b"] {
            seen.add(name, EntryKind::File).expect("new");
        }
        assert_eq!(seen.case_duplicates(), ["Docs", "docs", "docs/A", "docs/a"]);
    }
}
