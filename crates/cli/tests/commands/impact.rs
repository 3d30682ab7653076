//! Who is hit: the scenarios of the example estate, computed by hand, and every way to ask.

mod sources;

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const BUNDLES: &str = "examples/estate/bundles";

/// The bundles and candidates of the example estate; the network is never asked.
fn estate() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.variable("PACTO_OFFLINE", "1");
    sandbox.copy(BUNDLES, "bundles");
    sandbox.copy("examples/estate/candidates", "candidates");
    sandbox
}

/// The JSON of a question about the estate, after text and Markdown have told the same.
fn ask(sandbox: &Sandbox, arguments: &[&str], code: i32) -> Value {
    let run = |format: &str| {
        let flags = ["--estate", "bundles", "--output-format", format];
        let outcome = sandbox.run("", &[&["impact"], arguments, &flags].concat());
        assert_eq!(outcome.code, code, "{outcome}");
        outcome
    };
    let answer = run("json").json();
    assert_same(&answer, &run("text").stdout, &run("markdown").stdout);
    answer
}

fn contract(name: &str, version: &str, rest: &str) -> String {
    format!(
        "pactoVersion: \"1.0\"\nservice: {{ name: {name}, version: {version}, owner: team-{name} }}\n{rest}"
    )
}

/// Text and Markdown name every consumer of the JSON with its severity, in its order.
fn assert_same(answer: &Value, text: &str, markdown: &str) {
    let consumers = answer["consumers"].as_array().expect("a list");
    let lines: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .map(|line| line.split_whitespace().take(2).collect())
        .collect();
    let rows: Vec<Vec<&str>> = markdown
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| severity"))
        .filter(|line| !line.starts_with("| ---"))
        .map(|line| {
            line.split([' ', '|'])
                .filter(|word| !word.is_empty())
                .take(2)
                .collect()
        })
        .collect();
    let expected: Vec<Vec<&str>> = consumers
        .iter()
        .map(|consumer| {
            let field = |name: &str| consumer[name].as_str().expect("a text");
            vec![field("severity"), field("service")]
        })
        .collect();
    assert_eq!(lines, expected, "{text}");
    assert_eq!(rows, expected, "{markdown}");
    let heading = text.lines().next().expect("a headline");
    let class = answer["classification"].as_str().expect("a class");
    assert!(heading.ends_with(class), "{heading}");
    assert!(markdown.contains(&format!("`{class}`")), "{markdown}");
}

/// One line per consumer: what the tables of the expectation have.
fn table(answer: &Value) -> Vec<String> {
    let consumers = answer["consumers"].as_array().expect("a list").iter();
    consumers
        .map(|consumer| {
            let text = |name: &str| consumer[name].as_str().unwrap_or("-").to_owned();
            let list = |name: &str| match consumer[name].as_array() {
                None => "unknown".to_owned(),
                Some(items) => {
                    let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                    items.join(", ")
                }
            };
            format!(
                "{} {} {} depth {} {} {} {} {} [{}] {}",
                text("severity"),
                text("service"),
                text("owner"),
                consumer["depth"],
                if consumer["required"] == true {
                    "required"
                } else {
                    "optional"
                },
                text("compatibility"),
                text("compatibilityVerdict"),
                if consumer["pulledAutomatically"] == true {
                    "pulled"
                } else {
                    "not pulled"
                },
                list("uses"),
                list("reasons"),
            )
        })
        .collect()
}

fn owners(answer: &Value) -> Vec<(String, u64)> {
    let mut owners: Vec<(String, u64)> = answer["owners"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|owner| {
            let key = owner["ownerKey"].as_str().expect("a key").to_owned();
            (key, owner["count"].as_u64().expect("a number"))
        })
        .collect();
    owners.sort();
    owners
}

fn limitations(answer: &Value) -> Vec<(&str, Option<&str>)> {
    let limitations = answer["limitations"].as_array().expect("a list").iter();
    limitations
        .map(|limitation| {
            let code = limitation["code"].as_str().expect("a code");
            (code, limitation["subject"].as_str())
        })
        .collect()
}

