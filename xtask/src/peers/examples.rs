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

/// Rules that we find in an example and that are more than information. Lines are `RULE CLASS …`
/// on pages about protobuf files; elsewhere the page stands before them.
pub(super) fn ours(example: &Path, is_after_page: bool) -> Result<BTreeSet<String>> {
    let path = example.join("expected");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace().skip(usize::from(is_after_page));
        let (rule, class) = (words.next()?, words.next()?);
        (class != "non-breaking").then(|| rule.to_owned())
    });
    Ok(lines.collect())
}
