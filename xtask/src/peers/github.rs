//! Two releases of a large public description.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::waivers::{Waiver, is_waived};
use super::{Counts, oasdiff};
use crate::checkout::{built, program, step};

/// How the two releases compare.
#[derive(Debug, Default)]
pub(super) struct Pair {
    /// Found by both, by rule.
    pub(super) both: Counts,
    /// Found by the peer only and waived, by rule.
    pub(super) waived: Counts,
    /// Found by the peer only: `github RULE METHOD PATH: TEXT`.
    pub(super) missing: Vec<String>,
}

impl Pair {
    /// Lines of the peer.
    pub(super) fn total(&self) -> usize {
        self.both.values().sum::<usize>() + self.waived.values().sum::<usize>() + self.missing.len()
    }
}

/// Releases of the npm package.
const RELEASES: [&str; 2] = ["16.0.0", "23.0.2"];

/// The releases as bundles with one interface: folder of the bundle, path of the document.
pub(crate) fn bundles(scratch: &Path) -> Result<Vec<(String, String)>> {
    let mut bundles = Vec::new();
    for version in RELEASES {
        let bundle = scratch.join(format!("github-{version}"));
        let document = bundle.join("interfaces/api.json");
        if !document.exists() {
            let download = scratch.join(format!("npm-{version}"));
            std::fs::create_dir_all(&download)?;
            let package = format!("@octokit/openapi@{version}");
            step(
                &format!("npm pack {package}"),
                program("npm")?
                    .args(["pack", "--silent", &package])
                    .current_dir(&download),
            )?;
            let archive = format!("octokit-openapi-{version}.tgz");
            step(
                "unpack",
                program("tar")?
                    .args(["xzf", &archive, "package/generated/api.github.com.json"])
                    .current_dir(&download),
            )?;
            std::fs::create_dir_all(bundle.join("interfaces"))?;
            std::fs::rename(
                download.join("package/generated/api.github.com.json"),
                &document,
            )?;
        }
        std::fs::write(
            bundle.join("pacto.yaml"),
            format!(
                "pactoVersion: \"1.0\"\nservice:\n  name: github\n  version: {version}\ninterfaces:\n  \
                 - name: rest\n    type: http\n    port: 443\n    contract: interfaces/api.json\n"
            ),
        )?;
        bundles.push((bundle.display().to_string(), document.display().to_string()));
    }
    Ok(bundles)
}

/// Compares what both programs find.
pub(super) fn compare(scratch: &Path, waivers: &mut [Waiver]) -> Result<Pair> {
    let bundles = bundles(scratch)?;
    let [(old, old_document), (new, new_document)] = bundles.as_slice() else {
        bail!("two releases make a pair");
    };
    println!("==> oasdiff on {} and {}", RELEASES[0], RELEASES[1]);
    let documents = [Path::new(old_document), Path::new(new_document)];
    let changes = oasdiff::changes(&super::oasdiff()?, documents, &[])?;
    let ours = ours(old, new)?;
    let mut pair = Pair::default();
    for change in changes {
        let key = (change.method.clone(), change.path.clone());
        let whole_path = (String::new(), change.path.clone());
        let is_found = [key, whole_path, (String::new(), String::new())]
            .iter()
            .any(|key| {
                ours.get(key)
                    .is_some_and(|rules| rules.contains(&change.id))
            });
        if is_found {
            *pair.both.entry(change.id).or_default() += 1;
        } else if is_waived(waivers, "github", &change.id)
            || is_waived(waivers, &format!("github:{}", change.path), &change.id)
        {
            *pair.waived.entry(change.id).or_default() += 1;
        } else {
            let text = change.text.replace('\n', " ");
            let line = format!(
                "github {} {} {}: {text}",
                change.id, change.method, change.path
            );
            pair.missing.push(line);
        }
    }
    Ok(pair)
}

/// Our rules that are at least potentially breaking, by method and path.
fn ours(old: &str, new: &str) -> Result<BTreeMap<(String, String), BTreeSet<String>>> {
    let pacto = built("pacto-cli", "pacto", "dev")?;
    let output = Command::new(pacto)
        .args([
            "diff",
            old,
            new,
            "--fail-on",
            "none",
            "--output-format",
            "json",
        ])
        .output()?;
    if !output.status.success() {
        bail!(
            "pacto diff failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let parsed: Value = serde_json::from_slice(&output.stdout).context("pacto printed no JSON")?;
    let records = parsed["changes"].as_array().context("no list of changes")?;
    let mut found: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for record in records {
        let class = record["refined"]
            .as_str()
            .or(record["classification"].as_str());
        let Some(rule) = record["rule"].as_str() else {
            continue;
        };
        if class == Some("NON_BREAKING") {
            continue;
        }
        let more = record["occurrences"].as_array().into_iter().flatten();
        let paths = more.chain([&record["path"]]).filter_map(Value::as_str);
        for path in paths {
            found
                .entry(place(path))
                .or_default()
                .insert(rule.to_owned());
        }
    }
    Ok(found)
}

/// Method and path template of the place of a record; nothing for what is not about a path.
fn place(path: &str) -> (String, String) {
    let inside = |text: &str, key: &str| -> Option<(String, usize)> {
        let start = text.find(key)? + key.len();
        let rest = text.get(start..)?;
        let end = rest.find(']')?;
        Some((rest.get(..end)?.to_owned(), start + end))
    };
    let Some((template, end)) = inside(path, "openapi.paths[") else {
        return (String::new(), String::new());
    };
    let rest = path.get(end..).unwrap_or("");
    let method = inside(rest, "].methods[").map(|(method, _)| method);
    (method.unwrap_or_default(), template)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_an_operation_a_path_or_nothing() {
        let pair = |method: &str, path: &str| (method.to_owned(), path.to_owned());
        assert_eq!(
            place("openapi.paths[/a/{b}].methods[GET].responses[200]"),
            pair("GET", "/a/{b}")
        );
        assert_eq!(place("openapi.paths[/a]"), pair("", "/a"));
        assert_eq!(place("openapi.security"), pair("", ""));
    }
}
