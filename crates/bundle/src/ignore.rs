//! `.pactoignore`: what of a directory is not packed.
//!
//! A subset of gitignore. The last matching rule wins; an ignored directory is left out with
//! everything in it; `pacto.yaml` at the root cannot be ignored.

use std::sync::Arc;

use bytes::Bytes;
use pacto_contract::CONTRACT_FILE;

use crate::glob::Glob;
use crate::{EntryKind, FileEntry, Files, FilesError};

/// Name of the file with the rules, at the root of a bundle.
pub const IGNORE_FILE: &str = ".pactoignore";

/// Rules that come before those of the user, who can take them back.
const ALWAYS: [&str; 3] = [".git/", IGNORE_FILE, ".DS_Store"];

/// The rules of one bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRules {
    rules: Vec<Rule>,
    malformed: Vec<MalformedPattern>,
}

/// A line that is not a pattern; it matches nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedPattern {
    /// Line in the file, from 1.
    pub line: usize,
    /// The line without surrounding white space.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    is_negated: bool,
    is_directory_only: bool,
    /// Elements from the root; a rule for base names starts with [`Element::AnyDepth`].
    elements: Vec<Element>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Element {
    /// `**`: zero or more elements.
    AnyDepth,
    One(Glob),
}

impl IgnoreRules {
    /// Reads the text of a `.pactoignore`; an empty text gives the rules that always hold.
    pub fn parse(text: &str) -> Self {
        let mut rules: Vec<Rule> = ALWAYS.iter().filter_map(|line| Rule::parse(line)).collect();
        let mut malformed = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match Rule::parse(line) {
                Some(rule) => rules.push(rule),
                None => malformed.push(MalformedPattern {
                    line: index + 1,
                    text: line.to_owned(),
                }),
            }
        }
        Self { rules, malformed }
    }

    /// Lines that are not patterns, in order.
    pub fn malformed(&self) -> &[MalformedPattern] {
        &self.malformed
    }

    /// Tells whether an entry is left out, because of a rule for itself or for a directory above
    /// it. The path is clean and relative to the root.
    pub fn is_ignored(&self, path: &str, kind: EntryKind) -> bool {
        path.match_indices('/').any(|(end, _)| {
            path.get(..end)
                .is_some_and(|parent| self.matches(parent, EntryKind::Directory))
        }) || self.matches(path, kind)
    }

    /// Tells what the rules say about one entry, whatever they say about the directories above.
    fn matches(&self, path: &str, kind: EntryKind) -> bool {
        if path == CONTRACT_FILE {
            return false;
        }
        let elements: Vec<&str> = path.split('/').collect();
        self.rules
            .iter()
            .rev()
            .find(|rule| {
                (!rule.is_directory_only || kind == EntryKind::Directory)
                    && matches_elements(&rule.elements, &elements)
            })
            .is_some_and(|rule| !rule.is_negated)
    }
}

impl Rule {
    /// Reads a line without surrounding white space; `None` when it is malformed.
    fn parse(line: &str) -> Option<Self> {
        let (is_negated, pattern) = match line.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let (is_directory_only, pattern) = match pattern.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        let (is_anchored, pattern) = match pattern.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (pattern.contains('/'), pattern),
        };
        if pattern.is_empty() {
            return None;
        }
        let mut elements = Vec::new();
        if !is_anchored {
            elements.push(Element::AnyDepth);
        }
        for element in pattern.split('/') {
            elements.push(match element {
                "**" => Element::AnyDepth,
                _ => Element::One(Glob::parse(element)?),
            });
        }
        // Several in a row mean the same as one.
        elements.dedup_by(|a, b| *a == Element::AnyDepth && *b == Element::AnyDepth);
        Some(Self {
            is_negated,
            is_directory_only,
            elements,
        })
    }
}

/// The same two-position search as for characters: the last `**` takes one element more whenever
/// what follows it does not fit.
fn matches_elements(pattern: &[Element], path: &[&str]) -> bool {
    let (mut element, mut position) = (0, 0);
    let mut run: Option<(usize, usize)> = None;
    while position < path.len() {
        match (pattern.get(element), path.get(position)) {
            (Some(Element::AnyDepth), _) => {
                run = Some((element, position));
                element += 1;
            }
            (Some(Element::One(glob)), Some(name)) if glob.matches(name) => {
                element += 1;
                position += 1;
            }
            _ => {
                let Some((at, end)) = run else { return false };
                run = Some((at, end + 1));
                element = at + 1;
                position = end + 1;
            }
        }
    }
    pattern
        .get(element..)
        .is_some_and(|rest| rest.iter().all(|element| *element == Element::AnyDepth))
}

/// A bundle without what its rules leave out: what packing sees.
#[derive(Debug, Clone)]
pub struct FilteredFiles {
    files: Arc<dyn Files>,
    rules: IgnoreRules,
}

impl FilteredFiles {
    /// Applies rules to files.
    pub fn new(files: Arc<dyn Files>, rules: IgnoreRules) -> Self {
        Self { files, rules }
    }

    /// Applies the rules that lie among the files themselves.
    pub fn load(files: Arc<dyn Files>) -> Result<Self, FilesError> {
        let text = files.read(IGNORE_FILE)?.unwrap_or_default();
        let rules = IgnoreRules::parse(&String::from_utf8_lossy(&text));
        Ok(Self::new(files, rules))
    }

