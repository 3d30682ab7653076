use serde_json::json;

use crate::sandbox::Sandbox;

const CONTRACT: &str = "pactoVersion: \"1.0\"
service: { name: users, version: 1.0.0 }
interfaces: [{ name: api, type: http, port: 80, contract: api.yaml }]
configurations: [{ name: app, schema: app.json }]
";

const API: &str = "openapi: 3.1.0
info: { title: Users, version: '1' }
paths:
  /users:
    get:
      summary: Lists users
      tags: [users]
      responses: { '200': { description: users } }
";

/// Two bundles that differ in nothing but documentation.
fn edited() -> Sandbox {
    let sandbox = Sandbox::new();
    for side in ["old", "new"] {
        sandbox.file(&format!("{side}/pacto.yaml"), CONTRACT);
        sandbox.file(&format!("{side}/docs/same.md"), "same\n");
    }
    sandbox.file("old/api.yaml", API);
    sandbox.file("old/app.json", "{\"title\": \"App\"}\n");
    sandbox.file("old/docs/gone.md", "gone\n");
    sandbox.file("old/docs/guides/start.md", "before\n");
    sandbox.file(
        "new/api.yaml",
        &API.replace("Lists users", "Lists all users")
            .replace("[users]", "[people]"),
    );
    sandbox.file("new/app.json", "{\"title\": \"Settings\"}\n");
    sandbox.file("new/docs/guides/start.md", "after\n");
    sandbox.file("new/docs/new.md", "new\n");
    sandbox
}

#[test]
fn documentation_is_listed_on_request_only() {
    let sandbox = edited();
    insta::assert_snapshot!(sandbox.pacto(["diff", "old", "new"]), @"
    exit 0
    -- stdout --
    NON_BREAKING  users 1.0.0
    No changes detected.
    ");
    insta::assert_snapshot!(sandbox.pacto(["diff", "old", "new", "--include-annotations"]), @r#"
    exit 0
    -- stdout --
    NON_BREAKING  users 1.0.0    0 breaking, 0 potentially breaking, 4 safe

     api.yaml
       non-breaking GET /users summary      Lists users → Lists all users  documentation-changed  line 6 → 6
       non-breaking GET /users tags people  added                          api-tag-added  now line 7
       non-breaking GET /users tags users   removed                        api-tag-removed  was line 7

     app.json
       non-breaking configurations[app].title  App → Settings  config-annotation-changed  line 1 → 1

    Documentation changes (3):
      - docs/gone.md
      ~ docs/guides/start.md
      + docs/new.md

    Smallest honest version: 1.0.0 (1.0.0 is enough)
    "#);
    insta::assert_snapshot!(
        sandbox.pacto(["diff", "old", "new", "--include-annotations", "--output-format", "markdown"]),
        @r#"
    exit 0
    -- stdout --
    ## Contract Diff

    **Classification:** `NON_BREAKING`

    ### Changes (4)

    | Classification | Path | Type | Reason | Old | New | Rule |
    |---|---|---|---|---|---|---|
    | NON_BREAKING | `openapi.paths[/users].methods[GET].summary` | modified | summary changed at openapi.paths\[/users\].methods\[GET\] | `Lists users` | `Lists all users` | `documentation-changed` |
    | NON_BREAKING | `openapi.paths[/users].methods[GET].tags[people]` | added | tag people added at openapi.paths\[/users\].methods\[GET\] |  | `["people"]` | `api-tag-added` |
    | NON_BREAKING | `openapi.paths[/users].methods[GET].tags[users]` | removed | tag users removed at openapi.paths\[/users\].methods\[GET\] | `["users"]` |  | `api-tag-removed` |
    | NON_BREAKING | `configurations[app].title` | modified | title changed at configurations\[app\] | `App` | `Settings` | `config-annotation-changed` |

    ### Documentation Changes

    | File | Type |
    |---|---|
    | `docs/gone.md` | removed |
    | `docs/guides/start.md` | modified |
    | `docs/new.md` | added |
    "#
    );
}

#[test]
fn the_page_has_the_files_too() {
    let run = |arguments: &[&str]| {
        let mut all = vec!["diff", "old", "new", "--output-format", "html"];
        all.extend(arguments);
        edited().run("", &all).stdout
    };
    let row = "<tr><th scope=\"row\"><code>docs/guides/start.md</code></th><td>modified</td></tr>";
    assert!(run(&["--include-annotations"]).contains(row));
    assert!(!run(&[]).contains("docs/guides/start.md"));
}

#[test]
fn json_has_the_records_and_the_files() {
    let sandbox = edited();
    let run = |arguments: &[&str]| {
        let mut all = vec!["diff", "old", "new", "--output-format", "json"];
        all.extend(arguments);
        sandbox.run("", &all).json()
    };
    let listed = run(&["--include-annotations"]);
    assert_eq!(
        listed["docsDiff"],
        json!([
            {"file": "docs/gone.md", "type": "removed"},
            {"file": "docs/guides/start.md", "type": "modified"},
            {"file": "docs/new.md", "type": "added"},
        ])
    );
    assert_eq!(
        listed["summary"]["rules"],
        json!({"config-annotation-changed": 1, "documentation-changed": 1, "api-tag-added": 1, "api-tag-removed": 1})
    );
    assert_eq!(listed["classification"], "NON_BREAKING");
    let silent = run(&[]);
    assert_eq!(silent["docsDiff"], json!(null));
    assert_eq!(silent["changes"], json!([]));
    // The base layer says what the Go implementation says, asked or not.
    let base = run(&["--include-annotations", "--engine", "base"]);
    assert_eq!(base, run(&["--engine", "base"]));
}

#[test]
fn what_is_only_listed_is_not_any_change() {
    let sandbox = edited();
    let sbom = |version: &str| {
        format!(
            "{{\"spdxVersion\": \"SPDX-2.3\", \"packages\": [{{\"name\": \"left-pad\", \"versionInfo\": \
             \"{version}\"}}]}}"
        )
    };
    sandbox.file("old/sbom/a.spdx.json", &sbom("1.0.0"));
    sandbox.file("new/sbom/a.spdx.json", &sbom("1.1.0"));
    let any = |format: &str| {
        sandbox.pacto([
            "diff",
            "old",
            "new",
            "--include-annotations",
            "--fail-on",
            "any",
            "--output-format",
            format,
        ])
    };
    let text = any("text");
    assert_eq!((text.code, text.stderr.as_str()), (0, ""), "{text}");
    assert!(text.stdout.contains("left-pad"), "{text}");
    assert!(text.stdout.contains("documentation-changed"), "{text}");
    let junit = any("junit");
    assert!(junit.stdout.contains("documentation-changed"), "{junit}");
    assert!(!junit.stdout.contains("<failure"), "{junit}");
    // A change of the contract still is one.
    sandbox.file("new/pacto.yaml", &CONTRACT.replace("1.0.0", "1.0.1"));
    assert_eq!(any("text").code, 1);
    assert!(any("junit").stdout.contains("<failure"));
}
