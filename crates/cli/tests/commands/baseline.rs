//! Baselines: what fails today is written down, and only what is new fails.

use crate::sandbox::{Outcome, Sandbox};

/// A version of a service with these paths; with an interface document that does not parse when
/// there are none.
fn version(sandbox: &Sandbox, directory: &str, version: &str, paths: &[&str]) {
    sandbox.file(
        &format!("{directory}/pacto.yaml"),
        &format!(
            "pactoVersion: \"1.0\"\nservice: {{name: svc, version: {version}}}\ninterfaces: \
             [{{name: api, type: http, port: 80, contract: api.yaml}}]\n"
        ),
    );
    let operation = "{get: {responses: {'200': {description: ok}}}}";
    let paths: Vec<String> = paths
        .iter()
        .map(|path| format!("/{path}: {operation}"))
        .collect();
    sandbox.file(
        &format!("{directory}/api.yaml"),
        &format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{{}}}\n",
            paths.join(", ")
        ),
    );
}

/// A service that has lost a path.
fn versions() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.variable("PACTO_OFFLINE", "1");
    version(&sandbox, "old", "1.0.0", &["a", "b", "c"]);
    version(&sandbox, "new", "1.1.0", &["b", "c"]);
    sandbox
}

fn diff(sandbox: &Sandbox, flags: &[&str]) -> Outcome {
    sandbox.run("", &[&["diff", "old", "new"], flags].concat())
}

fn write(sandbox: &Sandbox, flags: &[&str]) -> Outcome {
    diff(
        sandbox,
        &[&["--write-baseline", "known.yaml"], flags].concat(),
    )
}

#[test]
fn what_fails_today_is_written_and_only_what_is_new_fails() {
    let sandbox = versions();
    assert_eq!(diff(&sandbox, &[]).code, 1);
    insta::assert_snapshot!(write(&sandbox, &["--reason", "nobody called it"]));
    let written = sandbox.read("known.yaml");
    insta::assert_snapshot!(written);
    assert_eq!(diff(&sandbox, &["--baseline", "known.yaml"]).code, 0);
    // Without changes the same bytes are written.
    let again = write(&sandbox, &[]);
    assert_eq!((again.code, sandbox.read("known.yaml")), (0, written));
    assert_eq!(again.stderr, "known.yaml: 0 added, 1 kept, 0 removed\n");

    version(&sandbox, "new", "1.1.0", &["c"]);
    let new = diff(&sandbox, &["--baseline", "known.yaml"]);
    insta::assert_snapshot!(new);
    let json = diff(
        &sandbox,
        &["--baseline", "known.yaml", "--output-format", "json"],
    );
    assert_eq!(json.json()["summary"]["suppressed"], 1);
    let markdown = diff(
        &sandbox,
        &["--baseline", "known.yaml", "--output-format", "markdown"],
    );
    // What is accepted is listed once, with its reason, and not among what counts.
    assert_eq!(
        markdown.stdout.matches("| BREAKING |").count(),
        1,
        "{markdown}"
    );
    assert!(markdown.stdout.contains("### Accepted (1)"), "{markdown}");
    let github = diff(
        &sandbox,
        &["--baseline", "known.yaml", "--output-format", "github"],
    );
    assert_eq!(github.stdout.matches("::error").count(), 1, "{github}");
}

#[test]
fn bringing_it_up_to_date_keeps_reasons_and_lets_go_of_what_is_gone() {
    let sandbox = versions();
    write(&sandbox, &["--reason", "first", "--until", "2999-12-31"]);
    version(&sandbox, "new", "1.1.0", &["c"]);
    let more = write(&sandbox, &["--reason", "second"]);
    assert_eq!(more.stderr, "known.yaml: 1 added, 1 kept, 0 removed\n");
    let text = sandbox.read("known.yaml");
    assert_eq!(
        text.matches("reason: first\n    until: 2999-12-31\n")
            .count(),
        1,
        "{text}"
    );
    assert_eq!(text.matches("reason: second").count(), 1, "{text}");

    version(&sandbox, "new", "1.1.0", &["a", "c"]);
    let unused = diff(&sandbox, &["--baseline", "known.yaml"]);
    assert_eq!(unused.code, 0, "{unused}");
    insta::assert_snapshot!(unused.stderr, @"warning: known.yaml: the ignore entry in line 5 (first) accepts nothing; remove it");
    let fewer = write(&sandbox, &[]);
    assert_eq!(fewer.stderr, "known.yaml: 0 added, 1 kept, 1 removed\n");
    version(&sandbox, "new", "1.1.0", &["a", "b", "c"]);
    assert_eq!(
        write(&sandbox, &[]).stderr,
        "known.yaml: 0 added, 0 kept, 1 removed\n"
    );
    assert!(sandbox.read("known.yaml").ends_with("ignore: []\n"));
}