const SMS_GATEWAY: (&str, Option<&str>) = (
    "UNRESOLVED_REF",
    Some("oci://registry.acme.example/partners/sms-gateway"),
);

#[test]
fn publishing_a_breaking_version_hits_six_consumers() {
    let old_and_new = ["bundles/payments/1.2.0", "bundles/payments/2.0.0"];
    let answer = ask(&estate(), &old_and_new, 1);
    assert_eq!(answer["schemaVersion"], "pacto.impact/v1");
    assert_eq!(answer["classification"], "BREAKING");
    assert_eq!(answer["breaking"].as_array().map(Vec::len), Some(5));
    assert_eq!(
        answer["potentiallyBreaking"].as_array().map(Vec::len),
        Some(4)
    );
    assert_eq!(
        table(&answer),
        [
            "critical orders team:commerce depth 1 required >=1.1.0 compatible pulled [rest, POST /charges, DELETE /charges/{id}] OPERATION_REMOVED, SURFACE_CHANGED",
            "high api-gateway team:web depth 1 required ^1.0.0 incompatible not pulled [rest, POST /charges, GET /charges/{id}] RANGE_UNSATISFIED, SURFACE_CHANGED",
            "high settlement team:payments depth 1 required ^1.0.0 incompatible not pulled [rest, GET /charges, GET /charges/{id}] RANGE_UNSATISFIED, SURFACE_CHANGED",
            "high acme-tickets team:web depth 2 required ^1.0.0 unknown not pulled [unknown] TRANSITIVE",
            "high storefront team:web depth 2 required ^1.0.0 unknown not pulled [unknown] TRANSITIVE",
            "medium notifications team:messaging depth 1 optional >=1.0.0 compatible pulled [unknown] SURFACE_CHANGED",
        ]
    );
    assert_eq!(
        answer["consumers"][3]["path"],
        json!(["acme-tickets", "settlement", "payments"])
    );
    assert_eq!(
        answer["consumers"][4]["path"],
        json!(["storefront", "api-gateway", "payments"])
    );
    assert_eq!(answer["blastRadius"], 5);
    assert_eq!(
        answer["affected"],
        json!({
            "direct": 4, "transitive": 2, "required": 5, "optional": 1,
            "byOwner": [
                {"ownerKey": "team:web", "count": 3},
                {"ownerKey": "team:commerce", "count": 1},
                {"ownerKey": "team:messaging", "count": 1},
                {"ownerKey": "team:payments", "count": 1},
            ],
            "byDepth": [4, 2], "references": 0,
        })
    );
    assert_eq!(limitations(&answer), [SMS_GATEWAY]);
    assert_eq!(answer["completeness"], "partial");
    assert_eq!(
        answer["sources"],
        json!([{"source": "bundles", "contracts": 37}])
    );
    assert_eq!(answer["services"], 22);
}

#[test]
fn removing_redis_hits_thirteen_services() {
    let answer = ask(&estate(), &["--remove", "redis"], 1);
    assert_eq!(answer["blastRadius"], 10);
    assert_eq!(answer["affected"]["direct"], 4);
    assert_eq!(answer["affected"]["transitive"], 9);
    assert_eq!(answer["affected"]["optional"], 3);
    assert_eq!(answer["affected"]["byDepth"], json!([4, 6, 3]));
    let consumers = answer["consumers"].as_array().expect("a list");
    assert_eq!(consumers.len(), 13);
    let mut reasons = Vec::new();
    for consumer in consumers {
        let severity = if consumer["required"] == true {
            "high"
        } else {
            "medium"
        };
        assert_eq!(consumer["severity"], severity, "{consumer}");
        assert_eq!(consumer["compatibilityVerdict"], "unknown");
        assert_eq!(consumer["pulledAutomatically"], false);
        reasons.push(consumer["reasons"][0].as_str().expect("a reason"));
        let via = consumer["path"][1].as_str().expect("a name");
        match consumer["service"].as_str().expect("a name") {
            "orders" => assert_eq!(via, "seat-inventory"),
            "promotions" => assert_eq!(via, "pricing"),
            "notifications" => assert_eq!(via, "payments"),
            _ => {}
        }
    }
    let count = |reason: &str| reasons.iter().filter(|other| **other == reason).count();
    assert_eq!((count("SERVICE_REMOVED"), count("TRANSITIVE")), (4, 9));
    let expected = [
        ("(unowned)", 1),
        ("team:commerce", 3),
        ("team:messaging", 1),
        ("team:payments", 2),
        ("team:team/risk", 1),
        ("team:trust", 1),
        ("team:venues", 1),
        ("team:web", 3),
    ];
    assert_eq!(
        owners(&answer),
        expected.map(|(key, count)| (key.to_owned(), count))
    );
}

