use crate::sandbox::Sandbox;

#[test]
fn demo_unpacks_folders_and_layouts_and_says_what_to_try() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.pacto(["demo"]), @"
    exit 0
    -- stdout --
    Unpacked 37 bundles of 22 services to pacto-demo

    Try
      # every contract, with the warnings they deserve
      pacto validate --recursive oci-layout://pacto-demo/layouts
      # a contract with seven mistakes
      pacto validate pacto-demo/invalid/kiosk
      # what the shop is made of: a cycle, two conflicts, what cannot be resolved
      pacto graph oci-layout://pacto-demo/layouts/acme-tickets
      # a breaking release
      pacto diff oci-layout://pacto-demo/layouts/payments:1.2.0 oci-layout://pacto-demo/layouts/payments:2.0.0
      # one service at a glance
      pacto explain oci-layout://pacto-demo/layouts/orders
    ");
    let names: Vec<_> = std::fs::read_dir(sandbox.path("pacto-demo/layouts"))
        .expect("readable")
        .collect();
    assert_eq!(names.len(), 22);
    for path in [
        "bundles/payments/2.0.0/pacto.yaml",
        "candidates/payments-3.0.0/pacto.yaml",
        "cluster/namespaces.yaml",
        "hostile/fan-forum/docs/\"><b>.md",
        "invalid/kiosk/pacto.yaml",
        "layouts/payments/oci-layout",
        "private/sms-gateway/1.0.0/pacto.yaml",
    ] {
        let path = format!("pacto-demo/{path}");
        assert!(sandbox.path(&path).is_file(), "{path}");
    }
    assert!(!sandbox.path("pacto-demo/layouts/sms-gateway").exists());
}

#[test]
fn without_serving_only_the_first_line_is_printed() {
    insta::assert_snapshot!(Sandbox::new().pacto(["demo", "--no-serve", "a/b"]), @"
    exit 0
    -- stdout --
    Unpacked 37 bundles of 22 services to a/b
    ");
}

#[test]
fn an_earlier_demo_is_written_over() {
    let sandbox = Sandbox::new();
    sandbox.pacto(["demo", "--no-serve"]);
    let contract = "pacto-demo/bundles/redis/7.2.4/pacto.yaml";
    let before = sandbox.read(contract);
    sandbox.file(contract, "broken");
    sandbox.file("pacto-demo/notes.md", "mine");
    assert_eq!(sandbox.pacto(["demo", "--no-serve"]).code, 0);
    assert_eq!(sandbox.read(contract), before);
    assert_eq!(sandbox.read("pacto-demo/notes.md"), "mine");
}

#[test]
fn a_directory_with_something_else_in_it_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.file("pacto-demo/thesis.txt", "years of work");
    insta::assert_snapshot!(sandbox.pacto(["demo"]), @"
    exit 3
    -- stderr --
    error: directory `pacto-demo` is not empty and holds no earlier demo
      help: pacto demo my-demo unpacks somewhere else
    ");
    let entries = std::fs::read_dir(sandbox.path("pacto-demo")).expect("readable");
    assert_eq!(entries.count(), 1);
}

#[test]
fn an_empty_directory_is_used_and_a_file_is_not() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("empty")).expect("a directory");
    assert_eq!(sandbox.pacto(["demo", "--no-serve", "empty"]).code, 0);
    sandbox.file("file", "");
    insta::assert_snapshot!(sandbox.pacto(["demo", "file"]), @"
    exit 3
    -- stderr --
    error: `file` is not a directory
    ");
}

#[test]
fn equal_runs_unpack_equal_bytes() {
    let sandbox = Sandbox::new();
    sandbox.pacto(["demo", "--no-serve", "one"]);
    sandbox.pacto(["demo", "--no-serve", "two"]);
    for layout in ["redis", "payments"] {
        let index = |demo: &str| sandbox.read(&format!("{demo}/layouts/{layout}/index.json"));
        assert_eq!(index("one"), index("two"));
    }
}

#[test]
fn the_answer_for_programs_names_every_service() {
    let outcome = Sandbox::new().pacto(["demo", "--output-format", "json"]);
    let answer = outcome.json();
    assert_eq!(answer["schemaVersion"], "pacto.demo/v1");
    assert_eq!(answer["bundles"], 37);
    assert_eq!(answer["services"].as_array().map(Vec::len), Some(22));
    assert_eq!(
        answer["services"][4],
        serde_json::json!({
            "name": "card-acquirer",
            "ref": "oci-layout://pacto-demo/layouts/card-acquirer",
            "versions": ["2024.01.01"],
        })
    );
    assert_eq!(
        answer["root"],
        "oci-layout://pacto-demo/layouts/acme-tickets"
    );
}