#[test]
fn an_entry_that_expired_is_renewed_when_somebody_says_so() {
    let sandbox = versions();
    write(&sandbox, &["--until", "2999-12-31"]);
    let expired = sandbox
        .read("known.yaml")
        .replace("2999-12-31", "2020-01-01");
    sandbox.file("known.yaml", &expired);
    let counts = diff(&sandbox, &["--baseline", "known.yaml"]);
    assert_eq!(counts.code, 1, "{counts}");
    assert!(counts.stderr.contains("has expired"), "{counts}");
    insta::assert_snapshot!(write(&sandbox, &[]));
    assert_eq!(sandbox.read("known.yaml"), expired);
    let past = write(&sandbox, &["--until", "2020-06-30"]);
    assert_eq!((past.code, sandbox.read("known.yaml")), (2, expired));
    assert!(
        past.stderr.contains("`--until 2020-06-30` has passed"),
        "{past}"
    );
    let renewed = write(&sandbox, &["--until", "2999-06-30"]);
    assert_eq!(renewed.code, 0, "{renewed}");
    assert_eq!(
        renewed.stderr,
        "known.yaml: 0 added, 1 renewed, 0 kept, 0 removed\n"
    );
    assert!(sandbox.read("known.yaml").contains("until: 2999-06-30"));
}

#[test]
fn entries_stay_while_something_cannot_be_compared() {
    let sandbox = versions();
    write(&sandbox, &[]);
    let written = sandbox.read("known.yaml");
    sandbox.file("new/api.yaml", "openapi: [\n");
    let reading = diff(&sandbox, &["--baseline", "known.yaml"]);
    assert!(
        reading
            .stderr
            .contains("accepts nothing in what could be compared"),
        "{reading}"
    );
    let kept = write(&sandbox, &[]);
    assert_eq!((kept.code, sandbox.read("known.yaml")), (0, written));
    insta::assert_snapshot!(kept.stderr);
}

#[test]
fn the_rules_file_names_it_from_where_it_lies() {
    let sandbox = versions();
    sandbox.file("new/pacto-diff.yaml", "baseline: ../lists/known.yaml\n");
    let missing = diff(&sandbox, &[]);
    insta::assert_snapshot!(missing);
    std::fs::create_dir(sandbox.path("lists")).expect("a directory");
    // The file that is written need not be there, and is not counted twice when it is.
    for counts in ["1 added, 0 kept", "0 added, 1 kept"] {
        let written = diff(&sandbox, &["--write-baseline", "lists/known.yaml"]);
        assert_eq!(written.code, 0, "{written}");
        assert!(written.stderr.contains(counts), "{written}");
    }
    assert_eq!(diff(&sandbox, &[]).code, 0);
    let impact = |flags: &[&str]| {
        let command = [
            "impact",
            "old",
            "new",
            "--estate",
            ".",
            "--output-format",
            "json",
        ];
        sandbox.run("", &[&command, flags].concat()).json()["classification"].clone()
    };
    assert_eq!(impact(&[]), "NON_BREAKING");
    sandbox.file("new/pacto-diff.yaml", "version: 1\n");
    assert_eq!(impact(&[]), "BREAKING");
    assert_eq!(impact(&["--baseline", "lists/known.yaml"]), "NON_BREAKING");
    // Of other services nothing can be told where only one is compared.
    let text = sandbox.read("lists/known.yaml");
    sandbox.file(
        "others.yaml",
        &text.replace("service: svc", "service: other"),
    );
    let limits = |file: &str| {
        let command = ["impact", "old", "new", "--estate", ".", "--baseline", file];
        sandbox.run("", &command).stdout
    };
    assert!(!limits("others.yaml").contains("accepts nothing"));
    version(&sandbox, "new", "1.1.0", &["a", "b", "c"]);
    // That is for `pacto diff` to tell: it hides no consumer.
    let unused = diff(&sandbox, &["--baseline", "lists/known.yaml"]);
    assert!(unused.stderr.contains("accepts nothing"), "{unused}");
    assert!(!limits("lists/known.yaml").contains("accepts nothing"));
    version(&sandbox, "new", "1.1.0", &["b", "c"]);
    sandbox.home_file(".config/pacto/pacto.yaml", "diff: {baseline: known.yaml}\n");
    std::fs::remove_file(sandbox.path("new/pacto-diff.yaml")).expect("removed");
    sandbox.home_file(".config/pacto/known.yaml", &text);
    assert_eq!(diff(&sandbox, &[]).code, 0);
}

