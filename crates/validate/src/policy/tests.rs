//! Resolution without I/O: bundles by reference, answered in any order.

use std::collections::BTreeMap;

use pacto_bundle::{FailureReason, MemoryFiles, ResolvedFrom};
use pacto_contract::Loaded;
use pacto_diagnostic::SourceText;

use super::*;
use crate::engine::{Input, Validation};
use crate::options::Options;
use crate::report::Report;

/// Bundles by reference; policies as `name: reference` lines, or a fallback schema.
#[derive(Default)]
struct World {
    bundles: BTreeMap<&'static str, Arc<Bundle>>,
}

fn contract(policies: &[(&str, &str)]) -> String {
    let mut text = "pactoVersion: '1.1'\nservice: { name: demo, version: 1.0.0 }\n".to_owned();
    if !policies.is_empty() {
        text.push_str("policies:\n");
        for (name, reference) in policies {
            text.push_str(&format!("  - {{ name: {name}, ref: \"{reference}\" }}\n"));
        }
    }
    text
}

impl World {
    fn provider(
        mut self,
        reference: &'static str,
        policies: &[(&str, &str)],
        schema: &str,
    ) -> Self {
        let mut files = MemoryFiles::new();
        if !schema.is_empty() {
            files.insert("policy/schema.json", schema.to_owned());
        }
        let source = SourceText::new("pacto.yaml", contract(policies));
        let bundle = Bundle {
            contract: Arc::new(Loaded::parse(source).expect("a contract")),
            files: Some(Arc::new(files)),
            origin: Origin::Local {
                directory: format!("/{reference}"),
            },
        };
        self.bundles.insert(reference, Arc::new(bundle));
        self
    }

    /// Runs to the end; `pick` chooses which of the pending requests is answered next.
    fn run(&self, policies: &[(&str, &str)], pick: impl Fn(usize) -> usize) -> (Report, usize) {
        let input = Input {
            source: SourceText::new("pacto.yaml", contract(policies)),
            files: None,
            origin: Origin::Text,
        };
        let mut validation = Validation::start(input, Options::default());
        let mut asked = 0;
        loop {
            let pending = validation.pending();
            let Some(request) =
                pending.get(pick(pending.len()).min(pending.len().saturating_sub(1)))
            else {
                return (validation.finish(), asked);
            };
            asked += 1;
            let answer = match self.bundles.get(request.reference.as_str()) {
                Some(bundle) => Ok(Resolved {
                    bundle: Arc::clone(bundle),
                    reference: request.reference.clone(),
                    tag: None,
                    digest: None,
                    resolved_from: ResolvedFrom::Registry,
                }),
                None => Err(failure(request.reference == "oci://r/tampered")),
            };
            validation.supply(request.id, answer);
        }
    }
}

fn failure(is_refused_for_safety: bool) -> ResolveFailure {
    ResolveFailure {
        reason: FailureReason::PullFailed,
        code: "pull-failed",
        message: "no answer".to_owned(),
        is_refused_for_safety,
    }
}

fn messages(report: &Report) -> Vec<&str> {
    report
        .findings
        .iter()
        .map(|finding| finding.message.as_str())
        .collect()
}

const NEEDS_RUNTIME: &str = "{ \"required\": [\"runtime\"] }";

#[test]
fn a_diamond_is_asked_for_once_and_says_its_violation_once() {
    let world = World::default()
        .provider("oci://r/a", &[("base", "oci://r/c")], "")
        .provider("oci://r/b", &[("base", "oci://r/c")], "")
        .provider("oci://r/c", &[], NEEDS_RUNTIME);
    let (report, asked) = world.run(
        &[
            ("one", "oci://r/a"),
            ("two", "oci://r/b"),
            ("three", "oci://r/b"),
        ],
        |_| 0,
    );
    assert_eq!(asked, 3);
    assert_eq!(
        messages(&report),
        [
            "policy oci://r/a → policies[\"base\"]: at '': missing property 'runtime'",
            "policy oci://r/b → policies[\"base\"]: at '': missing property 'runtime'",
        ]
    );
    assert!(!report.could_not_run);
}

#[test]
fn the_order_of_answers_does_not_show() {
    let world = World::default()
        .provider(
            "oci://r/a",
            &[("x", "oci://r/b"), ("y", "oci://r/gone")],
            "",
        )
        .provider("oci://r/b", &[("x", "oci://r/a")], "")
        .provider("oci://r/c", &[], NEEDS_RUNTIME);
    let root = [
        ("one", "oci://r/c"),
        ("two", "oci://r/a"),
        ("three", "oci://r/b"),
    ];
    let (first, _) = world.run(&root, |_| 0);
    let (last, _) = world.run(&root, |pending| pending.saturating_sub(1));
    assert_eq!(messages(&first), messages(&last));
    assert_eq!(
        messages(&first),
        [
            "policy oci://r/b → policies[\"x\"]: cycle detected resolving ref \"oci://r/a\" (chain: [oci://r/a oci://r/b oci://r/a])",
            "policy oci://r/a → policies[\"y\"]: failed to resolve ref \"oci://r/gone\": no answer",
            "policy oci://r/a → policies[\"x\"]: cycle detected resolving ref \"oci://r/b\" (chain: [oci://r/b oci://r/a oci://r/b])",
            "policy policies[\"one\"]: at '': missing property 'runtime'",
        ]
    );
    assert!(first.could_not_run);
}

#[test]
fn the_same_relative_path_below_two_folders_is_no_cycle() {
    let world = World::default()
        .provider("./policy", &[("up", "../base")], "")
        .provider("../base", &[], NEEDS_RUNTIME);
    let (report, _) = world.run(&[("one", "./policy")], |_| 0);
    assert_eq!(
        messages(&report),
        ["policy ./policy → policies[\"up\"]: at '': missing property 'runtime'"]
    );
}

#[test]
fn a_breach_of_safety_is_told_from_a_network_that_is_down() {
    let (report, _) = World::default().run(&[("one", "oci://r/tampered")], |_| 0);
    assert!(report.is_refused_for_safety && !report.could_not_run);
    let (report, _) = World::default().run(&[("one", "oci://r/gone")], |_| 0);
    assert!(!report.is_refused_for_safety && report.could_not_run);
}

#[test]
fn a_provider_that_refers_to_ever_new_contracts_comes_to_an_end() {
    let input = Input {
        source: SourceText::new("pacto.yaml", contract(&[("one", "oci://r/x0")])),
        files: None,
        origin: Origin::Text,
    };
    let mut validation = Validation::start(input, Options::default());
    let mut asked = 0;
    while let Some(request) = validation.pending().first() {
        asked += 1;
        assert!(asked < 1_000, "it does not end");
        let next = format!("oci://r/x{asked}");
        let source = SourceText::new("pacto.yaml", contract(&[("next", &next)]));
        let bundle = Bundle {
            contract: Arc::new(Loaded::parse(source).expect("a contract")),
            files: Some(Arc::new(MemoryFiles::new())),
            origin: Origin::Text,
        };
        validation.supply(
            request.id,
            Ok(Resolved {
                bundle: Arc::new(bundle),
                reference: request.reference.clone(),
                tag: None,
                digest: None,
                resolved_from: ResolvedFrom::Registry,
            }),
        );
    }
    let report = validation.finish();
    assert!(messages(&report)[0].ends_with("the chain of references is longer than 32"));
}

#[test]
fn an_answer_that_comes_twice_or_to_nothing_changes_nothing() {
    let mut resolution = PolicyResolution::default();
    resolution.supply(RequestId(7), Err(failure(false)));
    assert!(resolution.pending().is_empty());
}
