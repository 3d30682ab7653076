//! Releases of public protobuf files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::buf::{self, Line};
use super::bundle::{self, Record};
use super::npm;
use super::pair::Pair;
use super::waivers::Waiver;

/// Protobuf files that are published in npm, and which of their folders are compared.
struct Releases {
    /// What waivers call it.
    name: &'static str,
    versions: [&'static str; 2],
    folders: &'static [&'static str],
}

const PACKAGE: &str = "google-proto-files";

const RELEASES: [Releases; 2] = [
    Releases {
        name: "googleapis-5",
        versions: ["3.0.0", "5.0.0"],
        folders: &[
            "google/analytics/admin/v1alpha",
            "google/cloud/aiplatform/v1",
            "google/cloud/baremetalsolution/v2",
            "google/cloud/bigquery/v2",
            "google/cloud/dialogflow/cx/v3",
            "google/cloud/integrations/v1alpha",
            "google/cloud/securitycenter/v1",
            "google/maps/fleetengine/v1",
            "google/maps/routes/v1",
            "google/monitoring/v3",
            "google/pubsub/v1",
            "google/spanner/v1",
            "google/storage/v2",
        ],
    },
    Releases {
        name: "googleapis-6",
        versions: ["5.0.0", "6.0.1"],
        folders: &[
            "google/ads/admanager/v1",
            "google/analytics/admin/v1alpha",
            "google/analytics/data/v1alpha",
            "google/cloud/aiplatform/v1beta1",
            "google/cloud/backupdr/v1",
            "google/cloud/compute/v1",
            "google/cloud/dialogflow/v2beta1",
            "google/cloud/discoveryengine/v1alpha",
            "google/cloud/retail/v2alpha",
            "google/cloud/sql/v1",
            "google/cloud/talent/v4",
            "google/devtools/containeranalysis/v1beta1",
            "google/maps/places/v1",
            "google/shopping/merchant/accounts/v1beta",
            "google/storage/v2",
        ],
    },
];

/// A file that imports all that are compared, since an interface has one document.
const ENTRY: &str = "all.proto";

/// Compares what both programs find between all releases.
pub(super) fn compare(
    pacto: &Path,
    scratch: &Path,
    peers: &BTreeMap<String, Vec<String>>,
    waivers: &mut [Waiver],
) -> Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for releases in RELEASES {
        let [before, after] = releases.versions;
        let old = releases.side(scratch, before)?;
        let new = releases.side(scratch, after)?;
        let records = bundle::records(pacto, &old, &new)?;
        println!("==> buf on two releases of {PACKAGE}");
        let lines = buf::lines(&super::buf()?, &old, &new)?;
        let folders = releases.folders.len();
        let title = format!("{folders} folders of `{PACKAGE}` {before} and {after}");
        let mut pair = Pair::new(releases.name, title);
        pair.count_witnesses(&records);
        for line in lines {
            if records.iter().any(|record| is_same(&line, record, peers)) {
                *pair.both.entry(line.rule).or_default() += 1;
            } else {
                pair.only_peer(waivers, &line.rule, (&line.file, &line.message));
            }
        }
        pairs.push(pair);
    }
    Ok(pairs)
}

/// Two releases as bundles, the older one first.
pub(crate) fn googleapis(scratch: &Path) -> Result<[PathBuf; 2]> {
    let [releases, _] = RELEASES;
    let [before, after] = releases.versions;
    Ok([
        releases.side(scratch, before)?,
        releases.side(scratch, after)?,
    ])
}

impl Releases {
    /// The bundle of one release: the files of the folders and all that they import.
    fn side(&self, scratch: &Path, version: &str) -> Result<PathBuf> {
        let published = npm::unpack(scratch, PACKAGE, version, "google")?;
        let root = published.parent().unwrap_or(scratch);
        let bundle = scratch.join(format!("{}-{version}", self.name));
        let mut files = Vec::new();
        for folder in self.folders {
            let entries = std::fs::read_dir(root.join(folder));
            for entry in entries.with_context(|| format!("{version} has no {folder}"))? {
                let path = entry?.path();
                if path.extension().is_some_and(|it| it == "proto") {
                    files.push(format!("{folder}/{}", super::name(&path)));
                }
            }
        }
        files.sort();
        let mut entry = "syntax = \"proto3\";\npackage pacto.peers;\n".to_owned();
        for file in &files {
            let _ = writeln!(entry, "import \"{file}\";");
        }
        let mut seen = BTreeSet::new();
        while let Some(file) = files.pop() {
            // Both programs know the files of the language itself.
            if file.starts_with("google/protobuf/") || !seen.insert(file.clone()) {
                continue;
            }
            let text = std::fs::read_to_string(root.join(&file))
                .with_context(|| format!("{version} has no {file}"))?;
            files.extend(imported(&text).map(str::to_owned));
            let path = bundle.join(&file);
            std::fs::create_dir_all(path.parent().unwrap_or(&bundle))?;
            std::fs::write(path, text)?;
        }
        std::fs::write(bundle.join(ENTRY), entry)?;
        bundle::write(&bundle, self.name, version, "grpc", ENTRY)?;
        Ok(bundle)
    }
}

