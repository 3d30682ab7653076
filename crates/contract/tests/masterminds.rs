//! Versions and ranges against what Masterminds/semver 3.4.0 answers.
//!
//! `tests/peers/masterminds` makes the questions and records the answers.

use pacto_contract::{LooseVersion, VersionRange};

fn rows(table: &str) -> impl Iterator<Item = (String, &str)> {
    table.lines().map(|line| {
        let (text, answer) = line.split_once('\t').expect("a row has two columns");
        (
            serde_json::from_str(text).expect("the first column is JSON"),
            answer,
        )
    })
}

#[test]
fn every_recorded_range_is_read_and_answered_alike() {
    let (header, table) = include_str!("ranges.tsv")
        .split_once('\n')
        .expect("the table has rows");
    let versions: Vec<LooseVersion> = header
        .split_whitespace()
        .skip(1)
        .map(|text| LooseVersion::parse(text).expect("the header has versions"))
        .collect();
    let mut differences = Vec::new();
    let mut count = 0;
    for (text, expected) in rows(table) {
        count += 1;
        let found = match VersionRange::parse(&text) {
            Ok(range) => versions
                .iter()
                .map(|version| if range.matches(version) { '1' } else { '0' })
                .collect(),
            Err(error) => {
                assert_eq!(
                    error.to_string(),
                    format!("invalid semver range \"{text}\": {}", error.reason)
                );
                error.reason
            }
        };
        let expected = match expected.strip_prefix("error: ") {
            Some(message) => serde_json::from_str(message).expect("a message is JSON"),
            None => expected.to_owned(),
        };
        if found != expected {
            differences.push(format!("{text:?}\n  wanted {expected}\n  found  {found}"));
        }
    }
    assert!(versions.len() >= 35, "{} versions", versions.len());
    assert!(count >= 600, "{count} ranges");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_recorded_text_is_a_version_or_not_alike() {
    let mut count = 0;
    for (text, expected) in rows(include_str!("versions.tsv")) {
        count += 1;
        let found = LooseVersion::parse(&text)
            .map_or_else(|_| "-".to_owned(), |version| version.semver().to_string());
        assert_eq!(found, expected, "{text:?}");
    }
    assert!(count >= 200, "{count} texts");
}
