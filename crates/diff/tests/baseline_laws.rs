//! What holds for baselines whatever is compared: run over every example of the deep rules.

mod support;

use pacto_bundle::Bundle;
use pacto_diagnostic::SourceText;
use pacto_diff::rules_file::{Baseline, Recording};
use pacto_diff::{
    Comparison, DependencyTree, FailOn, Options, Parts, Report, RulesFile, Scale, diff,
};
use pacto_literate::{Example, Page, load_dir};
use support::{options, wrapped};

fn side(page: &Page, example: &Example, name: &str) -> Bundle {
    let files = wrapped::files(page, example, name);
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let (contract, documents) = files.split_first().expect("a contract and its documents");
    support::bundle(contract.1, documents)
}

fn report(root: Comparison, options: &Options) -> Report {
    let tree = DependencyTree::default();
    let parts = Parts {
        old_path: "old",
        new_path: "new",
        root,
        dependencies: Vec::new(),
        old_tree: &tree,
        new_tree: &tree,
    };
    Report::new(parts, options)
}

/// Records, reads what was written, and holds the next comparison against it.
fn check(compared: &Comparison, fail_on: FailOn, options: &Options, what: &str) {
    let recording = Recording {
        fail_on,
        scale: options.scale,
        today: jiff::civil::date(2026, 6, 1),
        reason: "known",
        until: None,
        has_gaps: false,
    };
    let mut first = report(compared.clone(), options);
    let updated = Baseline::default()
        .update(&[&first], &recording)
        .expect("nothing can have expired");
    let yaml = updated.baseline.to_yaml();
    let reaches = first.reaches(fail_on, options.scale);
    assert_eq!(updated.added > 0, reaches, "{what}\n{yaml}");
    first.accept(&updated.baseline, options);
    assert!(!first.reaches(fail_on, options.scale), "{what}\n{yaml}");

    let read = Baseline::read(SourceText::new("pacto-baseline.yaml", yaml.as_str()))
        .unwrap_or_else(|findings| panic!("{findings:?}\n{yaml}"));
    let mut rules = RulesFile::default();
    rules.add_baseline(&read);
    let mut next = compared.clone();
    let used = rules.apply(&mut next, None, options);
    let unused = rules.leftovers(&used, false, options);
    assert!(unused.is_empty(), "{what}\n{unused:?}\n{yaml}");
    assert_eq!(next.classification, first.classification, "{what}\n{yaml}");
    assert_eq!(next.changes, first.changes, "{what}\n{yaml}");
    let again = read
        .update(&[&first], &recording)
        .expect("nothing can have expired");
    assert_eq!(again.baseline.to_yaml(), yaml, "{what}");
}

#[test]
fn what_was_recorded_is_accepted_by_the_next_comparison() {
    let pages = load_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/deep-rules")).expect("good pages");
    let mut count = 0;
    // Protobuf examples are files of their own kind.
    for page in pages.iter().filter(|page| page.area != "protobuf") {
        for example in &page.examples {
            let (old, new) = (side(page, example, "before"), side(page, example, "after"));
            for (scale, expand) in [(Scale::Compatible, false), (Scale::Refined, true)] {
                let options = Options {
                    scale,
                    expand,
                    ..options::of(page)
                };
                let compared = diff(&old, &new, &options);
                for fail_on in [FailOn::Breaking, FailOn::Potential, FailOn::Any] {
                    let what = format!("{}: {} ({fail_on:?}, {scale:?})", page.id, example.title);
                    check(&compared, fail_on, &options, &what);
                    count += 1;
                }
            }
        }
    }
    assert!(count > 1000, "{count}");
}
