use crate::sandbox::{Outcome, Sandbox};

/// Two versions of a service whose second one drops a path.
fn versions() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.variable("PACTO_OFFLINE", "1");
    for (version, paths) in [
        (
            "1.0.0",
            "{/a: {get: {responses: {'200': {description: ok}}}}, /b: {get: {responses: {'200': {description: ok}}}}}",
        ),
        (
            "1.1.0",
            "{/a: {get: {responses: {'200': {description: ok}}}}}",
        ),
    ] {
        sandbox.file(
            &format!("{version}/pacto.yaml"),
            &format!(
                "pactoVersion: \"1.0\"\nservice: {{name: svc, version: {version}}}\ninterfaces: \
                 [{{name: api, type: http, port: 80, contract: api.yaml}}]\n"
            ),
        );
        sandbox.file(
            &format!("{version}/api.yaml"),
            &format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {paths}\n"),
        );
    }
    sandbox
}

fn diff(sandbox: &Sandbox) -> Outcome {
    sandbox.pacto(["diff", "1.0.0", "1.1.0"])
}

const ACCEPT: &str = "ignore:\n  - rule: api-path-removed-without-deprecation\n    path: \
                      openapi.paths[/b]**\n    reason: nobody called it\n";

#[test]
fn an_accepted_change_is_listed_and_does_not_fail() {
    let sandbox = versions();
    assert_eq!(diff(&sandbox).code, 1);
    sandbox.file("pacto-diff.yaml", ACCEPT);
    insta::assert_snapshot!(diff(&sandbox));
    let json = sandbox
        .pacto(["diff", "1.0.0", "1.1.0", "--output-format", "json"])
        .json();
    assert_eq!(json["classification"], "NON_BREAKING");
    assert_eq!(json["summary"]["suppressed"], 1);
    let markdown = sandbox.pacto(["diff", "1.0.0", "1.1.0", "--output-format", "markdown"]);
    assert!(markdown.stdout.contains("### Accepted (1)"), "{markdown}");
    let html = sandbox.pacto(["diff", "1.0.0", "1.1.0", "--output-format", "html"]);
    assert!(html.stdout.contains("nobody called it"), "{html}");
    // Nothing is annotated that was accepted.
    let github = sandbox.pacto(["diff", "1.0.0", "1.1.0", "--output-format", "github"]);
    assert!(!github.stdout.contains("::error"), "{github}");
}

#[test]
fn the_file_beside_the_new_contract_wins_over_the_one_here_and_a_flag_over_both() {
    let sandbox = versions();
    sandbox.file("pacto-diff.yaml", "failOn: none\n");
    assert_eq!(diff(&sandbox).code, 0);
    sandbox.file("1.1.0/pacto-diff.yaml", "failOn: any\n");
    assert_eq!(diff(&sandbox).code, 1);
    sandbox.file("named.yaml", "failOn: none\n");
    let named = sandbox.pacto(["diff", "1.0.0", "1.1.0", "--rules", "named.yaml"]);
    assert_eq!(named.code, 0);
    let flag = sandbox.pacto([
        "diff",
        "1.0.0",
        "1.1.0",
        "--rules",
        "named.yaml",
        "--fail-on",
        "any",
    ]);
    assert_eq!(flag.code, 1);
}

#[test]
fn the_settings_file_has_rules_for_everywhere() {
    let sandbox = versions();
    sandbox.home_file(".config/pacto/pacto.yaml", "diff:\n  failOn: none\n");
    assert_eq!(diff(&sandbox).code, 0);
    sandbox.home_file(".config/pacto/pacto.yaml", "diff:\n  failon: none\n");
    let outcome = diff(&sandbox);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("did you mean `failOn`?"),
        "{outcome}"
    );
    // Other commands do not look at it.
    assert_eq!(sandbox.pacto(["validate", "1.0.0"]).code, 0);
}

#[test]
fn a_rules_file_that_cannot_be_used_is_not_passed_over() {
    let sandbox = versions();
    sandbox.file(
        "pacto-diff.yaml",
        "rules: {api-path-removed: off}\nignore: [{path: a}]\n",
    );
    insta::assert_snapshot!(diff(&sandbox));
    let missing = sandbox.pacto(["diff", "1.0.0", "1.1.0", "--rules", "nowhere.yaml"]);
    assert_eq!(missing.code, 3, "{missing}");
}

