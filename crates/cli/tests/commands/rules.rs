use crate::sandbox::Sandbox;

#[test]
fn the_list_has_both_areas() {
    let sandbox = Sandbox::new();
    let listed = sandbox.pacto(["rules", "list"]);
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""));
    assert!(listed.stdout.starts_with("validate\n"));
    assert!(listed.stdout.contains("\ndiff\n"));
    let checks = sandbox.pacto(["rules", "list", "--area", "validate"]);
    assert!(checks.stdout.contains("INVALID_SEMVER"));
    assert!(!checks.stdout.contains("\ndiff\n"));
}

#[test]
fn a_code_has_a_page() {
    let sandbox = Sandbox::new();
    let page = sandbox.pacto(["rules", "explain", "invalid_semver"]);
    assert_eq!(page.code, 0);
    assert!(page.stdout.starts_with("# "));
    let json = sandbox
        .pacto([
            "rules",
            "explain",
            "INVALID_SEMVER",
            "--output-format",
            "json",
        ])
        .json();
    assert_eq!(json["schemaVersion"], "pacto.rules-explain/v1");
    assert_eq!(json["id"], "INVALID_SEMVER");
    assert_eq!(json["area"], "validate");
}

#[test]
fn an_unknown_code_is_a_usage_error_with_a_suggestion() {
    insta::assert_snapshot!(Sandbox::new().pacto(["rules", "explain", "INVALID_SEMVR"]), @"
    exit 2
    -- stderr --
    error: there is no rule or check named `INVALID_SEMVR`
      help: did you mean `INVALID_SEMVER`?
      help: `pacto rules list` names them all
    ");
}

#[test]
fn rules_alone_is_a_usage_error() {
    assert_eq!(Sandbox::new().pacto(["rules"]).code, 2);
}
