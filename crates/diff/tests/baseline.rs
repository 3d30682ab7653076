//! A baseline: what fails today is accepted, and only what is new fails.

mod support;

use jiff::civil::{Date, date};
use pacto_bundle::Bundle;
use pacto_diagnostic::SourceText;
use pacto_diff::rules_file::{Baseline, Recording, Updated};
use pacto_diff::{
    Class, Comparison, DependencyTree, FailOn, Options, Parts, Report, RulesFile, Scale, diff,
};

const TODAY: Date = date(2026, 6, 1);

fn options() -> Options {
    Options {
        today: Some(TODAY),
        ..Options::default()
    }
}

/// A document of operations without parameters, and one that takes more.
fn paths(names: &[&str]) -> Bundle {
    let paths = names
        .iter()
        .map(|name| format!("/{name}: {{get: {{responses: {{'200': {{description: ok}}}}}}}}\n"));
    support::api(&paths.collect::<String>())
}

fn report(root: Comparison, dependencies: Vec<Comparison>, options: &Options) -> Report {
    let tree = DependencyTree::default();
    let parts = Parts {
        old_path: "old",
        new_path: "new",
        root,
        dependencies,
        old_tree: &tree,
        new_tree: &tree,
    };
    Report::new(parts, options)
}

fn compared(old: &Bundle, new: &Bundle) -> Report {
    report(diff(old, new, &options()), Vec::new(), &options())
}

fn recording(fail_on: FailOn) -> Recording<'static> {
    Recording {
        fail_on,
        scale: Scale::Compatible,
        today: TODAY,
        reason: "known",
        until: None,
        has_gaps: false,
    }
}

fn recorded(report: &Report, fail_on: FailOn) -> Baseline {
    updated(&Baseline::default(), report, &recording(fail_on)).baseline
}

fn updated(baseline: &Baseline, report: &Report, recording: &Recording<'_>) -> Updated {
    baseline
        .update(&[report], recording)
        .unwrap_or_else(|expired| panic!("{expired:?}"))
}

fn read(yaml: &str) -> Baseline {
    Baseline::read(SourceText::new("pacto-baseline.yaml", yaml))
        .unwrap_or_else(|findings| panic!("{findings:?} in\n{yaml}"))
}

/// Added, kept, renewed, removed.
fn counts(updated: &Updated) -> (usize, usize, usize, usize) {
    (
        updated.added,
        updated.kept,
        updated.renewed,
        updated.removed,
    )
}

#[test]
fn what_fails_today_is_accepted_and_what_is_new_fails() {
    let old = paths(&["a", "b", "c"]);
    let mut today = compared(&old, &paths(&["b", "c"]));
    assert!(today.reaches(FailOn::Breaking, Scale::Compatible));
    let baseline = recorded(&today, FailOn::Breaking);
    today.accept(&baseline, &options());
    assert!(!today.reaches(FailOn::Breaking, Scale::Compatible));
    assert_eq!(today.classification, Class::NonBreaking);
    assert_eq!(today.summary.suppressed, 1);

    let mut tomorrow = compared(&old, &paths(&["c"]));
    tomorrow.accept(&baseline, &options());
    assert_eq!(tomorrow.classification, Class::Breaking);
    let open: Vec<&str> = tomorrow
        .changes
        .iter()
        .filter(|record| record.suppressed.is_none())
        .map(|record| record.path.as_str())
        .collect();
    assert_eq!(open, ["openapi.paths[/b]"]);
}

#[test]
fn the_file_tells_readers_what_it_accepts_and_reads_as_what_was_written() {
    let report = compared(&paths(&["a", "b"]), &paths(&[]));
    let baseline = Baseline::default()
        .update(
            &[&report],
            &Recording {
                reason: "known: \"yes\"",
                until: Some(date(2026, 12, 31)),
                ..recording(FailOn::Breaking)
            },
        )
        .expect("nothing expired")
        .baseline;
    let yaml = baseline.to_yaml();
    insta::assert_snapshot!(yaml);
    let again = updated(&read(&yaml), &report, &recording(FailOn::Breaking));
    assert_eq!(again.baseline.to_yaml(), yaml);
    assert_eq!(counts(&again), (0, 2, 0, 0));
    // The same text is a rules file.
    let rules = RulesFile::read(SourceText::new("pacto-diff.yaml", yaml.as_str()));
    assert_eq!(rules.expect("reads").ignore.len(), 2);
}