#[cfg(unix)]
#[test]
fn a_rules_file_that_is_there_and_cannot_be_read_is_not_passed_over() {
    let sandbox = versions();
    std::os::unix::fs::symlink("nothing", sandbox.path("pacto-diff.yaml")).expect("linked");
    let outcome = diff(&sandbox);
    assert_eq!(outcome.code, 3, "{outcome}");
    assert!(
        outcome
            .stderr
            .contains("failed to read rules file pacto-diff.yaml"),
        "{outcome}"
    );
}

#[test]
fn the_base_engine_says_what_the_go_implementation_says() {
    let sandbox = versions();
    sandbox.file("pacto-diff.yaml", ACCEPT);
    let outcome = sandbox.pacto(["diff", "1.0.0", "1.1.0", "--engine", "base"]);
    assert_eq!(outcome.code, 1, "{outcome}");
}

#[test]
fn the_configuration_of_peers_is_imported() {
    let sandbox = versions();
    sandbox.file(
        "levels.txt",
        "api-path-removed-without-deprecation info\nnobody-knows warn\n",
    );
    let imported = sandbox.pacto(["rules", "import", "--from", "oasdiff", "levels.txt"]);
    insta::assert_snapshot!(imported);
    sandbox.file("pacto-diff.yaml", &imported.stdout);
    assert_eq!(diff(&sandbox).code, 0);
    sandbox.file("buf.yaml", "version: v2\n");
    let nothing = sandbox.pacto(["rules", "import", "--from", "buf", "buf.yaml"]);
    assert_eq!(nothing.code, 2);
    assert!(
        nothing.stderr.contains("there is no `breaking` section"),
        "{nothing}"
    );
}

#[test]
fn many_services_share_the_rules() {
    let sandbox = versions();
    let run = || sandbox.pacto(["diff", "--recursive", "1.0.0", "1.1.0"]);
    assert_eq!(run().code, 1);
    sandbox.file(
        "pacto-diff.yaml",
        &format!("{ACCEPT}  - {{fingerprint: 3f2a9c0d11aa42e7, reason: gone}}\n"),
    );
    let outcome = run();
    assert_eq!(outcome.code, 0, "{outcome}");
    let odd = outcome.stderr.matches("accepts nothing; remove it").count();
    assert_eq!(odd, 1, "{outcome}");
}

#[test]
fn what_is_imported_can_be_used_and_accepts_no_more_than_its_source() {
    let sandbox = versions();
    sandbox.file("levels.txt", "endpoint-added warn\nendpoint-added err\n");
    let imported = sandbox.pacto(["rules", "import", "--from", "oasdiff", "levels.txt"]);
    assert_eq!(
        imported.stdout,
        "version: 1\nrules:\n  endpoint-added: breaking\n"
    );
    sandbox.file(
        "buf.yaml",
        "breaking: {use: [WIRE, FIELD_SAME_NAME, NOBODY_KNOWS], ignore: [acme/old, acme/a.proto]}\n",
    );
    insta::assert_snapshot!(sandbox.pacto(["rules", "import", "--from", "buf", "buf.yaml"]), @r#"
    exit 0
    -- stdout --
    version: 1
    proto: {level: wire}
    ignore:
      - rule: "proto-*"
        file: "acme/old/**"
        reason: "ignored in buf.yaml"
      - rule: "proto-*"
        file: "acme/a.proto"
        reason: "ignored in buf.yaml"
    -- stderr --
    warning: buf.yaml: `use: FIELD_SAME_NAME` beside a category is not translated: the category decides
    warning: buf.yaml: there is no rule for `NOBODY_KNOWS` here
    "#);
    let missing = sandbox.pacto(["rules", "import", "--from", "buf", "nope.yaml"]);
    assert_eq!(missing.code, 3, "{missing}");
    assert!(
        missing.stderr.contains("failed to read nope.yaml"),
        "{missing}"
    );
}
