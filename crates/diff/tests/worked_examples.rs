//! The pairs of `worked.md`: what comes out is what is listed there, no more and no less.

mod support;

use std::collections::BTreeSet;

use pacto_bundle::Bundle;
use pacto_diff::judge::Layer;
use pacto_diff::{Class, Comparison, Engine, Options, VersionPolicy, diff};

/// One section of the page.
#[derive(Default)]
struct Example {
    title: String,
    language: String,
    old: String,
    new: String,
    records: BTreeSet<String>,
    reports_versions: bool,
}

/// The sections of the page.
fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    for section in include_str!("worked.md").split("\n## ").skip(1) {
        let mut example = Example::default();
        let mut fence: Option<String> = None;
        for (index, line) in section.lines().enumerate() {
            match (&fence, line.strip_prefix("```")) {
                (None, Some(name)) => fence = Some(name.to_owned()),
                (Some(_), Some(_)) => fence = None,
                (Some(name), None) if name == "records" => {
                    let is_new = example.records.insert(line.to_owned());
                    assert!(is_new, "{}: twice {line}", example.title);
                }
                (Some(name), None) => {
                    let (language, side) = name.split_once(' ').expect("a language and a side");
                    language.clone_into(&mut example.language);
                    let text = match side {
                        "old" => &mut example.old,
                        "new" => &mut example.new,
                        other => panic!("{}: a side called {other}", example.title),
                    };
                    text.push_str(line);
                    text.push('\n');
                }
                (None, None) if index == 0 => line.clone_into(&mut example.title),
                (None, None) => example.reports_versions |= line.contains("versionPolicy: report"),
            }
        }
        examples.push(example);
    }
    examples
}

/// A bundle around a snippet, by what it looks like.
fn bundle(language: &str, snippet: &str) -> Bundle {
    let interface = |kind: &str, file: &str, text: &str| {
        let contract = format!(
            "interfaces: [{{name: api, type: {kind}, port: 80, contract: interfaces/{file}}}]"
        );
        let path = format!("interfaces/{file}");
        support::bundle(&support::contract(&contract), &[(&path, text)])
    };
    match language {
        "json" => support::bundle(
            &support::contract("configuration: {schema: configuration/schema.json}"),
            &[("configuration/schema.json", snippet)],
        ),
        "proto" => interface("grpc", "api.proto", snippet),
        "graphql" => interface("http", "api.graphql", snippet),
        "yaml" if snippet.starts_with("asyncapi:") => interface("event", "events.yaml", snippet),
        "yaml" if snippet.starts_with('/') => {
            let (paths, components) = match snippet.split_once("components:") {
                Some((paths, components)) => (paths, format!("components:{components}")),
                None => (snippet, String::new()),
            };
            let paths = paths.lines().collect::<Vec<_>>().join("\n  ");
            let head = "openapi: 3.1.0\ninfo: {title: t, version: \"1\"}\npaths:\n";
            interface(
                "http",
                "openapi.yaml",
                &format!("{head}  {paths}\n{components}"),
            )
        }
        "yaml" => support::bundle(&support::contract(snippet), &[]),
        other => panic!("no example is in {other}"),
    }
}

fn compared(example: &Example, engine: Engine) -> Comparison {
    let version_policy = if example.reports_versions {
        VersionPolicy::Report
    } else {
        VersionPolicy::Off
    };
    let options = Options {
        engine,
        version_policy,
        today: Some(jiff::civil::date(2026, 1, 15)),
        ..Options::default()
    };
    let side = |snippet: &str| bundle(&example.language, snippet);
    diff(&side(&example.old), &side(&example.new), &options)
}

/// The records as the page writes them.
fn listed(comparison: &Comparison) -> BTreeSet<String> {
    let changes = comparison.changes.iter();
    let refined = changes.map(|record| record.refined.unwrap_or(record.classification));
    let (overall, refined) = (comparison.classification, Class::highest(refined));
    let mut lines = BTreeSet::from([format!("overall {overall} {refined}")]);
    for record in &comparison.changes {
        let (class, kind, path) = (record.classification, record.kind, &record.path);
        let rule = record.rule.as_deref().unwrap_or_default();
        if record.layer == Some(Layer::Deep) {
            lines.insert(format!("deep {class} {path} {kind} {rule}"));
            continue;
        }
        lines.insert(format!("base {class} {path} {kind}"));
        if !rule.is_empty() {
            let refined = record.refined.unwrap_or(class);
            // The keyed spelling: that of the record, or an alias where the table has no key.
            let spellings = std::iter::once(path).chain(&record.aliases);
            let keyed = spellings
                .clone()
                .find(|it| it.contains('['))
                .unwrap_or(path);
            lines.insert(format!("merged {refined} {keyed} {kind} {rule}"));
        }
    }
    lines
}

#[test]
fn every_example_comes_out_as_computed_by_hand() {
    let examples = examples();
    assert_eq!(examples.len(), 37);
    let mut wrong = String::new();
    for example in &examples {
        let found = listed(&compared(example, Engine::Full));
        if found != example.records {
            let missing = example.records.difference(&found);
            let more = found.difference(&example.records);
            wrong.push_str(&format!("{}\n", example.title));
            wrong.extend(missing.map(|line| format!("  - {line}\n")));
            wrong.extend(more.map(|line| format!("  + {line}\n")));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_base_engine_has_the_same_base_records_and_nothing_else() {
    for example in examples() {
        let is_base = |line: &&String| line.starts_with("base ");
        let expected: BTreeSet<String> = example.records.iter().filter(is_base).cloned().collect();
        let mut found = listed(&compared(&example, Engine::Base));
        found.retain(|line| !line.starts_with("overall "));
        assert_eq!(found, expected, "{}", example.title);
    }
}
