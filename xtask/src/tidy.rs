//! Checks on the shape of the repository, run as tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::checkout::{output, program, root};

/// Which of our crates each crate may use at run time. An edge that is not here fails; adding one
/// is a decision to be recorded in ARCHITECTURE.md.
const ALLOWED: &[(&str, &[&str])] = &[
    ("diagnostic", &[]),
    ("document", &["diagnostic"]),
    ("literate", &[]),
    ("contract", &["diagnostic", "document"]),
    ("spec", &["diagnostic", "document"]),
    ("bundle", &["diagnostic", "document", "contract"]),
    (
        "validate",
        &["diagnostic", "document", "contract", "bundle"],
    ),
    (
        "diff",
        &["diagnostic", "document", "contract", "bundle", "spec"],
    ),
    ("graph", &["diagnostic", "document", "contract", "bundle"]),
    ("oci", &["diagnostic", "document", "contract", "bundle"]),
    (
        "app",
        &[
            "diagnostic",
            "document",
            "contract",
            "bundle",
            "validate",
            "diff",
            "graph",
            "oci",
        ],
    ),
    (
        "cli",
        &[
            "diagnostic",
            "document",
            "contract",
            "bundle",
            "validate",
            "diff",
            "graph",
            "oci",
            "app",
        ],
    ),
    ("testkit", &[]),
];

/// Crates without files, clock, network, environment or async.
const PURE: &[&str] = &[
    "diagnostic",
    "document",
    "contract",
    "bundle",
    "validate",
    "spec",
    "diff",
    "graph",
];

/// Dependencies that would bring I/O or async into a pure crate.
const IMPURE_DEPENDENCIES: &[&str] = &[
    "axum",
    "etcetera",
    "fd-lock",
    "futures",
    "ignore",
    "indicatif",
    "reqwest",
    "rustls",
    "tempfile",
    "tokio",
    "tracing-subscriber",
];

/// Paths of the standard library that a pure crate does not name, and what to use instead.
const IMPURE_PATHS: &[(&str, &str)] = &[
    ("std::fs", "take a `pacto_bundle::Files`"),
    ("std::env", "take the value as a parameter"),
    // Addresses are values; what opens a connection is not.
    ("TcpStream", "belongs into `oci`"),
    ("TcpListener", "belongs into `oci`"),
    ("UdpSocket", "belongs into `oci`"),
    ("ToSocketAddrs", "belongs into `oci`"),
    ("std::process", "belongs into `oci` or `app`"),
    ("SystemTime", "take the date as a parameter"),
    ("Instant::now", "take the duration as a parameter"),
];

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let mut cargo = program("cargo").expect("the checkout has a root");
    let metadata = output(cargo.args(["metadata", "--no-deps", "--format-version", "1"]))
        .expect("cargo metadata runs");
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("metadata is JSON");
    let packages = metadata["packages"]
        .as_array()
        .expect("metadata lists packages");
    packages
        .iter()
        .map(|package| {
            let runtime = package["dependencies"]
                .as_array()
                .expect("a package lists dependencies")
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| dependency["name"].as_str().expect("named").to_owned())
                .collect();
            (package["name"].as_str().expect("named").to_owned(), runtime)
        })
        .collect()
}

fn sources(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the checkout is readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn crates_depend_only_in_the_stated_direction() {
    let dependencies = dependencies();
    let mut wrong = Vec::new();
    for (package, used) in &dependencies {
        let Some(name) = package.strip_prefix("pacto-") else {
            continue;
        };
        let allowed = ALLOWED
            .iter()
            .find(|(from, _)| *from == name)
            .unwrap_or_else(|| panic!("{package} is not in the table of allowed edges"))
            .1;
        for dependency in used {
            if let Some(target) = dependency.strip_prefix("pacto-")
                && !allowed.contains(&target)
            {
                wrong.push(format!("{name} -> {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "forbidden dependency edges: {wrong:?}");
}

#[test]
fn pure_crates_use_no_input_or_output() {
    let dependencies = dependencies();
    let mut wrong = Vec::new();
    for name in PURE {
        let used = dependencies
            .get(&format!("pacto-{name}"))
            .expect("the crate exists");
        for dependency in IMPURE_DEPENDENCIES {
            if used.contains(*dependency) {
                wrong.push(format!("{name} depends on {dependency}"));
            }
        }
        for file in sources(&root().join("crates").join(name).join("src"), "rs") {
            let text = std::fs::read_to_string(&file).expect("readable");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (path, instead) in IMPURE_PATHS {
                let named = code
                    .lines()
                    .any(|line| line.contains(path) && !line.trim_start().starts_with("//"));
                if named {
                    wrong.push(format!("{} names {path}: {instead}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_unfinished_is_left_in_the_sources() {
    let markers = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[", "ignore"),
        concat!("FIX", "ME"),
    ];
    let mut found = Vec::new();
    for folder in ["crates", "xtask"] {
        for file in sources(&root().join(folder), "rs") {
            let text = std::fs::read_to_string(&file).expect("readable");
            for marker in markers {
                if text.contains(marker) {
                    found.push(format!("{}: {marker}", file.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_page_of_the_book_is_in_its_table_of_contents() {
    let docs = root().join("docs");
    let summary = std::fs::read_to_string(docs.join("SUMMARY.md")).expect("the book has a summary");
    let mut missing = Vec::new();
    for page in sources(&docs, "md") {
        let path = page
            .strip_prefix(&docs)
            .expect("below docs")
            .display()
            .to_string();
        let is_listed_by_its_index = ["reference/checks/", "reference/rules/"]
            .iter()
            .any(|folder| path.starts_with(folder) && !path.ends_with("index.md"));
        if path != "SUMMARY.md"
            && !is_listed_by_its_index
            && !summary.contains(&format!("({path})"))
        {
            missing.push(path);
        }
    }
    assert!(missing.is_empty(), "not in docs/SUMMARY.md: {missing:?}");
    for link in summary
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        assert!(
            docs.join(link).is_file(),
            "docs/SUMMARY.md links to {link}, which does not exist"
        );
    }
}
