//! Writes the examples of the pages below `deep-rules/` as pairs of bundles, so that other
//! programs can be run on them: `cargo run -p pacto-diff --example rule_examples -- FOLDER`.
//!
//! A pair is `FOLDER/AREA/PAGE/LINE/{before,after}`; LINE is that of the example in its page.
#![expect(
    clippy::expect_used,
    reason = "a program for developers, run by cargo xtask test-peers"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};

fn main() {
    let folder = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .expect("the folder to write to");
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/deep-rules");
    for page in pacto_literate::load_dir(pages).expect("good pages") {
        if !["openapi", "schema", "protobuf"].contains(&page.area.as_str()) {
            continue;
        }
        for example in &page.examples {
            let pair = folder
                .join(&page.area)
                .join(&page.id)
                .join(example.line.to_string());
            for side in ["before", "after"] {
                for (path, text) in support::wrapped::files(&page, example, side) {
                    write(&pair.join(side).join(path), &text);
                }
            }
        }
    }
}

fn write(path: &Path, text: &str) {
    let parent = path.parent().expect("a file in a folder");
    std::fs::create_dir_all(parent).expect("a folder");
    std::fs::write(path, text).expect("a file");
}
