use crate::sandbox::Sandbox;

#[test]
fn the_schema_of_contracts_is_the_default() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.pacto(["schema"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert_eq!(outcome.json(), sandbox.pacto(["schema", "contract"]).json());
}

#[test]
fn the_output_of_a_command_has_a_schema() {
    insta::assert_snapshot!(Sandbox::new().pacto(["schema", "init"]), @"");
}

#[test]
fn an_unknown_schema_is_a_usage_error() {
    insta::assert_snapshot!(Sandbox::new().pacto(["schema", "contrat"]), @"");
}
