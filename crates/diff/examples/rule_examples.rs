//! Writes the examples of the pages below `deep-rules/` as pairs of bundles, so that other
//! programs can be run on them: `cargo run -p pacto-diff --example rule_examples -- FOLDER`.
//!
//! A pair is `FOLDER/AREA/PAGE/LINE/{before,after}`; LINE is that of the example in its page. Beside
//! them, `expected` has what we find (`PAGE  RULE  CLASS  PATH  TYPE`, as tests of this crate
//! prove) and `options` the fields of the front matter that the page sets for its examples. Days
//! are moved, so that the day the page is about is the present one for a program with a clock.
#![expect(
    clippy::expect_used,
    reason = "a program for developers, run by cargo xtask peers"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};

use jiff::Zoned;
use jiff::civil::Date;
use pacto_literate::Page;

fn main() {
    let folder = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .expect("the folder to write to");
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/deep-rules");
    let mut peers = String::new();
    for page in pacto_literate::load_dir(pages).expect("good pages") {
        if !["openapi", "schema", "protobuf"].contains(&page.area.as_str()) {
            continue;
        }
        if let Some(peer) = page.fields.get("peer") {
            peers.push_str(&format!("{} {peer}\n", page.id));
        }
        for example in &page.examples {
            let pair = folder
                .join(&page.area)
                .join(&page.id)
                .join(example.line.to_string());
            for side in ["before", "after"] {
                for (path, text) in support::wrapped::files(&page, example, side) {
                    write(&pair.join(side).join(path), &moved(&page, &text));
                }
            }
            write(&pair.join("expected"), &example.expect.join("\n"));
            let options = page
                .fields
                .iter()
                .filter(|(name, _)| OPTIONS.contains(&name.as_str()));
            let lines: Vec<String> = options
                .map(|(name, value)| format!("{name} {value}"))
                .collect();
            write(&pair.join("options"), &lines.join("\n"));
        }
    }
    write(&folder.join("protobuf/peers"), &peers);
}

/// Fields of the front matter that are options.
const OPTIONS: [&str; 4] = ["sunset", "stability", "path-matching", "strip-prefix"];

/// A text with each of its days as far from the present one as it was from that of the page.
fn moved(page: &Page, text: &str) -> String {
    let Some(today) = page.fields.get("today") else {
        return text.to_owned();
    };
    let today: Date = today.parse().expect("a day");
    let present = Zoned::now().date();
    let words = text.split_inclusive('"').map(|part| {
        let word = part.trim_end_matches('"');
        let Ok(day) = word.parse::<Date>() else {
            return part.to_owned();
        };
        let distance = day.since(today).expect("a span of days");
        let day = present
            .checked_add(distance)
            .expect("a day within the calendar");
        format!("{day}{}", part.strip_prefix(word).unwrap_or(""))
    });
    words.collect()
}

fn write(path: &Path, text: &str) {
    let parent = path.parent().expect("a file in a folder");
    std::fs::create_dir_all(parent).expect("a folder");
    std::fs::write(path, text).expect("a file");
}
