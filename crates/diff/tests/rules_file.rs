//! What a rules file does to a comparison.

mod support;

use jiff::civil::date;
use pacto_diagnostic::SourceText;
use pacto_diff::rules_file::{ImportError, Peer, import};
use pacto_diff::{Class, Comparison, Options, RulesFile, diff};

/// A path goes, an enumeration of a response grows, a parameter of an internal path is required.
fn compared(rules: &str) -> (Comparison, Vec<String>) {
    let old = support::api(
        "/legacy: {get: {responses: {'200': {description: ok}}}}\n\
         /u: {get: {responses: {'200': {description: ok, content: {application/json: {schema: \
         {type: object, required: [s], properties: {s: {type: string, enum: [a]}}}}}}}}}\n\
         /internal/x: {get: {parameters: [{name: q, in: query, schema: {type: string}}], \
         responses: {'200': {description: ok}}}}",
    );
    let new = support::api(
        "/u: {get: {responses: {'200': {description: ok, content: {application/json: {schema: \
         {type: object, required: [s], properties: {s: {type: string, enum: [a, b]}}}}}}}}}\n\
         /internal/x: {get: {parameters: [{name: q, in: query, required: true, schema: {type: \
         string}}], responses: {'200': {description: ok}}}}",
    );
    let rules = read(rules);
    let options = rules.options(Options {
        today: Some(date(2026, 6, 1)),
        ..Options::default()
    });
    let mut comparison = diff(&old, &new, &options);
    let used = rules.apply(&mut comparison, None, &options);
    let odd = rules.leftovers(&used, false, &options);
    let codes = odd.into_iter().map(|it| it.code.to_owned()).collect();
    (comparison, codes)
}

fn read(rules: &str) -> RulesFile {
    RulesFile::read(SourceText::new("pacto-diff.yaml", rules))
        .unwrap_or_else(|findings| panic!("{findings:?}"))
}

/// Class, class of the page where it differs, and whether it is accepted, by rule or path.
fn record(comparison: &Comparison, id: &str) -> (Class, Option<Class>, bool) {
    let record = comparison
        .changes
        .iter()
        .find(|record| record.rule.as_deref() == Some(id) || record.path == id)
        .unwrap_or_else(|| panic!("no {id} in {:#?}", comparison.changes));
    (
        record.classification,
        record.default_classification,
        record.suppressed.is_some(),
    )
}

const PATH: &str = "api-path-removed-without-deprecation";
const ENUM: &str = "response-property-enum-value-added";
const REQUIRED: &str = "request-parameter-became-required";

#[test]
fn without_rules_the_pages_decide() {
    let (comparison, odd) = compared("version: 1");
    assert_eq!(comparison.classification, Class::Breaking);
    assert_eq!(record(&comparison, PATH), (Class::Breaking, None, false));
    assert_eq!(
        record(&comparison, ENUM),
        (Class::PotentialBreaking, None, false)
    );
    assert_eq!(odd, Vec::<String>::new());
}

#[test]
fn rules_raise_and_lower_by_id_before_pattern() {
    let (comparison, _) = compared(
        "rules:\n  response-property-enum-value-added: breaking\n  'response-*': non-breaking\n  \
         'api-path-*': potential\n",
    );
    assert_eq!(
        record(&comparison, ENUM),
        (Class::Breaking, Some(Class::PotentialBreaking), false)
    );
    // A record of the base layer that a rule speaks about has the class of the rule.
    assert_eq!(
        record(&comparison, PATH),
        (Class::PotentialBreaking, Some(Class::Breaking), false)
    );
}

#[test]
fn a_rule_that_is_off_leaves_no_record_and_takes_its_base_record_along() {
    let (comparison, _) = compared("rules: {request-parameter-became-required: off}");
    assert!(
        !comparison
            .changes
            .iter()
            .any(|it| it.rule.as_deref() == Some(REQUIRED))
    );
    let base = "openapi.paths[/internal/x].methods[GET].parameters[q:query]";
    assert_eq!(
        record(&comparison, base),
        (Class::NonBreaking, Some(Class::Breaking), false)
    );
}

#[test]
fn paths_cap_whatever_lies_below_and_win_over_rules() {
    let (comparison, _) = compared(
        "rules: {request-parameter-became-required: breaking}\n\
         paths: [{match: 'openapi.paths[/internal/**]**', max: non-breaking}, {match: '**', set: potential}]",
    );
    assert_eq!(
        record(&comparison, REQUIRED),
        (Class::NonBreaking, Some(Class::Breaking), false)
    );
    assert_eq!(record(&comparison, PATH).0, Class::PotentialBreaking);
    assert_eq!(comparison.classification, Class::PotentialBreaking);
}

