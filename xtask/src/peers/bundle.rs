//! Bundles with one interface, and what we find between two of them.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A record of ours that names a rule.
#[derive(Debug)]
pub(super) struct Record {
    /// Rule id.
    pub(super) rule: String,
    /// `BREAKING`, `POTENTIAL_BREAKING`, `NON_BREAKING`.
    pub(super) class: String,
    /// Paths of all its places.
    pub(super) paths: Vec<String>,
    /// File that it is in, in the new bundle where it has a place there.
    pub(super) file: String,
    /// The value that shows it; `None` where none was looked for.
    pub(super) shown: Option<Shown>,
}

/// What became of the search for a value that only one side accepts.
#[derive(Debug)]
pub(super) enum Shown {
    /// There is one.
    ByValue,
    /// There is none, and why.
    Not(String),
}

impl Record {
    /// Whether it is more than information.
    pub(super) fn is_breaking(&self) -> bool {
        self.class != "NON_BREAKING"
    }
}

/// Makes a folder a bundle whose only interface is a document in it.
pub(super) fn write(
    bundle: &Path,
    name: &str,
    version: &str,
    kind: &str,
    document: &str,
) -> Result<()> {
    let contract = format!(
        "pactoVersion: \"1.0\"\nservice:\n  name: {name}\n  version: {version}\ninterfaces:\n  \
         - name: api\n    type: {kind}\n    port: 443\n    contract: {document}\n"
    );
    std::fs::write(bundle.join("pacto.yaml"), contract)?;
    Ok(())
}

/// Our records between two bundles.
pub(super) fn records(pacto: &Path, old: &Path, new: &Path) -> Result<Vec<Record>> {
    let output = Command::new(pacto)
        .arg("diff")
        .args([old, new])
        .args(["--fail-on", "none", "--output-format", "json"])
        .output()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!("pacto diff failed: {error}");
    }
    let parsed: Value = serde_json::from_slice(&output.stdout).context("pacto printed no JSON")?;
    let records = parsed["changes"].as_array().context("no list of changes")?;
    Ok(records.iter().filter_map(record).collect())
}

fn record(record: &Value) -> Option<Record> {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let class = record["refined"]
        .as_str()
        .or(record["classification"].as_str());
    let file = |side: &str| record[side]["file"].as_str();
    let more = record["occurrences"].as_array().into_iter().flatten();
    Some(Record {
        rule: record["rule"].as_str()?.to_owned(),
        class: class?.to_owned(),
        paths: more.chain([&record["path"]]).map(text).collect(),
        file: file("newLocation")
            .or(file("oldLocation"))
            .unwrap_or("")
            .to_owned(),
        shown: record
            .get("witness")
            .map(|witness| match witness["none"].as_str() {
                Some(why) => Shown::Not(why.to_owned()),
                None => Shown::ByValue,
            }),
    })
}
