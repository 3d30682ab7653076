use crate::sandbox::Sandbox;

/// `shop` needs `cart` (which needs `shop`), `stock` from a registry and `gone` from nowhere, and
/// takes a configuration from `platform`.
fn shop() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.variable("PACTO_OFFLINE", "1");
    sandbox.file(
        "shop/pacto.yaml",
        r#"pactoVersion: "1.0"
service: { name: shop, version: 1.0.0 }
configurations:
  - { name: platform, ref: ../platform }
dependencies:
  - { name: cart, ref: ../cart, required: true, compatibility: "^1.0.0" }
  - { name: stock, ref: "oci://registry.example/acme/stock:1.0.0", compatibility: "*" }
  - { name: gone, ref: ../gone, compatibility: "*" }
"#,
    );
    sandbox.file(
        "cart/pacto.yaml",
        r#"pactoVersion: "1.0"
service: { name: cart, version: 1.2.0 }
dependencies:
  - { name: shop, ref: ../shop, required: true, compatibility: "*" }
"#,
    );
    sandbox.file(
        "platform/pacto.yaml",
        "pactoVersion: \"1.0\"\nservice: { name: platform, version: 3.0.0 }\n",
    );
    sandbox
}

#[test]
fn graph_shows_what_is_below_and_why_something_is_not() {
    insta::assert_snapshot!(shop().pacto(["graph", "shop"]), @"
    exit 0
    -- stdout --
    shop@1.0.0
    ├─ cart@1.2.0 [local]
    │  └─ shop (error: cycle detected: ../shop)
    ├─ stock:1.0.0 (error: registry.example/acme/stock:1.0.0 is not in the cache and the network is off)
    └─ gone (error: failed to access [HOME]/work/gone: No such file or directory (os error 2))

    Cycles (1):
      cart -> shop -> cart
    ");
}

#[test]
fn references_are_shown_when_asked_for() {
    let sandbox = shop();
    insta::assert_snapshot!(sandbox.pacto(["graph", "shop", "--with-references"]), @"
    exit 0
    -- stdout --
    shop@1.0.0
    ├─ cart@1.2.0 [local]
    │  └─ shop (error: cycle detected: ../shop)
    ├─ stock:1.0.0 (error: registry.example/acme/stock:1.0.0 is not in the cache and the network is off)
    ├─ gone (error: failed to access [HOME]/work/gone: No such file or directory (os error 2))
    └─ platform@3.0.0 [local] [ref]

    Cycles (1):
      cart -> shop -> cart
    ");
    insta::assert_snapshot!(sandbox.pacto(["graph", "shop", "--only-references"]), @"
    exit 0
    -- stdout --
    shop@1.0.0
    └─ platform@3.0.0 [local] [ref]
    ");
}

#[test]
fn graph_is_written_for_programs_and_drawings() {
    let sandbox = shop();
    insta::assert_snapshot!(sandbox.pacto(["graph", "shop", "--output-format", "json"]), @r#"
    exit 0
    -- stdout --
    {
      "schemaVersion": "pacto.graph/v1",
      "root": {
        "name": "shop",
        "version": "1.0.0",
        "local": true,
        "dependencies": [
          {
            "type": "dependency",
            "name": "cart",
            "ref": "../cart",
            "required": true,
            "compatibility": "^1.0.0",
            "local": true,
            "resolvedFrom": "local",
            "node": {
              "name": "cart",
              "version": "1.2.0",
              "local": true,
              "dependencies": [
                {
                  "type": "dependency",
                  "name": "shop",
                  "ref": "../shop",
                  "required": true,
                  "compatibility": "*",
                  "error": "cycle detected: ../shop",
                  "reason": "cycle"
                }
              ]
            }
          },
          {
            "type": "dependency",
            "name": "stock",
            "ref": "oci://registry.example/acme/stock:1.0.0",
            "required": false,
            "compatibility": "*",
            "error": "registry.example/acme/stock:1.0.0 is not in the cache and the network is off",
            "reason": "offline"
          },
          {
            "type": "dependency",
            "name": "gone",
            "ref": "../gone",
            "required": false,
            "compatibility": "*",
            "error": "failed to access [HOME]/work/gone: No such file or directory (os error 2)",
            "reason": "not_found"
          }
        ]
      },
      "cycles": [
        [
          "cart",
          "shop"
        ]
      ],
      "conflicts": []
    }
    "#);
    insta::assert_snapshot!(sandbox.pacto(["graph", "shop", "--output-format", "markdown"]), @r#"
    exit 0
    -- stdout --
    ## Dependency graph of shop 1.0.0

    ```mermaid
    graph TD
      n0["shop@1.0.0"]
      n1["cart@1.2.0"]
      n0 -->|"^1.0.0"| n1
      u0["stock:1.0.0<br/>registry.example/acme/stock:1.0.0 is not in the cache and the network is off"]:::failed
      n0 -.->|"*"| u0
      u1["gone<br/>failed to access [HOME]/work/gone: No such file or directory (os error 2)"]:::failed
      n0 -.->|"*"| u1
      n1 -->|"*"| n0
      classDef failed stroke:#c00,stroke-dasharray:4
    ```

    ```text
    shop@1.0.0
    ├─ cart@1.2.0 [local]
    │  └─ shop (error: cycle detected: ../shop)
    ├─ stock:1.0.0 (error: registry.example/acme/stock:1.0.0 is not in the cache and the network is off)
    └─ gone (error: failed to access [HOME]/work/gone: No such file or directory (os error 2))

    Cycles (1):
      cart -> shop -> cart
    ```
    "#);
    insta::assert_snapshot!(sandbox.pacto(["graph", "shop", "--output-format", "dot"]), @r#"
    exit 0
    -- stdout --
    digraph "shop" {
      rankdir=LR;
      node [shape=box];
      n0 [label="shop@1.0.0", style=rounded];
      n1 [label="cart@1.2.0", style=rounded];
      n0 -> n1 [label="^1.0.0"];
      u0 [label="stock:1.0.0\nregistry.example/acme/stock:1.0.0 is not in the cache and the network is off", style=dashed, color=red];
      n0 -> u0 [label="*", style=dashed, color=red];
      u1 [label="gone\nfailed to access [HOME]/work/gone: No such file or directory (os error 2)", style=dashed, color=red];
      n0 -> u1 [label="*", style=dashed, color=red];
      n1 -> n0 [label="*", color=red];
    }
    "#);
}

#[test]
fn a_contract_without_dependencies_is_a_graph_of_one() {
    let sandbox = shop();
    insta::assert_snapshot!(sandbox.pacto(["graph", "platform"]), @"
    exit 0
    -- stdout --
    platform@3.0.0
    ");
}

#[test]
fn a_root_that_cannot_be_read_could_not_run() {
    insta::assert_snapshot!(shop().pacto(["graph", "nowhere"]), @"
    exit 3
    -- stderr --
    error: failed to access nowhere: No such file or directory (os error 2)
    ");
}

#[test]
fn formats_of_findings_are_none_of_graphs() {
    insta::assert_snapshot!(shop().pacto(["graph", "shop", "--output-format", "sarif"]), @"
    exit 2
    -- stderr --
    error: `sarif` is not an output format of `pacto graph`
      help: formats: text, json, markdown, dot, mermaid
    ");
}
