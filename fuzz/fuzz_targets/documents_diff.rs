//! Two documents of one format are compared, the same each time, and a document has no changes
//! against itself. The input is the format, an old and a new document, with lines of `=====`
//! between them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_diff::{Options, diff};

fuzz_target!(|data: &[u8]| {
    let mut parts = split(data).into_iter();
    let (Some(format), Some(old), Some(new)) = (parts.next(), parts.next(), parts.next()) else {
        return;
    };
    let Ok(format) = std::str::from_utf8(format) else { return };
    let (Some(old), Some(new)) = (pacto_fuzz::bundle(format, old), pacto_fuzz::bundle(format, new))
    else {
        return;
    };
    let options = Options::default();
    let comparison = diff(&old, &new, &options);
    assert_eq!(comparison, diff(&old, &new, &options), "the same input gives the same answer");
    let same = diff(&new, &new, &options);
    assert!(same.changes.is_empty(), "{:?}", same.changes);
});

/// The parts between lines of `=====`.
fn split(data: &[u8]) -> Vec<&[u8]> {
    const SEPARATOR: &[u8] = b"\n=====\n";
    let mut parts = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(SEPARATOR.len()).position(|window| window == SEPARATOR) {
        let (part, after) = rest.split_at(at);
        parts.push(part);
        rest = &after[SEPARATOR.len()..];
    }
    parts.push(rest);
    parts
}
