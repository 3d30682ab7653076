//! Single edits of protobuf files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::{Edit, edits, make, mark, marked, ours};
use crate::peers::{Case, buf, bundle};

const MESSAGES: &str = include_str!("messages.txt");

/// A file that imports all others, since an interface has one document.
const ENTRY: &str = "all.proto";

/// Makes every edit and asks both programs. `peers` has the rules of the peer for each of ours.
pub(in crate::peers) fn cases(
    pacto: &Path,
    buf: &Path,
    peers: &BTreeMap<String, Vec<String>>,
    scratch: &Path,
) -> Result<Vec<Case>> {
    println!("==> buf on single edits");
    let all = edits(MESSAGES)?;
    let (old, new) = (files(scratch, 0, &all)?, files(scratch, 1, &all)?);
    let mut peer: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for line in buf::lines(buf, &old, &new)? {
        if line.rule == "COMPILE" {
            bail!("an edit does not compile: {}: {}", line.file, line.message);
        }
        if let Some(number) = marked(&line.file).or_else(|| marked(&line.message)) {
            peer.entry(number)
                .or_default()
                .insert(buf::subject(&line.rule));
        }
    }
    let records = bundle::records(pacto, &old, &new)?;
    // A rule that the peer does not have keeps its name.
    let mut ours = ours(&records, |rule| match peers.get(rule) {
        Some(rules) => rules.iter().map(|rule| buf::subject(rule)).collect(),
        None => vec![rule.to_owned()],
    });
    let numbered = all.into_iter().enumerate();
    Ok(numbered
        .map(|(number, edit)| {
            let peer = peer.remove(&number).unwrap_or_default();
            edit.case(peer, ours.remove(&number).unwrap_or_default())
        })
        .collect())
}

/// One side of all edits as a bundle: a file with a package for each.
fn files(scratch: &Path, side: usize, edits: &[Edit]) -> Result<PathBuf> {
    let folder = scratch.join(format!("sweep-protobuf-{side}"));
    make(&folder)?;
    let mut entry = "syntax = \"proto3\";\npackage sweep;\n".to_owned();
    for (number, edit) in edits.iter().enumerate() {
        let Some(text) = edit.sides.get(side).and_then(Option::as_ref) else {
            continue;
        };
        let mark = mark(number);
        let (syntax, rest) = match text.split_once(';') {
            Some((syntax, rest)) if syntax.starts_with("syntax") => (syntax, rest.trim_start()),
            _ => ("syntax = \"proto3\"", text.as_str()),
        };
        let (package, rest) = match rest.split_once(';') {
            Some((package, rest)) if package.starts_with("package ") => {
                (format!("{package}.{mark}"), rest.trim_start())
            }
            _ => (format!("package sweep.{mark}"), rest),
        };
        let text = format!("{syntax};\n{package};\n{rest}\n");
        std::fs::write(folder.join(format!("{mark}.proto")), text)?;
        let _ = writeln!(entry, "import \"{mark}.proto\";");
    }
    std::fs::write(folder.join(ENTRY), entry)?;
    bundle::write(&folder, "sweep", &format!("1.{side}.0"), "grpc", ENTRY)?;
    Ok(folder)
}