#[test]
fn entries_keep_their_reasons_and_go_with_their_changes() {
    let old = paths(&["a", "b", "c"]);
    let first = recorded(&compared(&old, &paths(&["b", "c"])), FailOn::Breaking);
    let edited = read(&first.to_yaml().replace("known", "agreed with everybody"));
    let more = Recording {
        reason: "late",
        ..recording(FailOn::Breaking)
    };
    let second = updated(&edited, &compared(&old, &paths(&["c"])), &more);
    assert_eq!(counts(&second), (1, 1, 0, 0));
    let yaml = second.baseline.to_yaml();
    assert!(
        yaml.contains("agreed with everybody") && yaml.contains("late"),
        "{yaml}"
    );

    let third = updated(
        &second.baseline,
        &compared(&old, &paths(&["a", "c"])),
        &more,
    );
    assert_eq!(counts(&third), (0, 1, 0, 1));
    assert!(!third.baseline.to_yaml().contains("agreed"));
}

#[test]
fn nothing_is_let_go_of_when_something_could_not_be_compared() {
    let old = paths(&["a", "b"]);
    let baseline = recorded(&compared(&old, &paths(&["b"])), FailOn::Breaking);
    let gaps = Recording {
        has_gaps: true,
        ..recording(FailOn::Breaking)
    };
    let kept = updated(&baseline, &compared(&old, &old), &gaps);
    assert_eq!((kept.unmatched, kept.removed), (1, 0));
    assert_eq!(kept.baseline.to_yaml(), baseline.to_yaml());
}

#[test]
fn an_entry_counts_again_after_its_last_day_and_is_renewed_with_a_new_one_only() {
    let change = compared(&paths(&["a", "b"]), &paths(&["b"]));
    let until = |day| Recording {
        until: Some(day),
        ..recording(FailOn::Breaking)
    };
    let short = updated(&Baseline::default(), &change, &until(TODAY)).baseline;
    let tomorrow = Options {
        today: Some(date(2026, 6, 2)),
        ..Options::default()
    };
    let mut report = change.clone();
    report.accept(&read(&short.to_yaml()), &options());
    assert_eq!(report.classification, Class::NonBreaking);
    let mut report = change.clone();
    report.accept(&read(&short.to_yaml()), &tomorrow);
    assert_eq!(report.classification, Class::Breaking);

    let late = Recording {
        today: date(2026, 6, 2),
        ..recording(FailOn::Breaking)
    };
    let expired = read(&short.to_yaml())
        .update(&[&change], &late)
        .expect_err("has expired");
    assert_eq!((expired.len(), expired[0].until), (1, TODAY));
    let renewed = updated(
        &read(&short.to_yaml()),
        &change,
        &Recording {
            until: Some(date(2027, 1, 1)),
            ..late
        },
    );
    assert_eq!(counts(&renewed), (0, 0, 1, 0));
    assert!(renewed.baseline.to_yaml().contains("until: 2027-01-01"));
    // What has expired and is gone needs nothing.
    let gone = updated(
        &read(&short.to_yaml()),
        &compared(&paths(&["b"]), &paths(&["b"])),
        &late,
    );
    assert_eq!(counts(&gone), (0, 0, 0, 1));
}

