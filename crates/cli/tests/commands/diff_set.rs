use crate::sandbox::Sandbox;

fn contract(name: &str, version: &str, rest: &str) -> String {
    format!("pactoVersion: \"1.0\"\nservice: {{ name: {name}, version: {version} }}\n{rest}")
}

const HTTP: &str = "interfaces: [{ name: rest, type: http, port: 8080 }]\n";
const OTHER_PORT: &str = "interfaces: [{ name: rest, type: http, port: 9090 }]\n";
const NEEDS_STOCK: &str =
    "dependencies: [{ name: stock, ref: ../stock, compatibility: \"*\", required: true }]\n";

/// Two folders: one service breaks and moves, one stays, one goes, one comes.
fn estate() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .file("old/shop/pacto.yaml", &contract("shop", "1.0.0", HTTP))
        .file(
            "new/apps/shop/pacto.yaml",
            &contract("shop", "1.1.0", OTHER_PORT),
        )
        .file("old/stock/pacto.yaml", &contract("stock", "1.0.0", ""))
        .file("new/stock/pacto.yaml", &contract("stock", "1.0.0", ""))
        .file("old/gone/pacto.yaml", &contract("gone", "3.0.0", ""))
        .file("new/fresh/pacto.yaml", &contract("fresh", "0.1.0", ""));
    sandbox
}