#[test]
fn accepted_changes_do_not_count_until_the_acceptance_ends() {
    let file = |until: &str| {
        format!(
            "ignore:\n  - {{rule: {PATH}, path: 'openapi.paths[/legacy]**', reason: announced{until}}}\n  \
             - {{rule: {REQUIRED}, reason: agreed}}\n"
        )
    };
    let (comparison, odd) = compared(&file(""));
    assert_eq!(record(&comparison, PATH), (Class::Breaking, None, true));
    // The base record that only accepted changes explain goes with them.
    let base = "openapi.paths[/internal/x].methods[GET].parameters[q:query]";
    assert!(record(&comparison, base).2);
    assert_eq!(comparison.classification, Class::PotentialBreaking);
    assert_eq!(odd, Vec::<String>::new());

    let (comparison, odd) = compared(&file(", until: 2026-05-31"));
    assert_eq!(comparison.classification, Class::Breaking);
    assert_eq!(odd, ["expired-ignore"]);
    assert_eq!(
        compared(&file(", until: 2026-06-01")).1,
        Vec::<String>::new()
    );
}

#[test]
fn an_entry_that_accepts_nothing_is_said() {
    let (_, odd) = compared("ignore: [{fingerprint: 3f2a9c0d11aa42e7, reason: gone}]");
    assert_eq!(odd, ["unused-ignore"]);
}

#[test]
fn a_fingerprint_accepts_one_change() {
    let (comparison, _) = compared("version: 1");
    let print = comparison
        .changes
        .iter()
        .find(|it| it.rule.as_deref() == Some(PATH))
        .and_then(|it| it.fingerprint.clone())
        .expect("a fingerprint");
    let (comparison, odd) = compared(&format!(
        "ignore: [{{fingerprint: {print}, reason: known}}]"
    ));
    let accepted: Vec<_> = comparison
        .changes
        .iter()
        .filter(|it| it.suppressed.is_some())
        .collect();
    assert_eq!((accepted.len(), odd.len()), (1, 0));
}

#[test]
fn profiles_shift_what_readers_see() {
    let class = |profile: &str| record(&compared(&format!("profile: {profile}")).0, ENUM).0;
    assert_eq!(class("default"), Class::PotentialBreaking);
    assert_eq!(class("strict"), Class::Breaking);
    assert_eq!(class("oasdiff"), Class::Breaking);
    let go = read("profile: go").options(Options::default());
    assert_eq!(go.engine, pacto_diff::Engine::Base);
}

#[test]
fn a_key_that_may_have_been_set_before_is_potentially_breaking_for_the_strict() {
    let side = |schema: &str| {
        support::bundle(
            &support::contract("configuration: {schema: c.json}"),
            &[("c.json", schema)],
        )
    };
    let class = |profile: &str, rest: &str| {
        let rules = read(&format!("profile: {profile}"));
        let options = rules.options(Options::default());
        let old = side(&format!("{{\"type\": \"object\"{rest}}}"));
        let new = side(&format!(
            "{{\"type\": \"object\", \"properties\": {{\"a\": {{\"type\": \"string\"}}}}{rest}}}"
        ));
        let mut comparison = diff(&old, &new, &options);
        rules.apply(&mut comparison, None, &options);
        comparison.classification
    };
    assert_eq!(class("default", ""), Class::NonBreaking);
    assert_eq!(class("strict", ""), Class::PotentialBreaking);
    let closed = ", \"additionalProperties\": false";
    assert_eq!(class("strict", closed), Class::NonBreaking);
}

#[test]
fn on_the_refined_scale_what_was_understood_counts() {
    let old = support::api(
        "/v: {get: {responses: {'200': {description: ok}}}, delete: {deprecated: true, x-sunset: \
         '2020-01-01', responses: {'204': {description: gone}}}}",
    );
    let new = support::api("/v: {get: {responses: {'200': {description: ok}}}}");
    let verdict = |rules: &str| {
        let options = read(rules).options(Options {
            today: Some(date(2026, 6, 1)),
            ..Options::default()
        });
        diff(&old, &new, &options).classification
    };
    assert_eq!(verdict("scale: compatible"), Class::Breaking);
    assert_eq!(verdict("scale: refined"), Class::NonBreaking);
}

#[test]
fn expanding_gives_each_place_its_record() {
    let document = |word: &str| {
        support::bundle(
            &support::contract("interfaces: [{name: api, type: http, port: 80, contract: a.yaml}]"),
            &[(
                "a.yaml",
                &format!(
                    "openapi: 3.0.3\npaths:\n  /a: {{get: {{responses: {{'200': {{content: {{j/s: {{schema: \
                     {{$ref: '#/components/schemas/S'}}}}}}}}}}}}}}\n  /b: {{get: {{responses: {{'200': {{content: \
                     {{j/s: {{schema: {{$ref: '#/components/schemas/S'}}}}}}}}}}}}}}\ncomponents: {{schemas: {{S: \
                     {{type: object, required: [a], properties: {{a: {{type: {word}}}}}}}}}}}\n"
                ),
            )],
        )
    };
    let paths = |expand: bool| -> Vec<String> {
        let options = Options {
            expand,
            ..Options::default()
        };
        let compared = diff(&document("string"), &document("integer"), &options);
        let prints: std::collections::BTreeSet<_> = compared
            .changes
            .iter()
            .map(|it| it.fingerprint.clone())
            .collect();
        assert_eq!(prints.len(), compared.changes.len());
        compared.changes.into_iter().map(|it| it.path).collect()
    };
    assert_eq!(paths(false).len(), 1);
    assert_eq!(
        paths(true),
        [
            "openapi.paths[/a].methods[GET].responses[200].schema.properties[a].type",
            "openapi.paths[/b].methods[GET].responses[200].schema.properties[a].type",
        ]
    );
}