#[test]
fn an_entry_accepts_the_change_of_its_service_only() {
    let service = |name: &str, port: u32| {
        support::bundle(
            &support::contract(&format!(
                "service: {{name: {name}, version: 1.0.0}}\n\
                 interfaces: [{{name: api, type: grpc, port: {port}}}]"
            )),
            &[],
        )
    };
    let moved = |name: &str| diff(&service(name, 80), &service(name, 81), &options());
    let both = |root: Comparison| report(root, vec![moved("auth")], &options());
    let same = diff(&service("svc", 80), &service("svc", 80), &options());
    let baseline = recorded(&both(same), FailOn::Breaking);
    let mut report = both(moved("svc"));
    let prints: Vec<_> = [&report.changes, &report.dependency_diffs[0].changes]
        .map(|records| records[0].fingerprint.clone())
        .into();
    assert_eq!(prints[0], prints[1]);
    report.accept(&baseline, &options());
    assert_eq!(
        report.dependency_diffs[0].classification,
        Class::NonBreaking
    );
    assert_eq!(report.classification, Class::Breaking);
    assert!(report.changes[0].suppressed.is_none());
    // Where only one service is compared, entries about others are nobody's business.
    let mut rules = RulesFile::default();
    rules.add_baseline(&baseline);
    assert_eq!(rules.about("svc").ignore.len(), 0);
    assert_eq!(rules.about("auth").ignore.len(), 1);
}

#[test]
fn an_entry_accepts_the_change_of_its_interface_only() {
    let document = |names: &[&str]| {
        let line = |name: &&str| {
            format!("  /{name}: {{get: {{responses: {{'200': {{description: ok}}}}}}}}")
        };
        let paths: Vec<String> = names.iter().map(line).collect();
        let paths = paths.join("\n");
        format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}\n")
    };
    let bundle = |public: &[&str], admin: &[&str], ports: (u16, u16)| {
        let contract = format!(
            "pactoVersion: \"1.0\"\nservice: {{name: svc, version: 1.0.0}}\ninterfaces:\n\
             - {{name: public, type: http, port: {}, contract: public.yaml}}\n\
             - {{name: admin, type: http, port: {}, contract: admin.yaml}}\n",
            ports.0, ports.1
        );
        let documents = [document(public), document(admin)];
        support::bundle(
            &contract,
            &[
                ("public.yaml", &documents[0]),
                ("admin.yaml", &documents[1]),
            ],
        )
    };
    let old = bundle(&["a", "b"], &["a", "b"], (80, 80));
    let public = compared(&old, &bundle(&["a"], &["a", "b"], (81, 80)));
    let baseline = recorded(&public, FailOn::Breaking);
    // A path that goes and a port that moves look the same in the other interface.
    let mut admin = compared(&old, &bundle(&["a", "b"], &["a"], (80, 81)));
    let prints = |report: &Report| -> Vec<_> {
        let records = report.changes.iter();
        records.map(|record| record.fingerprint.clone()).collect()
    };
    assert_eq!(prints(&public), prints(&admin));
    admin.accept(&baseline, &options());
    assert!(admin.reaches(FailOn::Breaking, Scale::Compatible));
    let both = compared(&old, &bundle(&["a"], &["a"], (81, 81)));
    let next = updated(&baseline, &both, &recording(FailOn::Breaking));
    assert_eq!(counts(&next), (2, 2, 0, 0));
    // An entry that names no interface accepts the change of each, as it always did.
    let yaml = baseline.to_yaml().replace("    interface: public\n", "");
    let mut admin = admin.clone();
    admin.accept(&read(&yaml), &options());
    assert!(!admin.reaches(FailOn::Breaking, Scale::Compatible));
}

#[test]
fn a_record_that_goes_with_those_that_explain_it_needs_no_entry() {
    let side = |required: bool| {
        support::api(&format!(
            "/x: {{get: {{parameters: [{{name: q, in: query, required: {required}, schema: \
             {{type: string}}}}], responses: {{'200': {{description: ok}}}}}}}}"
        ))
    };
    let mut report = compared(&side(false), &side(true));
    assert!(report.changes.len() > 1, "{:#?}", report.changes);
    for fail_on in [FailOn::Breaking, FailOn::Potential, FailOn::Any] {
        let written = updated(&Baseline::default(), &report, &recording(fail_on));
        assert_eq!(written.added, 1, "{}", written.baseline.to_yaml());
    }
    report.accept(&recorded(&report, FailOn::Any), &options());
    assert!(!report.reaches(FailOn::Any, Scale::Compatible));
}