#[test]
fn removing_an_operation_is_graded_like_a_version_without_it() {
    let sandbox = estate();
    let expected = [
        "critical orders team:commerce depth 1 required >=1.1.0 compatible pulled [POST /refunds] OPERATION_REMOVED, SURFACE_CHANGED",
        "high api-gateway team:web depth 1 required ^1.0.0 incompatible not pulled [POST /refunds] RANGE_UNSATISFIED, OPERATION_REMOVED, SURFACE_CHANGED",
        "high acme-tickets team:web depth 2 required ^1.0.0 unknown not pulled [unknown] TRANSITIVE",
        "high storefront team:web depth 2 required ^1.0.0 unknown not pulled [unknown] TRANSITIVE",
        "medium notifications team:messaging depth 1 optional >=1.0.0 compatible pulled [unknown] SURFACE_CHANGED",
        "low settlement team:payments depth 1 required ^1.0.0 incompatible not pulled [] RANGE_UNSATISFIED",
    ];
    let published = ask(&sandbox, &["candidates/payments-3.0.0"], 1);
    assert_eq!(published["oldVersion"], "2.1.0");
    assert_eq!(table(&published), expected);
    let question = ["--remove-operation", "POST /refunds", "payments"];
    let asked = ask(&sandbox, &question, 1);
    assert_eq!(
        (&asked["oldVersion"], &asked["newVersion"]),
        (&json!("2.1.0"), &json!("3.0.0"))
    );
    assert_eq!(asked["breaking"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        asked["breaking"][0]["rule"],
        "api-removed-without-deprecation"
    );
    assert_eq!(table(&asked), expected);
    assert_eq!(
        owners(&asked),
        [("team:commerce", 1), ("team:messaging", 1), ("team:web", 3)]
            .map(|(key, count)| (key.to_owned(), count))
    );
    let text = sandbox.run(
        "",
        &[&["impact", "--estate", "bundles"], &question[..]].concat(),
    );
    let answer = "Can it go? No: api-gateway, orders use it. Not known: notifications.\n";
    assert!(text.stdout.contains(answer), "{text}");
}

#[test]
fn a_tighter_policy_fails_two_contracts_at_once_and_one_later() {
    let answer = ask(&estate(), &["candidates/service-policy-1.1.0"], 1);
    assert_eq!(answer["blastRadius"], 0);
    assert_eq!(answer["affected"]["references"], 9);
    let policy = |reference: &str| {
        json!([format!(
            "policy oci://registry.acme.example/platform/service-policy{reference} → \
             policies[\"http-service\"]: at '/runtime': missing property 'metrics'"
        )])
    };
    let consumers = answer["consumers"].as_array().expect("a list");
    let graded: Vec<(&str, &str)> = consumers
        .iter()
        .map(|consumer| {
            assert_eq!(consumer["relation"], "policy");
            let name = consumer["service"].as_str().expect("a name");
            match name {
                "catalog" | "promotions" => assert_eq!(consumer["violations"], policy("")),
                "notifications" => assert_eq!(consumer["violations"], policy(":1.0.0")),
                _ => assert_eq!(consumer["reasons"], json!([])),
            }
            (consumer["severity"].as_str().expect("a severity"), name)
        })
        .collect();
    assert_eq!(
        graded,
        [
            ("critical", "catalog"),
            ("critical", "promotions"),
            ("high", "notifications"),
            ("none", "api-gateway"),
            ("none", "identity"),
            ("none", "orders"),
            ("none", "payments"),
            ("none", "pricing"),
            ("none", "seat-inventory"),
        ]
    );
    assert_eq!(
        owners(&answer),
        [
            ("team:commerce", 1),
            ("team:messaging", 1),
            ("team:venues", 1)
        ]
        .map(|(key, count)| (key.to_owned(), count))
    );
}

#[test]
fn a_policy_reaches_contracts_through_the_policies_that_refer_to_it() {
    const REGISTRY: &str = "oci://registry.acme.example/policies";
    let sandbox = Sandbox::new();
    let refers = |name: &str, to: &str| {
        let policies = format!("policies: [{{ name: rules, ref: \"{REGISTRY}/{to}\" }}]\n");
        contract(name, "1.0.0", &policies)
    };
    let with_owner = "{\"properties\": {\"service\": {\"required\": [\"owner\"]}}}";
    let with_image = "{\"properties\": {\"service\": {\"required\": [\"image\"]}}}";
    for (folder, text) in [
        ("bundles/base", contract("base", "1.0.0", "")),
        ("base-next", contract("base", "1.1.0", "")),
        ("bundles/company", refers("company", "base")),
        ("bundles/team", refers("team", "company:1.0.0")),
        ("bundles/shop", refers("shop", "team")),
        ("bundles/pinned", refers("pinned", "base:1.0.0")),
        ("bundles/plain", contract("plain", "1.0.0", "")),
    ] {
        sandbox.file(&format!("{folder}/pacto.yaml"), &text);
    }
    sandbox.file("bundles/base/policy/schema.json", with_owner);
    sandbox.file("base-next/policy/schema.json", with_image);
    let answer = ask(&sandbox, &["base-next"], 1);
    let graded = |answer: &Value| -> Vec<Value> {
        let consumers = answer["consumers"].as_array().expect("a list").iter();
        let columns = ["service", "severity", "path", "reasons"];
        consumers
            .map(|it| Value::from_iter(columns.map(|name| it[name].clone())))
            .collect()
    };
    let fails = json!(["TRANSITIVE", "POLICY_FAILS"]);
    assert_eq!(
        graded(&answer),
        [
            json!(["company", "critical", ["company", "base"], ["POLICY_FAILS"]]),
            json!(["team", "critical", ["team", "company", "base"], fails]),
            json!([
                "shop",
                "critical",
                ["shop", "team", "company", "base"],
                fails
            ]),
            json!(["pinned", "high", ["pinned", "base"], ["POLICY_FAILS"]]),
        ]
    );
    // Those that refer to it themselves.
    assert_eq!(answer["affected"]["references"], 2);
    let told = |arguments: &[&str]| {
        let all = [&["impact", "--estate", "bundles"], arguments].concat();
        sandbox.run("", &all).stdout
    };
    let text = told(&["base-next"]);
    assert!(
        text.contains("References (4): 2 direct, 2 through others\n"),
        "{text}"
    );
    assert!(text.contains("pulled, via company"), "{text}");
    let markdown = told(&["base-next", "--output-format", "markdown"]);
    assert!(
        markdown.contains("; 2 references, 2 more through others\n"),
        "{markdown}"
    );
    // What goes is taken up by nobody, whether pinned or not.
    let text = told(&["--remove", "base"]);
    assert!(!text.contains("required  p"), "{text}");
    // The service that is in between has policies of its own; only those of the candidate count.
    let own = "policies: [{ name: own, schema: own.json }, \
               { name: rules, ref: \"oci://registry.acme.example/policies/base\" }]\n";
    sandbox.file(
        "bundles/company/pacto.yaml",
        &contract("company", "1.0.0", own),
    );
    sandbox.file("bundles/company/own.json", with_image);
    sandbox.file("base-next/policy/schema.json", with_owner);
    let answer = ask(&sandbox, &["base-next"], 0);
    let severities: Vec<Value> = graded(&answer).iter().map(|it| it[1].clone()).collect();
    assert_eq!(severities, ["none"; 4]);
}

#[test]
fn a_changed_configuration_hits_those_that_take_it() {
    let answer = ask(&estate(), &["candidates/platform-config-2.0.0"], 1);
    assert_eq!(
        (&answer["blastRadius"], &answer["affected"]["references"]),
        (&json!(0), &json!(5))
    );
    assert_eq!(
        table(&answer),
        [
            "critical api-gateway team:web depth 1 required - unknown pulled [unknown] CONFIGURATION_CHANGED",
            "critical orders team:commerce depth 1 required - unknown pulled [unknown] CONFIGURATION_CHANGED",
            "critical pricing team:commerce depth 1 required - unknown pulled [unknown] CONFIGURATION_CHANGED",
            "critical settlement team:payments depth 1 required - unknown pulled [unknown] CONFIGURATION_CHANGED",
            "high notifications team:messaging depth 1 required - unknown not pulled [unknown] CONFIGURATION_CHANGED",
        ]
    );
    assert_eq!(
        limitations(&answer),
        [("VALUES_UNKNOWN", None), SMS_GATEWAY]
    );
}

#[test]
fn text_is_aligned_and_ends_with_what_to_do() {
    let sandbox = estate();
    let outcome = sandbox.pacto(["impact", "candidates/payments-3.0.0", "--estate", "bundles"]);
    assert_eq!(
        outcome.stdout,
        "\
Impact of payments 2.1.0 → 3.0.0: BREAKING
Affected consumers (6): 4 direct, 2 transitive, 5 required
  critical  orders         direct   required  >=1.1.0 compatible, pulled  commerce
            uses POST /refunds
  high      api-gateway    direct   required  ^1.0.0 incompatible         web
            uses POST /refunds
  high      acme-tickets   depth 2  required  via settlement              web
  high      storefront     depth 2  required  via api-gateway             web
  medium    notifications  direct   optional  >=1.0.0 compatible, pulled  messaging
            uses unknown: it does not say
  low       settlement     direct   required  ^1.0.0 incompatible         payments
            uses nothing of what changed

Estate: bundles (37 contracts); 22 services
Not known: `oci://registry.acme.example/partners/sms-gateway`, which `notifications` names, is not part of the estate: it could be a consumer too
The answer is partial: there may be more consumers.
To do: commerce (orders); web (api-gateway, acme-tickets, storefront); messaging (notifications)
"
    );
    assert_eq!(
        outcome.stderr,
        "4 consumers are hit with severity high or worse\n"
    );
}

#[test]
fn the_threshold_decides_the_exit_code() {
    let sandbox = estate();
    for (threshold, code) in [("critical", 0), ("high", 1), ("medium", 1), ("none", 0)] {
        let outcome = sandbox.pacto([
            "impact",
            "--remove=redis",
            "--estate=bundles",
            "--fail-on",
            threshold,
        ]);
        assert_eq!(outcome.code, code, "{threshold}: {outcome}");
    }
}

#[test]
fn other_programs_get_one_finding_per_consumer() {
    let sandbox = estate();
    let run = |format: &str| {
        let arguments = ["impact", "candidates/payments-3.0.0", "--estate=bundles"];
        sandbox.run("", &[&arguments[..], &["--output-format", format]].concat())
    };
    let sarif = run("sarif").json();
    let results = sarif["runs"][0]["results"]
        .as_array()
        .expect("a list")
        .clone();
    let levels: Vec<&str> = results
        .iter()
        .filter_map(|result| result["level"].as_str())
        .collect();
    assert_eq!(
        levels,
        ["error", "error", "error", "error", "warning", "note"]
    );
    assert_eq!(results[0]["ruleId"], "OPERATION_REMOVED");
    let junit = run("junit").stdout;
    assert_eq!(junit.matches("<failure").count(), 4, "{junit}");
    assert_eq!(run("github").stdout.matches("::error").count(), 4);
}

#[test]
fn a_service_outside_the_estate_is_a_limitation_and_no_radius_of_zero() {
    let sandbox = estate();
    sandbox.file("new/pacto.yaml", &contract("brand-new", "1.0.0", ""));
    let outcome = sandbox.pacto([
        "impact",
        "new",
        "--estate",
        "bundles",
        "--output-format",
        "json",
    ]);
    assert_eq!(outcome.code, 0, "{outcome}");
    let answer = outcome.json();
    assert_eq!(answer["blastRadius"], Value::Null);
    let codes: Vec<&str> = limitations(&answer)
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert_eq!(
        codes,
        ["NO_BASELINE", "SERVICE_NOT_IN_FLEET", "UNRESOLVED_REF"]
    );

    // Nobody has its contract, but somebody names it.
    let outcome = sandbox.pacto([
        "impact",
        "--remove=sms-gateway",
        "--estate=bundles",
        "--output-format=json",
    ]);
    let answer = outcome.json();
    assert_eq!(
        limitations(&answer),
        [("SERVICE_NOT_IN_FLEET", Some("sms-gateway"))]
    );
    assert_eq!(answer["affected"]["direct"], 1);
    assert_eq!(answer["completeness"], "partial");
}

#[test]
fn a_cycle_counts_each_of_its_members_once() {
    let answer = ask(&estate(), &["--remove", "pricing"], 1);
    let names: Vec<&str> = answer["consumers"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|consumer| consumer["service"].as_str().expect("a name"))
        .collect();
    assert_eq!(
        names,
        [
            "orders",
            "promotions",
            "api-gateway",
            "storefront",
            "acme-tickets"
        ]
    );
}

#[test]
fn wrong_questions_are_refused_with_what_to_do() {
    let sandbox = estate();
    for (arguments, code, message) in [
        (&["impact"][..], 2, "name the new contract"),
        (&["impact", "a", "b", "c"], 2, "unexpected"),
        (
            &["impact", "--remove", "redis", "payments"],
            2,
            "takes no contract",
        ),
        (
            &["impact", "--remove-operation", "GET /a"],
            2,
            "takes the service",
        ),
        (
            &[
                "impact",
                "--remove",
                "redis",
                "--remove-operation",
                "GET /a",
            ],
            2,
            "cannot be used with",
        ),
        (
            &["impact", "--remove", "redis", "--set", "a=b"],
            2,
            "overrides make no sense",
        ),
        (
            &["impact", "--remove", "redis", "--fail-on", "bad"],
            2,
            "invalid value",
        ),
        (
            &["impact", "--remove", "redis", "--estate", "k8s"],
            2,
            "needs a cluster",
        ),
        (
            &["impact", "--remove", "redsi", "--estate", "bundles"],
            3,
            "did you mean `redis`",
        ),
        (
            &["impact", "--remove", "redis", "--estate", "nowhere"],
            3,
            "nowhere",
        ),
        (
            &["impact", "nowhere", "--estate", "bundles"],
            3,
            "new contract: failed to access",
        ),
        (
            &[
                "impact",
                "--remove-operation",
                "GET /nope",
                "payments",
                "--estate",
                "bundles",
            ],
            2,
            "has no operation `GET /nope`",
        ),
    ] {
        let outcome = sandbox.run("", arguments);
        assert_eq!(outcome.code, code, "{arguments:?}: {outcome}");
        assert!(outcome.stderr.contains(message), "{arguments:?}: {outcome}");
        assert_eq!(outcome.stdout, "", "{arguments:?}");
    }
}

#[test]
fn a_comparison_tells_who_is_hit_when_an_estate_is_named() {
    let sandbox = estate();
    let run = |format: &str| {
        let outcome = sandbox.pacto([
            "diff",
            "bundles/payments/2.1.0",
            "candidates/payments-3.0.0",
            "--estate",
            "bundles",
            "--output-format",
            format,
        ]);
        assert_eq!(outcome.code, 1, "{outcome}");
        outcome
    };
    let answer = run("json").json();
    assert_eq!(answer["schemaVersion"], "pacto.diff/v1");
    let asked = ask(&sandbox, &["candidates/payments-3.0.0"], 1);
    assert_eq!(answer["impact"], asked);
    let text = run("text").stdout;
    let line =
        "\nWho is hit: 6 services of 4 owners. Estate: bundles (37 contracts); 22 services\n";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("\n  critical  orders "), "{text}");
    let markdown = run("markdown").stdout;
    assert!(markdown.contains("\n### Who is hit\n"), "{markdown}");
    assert!(
        markdown.contains("| critical | orders 1.7.0 |"),
        "{markdown}"
    );
    let outcome = sandbox.pacto(["diff", "bundles", "candidates", "-r", "--estate", "bundles"]);
    assert_eq!(outcome.code, 2, "{outcome}");
}