    /// The rules applied.
    pub fn rules(&self) -> &IgnoreRules {
        &self.rules
    }
}

impl Files for FilteredFiles {
    fn read(&self, path: &str) -> Result<Option<Bytes>, FilesError> {
        if self.rules.is_ignored(path, EntryKind::File) {
            return Ok(None);
        }
        self.files.read(path)
    }

    fn entry(&self, path: &str) -> Result<Option<EntryKind>, FilesError> {
        let kind = self.files.entry(path)?;
        Ok(kind.filter(|kind| !self.rules.is_ignored(path, *kind)))
    }

    fn list(&self) -> Result<Vec<FileEntry>, FilesError> {
        self.files
            .list_except(&|path, kind| self.rules.matches(path, kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryFiles;

    fn kept(rules: &str, paths: &[&str]) -> Vec<String> {
        let mut files = MemoryFiles::new();
        for path in paths {
            match path.strip_suffix('/') {
                Some(directory) => files.insert_directory(directory),
                None => files.insert(*path, "x"),
            }
        }
        files.insert(IGNORE_FILE, rules.to_owned());
        let view = FilteredFiles::load(Arc::new(files)).expect("memory reads");
        let listed: Vec<String> = view
            .list()
            .expect("memory lists")
            .into_iter()
            .map(|entry| match entry.kind {
                EntryKind::Directory => format!("{}/", entry.path),
                _ => entry.path,
            })
            .collect();
        // The three ways to look at the view agree.
        for path in paths {
            let path = path.trim_end_matches('/');
            let is_listed = listed.iter().any(|kept| kept.trim_end_matches('/') == path);
            let entry = view.entry(path).expect("memory reads");
            assert_eq!(entry.is_some(), is_listed, "{path}");
            let is_file = entry == Some(EntryKind::File);
            assert_eq!(view.read(path).expect("memory reads").is_some(), is_file);
        }
        listed
    }

    #[test]
    fn some_files_are_never_packed() {
        assert_eq!(
            kept(
                "",
                &[
                    ".git/config",
                    "docs/.DS_Store",
                    "docs/.pactoignore",
                    ".gitignore",
                    "pacto.lock"
                ]
            ),
            [".gitignore", "docs/", "pacto.lock"]
        );
    }

    #[test]
    fn a_file_named_like_a_directory_rule_stays() {
        assert_eq!(kept("build/", &["build", "a/build/x"]), ["a/", "build"]);
        assert_eq!(kept("", &[".git"]), [".git"]);
    }

    #[test]
    fn a_pattern_without_a_slash_matches_at_any_depth() {
        assert_eq!(
            kept("*.tmp", &["a.tmp", "d/e/b.tmp", "c.tmp.txt"]),
            ["c.tmp.txt", "d/", "d/e/"]
        );
    }

    #[test]
    fn a_slash_anchors_to_the_root() {
        for rules in ["/docs/x", "docs/x"] {
            assert_eq!(
                kept(rules, &["docs/x", "a/docs/x"]),
                ["a/", "a/docs/", "a/docs/x", "docs/"]
            );
        }
        assert_eq!(kept("/x", &["x", "a/x"]), ["a/", "a/x"]);
    }

    #[test]
    fn two_stars_span_directories() {
        assert_eq!(
            kept("a/**/z", &["a/z", "a/b/z", "a/b/c/z", "b/z"]),
            ["a/", "a/b/", "a/b/c/", "b/", "b/z"]
        );
        assert_eq!(kept("**/z", &["z", "a/z"]), ["a/"]);
        assert_eq!(kept("a/**", &["a/x", "a/b/y", "b"]), ["b"]);
        assert_eq!(kept("a**b", &["axb", "a/b"]), ["a/", "a/b"]);
    }

    #[test]
    fn the_last_match_wins() {
        assert_eq!(
            kept(
                "*.md\n!README.md\ndocs/README.md",
                &["README.md", "x.md", "docs/README.md"]
            ),
            ["README.md", "docs/"]
        );
    }

    #[test]
    fn nothing_comes_back_from_an_ignored_directory() {
        assert_eq!(kept("docs/\n!docs/keep", &["docs/keep", "a"]), ["a"]);
        // Its own rule can take it back, though.
        assert_eq!(kept("!.git/", &[".git/config"]), [".git/", ".git/config"]);
    }

    #[test]
    fn the_contract_at_the_root_stays() {
        assert_eq!(
            kept(
                "*\npacto.yaml\n/pacto.yaml",
                &["pacto.yaml", "a/pacto.yaml", "b"]
            ),
            ["pacto.yaml"]
        );
    }

    #[test]
    fn comments_blank_lines_and_white_space_do_not_count() {
        assert_eq!(kept("# a\n\n   b  \r\n", &["a", "b"]), ["a"]);
    }

    #[test]
    fn a_malformed_pattern_matches_nothing_and_is_told() {
        let rules = IgnoreRules::parse("ok\n[a\n!\n/\n");
        let lines: Vec<usize> = rules.malformed().iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [2, 3, 4]);
        assert!(!rules.is_ignored("[a", EntryKind::File));
        assert!(rules.is_ignored("ok", EntryKind::File));
    }
}
