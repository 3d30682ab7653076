//! The examples of the pages as pairs of files.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use crate::checkout::{program, step};

/// Writes the examples of all pages below a folder.
pub(super) fn write(folder: &Path) -> Result<()> {
    let mut command = program("cargo")?;
    command.args([
        "run",
        "--quiet",
        "-p",
        "pacto-diff",
        "--example",
        "rule_examples",
        "--",
    ]);
    step("write the examples of the rule pages", command.arg(folder))
}

/// The rules that we find in an example.
#[derive(Debug, Default)]
pub(super) struct Ours {
    /// Those that are more than information.
    pub(super) graded: BTreeSet<String>,
    /// Those that are information.
    pub(super) informing: BTreeSet<String>,
}

/// What we find in an example. Lines are `RULE CLASS …` on pages about protobuf files; elsewhere
/// the page stands before them.
pub(super) fn ours(example: &Path, is_after_page: bool) -> Result<Ours> {
    let path = example.join("expected");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let mut ours = Ours::default();
    for line in text.lines() {
        let mut words = line.split_whitespace().skip(usize::from(is_after_page));
        if let (Some(rule), Some(class)) = (words.next(), words.next()) {
            let rules = match class {
                "non-breaking" => &mut ours.informing,
                _ => &mut ours.graded,
            };
            rules.insert(rule.to_owned());
        }
    }
    Ok(ours)
}
