//! Single edits, one at a time, given to the peers and to us.
//!
//! Edits do not touch each other, so that all of them stand in one pair of documents: each in an
//! operation, or a file, of its own. What is found is sorted by that number.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};

use super::Case;
use super::bundle::Record;

mod openapi;
mod protobuf;

pub(super) use openapi::cases as openapi;
pub(super) use protobuf::cases as protobuf;

/// One edit.
struct Edit {
    /// What waivers call it, and where and in which direction it is made.
    name: (String, String),
    /// The edited text on both sides; `None` where there is nothing.
    sides: [Option<String>; 2],
}

impl Edit {
    /// The case of an edit with what was found for it.
    fn case(self, peer: BTreeSet<String>, ours: BTreeSet<String>) -> Case {
        let (page, line) = self.name;
        Case {
            page: format!("sweep:{page}"),
            line,
            is_refused: false,
            peer,
            ours,
            ..Case::default()
        }
    }
}

/// Reads a list of edits, `NAME | BEFORE | AFTER` on a line; each is made in both directions.
fn edits(list: &str) -> Result<Vec<Edit>> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let mut edits = Vec::new();
    for line in lines {
        let mut parts = line.splitn(3, " | ").map(str::trim);
        let mut part = || {
            parts
                .next()
                .with_context(|| format!("an edit misses a part: {line}"))
        };
        let (name, before, after) = (part()?, part()?, part()?);
        let text = |text: &str| (text != "-").then(|| text.to_owned());
        for (direction, sides) in [("forth", [before, after]), ("back", [after, before])] {
            edits.push(Edit {
                name: (name.to_owned(), direction.to_owned()),
                sides: sides.map(text),
            });
        }
    }
    Ok(edits)
}

/// The number of an edit as it stands in paths and names.
fn mark(number: usize) -> String {
    format!("edit{number:04}")
}

/// The number of the edit that a text is about.
fn marked(text: &str) -> Option<usize> {
    text.split("edit")
        .skip(1)
        .find_map(|rest| rest.get(..4)?.parse().ok())
}

/// Our rules by the number of the edit, with what each is called by the peer.
fn ours(
    records: &[Record],
    named: impl Fn(&str) -> Vec<String>,
) -> BTreeMap<usize, BTreeSet<String>> {
    let mut found: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.is_breaking()) {
        let places = record.paths.iter().chain([&record.file]);
        for number in places.filter_map(|place| marked(place)) {
            found.entry(number).or_default().extend(named(&record.rule));
        }
    }
    found
}

/// Makes a folder.
fn make(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_made_in_both_directions() {
        let edits = edits("# a list\na | {} | -\n").expect("a good list");
        let sides: Vec<_> = edits.into_iter().map(|edit| edit.sides).collect();
        let text = Some("{}".to_owned());
        assert_eq!(sides, [[text.clone(), None], [None, text]]);
    }

    #[test]
    fn a_number_is_found_in_paths_and_sentences() {
        assert_eq!(marked(&format!("openapi.paths[/{}]", mark(12))), Some(12));
        assert_eq!(
            marked("file \"edited/edit0003.proto\" was deleted"),
            Some(3)
        );
        assert_eq!(marked("openapi.security"), None);
    }
}
