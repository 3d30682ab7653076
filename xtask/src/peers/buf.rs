//! The peer on protobuf files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Case, examples, folders, name};

/// Which rules of the peer run: all that concern single files, and the laxer ones beside them.
const CONFIGURATION: &str =
    r#"{"version": "v2", "breaking": {"use": ["FILE", "PACKAGE", "WIRE_JSON", "WIRE"]}}"#;

/// Runs the peer on every example of pages about protobuf files.
pub(super) fn examples(buf: &Path, folder: &Path) -> Result<Vec<Case>> {
    println!("==> buf on the examples");
    let peers = peers(folder)?;
    let mut cases = Vec::new();
    for page in folders(&folder.join("protobuf"))? {
        for example in folders(&page)? {
            let sides = ["before", "after"].map(|side| example.join(side));
            if !sides.iter().all(|path| path.join("api.proto").exists()) {
                continue;
            }
            let found = examples::ours(&example, false)?;
            let named = |rules: &BTreeSet<String>| -> BTreeSet<String> {
                let rules = rules.iter().filter_map(|rule| peers.get(rule)).flatten();
                rules.map(|rule| subject(rule)).collect()
            };
            let [old, new] = &sides;
            let lines = lines(buf, old, new)?;
            let peer: BTreeSet<String> = lines.into_iter().map(|line| line.rule).collect();
            cases.push(Case {
                page: name(&page),
                line: name(&example),
                is_refused: peer.contains("COMPILE"),
                peer: peer.iter().map(|rule| subject(rule)).collect(),
                ours: named(&found.graded),
                informing: named(&found.informing),
                ..Case::default()
            });
        }
    }
    Ok(cases)
}

/// The rules of the peer that each of ours stands for.
pub(super) fn peers(folder: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let text = std::fs::read_to_string(folder.join("protobuf/peers"))?;
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace().map(str::to_owned);
        Some((words.next()?, words.collect()))
    });
    Ok(lines.collect())
}

/// The rules of the peer that ours stand for, those of different strictness as one.
pub(super) fn rules(peers: &BTreeMap<String, Vec<String>>) -> BTreeSet<String> {
    peers.values().flatten().map(|rule| subject(rule)).collect()
}

/// A rule without how strict it is: the peer has one for each degree, and reports all of them
/// where we report the one that fits.
pub(super) fn subject(rule: &str) -> String {
    let rule = rule
        .replace("WIRE_JSON_COMPATIBLE", "SAME")
        .replace("WIRE_COMPATIBLE", "SAME");
    let rule = rule.split("_UNLESS_").next().unwrap_or(&rule);
    let rule = match rule.strip_prefix("PACKAGE_") {
        Some(rest) if rest != "NO_DELETE" => rest,
        _ => rule,
    };
    rule.to_owned()
}

/// One thing that the peer finds.
#[derive(Debug)]
pub(super) struct Line {
    /// Rule of the peer.
    pub(super) rule: String,
    /// File in the new folder, or nothing for one that is gone.
    pub(super) file: String,
    /// What it says; names stand in quotes.
    pub(super) message: String,
}

/// What the peer finds between two folders.
pub(super) fn lines(buf: &Path, old: &Path, new: &Path) -> Result<Vec<Line>> {
    let output = Command::new(buf)
        .args([
            "breaking",
            "--error-format",
            "json",
            "--config",
            CONFIGURATION,
        ])
        .arg(new)
        .arg("--against")
        .arg(old)
        .args(["--against-config", CONFIGURATION])
        .output()?;
    // 100 is its exit code for findings, those of its compiler included.
    if output.status.success() {
        return Ok(Vec::new());
    }
    if output.status.code() != Some(100) {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!("buf failed on {}: {}", new.display(), error.trim());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| {
            let found: Value = serde_json::from_str(line).context("buf printed no JSON")?;
            let text = |key: &str| found[key].as_str().map(str::to_owned);
            let file = text("path").unwrap_or_default();
            let folder = new.display().to_string();
            let file = file.strip_prefix(&folder).unwrap_or(&file);
            Ok(Line {
                rule: text("type").context("a finding of buf has no type")?,
                file: file.trim_start_matches('/').to_owned(),
                message: text("message").unwrap_or_default(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_only_differ_in_strictness_are_one() {
        for rule in [
            "FIELD_SAME_TYPE",
            "FIELD_WIRE_JSON_COMPATIBLE_TYPE",
            "FIELD_WIRE_COMPATIBLE_TYPE",
        ] {
            assert_eq!(subject(rule), "FIELD_SAME_TYPE");
        }
        assert_eq!(
            subject("FIELD_NO_DELETE_UNLESS_NAME_RESERVED"),
            "FIELD_NO_DELETE"
        );
        assert_eq!(subject("PACKAGE_ENUM_NO_DELETE"), "ENUM_NO_DELETE");
        assert_eq!(subject("PACKAGE_NO_DELETE"), "PACKAGE_NO_DELETE");
    }
}
