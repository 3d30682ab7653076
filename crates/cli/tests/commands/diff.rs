use crate::sandbox::Sandbox;

fn payments() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.variable("PACTO_OFFLINE", "1");
    sandbox.pacto(["demo", "--no-serve", "demo"]);
    sandbox
}

const OLD: &str = "oci-layout://demo/layouts/payments:1.2.0";
const NEW: &str = "oci-layout://demo/layouts/payments:2.0.0";

#[test]
fn a_breaking_release_is_reported_and_fails() {
    let outcome = payments().pacto(["diff", OLD, NEW]);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (1, "breaking changes detected\n")
    );
    let first = outcome.stdout.lines().next().unwrap_or_default();
    assert!(
        first.starts_with("BREAKING  payments 1.2.0 → 2.0.0"),
        "{first}"
    );
    for fact in ["DELETE /charges/{id}", "SETTLEMENT_FOLDER", "8081 → 9090"] {
        assert!(outcome.stdout.contains(fact), "{outcome}");
    }
    let counts = payments().pacto(["diff", OLD, NEW, "--summary"]);
    assert!(!counts.stdout.contains("SETTLEMENT_FOLDER"), "{counts}");
}

#[test]
fn equal_contracts_have_no_changes() {
    insta::assert_snapshot!(payments().pacto(["diff", OLD, OLD]), @"
    exit 0
    -- stdout --
    NON_BREAKING  payments 1.2.0
    No changes detected.
    ");
}

#[test]
fn the_threshold_decides_what_fails() {
    let sandbox = payments();
    let identity = |version: &str| format!("oci-layout://demo/layouts/identity:{version}");
    let (old, new) = (identity("3.0.0"), identity("3.1.0"));
    let run = |fail_on: &str| {
        let outcome = sandbox.pacto(["diff", &old, &new, "--fail-on", fail_on]);
        (outcome.code, outcome.stderr)
    };
    assert_eq!(run("breaking"), (0, String::new()));
    assert_eq!(
        run("potential"),
        (1, "potentially breaking changes detected\n".to_owned())
    );
    assert_eq!(run("any").0, 1);
    assert_eq!(run("none"), (0, String::new()));
    assert_eq!(
        sandbox.pacto(["diff", OLD, NEW, "--fail-on", "none"]).code,
        0
    );
    assert_eq!(
        sandbox.pacto(["diff", OLD, OLD, "--fail-on", "any"]).code,
        0
    );
    assert_eq!(run("everything").0, 2);
}

#[test]
fn a_sibling_folder_stands_for_the_published_dependency_on_the_new_side() {
    let sandbox = payments();
    let shop = r#"pactoVersion: "1.0"
service: { name: shop, version: 1.0.0 }
dependencies:
  - { name: stock, ref: "oci-layout://../demo/layouts/redis", compatibility: "*" }
  - { name: broker, ref: "oci://registry.example/acme/stock:1.0.0", compatibility: "*" }
"#;
    sandbox.file(
        "before/shop/pacto.yaml",
        &shop.replace("../demo", "../../demo"),
    );
    sandbox.file(
        "after/shop/pacto.yaml",
        &shop.replace("../demo", "../../demo"),
    );
    sandbox.file(
        "after/stock/pacto.yaml",
        "pactoVersion: \"1.0\"\nservice: { name: stock, version: 2.0.0 }\n",
    );
    let answer = sandbox
        .pacto([
            "diff",
            "before/shop",
            "after/shop",
            "--output-format",
            "json",
        ])
        .json();
    let names: Vec<_> = answer["graphDiff"]["root"]["children"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|node| node["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["redis", "stock"]);
    assert_eq!(
        answer["graphDiff"]["changes"],
        serde_json::json!([{"name": "stock", "changeType": "added", "newVersion": "2.0.0"}])
    );
    // On the old side only the registry is asked.
    let diagnostics = answer["diagnostics"].as_array().expect("a list");
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert_eq!(diagnostics[0]["side"], "old");
}

#[test]
fn overrides_apply_to_both_sides_or_to_one() {
    let sandbox = payments();
    let port = |arguments: [&str; 2]| {
        let [flag, value] = arguments;
        let run = sandbox.pacto(["diff", OLD, OLD, flag, value, "--output-format", "json"]);
        run.json()["changes"].as_array().map(Vec::len)
    };
    assert_eq!(port(["--set", "interfaces[0].port=9999"]), Some(0));
    assert_eq!(port(["--new-set", "interfaces[0].port=9999"]), Some(1));
    assert_eq!(port(["--old-set", "interfaces[0].port=9999"]), Some(1));
}

#[test]
fn errors_name_the_side() {
    let sandbox = payments();
    insta::assert_snapshot!(sandbox.pacto(["diff", OLD, "nowhere"]), @"
    exit 3
    -- stderr --
    error: new contract: failed to access nowhere: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(sandbox.pacto(["diff", "oci-layout://demo/layouts/payments:9.9.9", NEW]), @"
    exit 3
    -- stderr --
    error: old contract: artifact not found: demo/layouts/payments:9.9.9
    ");
    insta::assert_snapshot!(sandbox.pacto(["diff", OLD]), @"
    exit 2
    -- stderr --
    error: the following required arguments were not provided:
      <NEW>

    Usage: pacto diff <OLD> <NEW>

    For more information, try '--help'.
    ");
}

#[test]
fn the_report_is_written_for_reviews_and_programs() {
    let sandbox = payments();
    let markdown = sandbox.pacto(["diff", OLD, NEW, "--output-format", "markdown"]);
    assert_eq!(markdown.code, 1);
    assert!(
        markdown
            .stdout
            .contains("| BREAKING | `interfaces.port` | modified |"),
        "{markdown}"
    );
    let annotations = sandbox.pacto(["diff", OLD, NEW, "--output-format", "github"]);
    assert_eq!(
        annotations.stdout.matches("\n::error ").count(),
        5,
        "{annotations}"
    );
    let sarif = sandbox.pacto(["diff", OLD, NEW, "--output-format", "sarif"]);
    assert_eq!(sarif.code, 1);
    let levels: Vec<_> = sarif.json()["runs"][0]["results"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|result| result["level"].as_str().expect("a level").to_owned())
        .collect();
    assert_eq!(levels.iter().filter(|level| *level == "error").count(), 5);
    assert_eq!(levels.iter().filter(|level| *level == "warning").count(), 3);
    assert_eq!(levels.iter().filter(|level| *level == "note").count(), 4);
    let junit = |fail_on: &str| {
        sandbox
            .pacto([
                "diff",
                OLD,
                NEW,
                "--output-format",
                "junit",
                "--fail-on",
                fail_on,
            ])
            .stdout
            .matches("<failure")
            .count()
    };
    assert_eq!(
        (junit("breaking"), junit("potential"), junit("none")),
        (5, 8, 0)
    );
}

#[test]
fn a_chain_made_to_be_deep_is_compared_as_far_as_it_is_announced() {
    let sandbox = Sandbox::new();
    for level in 0..300 {
        sandbox.file(
            &format!("s{level}/pacto.yaml"),
            &format!(
                "pactoVersion: \"1.0\"
service: {{ name: s{level}, version: 1.0.0 }}
dependencies: [{{ name: next, ref: ../s{}, compatibility: \"*\" }}]
",
                level + 1
            ),
        );
    }
    let outcome = sandbox.pacto(["diff", "s0", "s0"]);
    assert_eq!(outcome.code, 0, "{outcome}");
    assert!(
        outcome
            .stderr
            .contains("what is more than 256 levels below is not compared"),
        "{outcome}"
    );
}

#[test]
fn a_document_of_two_interfaces_is_told_for_each_and_a_dependency_in_the_summary() {
    let sandbox = Sandbox::new();
    for (side, path, unit) in [
        ("old", "  /a: {}\n  /b: {}\n", "1"),
        ("new", "  /a: {}\n", "2"),
    ] {
        sandbox.file(
            &format!("{side}/svc/pacto.yaml"),
            "pactoVersion: \"1.0\"\nservice: { name: svc, version: 1.0.0 }\ninterfaces:\n\
             - { name: public, type: http, port: 80, contract: api.yaml }\n\
             - { name: admin, type: http, port: 81, contract: api.yaml }\n\
             dependencies: [{ name: db, ref: ../db, required: true, compatibility: ^1.0.0 }]\n",
        );
        sandbox.file(
            &format!("{side}/svc/api.yaml"),
            &format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n{path}"),
        );
        sandbox.file(
            &format!("{side}/db/pacto.yaml"),
            &format!(
                "pactoVersion: \"1.0\"\nservice: {{ name: db, version: 1.0.0 }}\n\
                 interfaces: [{{ name: sql, type: grpc, port: {unit} }}]\n"
            ),
        );
    }
    insta::assert_snapshot!(sandbox.pacto(["diff", "old/svc", "new/svc"]), @"
    exit 1
    -- stdout --
    BREAKING  svc 1.0.0    2 breaking, 0 potentially breaking, 0 safe

     api.yaml (interface public)
       breaking     API path /b  removed  api-path-removed-without-deprecation  was line 5

     api.yaml (interface admin)
       breaking     API path /b  removed  api-path-removed-without-deprecation  was line 5

    Dependency db [BREAKING] (1):

     pacto.yaml
       breaking     interfaces[sql].port  1 → 2  interface-port-changed  line 3 → 3

    Smallest honest version: 2.0.0 (1.0.0 is too small)
    -- stderr --
    breaking changes detected
    ");
    for file in ["pacto.yaml", "api.yaml"] {
        let text = sandbox.read(&format!("old/svc/{file}"));
        sandbox.file(&format!("new/same/{file}"), &text);
    }
    insta::assert_snapshot!(sandbox.pacto(["diff", "old/svc", "new/same", "--summary"]), @"
    exit 1
    -- stdout --
    BREAKING  svc 1.0.0    no change of its own
    Dependency db [BREAKING] (1)
    -- stderr --
    breaking changes detected
    ");
    let markdown = ["diff", "old/svc", "new/svc", "--output-format", "markdown"];
    let markdown = sandbox.pacto(markdown).stdout;
    for interface in ["public", "admin"] {
        let row = format!("API path /b removed (interface {interface}) |");
        assert_eq!(markdown.matches(&row).count(), 1, "{markdown}");
    }
}

#[test]
fn what_is_listed_adds_up_to_the_headline() {
    let text = payments().pacto(["diff", OLD, NEW]).stdout;
    let headline = text.lines().next().expect("a headline");
    let rest = text
        .lines()
        .find_map(|line| line.strip_prefix(" Not listed, since others explain them: "))
        .expect("some records are explained");
    // `3 breaking, 2 potentially breaking`: the number before a word.
    let number = |line: &str, word: &str| -> usize {
        let parts = line.split([',', ' ']).filter(|part| !part.is_empty());
        let parts: Vec<&str> = parts.collect();
        let mut pairs = parts.windows(2);
        let found = pairs.find_map(|pair| (pair[1] == word).then(|| pair[0].parse().ok())?);
        found.unwrap_or(0)
    };
    let words = [
        ("breaking", "breaking"),
        ("potentially", "potential"),
        ("safe", "non-breaking"),
    ];
    for (word, class) in words {
        let lines = text.lines();
        let begins = format!("   {class} ");
        let listed = lines.filter(|line| line.starts_with(&begins)).count();
        assert_eq!(
            number(headline, word),
            listed + number(rest, word),
            "{text}"
        );
    }
}