#[test]
fn several_baselines_accept_together() {
    let sandbox = versions();
    write(&sandbox, &[]);
    version(&sandbox, "new", "1.1.0", &["c"]);
    let second = diff(
        &sandbox,
        &["--baseline", "known.yaml", "--write-baseline", "more.yaml"],
    );
    assert_eq!(second.stderr, "more.yaml: 1 added, 0 kept, 0 removed\n");
    assert_eq!(diff(&sandbox, &["--baseline", "more.yaml"]).code, 1);
    let both = ["--baseline", "known.yaml", "--baseline", "more.yaml"];
    assert_eq!(diff(&sandbox, &both).code, 0);
}

#[test]
fn many_services_have_one_baseline() {
    let sandbox = versions();
    for (from, to) in [("old", "before"), ("new", "after")] {
        for name in ["one", "two"] {
            let contract = sandbox.read(&format!("{from}/pacto.yaml"));
            let contract = contract.replace("name: svc", &format!("name: {name}"));
            sandbox.file(&format!("{to}/{name}/pacto.yaml"), &contract);
            let api = sandbox.read(&format!("{from}/api.yaml"));
            sandbox.file(&format!("{to}/{name}/api.yaml"), &api);
        }
    }
    let run = |flags: &[&str]| {
        let command = ["diff", "--recursive", "before", "after"];
        sandbox.run("", &[&command, flags].concat())
    };
    let written = run(&["--write-baseline", "known.yaml", "--output-format", "json"]);
    assert_eq!(written.code, 0, "{written}");
    assert_eq!(written.json()["classification"], "NON_BREAKING");
    assert_eq!(written.json()["summary"]["classes"]["BREAKING"], 0);
    assert_eq!(written.stderr, "known.yaml: 2 added, 0 kept, 0 removed\n");
    let text = sandbox.read("known.yaml");
    assert!(text.contains("service: one") && text.contains("service: two"));
    let reading = run(&["--baseline", "known.yaml"]);
    assert_eq!((reading.code, reading.stderr.as_str()), (0, ""));
    // A service that is gone is accepted by itself.
    std::fs::rename(sandbox.path("after/two"), sandbox.path("two")).expect("moved");
    let gone = run(&["--write-baseline", "gone.yaml"]);
    assert_eq!(gone.code, 0, "{gone}");
    assert!(
        gone.stdout
            .contains("two 1.0.0: service removed (accepted: "),
        "{gone}"
    );
    assert!(sandbox.read("gone.yaml").contains("rule: service-removed"));
    for format in [
        "text", "json", "markdown", "sarif", "junit", "github", "html",
    ] {
        let flags = ["--baseline", "gone.yaml", "--output-format", format];
        assert_eq!(run(&flags).code, 0, "{format}");
        assert_eq!(run(&flags[2..]).code, 1, "{format}");
    }
    sandbox.file(
        "retired.yaml",
        "ignore: [{rule: service-removed, service: two, reason: retired}]",
    );
    let retired = run(&["--rules", "retired.yaml", "--fail-on", "none"]);
    assert_eq!(retired.stderr, "", "{retired}");
    assert!(retired.stdout.contains("(accepted: retired)"), "{retired}");
    std::fs::rename(sandbox.path("two"), sandbox.path("after/two")).expect("moved");
    // The same change of another service is another change.
    let one = text.split("  - rule").take(2).collect::<Vec<_>>();
    sandbox.file("known.yaml", &one.join("  - rule"));
    assert_eq!(run(&["--baseline", "known.yaml"]).code, 1);
}

