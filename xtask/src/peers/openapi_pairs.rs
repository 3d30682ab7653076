//! Releases of public OpenAPI descriptions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::bundle::{self, Record};
use super::npm;
use super::oasdiff::{self, Change};
use super::pair::Pair;
use super::waivers::Waiver;
use crate::checkout::{program, step};

/// A description that is published in npm.
struct Releases {
    /// What waivers call it.
    name: &'static str,
    package: &'static str,
    versions: [&'static str; 2],
    /// Its path in the package.
    document: &'static str,
    /// It is Swagger 2.0, which the peer does not read: it gets what a converter makes of it.
    is_swagger: bool,
}

const GITHUB: Releases = Releases {
    name: "github",
    package: "@octokit/openapi",
    versions: ["16.0.0", "23.0.2"],
    document: "generated/api.github.com.json",
    is_swagger: false,
};

const RELEASES: [Releases; 6] = [
    GITHUB,
    Releases {
        name: "figma",
        package: "@figma/rest-api-spec",
        versions: ["0.24.0", "0.43.0"],
        document: "openapi/openapi.yaml",
        is_swagger: false,
    },
    Releases {
        name: "directus",
        package: "@directus/specs",
        versions: ["9.26.0", "15.2.0"],
        document: "dist/openapi.json",
        is_swagger: false,
    },
    Releases {
        name: "blockfrost",
        package: "@blockfrost/openapi",
        versions: ["0.1.49", "0.1.93"],
        document: "openapi.yaml",
        is_swagger: false,
    },
    Releases {
        name: "dialogporten",
        package: "@digdir/dialogporten-schema",
        versions: ["1.47.5-431c529", "1.118.6"],
        document: "swagger.verified.json",
        is_swagger: false,
    },
    Releases {
        name: "okta",
        package: "@okta/openapi",
        versions: ["2.0.0", "2.15.0"],
        document: "dist/spec.json",
        is_swagger: true,
    },
];

/// The converter for the peer.
const CONVERTER: &str = "swagger2openapi@7.0.8";

/// One release: the bundle, and the document in it.
struct Side {
    bundle: PathBuf,
    document: PathBuf,
}

impl Releases {
    fn sides(&self, scratch: &Path) -> Result<[Side; 2]> {
        let [old, new] = self.versions;
        Ok([self.side(scratch, old)?, self.side(scratch, new)?])
    }

    fn side(&self, scratch: &Path, version: &str) -> Result<Side> {
        let bundle = scratch.join(format!("{}-{version}", self.name));
        let ending = self.document.rsplit('.').next().unwrap_or("yaml");
        let path = format!("interfaces/api.{ending}");
        let document = bundle.join(&path);
        if !document.exists() {
            let published = npm::unpack(scratch, self.package, version, self.document)?;
            std::fs::create_dir_all(bundle.join("interfaces"))?;
            std::fs::rename(published, &document)?;
        }
        bundle::write(&bundle, self.name, version, "http", &path)?;
        Ok(Side { bundle, document })
    }
}

/// The releases of the GitHub description as bundles: folder and path of the document.
pub(crate) fn github(scratch: &Path) -> Result<Vec<(String, String)>> {
    let sides = GITHUB.sides(scratch)?;
    let texts = sides.map(|side| {
        (
            side.bundle.display().to_string(),
            side.document.display().to_string(),
        )
    });
    Ok(texts.into())
}

/// Compares what both programs find between all releases.
pub(super) fn compare(pacto: &Path, scratch: &Path, waivers: &mut [Waiver]) -> Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for releases in RELEASES {
        let [old, new] = releases.sides(scratch)?;
        let records = bundle::records(pacto, &old.bundle, &new.bundle)?;
        let documents = if releases.is_swagger {
            [converted(&old.document)?, converted(&new.document)?]
        } else {
            [old.document, new.document]
        };
        println!("==> oasdiff on two releases of {}", releases.package);
        let documents = [documents[0].as_path(), documents[1].as_path()];
        let [before, after] = releases.versions;
        let title = format!("`{}` {before} and {after}", releases.package);
        let mut pair = Pair::new(releases.name, title);
        pair.count_witnesses(&records);
        pairs.push(fill(pair, documents, &records, waivers)?);
    }
    Ok(pairs)
}

/// The document as OpenAPI 3.
fn converted(document: &Path) -> Result<PathBuf> {
    let path = document.with_extension("converted.json");
    let mut convert = program("npx")?;
    convert.args(["--yes", CONVERTER, "--patch", "--outfile"]);
    step(
        "convert Swagger 2.0 for oasdiff",
        convert.arg(&path).arg(document),
    )?;
    if !path.exists() {
        bail!("{CONVERTER} wrote nothing for {}", document.display());
    }
    Ok(path)
}

