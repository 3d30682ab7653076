//! What other programs find in the same documents, beside what we find.
//!
//! Every example of a page, and pairs of releases of public descriptions, are given to the peer. Whatever it calls an error or a warning must be found by us under the same id and be at
//! least potentially breaking, or stand in the list of waivers with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::checkout::{built, program, step, tools};
use crate::generate::Mode;

mod buf;
mod bundle;
mod examples;
mod npm;
mod oasdiff;
mod openapi_pairs;
mod pair;
mod protobuf_pairs;
mod report;
mod sweep;
mod waivers;

pub(crate) use openapi_pairs::github;
pub(crate) use protobuf_pairs::googleapis;

/// The peer on OpenAPI documents, as `go install` takes it.
const OASDIFF: &str = "github.com/oasdiff/oasdiff@v1.35.0";

/// The peer on protobuf files.
const BUF: &str = "github.com/bufbuild/buf/cmd/buf@v1.75.0";

/// Rule ids with how often each was found.
pub(crate) type Counts = BTreeMap<String, usize>;

/// One comparison that both programs were asked for.
#[derive(Debug, Default)]
pub(crate) struct Case {
    /// Page of the example, or name of the pair.
    pub(crate) page: String,
    /// Line of the example in its page.
    pub(crate) line: String,
    /// The peer cannot read one of the sides.
    pub(crate) is_refused: bool,
    /// What the peer calls an error or a warning.
    pub(crate) peer: BTreeSet<String>,
    /// What else the peer finds when it is asked otherwise.
    pub(crate) asked_otherwise: BTreeSet<String>,
    /// What we call breaking or potentially breaking.
    pub(crate) ours: BTreeSet<String>,
    /// What we report as information.
    pub(crate) informing: BTreeSet<String>,
}

/// Compares with every peer, and writes the report or fails when it is not up to date.
pub(crate) fn run(mode: Mode) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let folder = scratch.path().join("examples");
    examples::write(&folder)?;
    let mut waivers = waivers::read()?;
    let cases = oasdiff::examples(&oasdiff()?, &folder)?;
    let openapi = report::compare(cases, &mut waivers);
    let cases = buf::examples(&buf()?, &folder)?;
    let protobuf = report::compare(cases, &mut waivers);
    let pacto = built("pacto-cli", "pacto", "dev")?;
    let mut pairs = openapi_pairs::compare(&pacto, scratch.path(), &mut waivers)?;
    let peers = buf::peers(&folder)?;
    let protobuf_pairs = protobuf_pairs::compare(&pacto, scratch.path(), &peers, &mut waivers)?;
    pairs.extend(protobuf_pairs);
    let cases = sweep::openapi(&pacto, &oasdiff()?, scratch.path())?;
    let openapi_sweep = report::compare(cases, &mut waivers);
    let cases = sweep::protobuf(&pacto, &buf()?, &peers, scratch.path())?;
    let protobuf_sweep = report::compare(cases, &mut waivers);
    let examples = [("oasdiff", &openapi), ("buf", &protobuf)];
    let sweep = [("oasdiff", &openapi_sweep), ("buf", &protobuf_sweep)];
    let rules = (oasdiff::rules()?, buf::rules(&peers));
    let page = report::page([&rules.0, &rules.1], examples, sweep, &pairs, &waivers);
    println!("{}", report::summary(examples, sweep, &pairs));
    let mut problems: Vec<String> = Vec::new();
    for (name, comparison) in examples.into_iter().chain(sweep) {
        let missing = comparison.missing.iter();
        problems.extend(missing.map(|line| format!("only {name} finds {line}")));
    }
    let missing = pairs.iter().flat_map(|pair| &pair.missing);
    problems.extend(missing.map(|line| format!("only the peer finds {line}")));
    let unused = waivers.iter().filter(|waiver| waiver.used == 0);
    problems.extend(unused.map(|waiver| {
        format!(
            "the waiver of {} {} is not needed",
            waiver.place, waiver.rule
        )
    }));
    let path = crate::checkout::root().join("docs/reference/peers.md");
    let is_current = std::fs::read_to_string(&path).is_ok_and(|old| old == page);
    match mode {
        Mode::Write if !is_current => {
            std::fs::write(&path, page)
                .with_context(|| format!("cannot write {}", path.display()))?;
            println!("    wrote docs/reference/peers.md");
        }
        Mode::Check if !is_current => {
            problems.push("docs/reference/peers.md is stale; run `cargo xtask peers`".to_owned());
        }
        _ => {}
    }
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{} problems\n  {}", problems.len(), problems.join("\n  "));
}

/// The installed peer on OpenAPI documents.
pub(crate) fn oasdiff() -> Result<PathBuf> {
    install(OASDIFF, "oasdiff")
}

/// The installed peer on protobuf files.
pub(crate) fn buf() -> Result<PathBuf> {
    install(BUF, "buf")
}

/// Builds a Go program once for its version.
fn install(package: &str, name: &str) -> Result<PathBuf> {
    let version = package.rsplit_once('@').map_or("", |(_, version)| version);
    let folder = tools()?.join(format!("{name}-{version}"));
    let path = folder.join(name);
    if !path.exists() {
        let mut install = program("go")?;
        install.args(["install", package]).env("GOBIN", &folder);
        step(&format!("go install {package}"), &mut install)?;
    }
    Ok(path)
}

/// The folders in a folder, by name.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The last part of a path.
fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
