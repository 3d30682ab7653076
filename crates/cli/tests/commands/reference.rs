use crate::sandbox::Sandbox;

#[test]
fn the_reference_is_markdown_about_every_command() {
    let outcome = Sandbox::new().pacto(["reference"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    let headings: Vec<_> = outcome
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("## pacto "))
        .collect();
    assert!(headings.is_sorted(), "{headings:?}");
    for command in ["diff", "graph", "init", "lock", "validate"] {
        assert!(headings.contains(&command), "{command}");
    }
    assert!(
        !headings.contains(&"reference"),
        "hidden commands stay hidden"
    );
}

#[test]
fn one_section_looks_like_this() {
    let page = Sandbox::new().pacto(["reference"]).stdout;
    let section = page
        .split("\n## ")
        .find(|section| section.starts_with("pacto graph\n"));
    insta::assert_snapshot!(section.expect("there is a section"), @"
    pacto graph

    Show what a contract depends on, all the way down.

    Dependencies that cannot be resolved, cycles and version conflicts are part of the answer and do not make the command fail. Besides the common output formats there are `dot` and `mermaid`.

    ```text
    pacto graph [OPTIONS] [CONTRACT]
    ```

    | argument | meaning |
    | --- | --- |
    | `[CONTRACT]` | Contract to start from: a directory, a file, an archive, `oci://` or `oci-layout://` (default `.`) |

    | option | meaning |
    | --- | --- |
    | `--with-references` | Show configuration and policy references as well |
    | `--only-references` | Show configuration and policy references only |
    | `-f, --values <FILE>` | Merge a YAML file into the contract (repeatable) |
    | `--set <KEY=VALUE>` | Set one value of the contract (repeatable) |

    ```text
    pacto graph
    pacto graph --with-references oci://registry.example.com/acme/shop
    pacto graph --output-format mermaid my-service
    ```
    ");
}