#[test]
fn a_shared_change_is_one_entry_however_it_is_listed() {
    let side = |word: &str| {
        let operation = "{get: {responses: {'200': {description: ok, content: {application/json: \
                         {schema: {$ref: '#/components/schemas/S'}}}}}}}";
        support::bundle(
            &support::contract("interfaces: [{name: api, type: http, port: 80, contract: a.yaml}]"),
            &[(
                "a.yaml",
                &format!(
                    "openapi: 3.0.3\npaths:\n  /a: {operation}\n  /b: {operation}\ncomponents: \
                     {{schemas: {{S: {{type: object, required: [a], properties: {{a: {{type: \
                     {word}}}}}}}}}}}\n"
                ),
            )],
        )
    };
    let listed = |expand| {
        let options = Options {
            expand,
            ..options()
        };
        let comparison = diff(&side("string"), &side("integer"), &options);
        report(comparison, Vec::new(), &options)
    };
    let baseline = recorded(&listed(false), FailOn::Breaking);
    assert_eq!(recorded(&listed(true), FailOn::Breaking), baseline);
    for expand in [false, true] {
        let mut report = listed(expand);
        assert!(report.reaches(FailOn::Breaking, Scale::Compatible));
        report.accept(&baseline, &options());
        assert!(!report.reaches(FailOn::Breaking, Scale::Compatible));
    }
}

#[test]
fn rule_and_path_beside_a_fingerprint_accept_nothing() {
    let yaml = "ignore:\n  - rule: api-path-removed-without-deprecation\n    path: \
                'openapi.paths[/a]**'\n    fingerprint: 0000000000000000\n    reason: known\n";
    let mut report = compared(&paths(&["a", "b"]), &paths(&["b"]));
    report.accept(
        &read(&yaml.replace("0000000000000000", "\"0000000000000000\"")),
        &options(),
    );
    assert_eq!(report.classification, Class::Breaking);
    // They may name a rule that a later version does not know any more.
    read("ignore: [{rule: long-gone, fingerprint: 3f2a9c0d11aa42e7, reason: known}]");
}

#[test]
fn a_baseline_does_nothing_but_accepting_single_changes() {
    let wrong = |yaml: &str| {
        let findings = Baseline::read(SourceText::new("b.yaml", yaml)).expect_err("is refused");
        findings
            .iter()
            .map(|finding| finding.message.clone())
            .collect::<Vec<_>>()
            .join("; ")
    };
    insta::assert_snapshot!(wrong("rules: {api-path-removed: off}\nfailOn: none\n"), @"`rules` has no place in a baseline; `failOn` has no place in a baseline");
    insta::assert_snapshot!(wrong("ignore: [{dependency: auth, reason: known}]"), @"a baseline accepts single changes, each by its `fingerprint`");
    insta::assert_snapshot!(wrong("ignore: [{service: auth, rule: endpoint-added, reason: known}]"), @"a baseline accepts single changes, each by its `fingerprint`");
    insta::assert_snapshot!(wrong("ignore: [{service: auth, reason: known}]"), @"needs one of `fingerprint`, `dependency`, or patterns: `rule`, `path`, `file`; `service` and `interface` narrow a fingerprint or patterns");
    assert_eq!(read(""), Baseline::default());
    assert_eq!(read(&Baseline::default().to_yaml()), Baseline::default());
}

#[test]
fn accepted_changes_and_edits_of_documentation_are_no_changes_that_count() {
    let side = |summary: &str| {
        support::api(&format!(
            "/x: {{get: {{summary: {summary}, responses: {{'200': {{description: ok}}}}}}}}"
        ))
    };
    let listing = Options {
        include_annotations: true,
        ..options()
    };
    let comparison = diff(&side("one"), &side("two"), &listing);
    assert_eq!(comparison.changes.len(), 1);
    let report = report(comparison, Vec::new(), &listing);
    assert!(!report.reaches(FailOn::Any, Scale::Compatible));
    assert_eq!(
        updated(&Baseline::default(), &report, &recording(FailOn::Any)).added,
        0
    );
    let mut report = compared(&paths(&["a"]), &paths(&["a", "b"]));
    assert!(report.reaches(FailOn::Any, Scale::Compatible));
    report.accept(&recorded(&report, FailOn::Any), &options());
    assert!(!report.reaches(FailOn::Any, Scale::Compatible));
}
