//! Ignore files of any content decide about any path, and never about the contract.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_bundle::{EntryKind, IgnoreRules};

fuzz_target!(|data: (&str, &str)| {
    let (rules, path) = data;
    let rules = IgnoreRules::parse(rules);
    let _ = rules.is_ignored(path, EntryKind::File);
    let _ = rules.is_ignored(path, EntryKind::Directory);
    assert!(!rules.is_ignored("pacto.yaml", EntryKind::File), "the contract is always packed");
});