/// The files that a file imports.
fn imported(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let rest = line.trim().strip_prefix("import ")?;
        rest.split('"').nth(1)
    })
}

/// Whether a record is about what a line of the peer is about: the same rule at the same element.
fn is_same(line: &Line, record: &Record, peers: &BTreeMap<String, Vec<String>>) -> bool {
    let subject = buf::subject(&line.rule);
    let rules = peers.get(&record.rule).into_iter().flatten();
    let subjects: Vec<String> = rules.map(|rule| buf::subject(rule)).collect();
    if !record.is_breaking() {
        return false;
    }
    let is_removal = subject.ends_with("_NO_DELETE");
    if is_removal && subjects.iter().any(|it| it == "MESSAGE_NO_DELETE") {
        // What was in a message went with it, and moved with it.
        let paths = record.paths.iter();
        let names = paths.flat_map(|path| names(path));
        let mut outer = names.flat_map(|outer| quoted(line).map(move |inner| (outer, inner)));
        if outer.any(|(outer, inner)| is_inside(inner, outer)) {
            return true;
        }
    }
    if !subjects.contains(&subject) {
        return false;
    }
    if subject.starts_with("FILE_") {
        // A file that is gone has its name in the sentence.
        return line.file == record.file || quoted(line).any(|name| name == record.file);
    }
    let is_named = |name: &str| quoted(line).any(|it| it == name || ends_with(name, it));
    record.paths.iter().any(|path| {
        let mut names: Vec<&str> = names(path).collect();
        let first = names.len().saturating_sub(2);
        names.drain(first..).all(is_named)
    })
}

/// The names in a path of ours: `grpc.messages[a.v1.M].fields[x]`.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('[')
        .skip(1)
        .filter_map(|it| it.split(']').next())
}

/// The names in a sentence of the peer, which leaves packages and often outer messages out.
fn quoted(line: &Line) -> impl Iterator<Item = &str> {
    let words = line.message.split('"').skip(1).step_by(2);
    words.map(|it| it.trim_matches(['[', ']']))
}

/// Whether a full name ends in a shorter one.
fn ends_with(full: &str, short: &str) -> bool {
    full.strip_suffix(short)
        .is_some_and(|rest| rest.ends_with('.'))
}

/// Whether a name without package is that of something inside a message with its full name.
fn is_inside(inner: &str, message: &str) -> bool {
    let dots = inner.match_indices('.').map(|(index, _)| index);
    let mut outer = dots.filter_map(|index| inner.get(..index));
    outer.any(|outer| ends_with(message, outer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(rule: &str, message: &str) -> Line {
        Line {
            rule: rule.to_owned(),
            file: "a/v1/a.proto".to_owned(),
            message: message.to_owned(),
        }
    }

    fn record(rule: &str, path: &str) -> Record {
        Record {
            rule: rule.to_owned(),
            class: "BREAKING".to_owned(),
            paths: vec![path.to_owned()],
            file: "a/v1/a.proto".to_owned(),
            shown: None,
        }
    }

    #[test]
    fn a_line_and_a_record_are_the_same_when_rule_and_element_are() {
        let peer = |rule: &str, peer: &str| (rule.to_owned(), vec![peer.to_owned()]);
        let peers = BTreeMap::from([
            peer("type", "FIELD_WIRE_COMPATIBLE_TYPE"),
            peer("gone", "MESSAGE_NO_DELETE"),
            peer("package", "FILE_SAME_GO_PACKAGE"),
        ]);
        let text = "Field \"1\" with name \"x\" on message \"O.M\" changed type";
        let field = line("FIELD_SAME_TYPE", text);
        let is_same =
            |line: &Line, rule: &str, path: &str| is_same(line, &record(rule, path), &peers);
        assert!(is_same(
            &field,
            "type",
            "grpc.messages[a.v1.O.M].fields[x].type"
        ));
        assert!(!is_same(
            &field,
            "type",
            "grpc.messages[a.v1.O.M].fields[y].type"
        ));
        assert!(!is_same(
            &field,
            "type",
            "grpc.messages[a.v1.O.N].fields[x].type"
        ));
        assert!(!is_same(
            &field,
            "gone",
            "grpc.messages[a.v1.O.M].fields[x].type"
        ));
        let inner = line(
            "ENUM_NO_DELETE",
            "Previously present enum \"O.M.E\" was deleted",
        );
        assert!(is_same(&inner, "gone", "grpc.messages[a.v1.O]"));
        assert!(!is_same(&inner, "gone", "grpc.messages[a.v1.P]"));
        let file = line("FILE_SAME_GO_PACKAGE", "changed from \"b\" to \"c\"");
        assert!(is_same(
            &file,
            "package",
            "grpc.files[a/v1/a.proto].go_package"
        ));
    }

    #[test]
    fn imports_are_found_whatever_their_kind() {
        let text = "import \"a.proto\";\n  import public \"b.proto\"; // c\nmessage import {}\n";
        assert_eq!(imported(text).collect::<Vec<_>>(), ["a.proto", "b.proto"]);
    }
}
