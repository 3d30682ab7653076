//! The page that `pacto diff --output-format html` writes.

use std::collections::BTreeSet;

use crate::sandbox::Sandbox;

/// What would end an element, an attribute, a comment or a style sheet, or run.
const HOSTILE: &str = "</script></style></title>--><img src=x onerror=\"alert('1')\">&lt;";

/// Two bundles with hostile text wherever people write text.
fn hostile() -> Sandbox {
    let sandbox = Sandbox::new();
    let quoted = |text: &str| serde_json::json!(text).to_string();
    for (side, version, kind) in [("old", "1.0.0", "string"), ("new", "1.0.1", "integer")] {
        let contract = format!(
            "pactoVersion: \"1.0\"\n\
             service: {{ name: {name}, version: {version}, image: {{ ref: {side_text} }} }}\n\
             interfaces: [{{ name: {name}, type: http, port: 80, contract: {file} }}]\n\
             configurations: [{{ name: {name}, schema: schema.json }}]\n\
             dependencies: [{{ name: {name}, ref: {side_text}, compatibility: \"*\" }}]\n",
            name = quoted(HOSTILE),
            side_text = quoted(&format!("{HOSTILE}{side}")),
            file = quoted("api \"'<b>.yaml"),
        );
        let api = serde_json::json!({
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {format!("/{HOSTILE}"): {"get": {"responses": {"200": {
                "description": HOSTILE,
                "content": {"application/json": {"schema": {
                    "type": "object",
                    "required": [HOSTILE],
                    "properties": {HOSTILE: {"type": kind, "description": HOSTILE}},
                }}},
            }}}}},
        });
        let schema = serde_json::json!({
            "type": "object",
            "required": if side == "old" { vec![] } else { vec![HOSTILE] },
            "properties": {HOSTILE: {"type": "string", "enum": [HOSTILE, side]}},
        });
        let packages = serde_json::json!({
            "spdxVersion": "SPDX-2.3",
            "packages": [{"name": HOSTILE, "versionInfo": format!("{HOSTILE}{side}")}],
        });
        sandbox
            .file(&format!("{side}/pacto.yaml"), &contract)
            .file(&format!("{side}/api \"'<b>.yaml"), &api.to_string())
            .file(&format!("{side}/schema.json"), &schema.to_string())
            .file(&format!("{side}/sbom/a.spdx.json"), &packages.to_string());
    }
    sandbox
}

/// The names of all elements, in order; panics where a `<` begins none.
fn elements(page: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in page.match_indices('<') {
        let rest = page[at + 1..].trim_start_matches('/');
        let name: String = rest
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        assert!(
            !name.is_empty() || rest.starts_with("!doctype html>"),
            "no element: {}",
            &page[at..page.len().min(at + 80)]
        );
        names.push(name);
    }
    names
}

fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    page.split(start.as_str())
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

fn check(page: &str) {
    let names: BTreeSet<String> = elements(page).into_iter().collect();
    for name in ["script", "img", "iframe", "object", "link", "b", "form"] {
        assert!(!names.contains(name), "`{name}` stands in the page");
    }
    for name in ["src", "onerror", "onclick", "style"] {
        assert_eq!(attributes(page, name), Vec::<&str>::new(), "{name}");
    }
    let identities: Vec<&str> = attributes(page, "id");
    let unique: BTreeSet<&str> = identities.iter().copied().collect();
    assert_eq!(unique.len(), identities.len(), "ids are unique");
    for target in attributes(page, "href") {
        let fragment = target.strip_prefix('#').expect("links stay on the page");
        assert!(unique.contains(fragment), "{target} leads nowhere");
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(page.matches("</title>").count(), 1);
    assert!(!page.contains("url("), "nothing is loaded");
    assert!(!page.contains("@import"), "nothing is loaded");
}

#[test]
fn hostile_text_stays_text() {
    let sandbox = hostile();
    let arguments = ["diff", "old", "new", "--output-format", "html"];
    let outcome = sandbox.pacto(arguments);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    let page = &outcome.stdout;
    check(page);
    for fact in [
        "&lt;img src=x onerror=&quot;alert(",
        "&lt;/script&gt;",
        "&amp;lt;",
    ] {
        assert!(page.contains(fact), "{fact}");
    }
    assert_eq!(
        sandbox.pacto(arguments).stdout,
        *page,
        "same input, same bytes"
    );
    let set = sandbox.pacto(["diff", "-r", "old", "new", "--output-format", "html"]);
    assert_eq!(set.code, 1, "{}", set.stderr);
    check(&set.stdout);
}

#[test]
fn everything_a_reviewer_asks_for_is_on_the_page() {
    let mut sandbox = Sandbox::new();
    sandbox.variable("PACTO_OFFLINE", "1");
    sandbox.pacto(["demo", "--no-serve", "demo"]);
    let payments = |version: &str| format!("oci-layout://demo/layouts/payments:{version}");
    let (old, new) = (payments("1.2.0"), payments("2.0.0"));
    let outcome = sandbox.pacto(["diff", &old, &new, "--output-format", "html"]);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (1, "breaking changes detected\n")
    );
    let page = outcome.stdout;
    check(&page);
    for fact in [
        "<strong>Breaking.</strong> <code>2.0.0</code> is the smallest honest version.",
        // A record: class, both values, both sides with the place marked.
        "<article id=\"r0-0-0\" data-class=\"BREAKING\"><header><h3>interfaces[rest].port</h3>",
        "<del>8081</del> → <ins>9090</ins>",
        "<mark>8081</mark>",
        "<mark>9090</mark>",
        // Its rule, and what that means.
        "<a href=\"#rule-interface-port-changed\"",
        "<div id=\"rule-interface-port-changed\"><h3>An interface listens elsewhere</h3>",
        // A witness.
        "This value is valid today and refused by the new version",
        "required property `currency` is missing",
        // A change in something shared.
        "<summary>also at 2 other places</summary>",
        // Packages.
        "<th scope=\"row\"><code>pg-client</code></th>",
        // The filter works without a script.
        "<input class=\"sr\" type=\"radio\" name=\"only\" id=\"only-breaking\">",
    ] {
        assert!(page.contains(fact), "{fact}");
    }
    assert_eq!(
        elements(&page)
            .iter()
            .filter(|name| *name == "article")
            .count(),
        2 * 12
    );
}

#[test]
fn what_was_not_compared_stands_before_what_was() {
    let sandbox = Sandbox::new();
    let contract = "pactoVersion: \"1.0\"\nservice: { name: svc, version: 1.0.0 }\n\
                    interfaces: [{ name: api, type: http, port: 80, contract: api.yaml }]\n";
    sandbox
        .file("old/pacto.yaml", contract)
        .file("new/pacto.yaml", contract)
        .file("old/api.yaml", "openapi: [")
        .file("new/api.yaml", "openapi: [");
    let page = sandbox
        .pacto(["diff", "old", "new", "--output-format", "html"])
        .stdout;
    check(&page);
    assert!(
        page.contains("No changes detected in what could be compared."),
        "{page}"
    );
    assert!(page.contains("2 things were not compared"), "{page}");
    assert!(page.contains("old contract: api.yaml:1: "), "{page}");
}
