//! The peer on OpenAPI documents.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Case, examples, folders, name};

/// One change that the peer reports.
#[derive(Debug)]
pub(super) struct Change {
    /// Rule id.
    pub(super) id: String,
    /// `GET`, or nothing for what is not about an operation.
    pub(super) method: String,
    /// Path template, as the new side spells it where it can.
    pub(super) path: String,
    /// What it says, for the report.
    pub(super) text: String,
}

/// Every rule of the peer that is an error or a warning there.
pub(super) fn rules() -> Result<BTreeSet<String>> {
    let path = crate::checkout::root().join("crates/diff/tests/openapi-peer-rules.txt");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    Ok(lines
        .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
        .collect())
}

/// Runs the peer on every example of pages about OpenAPI documents.
pub(super) fn examples(oasdiff: &Path, folder: &Path) -> Result<Vec<Case>> {
    println!("==> oasdiff on the examples");
    let known = rules()?;
    let mut cases = Vec::new();
    for area in ["openapi", "schema"] {
        for page in folders(&folder.join(area))? {
            for example in folders(&page)? {
                let sides = ["before", "after"].map(|side| example.join(side).join("api.yaml"));
                if !sides.iter().all(|path| path.exists()) {
                    continue;
                }
                let options = std::fs::read_to_string(example.join("options"))?;
                let options = arguments(&options);
                let [old, new] = &sides;
                let changes = changes(oasdiff, [old, new], &options);
                if let Err(error) = &changes {
                    println!("    {}: {error}", example.display());
                }
                let is_refused = changes.is_err();
                let peer = ids(changes.into_iter().flatten());
                let ours = examples::ours(&example, true)?.graded;
                let asked_otherwise = if known
                    .iter()
                    .any(|it| ours.contains(it) && !peer.contains(it))
                {
                    otherwise(oasdiff, &example, &options)?
                } else {
                    BTreeSet::new()
                };
                cases.push(Case {
                    page: name(&page),
                    line: name(&example),
                    is_refused,
                    peer,
                    asked_otherwise,
                    ours,
                    ..Case::default()
                });
            }
        }
    }
    Ok(cases)
}

/// What the peer finds in an example as OpenAPI 3.0, what it only informs about included, and with
/// the parameters of paths left where they are.
///
/// Some of its rules are errors by its own list and cannot be seen as such: what holds for a whole
/// document is only reported where no operation inherits it, which is information.
fn otherwise(oasdiff: &Path, example: &Path, options: &[String]) -> Result<BTreeSet<String>> {
    let mut paths = Vec::new();
    for side in ["before", "after"] {
        let folder = example.join(side);
        let text = std::fs::read_to_string(folder.join("api.yaml"))?;
        let path = folder.join("api-3.0.yaml");
        std::fs::write(&path, text.replacen("openapi: 3.1.0", "openapi: 3.0.3", 1))?;
        paths.push(path);
    }
    let mut arguments = vec!["--level", "INFO"];
    arguments.extend(options.iter().map(String::as_str));
    // An example that needs OpenAPI 3.1 is not readable so, and says nothing.
    let changes = changelog(oasdiff, [&paths[0], &paths[1]], &arguments).unwrap_or_default();
    Ok(ids(changes.into_iter().map(|(change, _)| change)))
}

fn ids(changes: impl Iterator<Item = Change>) -> BTreeSet<String> {
    changes.map(|it| it.id).collect()
}

/// Our options of a page in the words of the peer.
fn arguments(options: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    for line in options.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["sunset", stable, beta] => arguments.extend([
                format!("--deprecation-days-stable={stable}"),
                format!("--deprecation-days-beta={beta}"),
            ]),
            ["stability", _, below, _] => arguments.push(format!("--stability-level={below}")),
            ["path-matching", "exact"] => arguments.push("--include-path-params".to_owned()),
            ["strip-prefix", old, new] => arguments.extend([
                format!("--strip-prefix-base={old}"),
                format!("--strip-prefix-revision={new}"),
            ]),
            _ => {}
        }
    }
    arguments
}

/// What the peer finds between two documents and calls an error or a warning.
pub(super) fn changes(
    oasdiff: &Path,
    [old, new]: [&Path; 2],
    arguments: &[String],
) -> Result<Vec<Change>> {
    let mut all = vec!["--level", "WARN"];
    // What paths declare holds for their operations: we always read them so.
    all.push("--flatten-params");
    all.extend(arguments.iter().map(String::as_str));
    let changes = changelog(oasdiff, [old, new], &all)?;
    if let Some((change, level)) = changes.iter().find(|(_, level)| *level < 2) {
        bail!(
            "oasdiff reports {} at a level we did not ask for: {level}",
            change.id
        );
    }
    Ok(changes.into_iter().map(|(change, _)| change).collect())
}

/// What the peer finds between two documents, each with its level: 1 is information.
fn changelog(
    oasdiff: &Path,
    [old, new]: [&Path; 2],
    arguments: &[&str],
) -> Result<Vec<(Change, u64)>> {
    let output = Command::new(oasdiff)
        .args(["changelog", "--format", "json"])
        .args(arguments)
        .args([old, new])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!("oasdiff failed: {}", error.trim());
    }
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let parsed: Value = serde_json::from_str(&text).context("oasdiff printed no JSON")?;
    let list = parsed
        .get("changes")
        .unwrap_or(&parsed)
        .as_array()
        .context("oasdiff printed no list of changes")?;
    let field = |change: &Value, key: &str| change[key].as_str().unwrap_or("").to_owned();
    Ok(list
        .iter()
        .map(|change| {
            let level = change["level"].as_u64().unwrap_or(0);
            let change = Change {
                id: field(change, "id"),
                method: field(change, "operation"),
                path: field(change, "path"),
                text: field(change, "text"),
            };
            (change, level)
        })
        .collect())
}