fn fill(
    mut pair: Pair,
    documents: [&Path; 2],
    records: &[Record],
    waivers: &mut [Waiver],
) -> Result<Pair> {
    let program = super::oasdiff()?;
    let written = oasdiff::changes(&program, documents, &[])?;
    // The peer reads parts of `allOf` one by one, and takes a schema that moves into such a part
    // for gone. It can merge them before; what it does not repeat then was never so, and what it
    // finds then only counts as well. Documents whose parts it cannot merge are read as written.
    let merged = oasdiff::changes(&program, documents, &["--flatten-allof".to_owned()]).ok();
    let ours = by_operation(records);
    let is_found = |change: &Change| {
        let whole_path = (String::new(), change.path.clone());
        let operation = (change.method.clone(), change.path.clone());
        [operation, whole_path, (String::new(), String::new())]
            .iter()
            .filter_map(|place| ours.get(place)?.get(&*change.id))
            .flatten()
            .any(|path| is_about(path, &change.text))
    };
    let lines = |changes: &[Change]| -> BTreeSet<String> { changes.iter().map(line).collect() };
    let repeated = merged.as_deref().map(lines);
    let known = lines(&written);
    let additional = merged.into_iter().flatten();
    let additional = additional.filter(|change| !known.contains(&line(change)));
    let additional: Vec<Change> = additional.collect();
    for change in written.iter().chain(&additional) {
        let is_withdrawn = repeated
            .as_ref()
            .is_some_and(|it| !it.contains(&line(change)));
        if is_found(change) {
            *pair.both.entry(change.id.clone()).or_default() += 1;
        } else if is_withdrawn {
            *pair.withdrawn.entry(change.id.clone()).or_default() += 1;
        } else {
            let text = format!("{} {}", change.method, change.text);
            pair.only_peer(waivers, &change.id, (&change.path, &text));
        }
    }
    Ok(pair)
}

/// What the peer says, without where else the schema is used.
fn line(change: &Change) -> String {
    let text = change.text.split(" (shared schema").next().unwrap_or("");
    format!("{} {} {} {text}", change.id, change.method, change.path)
}

/// Paths of our records that are at least potentially breaking, by method and path template,
/// then by rule.
type ByOperation<'r> = BTreeMap<(String, String), BTreeMap<&'r str, Vec<&'r str>>>;

fn by_operation(records: &[Record]) -> ByOperation<'_> {
    let mut found = ByOperation::new();
    for record in records.iter().filter(|record| record.is_breaking()) {
        for path in &record.paths {
            let rules = found.entry(place(path)).or_default();
            rules.entry(&record.rule).or_default().push(path);
        }
    }
    found
}

/// Whether the element that a path ends in is one of those that the peer names in a sentence: the
/// last name in the path, or the one before where the last one is a value or a branch.
fn is_about(path: &str, text: &str) -> bool {
    let (_, template) = place(path);
    let below = path.split_once(&template).map_or(path, |(_, rest)| rest);
    let names = below
        .split('[')
        .skip(1)
        .filter_map(|it| it.split(']').next());
    let names = names.map(|name| name.split(':').next().unwrap_or(name));
    // Neither methods nor statuses nor positions are names of elements.
    let is_name = |name: &&str| {
        let mut letters = name.chars();
        !(letters.all(|it| it.is_ascii_uppercase()) || name.parse::<u32>().is_ok())
    };
    let names: Vec<&str> = names.filter(is_name).collect();
    let quoted: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    let is_quoted = |name: &str| {
        quoted.iter().any(|whole| {
            let steps = whole.split(['/', '[', ']']);
            let mut steps = steps.filter(|it| !["", "items"].contains(it));
            let last = steps.next_back().unwrap_or(whole);
            // Headers are the same in any case.
            [*whole, last]
                .iter()
                .any(|it| it.eq_ignore_ascii_case(name))
        })
    };
    names.is_empty() || names.iter().rev().take(2).any(|name| is_quoted(name))
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

    #[test]
    fn a_path_is_about_the_element_that_a_sentence_names() {
        let text = "removed the enum value `b` of the request property `a/items/kind`";
        let path = "openapi.paths[/a].methods[POST].request-body.schema.properties";
        assert!(is_about(
            &format!("{path}[a].items.properties[kind].enum[b]"),
            text
        ));
        assert!(is_about(&format!("{path}[a].items.properties[kind]"), text));
        assert!(!is_about(
            &format!("{path}[a].items.properties[other]"),
            text
        ));
        assert!(is_about(
            "openapi.paths[/a].methods[POST].responses[200]",
            text
        ));
    }
}