#[test]
fn documents_accept_changes_themselves() {
    let document = |required: bool, words: &str| {
        support::api(&format!(
            "/x: {{get: {{{words}parameters: [{{name: q, in: query, required: {required}, schema: \
             {{type: string}}}}], responses: {{'200': {{description: ok}}}}}}}}"
        ))
    };
    let accepted = |rules: &str| {
        let options = read(rules).options(Options::default());
        let words = "x-pacto-ignore: ['request-parameter-*'], ";
        diff(&document(false, words), &document(true, words), &options)
            .changes
            .iter()
            .any(|it| it.suppressed.is_some())
    };
    assert!(accepted("version: 1"));
    assert!(!accepted("honourInline: false"));

    let proto = |number: u32, comment: &str| {
        support::bundle(
            &support::contract(
                "interfaces: [{name: rpc, type: grpc, port: 80, contract: a.proto}]",
            ),
            &[(
                "a.proto",
                &format!(
                    "syntax = \"proto3\";\npackage p;\nmessage M {{\n  {comment}\n  string a = {number};\n}}\n"
                ),
            )],
        )
    };
    let accepted = |comment: &str| {
        diff(&proto(1, comment), &proto(2, comment), &Options::default())
            .changes
            .iter()
            .filter(|it| it.rule.as_deref() == Some("proto-field-renumbered"))
            .map(|it| it.suppressed.is_some())
            .collect::<Vec<_>>()
    };
    assert_eq!(accepted("// pacto:ignore proto-field-renumbered"), [true]);
    assert_eq!(accepted("// a name"), [false]);
}

#[test]
fn everything_wrong_has_its_place() {
    let rules = "profil: strict\n\
                 failOn: sometimes\n\
                 rules:\n  response-property-enum-value-aded: breaking\n  'colour-*': off\n  unlisted-change: grave\n\
                 paths:\n  - match: a\n\
                 ignore:\n  - {rule: unlisted-change}\n  - {reason: why}\n  - {path: a, reason: ' '}\n  \
                 - {path: a, reason: b, until: tomorrow}\n\
                 openapi: {sunset: {minDays: 3}}\n";
    let findings = RulesFile::read(SourceText::new("r.yaml", rules)).expect_err("much is wrong");
    let said: Vec<String> = findings
        .iter()
        .map(|it| {
            let place = it.location.as_ref().expect("a place");
            let help = it.help.as_deref().unwrap_or("");
            format!("{}:{} {} | {help}", place.line, place.column, it.message)
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn text_that_is_no_mapping_is_refused() {
    for text in ["[1]", "a: [", "version: 2"] {
        assert!(
            RulesFile::read(SourceText::new("r.yaml", text)).is_err(),
            "{text}"
        );
    }
    assert_eq!(
        RulesFile::read(SourceText::new("r.yaml", "")),
        Ok(RulesFile::default())
    );
}

#[test]
fn severity_levels_of_oasdiff_become_rules() {
    let text = "# ours\nresponse-property-enum-value-added err\napi-path-removed-without-deprecation none\nunknown-rule warn\n";
    let imported = import(Peer::Oasdiff, SourceText::new("levels.txt", text)).expect("readable");
    insta::assert_snapshot!(imported.text, @r#"
    version: 1
    rules:
      response-property-enum-value-added: breaking
      api-path-removed-without-deprecation: "off"
    "#);
    assert_eq!(
        imported.warnings,
        ["line 4: there is no rule `unknown-rule` here"]
    );
    read(&imported.text);
    let wrong = import(Peer::Oasdiff, SourceText::new("levels.txt", "a b c"));
    assert!(matches!(wrong, Err(ImportError::Line { line: 1, .. })));
}

#[test]
fn buf_yaml_becomes_rules() {
    let text = "version: v2\nbreaking:\n  use: [WIRE_JSON]\n  except: [FIELD_SAME_NAME, NO_SUCH_RULE]\n  \
                ignore: [acme/v1]\n  ignore_only: {ENUM_VALUE_NO_DELETE: [acme/v2/a.proto]}\n  \
                ignore_unstable_packages: true\n";
    let imported = import(Peer::Buf, SourceText::new("buf.yaml", text)).expect("readable");
    insta::assert_snapshot!(imported.text);
    assert_eq!(
        imported.warnings,
        ["there is no rule for `NO_SUCH_RULE` here"]
    );
    read(&imported.text);
    let nothing = import(Peer::Buf, SourceText::new("buf.yaml", "version: v2"));
    assert_eq!(nothing, Err(ImportError::NothingThere));
}
