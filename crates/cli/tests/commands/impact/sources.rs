//! Where the estate comes from.

use std::process::Command;

use pacto_testkit::registry::TestRegistry;
use serde_json::{Value, json};

use super::{contract, estate, limitations};
use crate::sandbox::{Outcome, Sandbox};

#[test]
fn environment_settings_and_working_directory_name_the_estate() {
    let mut sandbox = estate();
    let source = |outcome: &Outcome| outcome.json()["sources"][0]["source"].clone();
    let arguments = ["impact", "--remove", "redis", "--output-format", "json"];
    assert_eq!(source(&sandbox.pacto(arguments)), ".");
    sandbox.home_file(".config/pacto/pacto.yaml", "estate: [bundles/../bundles]\n");
    assert_eq!(source(&sandbox.pacto(arguments)), "bundles/../bundles");
    sandbox.variable("PACTO_ESTATE", "bundles , candidates");
    let outcome = sandbox.pacto(arguments);
    let sources = json!([
        {"source": "bundles", "contracts": 37}, {"source": "candidates", "contracts": 3},
    ]);
    assert_eq!(outcome.json()["sources"], sources);
    let outcome = sandbox.pacto([
        "impact",
        "--remove",
        "redis",
        "--local",
        "bundles",
        "--output-format",
        "json",
    ]);
    assert_eq!(source(&outcome), "bundles");
}

#[test]
fn without_an_estate_the_neighbours_of_the_new_contract_are_asked() {
    let sandbox = estate();
    let mut command = sandbox.command(&["impact", ".", "--output-format", "json"]);
    command.current_dir(sandbox.path("bundles/payments/2.1.0"));
    let output = piped(&mut command);
    let answer: Value = serde_json::from_str(&output).expect("JSON");
    assert_eq!(answer["sources"], json!([{"source": "..", "contracts": 5}]));
    assert_eq!(
        (&answer["oldVersion"], &answer["newVersion"]),
        (&json!("2.0.0"), &json!("2.1.0"))
    );
}

fn piped(command: &mut Command) -> String {
    let output = command
        .stdout(std::process::Stdio::piped())
        .output()
        .expect("it runs");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn layouts_give_the_same_answer_as_folders() {
    let mut sandbox = Sandbox::new();
    sandbox.variable("PACTO_OFFLINE", "1");
    assert_eq!(sandbox.pacto(["demo", "--no-serve", "demo"]).code, 0);
    let run = |estate: &str| {
        let candidate = "demo/candidates/payments-3.0.0";
        let outcome = sandbox.pacto([
            "impact",
            candidate,
            "--estate",
            estate,
            "--output-format",
            "json",
        ]);
        assert_eq!(outcome.code, 1, "{outcome}");
        outcome.json()
    };
    let (folders, layouts) = (run("demo/bundles"), run("oci-layout://demo/layouts"));
    assert_eq!(layouts["sources"][0]["contracts"], 37);
    assert_eq!(layouts["services"], 22);
    for field in [
        "consumers",
        "affected",
        "blastRadius",
        "limitations",
        "breaking",
    ] {
        assert_eq!(folders[field], layouts[field], "{field}");
    }
}

/// `shop` depends on `cart`, which depends on `store`; `store` 1.1.0 has an interface, 2.0.0 none.
fn registry(sandbox: &mut Sandbox) -> TestRegistry {
    let registry = TestRegistry::start();
    sandbox.variable("PACTO_REGISTRY_INSECURE", &registry.host());
    let depends = |name: &str| {
        format!(
            "dependencies:\n- {{ name: {name}, ref: \"oci://{}/acme/{name}\", required: true, compatibility: ^1.0.0 }}\n",
            registry.host()
        )
    };
    let interface = "interfaces:\n- { name: api, type: http, port: 80 }\n";
    for (name, version, rest) in [
        ("shop", "1.0.0", depends("cart")),
        ("cart", "1.0.0", depends("store")),
        ("store", "1.0.0", String::new()),
        ("store", "1.1.0", interface.to_owned()),
    ] {
        let directory = format!("{name}-{version}");
        sandbox.file(
            &format!("{directory}/pacto.yaml"),
            &contract(name, version, &rest),
        );
        let target = format!("oci://{}/acme/{name}", registry.host());
        let outcome = sandbox.pacto(["push", &target, "--path", &directory]);
        assert_eq!(outcome.code, 0, "{outcome}");
    }
    sandbox.file("next/pacto.yaml", &contract("store", "2.0.0", ""));
    registry
}

#[test]
fn a_registry_is_followed_from_one_repository_to_all_it_names() {
    let mut sandbox = Sandbox::new();
    let registry = registry(&mut sandbox);
    let estate = format!("oci://{}/acme/shop", registry.host());
    let outcome = sandbox.pacto([
        "impact",
        "next",
        "--estate",
        &estate,
        "--output-format",
        "json",
    ]);
    assert_eq!(outcome.code, 1, "{outcome}");
    let answer = outcome.json();
    assert_eq!(answer["oldVersion"], "1.1.0");
    assert_eq!(
        (&answer["services"], &answer["blastRadius"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(answer["completeness"], "complete");
    assert_eq!(answer["consumers"][0]["service"], "cart");
    assert_eq!(
        answer["consumers"][0]["compatibilityVerdict"],
        "incompatible"
    );
    assert_eq!(
        answer["consumers"][1]["path"],
        json!(["shop", "cart", "store"])
    );
}

#[test]
fn a_lock_file_is_an_estate_of_what_it_pins() {
    let mut sandbox = Sandbox::new();
    let _registry = registry(&mut sandbox);
    let outcome = sandbox.pacto(["lock", "shop-1.0.0"]);
    assert_eq!(outcome.code, 0, "{outcome}");
    let estate = "shop-1.0.0/pacto.lock";
    let outcome = sandbox.pacto([
        "impact",
        "next",
        "--estate",
        estate,
        "--output-format",
        "json",
    ]);
    assert_eq!(outcome.code, 1, "{outcome}");
    let answer = outcome.json();
    assert_eq!(
        answer["sources"],
        json!([{"source": estate, "contracts": 3}])
    );
    assert_eq!(
        (&answer["oldVersion"], &answer["blastRadius"]),
        (&json!("1.1.0"), &json!(2))
    );
}

#[test]
fn a_source_that_fails_makes_the_answer_partial() {
    let sandbox = estate();
    sandbox.file("broken/pacto.yaml", "pactoVersion: [\n");
    let outcome = sandbox.pacto([
        "impact",
        "--remove=redis",
        "--estate=bundles",
        "--estate=broken",
        "--estate=nowhere",
        "--output-format=json",
    ]);
    assert_eq!(outcome.code, 1, "{outcome}");
    let answer = outcome.json();
    let failed: Vec<_> = limitations(&answer)
        .into_iter()
        .filter(|(code, _)| *code == "SOURCE_FAILED")
        .map(|(_, subject)| subject.expect("a subject"))
        .collect();
    assert_eq!(failed, ["broken", "nowhere"]);
    assert_eq!(answer["completeness"], "partial");
}