#[test]
fn services_are_compared_by_name_and_told_by_path() {
    insta::assert_snapshot!(estate().pacto(["diff", "--recursive", "old", "new"]), @"
    exit 1
    -- stdout --
    == new/apps/shop
    BREAKING  shop 1.0.0 → 1.1.0    1 breaking, 0 potentially breaking, 1 safe

     pacto.yaml
       breaking     interfaces[rest].port  8080 → 9090    interface-port-changed  line 3 → 3
       non-breaking service.version        1.0.0 → 1.1.0  line 2 → 2

    Smallest honest version: 2.0.0 (1.1.0 is too small)

    == new/fresh
    NON_BREAKING  fresh 0.1.0: service added

    == old/gone
    BREAKING  gone 3.0.0: service removed

    BREAKING  4 services: 1 changed, 1 added, 1 removed, 1 unchanged
    -- stderr --
    breaking changes detected
    ");
}

#[test]
fn folders_without_a_change_say_so() {
    insta::assert_snapshot!(estate().pacto(["diff", "-r", "old", "old"]), @"
    exit 0
    -- stdout --
    NON_BREAKING  3 services: 3 unchanged
    No changes detected.
    ");
}

#[test]
fn json_has_one_answer_per_service_with_its_whole_report() {
    let outcome = estate().pacto(["diff", "-r", "old", "new", "--output-format", "json"]);
    assert_eq!(outcome.code, 1, "{outcome}");
    let answer = outcome.json();
    assert_eq!(answer["schemaVersion"], "pacto.diff-set/v1");
    assert_eq!(answer["classification"], "BREAKING");
    let results = answer["results"].as_array().expect("a list");
    let shown: Vec<String> = results
        .iter()
        .map(|result| {
            let text = |key: &str| result[key].as_str().unwrap_or("-");
            format!(
                "{} {} {} {} {}",
                text("service"),
                text("status"),
                text("classification"),
                text("oldPath"),
                text("newPath")
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "shop changed BREAKING old/shop new/apps/shop",
            "fresh added NON_BREAKING - new/fresh",
            "gone removed BREAKING old/gone -",
            "stock unchanged NON_BREAKING old/stock new/stock",
        ]
    );
    assert_eq!(results[0]["report"]["schemaVersion"], "pacto.diff/v1");
    assert_eq!(
        results[0]["report"]["changes"][0]["path"],
        "service.version"
    );
    assert_eq!(
        answer["summary"],
        serde_json::json!({
            "services": 4, "added": 1, "removed": 1, "changed": 1, "unchanged": 1, "failed": 0,
            "classes": {"NON_BREAKING": 2, "POTENTIAL_BREAKING": 0, "BREAKING": 2},
        })
    );
}

#[test]
fn one_service_that_cannot_be_read_does_not_stop_the_rest_but_decides() {
    let sandbox = estate();
    sandbox.file("new/stock/pacto.yaml", "service: [\n");
    sandbox.file("old/odd/pacto.yaml", "a: [\n");
    let outcome = sandbox.pacto(["diff", "-r", "old", "new"]);
    assert_eq!(outcome.code, 3, "{outcome}");
    assert!(outcome.stdout.contains("8080 → 9090"), "{outcome}");
    assert!(
        outcome
            .stdout
            .contains("NOT COMPARED  stock\n   new contract: failed to parse new/stock/pacto.yaml"),
        "{outcome}"
    );
    assert!(
        outcome
            .stdout
            .ends_with("BREAKING  5 services: 1 changed, 1 added, 1 removed, 2 not compared\n"),
        "{outcome}"
    );
    assert!(
        outcome.stderr.contains("2 services could not be compared"),
        "{outcome}"
    );
    // Not even a threshold that nothing reaches makes that a success.
    let lenient = sandbox.pacto(["diff", "-r", "old", "new", "--fail-on", "none"]);
    assert_eq!(lenient.code, 3, "{lenient}");
    let junit = sandbox.pacto([
        "diff",
        "-r",
        "old",
        "new",
        "--fail-on",
        "none",
        "--output-format",
        "junit",
    ]);
    assert_eq!(junit.stdout.matches("<failure").count(), 2, "{junit}");
    let annotations = sandbox.pacto(["diff", "-r", "old", "new", "--output-format", "github"]);
    assert!(
        annotations
            .stdout
            .contains("::error title=invalid-contract"),
        "{annotations}"
    );
}

#[test]
fn the_threshold_counts_over_all_services() {
    let sandbox = Sandbox::new();
    sandbox
        .file("old/a/pacto.yaml", &contract("a", "1.0.0", ""))
        .file("new/a/pacto.yaml", &contract("a", "1.0.0", ""))
        .file("new/b/pacto.yaml", &contract("b", "1.0.0", ""));
    let code = |fail_on: &str| {
        sandbox
            .pacto(["diff", "-r", "old", "new", "--fail-on", fail_on])
            .code
    };
    assert_eq!(
        (code("breaking"), code("potential"), code("any")),
        (0, 0, 1)
    );
    let gone = sandbox.pacto(["diff", "-r", "new", "old"]);
    assert_eq!(
        (gone.code, gone.stderr.as_str()),
        (1, "breaking changes detected\n")
    );
}

#[test]
fn every_format_tells_of_every_service() {
    let sandbox = estate();
    let markdown = sandbox.pacto(["diff", "-r", "old", "new", "--output-format", "markdown"]);
    for fact in [
        "| shop | changed | BREAKING | `1.0.0` | `1.1.0` |",
        "| gone | service removed | BREAKING | `3.0.0` |  |",
        "## shop (`new/apps/shop`)",
        "| BREAKING | `interfaces.port` | modified |",
    ] {
        assert!(markdown.stdout.contains(fact), "{fact}: {markdown}");
    }
    let sarif = sandbox.pacto(["diff", "-r", "old", "new", "--output-format", "sarif"]);
    let results = sarif.json()["runs"][0]["results"].clone();
    let places: Vec<String> = results
        .as_array()
        .expect("a list")
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            format!("{} {}", result["ruleId"], place)
        })
        .collect();
    assert!(
        places
            .iter()
            .any(|place| place.ends_with("\"new/apps/shop/pacto.yaml\"")),
        "{places:?}"
    );
    assert!(
        places
            .iter()
            .any(|place| place.starts_with("\"service-removed\"")),
        "{places:?}"
    );
    let junit = sandbox.pacto(["diff", "-r", "old", "new", "--output-format", "junit"]);
    assert_eq!(junit.stdout.matches("<testsuite ").count(), 4, "{junit}");
    assert_eq!(junit.stdout.matches("<failure").count(), 2, "{junit}");
}

#[test]
fn a_dependency_in_the_folders_is_followed_and_one_outside_is_named() {
    let sandbox = Sandbox::new();
    let both = format!(
        "{}  - {{ name: mail, ref: \"oci://registry.example/acme/mail\", compatibility: \"*\" }}\n",
        NEEDS_STOCK.replace("[{", "\n  - {").replace("}]", "}")
    );
    sandbox
        .file("old/shop/pacto.yaml", &contract("shop", "1.0.0", &both))
        .file("new/shop/pacto.yaml", &contract("shop", "1.0.0", &both))
        .file("old/stock/pacto.yaml", &contract("stock", "1.0.0", ""))
        .file("new/stock/pacto.yaml", &contract("stock", "2.0.0", ""));
    let outcome = sandbox.pacto(["diff", "-r", "old", "new"]);
    assert_eq!(outcome.code, 0, "{outcome}");
    assert!(
        outcome.stdout.contains("└─ stock         1.0.0 → 2.0.0"),
        "{outcome}"
    );
    assert_eq!(
        outcome.stderr,
        "note: `mail`, a dependency outside the two folders, was not followed; `pacto diff` of one \
         service resolves them\n"
    );
}

#[test]
fn packed_bundles_and_layouts_are_folders_of_services_too() {
    let sandbox = estate();
    for (folder, path, archive) in [
        ("old/shop", "a", "a/shop-1.0.0.tar.gz"),
        ("new/apps/shop", "b", "b/shop-1.1.0.tar.gz"),
    ] {
        std::fs::create_dir_all(sandbox.path(path)).expect("a folder");
        let packed = sandbox.pacto(["pack", folder, "--output", archive]);
        assert_eq!(packed.code, 0, "{packed}");
        let target = format!("oci-layout://layouts-{path}/shop");
        let pushed = sandbox.pacto(["push", &target, "--path", folder]);
        assert_eq!(pushed.code, 0, "{pushed}");
    }
    for (old, new) in [
        ("a", "b"),
        ("oci-layout://layouts-a", "oci-layout://layouts-b"),
    ] {
        let outcome = sandbox.pacto(["diff", "-r", old, new]);
        assert_eq!(outcome.code, 1, "{outcome}");
        assert!(outcome.stdout.contains("8080 → 9090"), "{outcome}");
        assert!(
            outcome.stdout.ends_with("1 service: 1 changed\n"),
            "{outcome}"
        );
    }
}

#[test]
fn what_is_no_folder_of_contracts_is_refused() {
    let sandbox = estate();
    insta::assert_snapshot!(sandbox.pacto(["diff", "-r", "old/shop/pacto.yaml", "new"]), @"
    exit 3
    -- stderr --
    error: old contracts: old/shop/pacto.yaml is not a directory
      help: without `--recursive` two contracts are compared
    ");
    insta::assert_snapshot!(sandbox.pacto(["diff", "-r", "nowhere", "new"]), @"
    exit 3
    -- stderr --
    error: old contracts: failed to access nowhere: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(sandbox.pacto(["diff", "-r", "oci://registry.example/a", "new"]), @"
    exit 2
    -- stderr --
    error: old contracts: `--recursive` takes a directory or `oci-layout://DIR`
    ");
    insta::assert_snapshot!(sandbox.pacto(["diff", "-r", "old", "new", "--set", "a=b"]), @"
    exit 2
    -- stderr --
    error: `--recursive` takes no overrides
    ");
    std::fs::create_dir(sandbox.path("empty")).expect("a folder");
    insta::assert_snapshot!(sandbox.pacto(["diff", "-r", "empty", "empty"]), @"
    exit 3
    -- stderr --
    error: no contract found below empty and empty
      help: hidden directories, `node_modules`, `vendor` and what .gitignore or .pactoignore name are not searched
    ");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_searched_is_no_removal_in_silence() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = estate();
    let closed = sandbox.path("new/stock");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o0)).expect("closed");
    // Whoever may read everything sees through it.
    if std::fs::read_dir(&closed).is_err() {
        let outcome = sandbox.pacto(["diff", "-r", "old", "new"]);
        assert_eq!(outcome.code, 3, "{outcome}");
        assert!(outcome.stderr.contains("new/stock"), "{outcome}");
    }
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).expect("open");
}

#[test]
fn the_summary_names_what_happened_to_each_service() {
    let outcome = estate().pacto(["diff", "--recursive", "old", "new", "--summary"]);
    insta::assert_snapshot!(outcome, @"
    exit 1
    -- stdout --
    BREAKING  shop 1.0.0 → 1.1.0    1 breaking, 0 potentially breaking, 1 safe
    NON_BREAKING  fresh 0.1.0: service added
    BREAKING  gone 3.0.0: service removed
    BREAKING  4 services: 1 changed, 1 added, 1 removed, 1 unchanged
    -- stderr --
    breaking changes detected
    ");
}