#[test]
fn an_accepted_change_hits_nobody() {
    let sandbox = estate();
    sandbox.file(
        "rules.yaml",
        "rules:\n  api-removed-without-deprecation: non-breaking\n",
    );
    let answer = ask(
        &sandbox,
        &["candidates/payments-3.0.0", "--rules", "rules.yaml"],
        0,
    );
    assert_eq!(answer["classification"], "NON_BREAKING");
    assert_eq!(answer["breaking"], json!([]));
}

#[test]
fn an_old_contract_of_another_service_is_said() {
    let sandbox = Sandbox::new();
    for name in ["pay", "mail"] {
        sandbox.file(
            &format!("bundles/{name}/pacto.yaml"),
            &contract(name, "1.0.0", ""),
        );
    }
    sandbox.file("new/pacto.yaml", &contract("pay", "2.0.0", ""));
    sandbox.file("renamed/pacto.yaml", &contract("post", "2.0.0", ""));
    let answer = ask(&sandbox, &["bundles/mail", "new"], 0);
    assert_eq!(limitations(&answer), [("OTHER_SERVICE", Some("mail"))]);
    // A name that nobody has yet is a new name, and the consumers of the old one are listed.
    let renamed = ask(&sandbox, &["bundles/mail", "renamed"], 0);
    assert!(limitations(&renamed).is_empty(), "{renamed}");
}

#[test]
fn entries_of_a_rules_file_that_accept_nothing_here_hide_no_consumer() {
    let sandbox = estate();
    sandbox.file(
        "pacto-diff.yaml",
        "version: 1\nignore:\n  - {rule: api-removed-without-deprecation, service: other, reason: agreed}\n",
    );
    let command = [
        "impact",
        "candidates/payments-3.0.0",
        "--estate",
        "bundles",
        "--rules=pacto-diff.yaml",
    ];
    let answer = sandbox.run("", &[&command[..], &["--output-format=json"]].concat());
    assert_eq!(limitations(&answer.json()), [SMS_GATEWAY]);
}

#[test]
fn formats_without_a_place_for_who_is_hit_say_so() {
    let sandbox = estate();
    let command = [
        "diff",
        "bundles/payments/2.1.0",
        "candidates/payments-3.0.0",
        "--estate=bundles",
    ];
    let html = sandbox.run("", &[&command[..], &["--output-format=html"]].concat());
    assert!(html.stderr.contains("who is hit is told in text"), "{html}");
    let text = sandbox.run("", &command);
    assert!(text.stdout.contains("Who is hit: 6 services"), "{text}");
    assert!(!text.stderr.contains("who is hit is told in"), "{text}");
}
