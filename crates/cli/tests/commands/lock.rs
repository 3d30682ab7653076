use crate::sandbox::Sandbox;

/// The estate with a local contract that depends on it, and on a folder beside it.
fn shop() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.variable("PACTO_OFFLINE", "1");
    sandbox.pacto(["demo", "--no-serve", "demo"]);
    sandbox.file("shop/pacto.yaml", &contract("^16.0.0"));
    sandbox.file(
        "stock/pacto.yaml",
        "pactoVersion: \"1.0\"\nservice: { name: stock, version: 1.2.0 }\n",
    );
    sandbox
}

fn contract(range: &str) -> String {
    format!(
        r#"pactoVersion: "1.0"
service: {{ name: shop, version: 1.0.0 }}
configurations:
  - {{ name: platform, ref: "oci-layout://../demo/layouts/platform-config" }}
dependencies:
  - {{ name: postgres, ref: "oci-layout://../demo/layouts/postgres", required: true, compatibility: "{range}" }}
  - {{ name: stock, ref: ../stock, required: true, compatibility: "*" }}
"#
    )
}

/// The form of the file without what depends on the bytes of the estate.
fn without_digests(text: &str) -> String {
    text.lines()
        .map(|line| match line.split_once("sha256:") {
            Some((before, digest)) => {
                assert!(
                    digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()),
                    "{line}"
                );
                format!("{before}sha256:[DIGEST]\n")
            }
            None => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn lock_pins_versions_digests_and_local_content() {
    let sandbox = shop();
    insta::assert_snapshot!(sandbox.pacto(["lock", "shop"]), @"
    exit 0
    -- stdout --
    wrote shop/pacto.lock (2 dependencies, 1 reference)
    ");
    insta::assert_snapshot!(without_digests(&sandbox.read("shop/pacto.lock")), @r#"
    lockVersion: 1
    pacto:
      version: dev
    root:
      name: shop
      version: 1.0.0
    dependencies:
      - name: postgres
        source: oci
        ref: oci-layout://../demo/layouts/postgres
        constraint: ^16.0.0
        version: 16.3.0
        digest: sha256:[DIGEST]
      - name: stock
        source: local
        path: ../stock
        constraint: "*"
        version: 1.2.0
        contentHash: sha256:[DIGEST]
    references:
      - kind: config
        name: platform
        source: oci
        ref: oci-layout://../demo/layouts/platform-config
        version: 1.1.0
        digest: sha256:[DIGEST]
    "#);
    insta::assert_snapshot!(sandbox.pacto(["lock", "shop"]), @"
    exit 0
    -- stdout --
    shop/pacto.lock is up to date (2 dependencies, 1 reference)
    ");
    insta::assert_snapshot!(sandbox.pacto(["lock", "shop", "--check"]), @"
    exit 0
    -- stdout --
    shop/pacto.lock is up to date (2 dependencies, 1 reference)
    ");
}

#[test]
fn a_missing_lock_is_a_finding_of_the_check_only() {
    let sandbox = shop();
    insta::assert_snapshot!(sandbox.pacto(["lock", "shop", "--check"]), @"
    exit 1
    -- stderr --
    error: LOCK_MISSING: no pacto.lock found
      help: run `pacto lock`
    ");
    assert!(!sandbox.path("shop/pacto.lock").exists());
    assert_eq!(sandbox.pacto(["graph", "shop"]).code, 0);
}

#[test]
fn a_changed_range_is_drift_until_it_is_locked_again() {
    let sandbox = shop();
    sandbox.pacto(["lock", "shop"]);
    sandbox.file("shop/pacto.yaml", &contract("^15.0.0"));
    insta::assert_snapshot!(sandbox.pacto(["lock", "shop", "--check"]), @r#"
    exit 1
    -- stderr --
    error: LOCK_STALE: constraint of postgres changed from "^16.0.0" to "^15.0.0"; run `pacto lock`
    "#);
    insta::assert_snapshot!(sandbox.pacto(["graph", "shop"]), @r#"
    exit 1
    -- stderr --
    error: LOCK_STALE: constraint of postgres changed from "^16.0.0" to "^15.0.0"; run `pacto lock`
    "#);
    insta::assert_snapshot!(sandbox.pacto(["diff", "stock", "shop"]), @r#"
    exit 1
    -- stderr --
    error: LOCK_STALE: constraint of postgres changed from "^16.0.0" to "^15.0.0"; run `pacto lock`
    "#);
    insta::assert_snapshot!(sandbox.pacto(["lock", "shop"]), @"
    exit 0
    -- stdout --
    wrote shop/pacto.lock (2 dependencies, 1 reference)
    ");
    assert!(sandbox.read("shop/pacto.lock").contains("version: 15.6.0"));
    assert_eq!(sandbox.pacto(["lock", "shop", "--check"]).code, 0);
}

#[test]
fn local_content_that_changed_is_accepted_by_an_update_only() {
    let sandbox = shop();
    sandbox.pacto(["lock", "shop"]);
    let before = sandbox.read("shop/pacto.lock");
    sandbox.file("stock/notes.md", "new");
    insta::assert_snapshot!(sandbox.pacto(["lock", "shop"]), @"
    exit 1
    -- stderr --
    error: LOCK_LOCAL_DRIFT: local dependency stock content changed since lock; run `pacto lock --update`
    ");
    assert_eq!(sandbox.read("shop/pacto.lock"), before);
    insta::assert_snapshot!(sandbox.pacto(["lock", "shop", "--update-name", "stock"]), @"
    exit 0
    -- stdout --
    wrote shop/pacto.lock (2 dependencies, 1 reference)
    ");
    assert_ne!(sandbox.read("shop/pacto.lock"), before);
    assert_eq!(sandbox.pacto(["lock", "shop", "--check"]).code, 0);
}

#[test]
fn names_that_are_not_locked_are_a_usage_error() {
    let sandbox = shop();
    sandbox.pacto(["lock", "shop"]);
    insta::assert_snapshot!(sandbox.pacto(["lock", "shop", "--update-name", "stok"]), @"
    exit 2
    -- stderr --
    error: pacto.lock has no dependency named `stok`
      help: locked: postgres, stock
    ");
}

#[test]
fn nothing_is_written_when_something_cannot_be_resolved() {
    let sandbox = shop();
    sandbox.file(
        "shop/pacto.yaml",
        &contract("^16.0.0").replace("../stock", "../gone"),
    );
    insta::assert_snapshot!(sandbox.pacto(["lock", "shop"]), @"
    exit 3
    -- stderr --
    error: LOCK_UNRESOLVED: cannot resolve ../gone: failed to access [HOME]/work/gone: No such file or directory (os error 2)
    ");
    assert!(!sandbox.path("shop/pacto.lock").exists());
}

#[test]
fn a_lock_that_cannot_be_read_is_said_by_every_command_that_asks_it() {
    let sandbox = shop();
    sandbox.file("shop/pacto.lock", "lockVersion: 2\n");
    insta::assert_snapshot!(sandbox.pacto(["lock", "shop"]), @"
    exit 1
    -- stderr --
    error: LOCK_ERROR: unsupported lockVersion 2 (want 1)
    ");
    assert_eq!(sandbox.pacto(["graph", "shop"]).code, 1);
    assert_eq!(sandbox.pacto(["lock", "shop", "--update"]).code, 0);
    assert_eq!(sandbox.pacto(["graph", "shop"]).code, 0);
}

#[test]
fn only_a_directory_can_be_locked() {
    let sandbox = shop();
    insta::assert_snapshot!(sandbox.pacto(["lock", "oci-layout://demo/layouts/redis"]), @"
    exit 2
    -- stderr --
    error: pacto lock requires a local directory, not oci-layout://demo/layouts/redis
    ");
}

#[test]
fn the_answer_for_programs_has_the_lock() {
    let answer = shop()
        .pacto(["lock", "shop", "--output-format", "json"])
        .json();
    assert_eq!(answer["schemaVersion"], "pacto.lock/v1");
    assert_eq!(answer["path"], "shop/pacto.lock");
    assert_eq!(answer["written"], true);
    assert_eq!(answer.get("upToDate"), None);
    assert_eq!(answer["lock"]["lockVersion"], 1);
    assert_eq!(answer["lock"]["dependencies"][0]["source"], "oci");
    assert_eq!(answer["lock"]["references"][0]["kind"], "config");
    assert_eq!(
        (&answer["dependencies"], &answer["references"]),
        (&2.into(), &1.into())
    );
}

#[test]
fn a_tag_that_was_moved_is_found_by_those_who_ask_and_read_by_nobody() {
    let sandbox = shop();
    sandbox.pacto(["lock", "shop"]);
    let postgres = "demo/bundles/postgres/16.3.0";
    sandbox.file(&format!("{postgres}/docs/note.md"), "another artifact");
    let push = sandbox.pacto([
        "push",
        "oci-layout://demo/layouts/postgres",
        "--path",
        postgres,
        "--force",
    ]);
    assert_eq!(push.code, 0, "{push}");
    let check = sandbox.pacto(["lock", "shop", "--check"]);
    assert_eq!(check.code, 1);
    assert!(
        check
            .stderr
            .starts_with("error: LOCK_DIGEST_MISMATCH: postgres locked at sha256:"),
        "{check}"
    );
    let validate = sandbox.pacto(["validate", "shop", "--output-format", "json"]);
    assert_eq!(validate.code, 1, "{validate}");
    assert_eq!(validate.json()["errors"][0]["code"], "LOCK_DIGEST_MISMATCH");
    // The graph reads what was locked.
    assert_eq!(sandbox.pacto(["graph", "shop"]).code, 0);
    assert_eq!(sandbox.pacto(["lock", "shop", "--update"]).code, 0);
    assert_eq!(sandbox.pacto(["lock", "shop", "--check"]).code, 0);
}

#[test]
fn a_newer_release_is_no_drift() {
    let sandbox = shop();
    sandbox.file("shop/pacto.yaml", &contract(">=15.0.0"));
    sandbox.pacto(["lock", "shop"]);
    sandbox.copy("examples/estate/bundles/postgres/16.3.0", "newer");
    let push = sandbox.pacto([
        "push",
        "oci-layout://demo/layouts/postgres",
        "--path",
        "newer",
        "--set",
        "service.version=17.0.0",
    ]);
    assert_eq!(push.code, 0, "{push}");
    assert_eq!(sandbox.pacto(["lock", "shop", "--check"]).code, 0);
    let tree = |sandbox: &Sandbox| sandbox.pacto(["graph", "shop"]).stdout;
    assert!(tree(&sandbox).contains("postgres@16.3.0"));
    let update = sandbox.pacto(["lock", "shop", "--update-name", "postgres"]);
    assert_eq!(update.code, 0, "{update}");
    assert!(tree(&sandbox).contains("postgres@17.0.0"));
}

#[test]
fn a_registry_that_is_away_is_one_problem_whatever_is_wanted_from_it() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "svc/pacto.yaml",
        "pactoVersion: \"1.0\"\nservice: { name: svc, version: 1.0.0 }\ndependencies:\n\
         - { name: a, ref: \"oci://127.0.0.1:1/acme/a\", required: true, compatibility: ^1.0.0 }\n\
         - { name: b, ref: \"oci://127.0.0.1:1/acme/b:1.0.0\", required: true, compatibility: ^1.0.0 }\n\
         - { name: c, ref: \"oci://127.0.0.1:2/acme/c\", required: true, compatibility: ^1.0.0 }\n\
         - { name: d, ref: ../gone, required: true, compatibility: ^1.0.0 }\n",
    );
    let outcome = sandbox.pacto(["lock", "svc"]);
    assert_eq!(outcome.code, 3, "{outcome}");
    let told: Vec<&str> = outcome.stderr.lines().collect();
    assert_eq!(told.len(), 3, "{outcome}");
    let both = "cannot resolve oci://127.0.0.1:1/acme/a, oci://127.0.0.1:1/acme/b:1.0.0: \
                registry unreachable for 127.0.0.1:1: ";
    assert!(outcome.stderr.contains(both), "{outcome}");
    let alone = "cannot resolve oci://127.0.0.1:2/acme/c: registry unreachable for \
                 127.0.0.1:2/acme/c: ";
    assert!(outcome.stderr.contains(alone), "{outcome}");
}