#[test]
fn what_makes_no_sense_is_said() {
    let sandbox = versions();
    let said = |flags: &[&str]| {
        let outcome = diff(&sandbox, flags);
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (2, ""),
            "{outcome}"
        );
        assert!(!sandbox.path("known.yaml").exists());
        outcome.stderr
    };
    let wanted = "--write-baseline";
    insta::assert_snapshot!(
        [
            said(&[wanted, "known.yaml", "--engine", "base"]),
            said(&[
                "--baseline",
                "known.yaml",
                wanted,
                "known.yaml",
                "--path-style",
                "go"
            ]),
            said(&[wanted, "known.yaml", "--fail-on", "none"]),
            said(&[wanted, "known.yaml", "--reason", " "]),
            said(&[wanted, "known.yaml", "--until", "soon"]),
            said(&["--reason", "because"]),
        ]
        .join("\n")
    );
    // Nobody's rules are overwritten.
    sandbox.file("pacto-diff.yaml", "rules: {api-path-added: off}\n");
    let other = diff(
        &sandbox,
        &["--rules", "/dev/null", wanted, "pacto-diff.yaml"],
    );
    insta::assert_snapshot!(other);
    sandbox.file("pacto-diff.yaml", "profile: go\nbaseline: known.yaml\n");
    sandbox.file("known.yaml", "");
    assert_eq!(diff(&sandbox, &[]).code, 1);
    let profile = diff(&sandbox, &["--baseline", "known.yaml"]);
    assert_eq!(profile.code, 2);
    assert!(profile.stderr.contains("`profile: go`"), "{profile}");
    sandbox.file("pacto-diff.yaml", "baseline: known.yaml\n");
    let style = diff(&sandbox, &["--path-style", "go"]);
    assert_eq!(style.code, 2);
    assert!(
        style.stderr.contains("the `baseline` of the rules file"),
        "{style}"
    );
}

#[test]
fn a_baseline_that_is_not_there_or_cannot_be_written_is_an_error() {
    let sandbox = versions();
    insta::assert_snapshot!(diff(&sandbox, &["--baseline", "known.yaml"]));
    sandbox.file("folder/file", "");
    let folder = diff(&sandbox, &["--write-baseline", "folder"]);
    assert_eq!(folder.code, 3, "{folder}");
    assert!(
        folder.stderr.contains("failed to read baseline folder"),
        "{folder}"
    );
    let nowhere = diff(&sandbox, &["--write-baseline", "no/where.yaml"]);
    assert_eq!(nowhere.code, 3, "{nowhere}");
    assert!(
        nowhere.stderr.contains("failed to write no/where.yaml"),
        "{nowhere}"
    );
}

#[test]
fn accepted_changes_are_not_any_change() {
    let sandbox = versions();
    let any = ["--fail-on", "any"];
    let written = write(&sandbox, &any);
    assert_eq!(written.code, 0, "{written}");
    let reading = diff(&sandbox, &["--fail-on", "any", "--baseline", "known.yaml"]);
    assert_eq!(reading.code, 0, "{reading}");
    version(&sandbox, "new", "1.1.0", &["b", "c", "d"]);
    let new = diff(&sandbox, &["--fail-on", "any", "--baseline", "known.yaml"]);
    assert_eq!(new.code, 1, "{new}");
}

#[test]
fn a_long_baseline_does_not_fill_the_log() {
    let sandbox = versions();
    let names: Vec<String> = (0..30).map(|number| format!("p{number:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    version(&sandbox, "old", "1.0.0", &names);
    version(&sandbox, "new", "1.1.0", &[]);
    let written = write(&sandbox, &["--reason", "known"]);
    assert_eq!(
        written.stdout.matches("   openapi.paths[").count(),
        10,
        "{written}"
    );
    assert!(written.stdout.contains("Accepted (30):"), "{written}");
    assert!(
        written.stdout.contains("   … 20 more: known\n"),
        "{written}"
    );
    let markdown = diff(
        &sandbox,
        &["--baseline", "known.yaml", "--output-format", "markdown"],
    );
    assert!(
        markdown.stdout.contains("| … 20 more |  | known |\n"),
        "{markdown}"
    );
    // A release that makes it obsolete.
    version(&sandbox, "old", "1.1.0", &[]);
    let obsolete = diff(&sandbox, &["--baseline", "known.yaml"]);
    insta::assert_snapshot!(obsolete.stderr, @"warning: known.yaml: the ignore entry in line 5 (known) accepts nothing; remove it (29 more for the same reason)");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_baseline_stays_a_link() {
    let sandbox = versions();
    sandbox.file("shared/known.yaml", "version: 1\nignore: []\n");
    std::os::unix::fs::symlink("shared/known.yaml", sandbox.path("known.yaml")).expect("linked");
    let written = write(&sandbox, &[]);
    assert_eq!(written.code, 0, "{written}");
    assert!(sandbox.path("known.yaml").is_symlink());
    let shared = sandbox.read("shared/known.yaml");
    assert!(shared.contains("fingerprint"), "{shared}");
    std::fs::remove_file(sandbox.path("shared/known.yaml")).expect("there");
    insta::assert_snapshot!(write(&sandbox, &["--summary"]), @"
    exit 3
    -- stderr --
    error: failed to write known.yaml
      cause: it is a symbolic link to nothing
    ");
}
