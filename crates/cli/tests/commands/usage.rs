use crate::sandbox::Sandbox;

#[test]
fn without_arguments_the_help_is_printed() {
    let outcome = Sandbox::new().pacto([]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(outcome.stdout, @"");
}

#[test]
fn help_of_a_command_is_the_same_both_ways() {
    let sandbox = Sandbox::new();
    let by_flag = sandbox.pacto(["init", "--help"]);
    assert_eq!(by_flag.code, 0);
    assert_eq!(
        by_flag.to_string(),
        sandbox.pacto(["help", "init"]).to_string()
    );
}

#[test]
fn a_mistyped_command_is_a_usage_error_with_a_suggestion() {
    insta::assert_snapshot!(Sandbox::new().pacto(["versoin"]), @"");
}

#[test]
fn an_unknown_flag_is_a_usage_error() {
    insta::assert_snapshot!(Sandbox::new().pacto(["version", "--ofline"]), @"");
}

#[test]
fn an_unknown_format_lists_those_of_the_command() {
    insta::assert_snapshot!(Sandbox::new().pacto(["version", "--output-format", "jsno"]), @"");
}

#[test]
fn the_format_of_the_environment_loses_against_the_flag() {
    let mut sandbox = Sandbox::new();
    sandbox.variable("PACTO_OUTPUT_FORMAT", "yaml");
    assert_eq!(sandbox.pacto(["version"]).code, 2);
    assert_eq!(
        sandbox.pacto(["version", "--output-format", "text"]).code,
        0
    );
}

#[test]
fn a_settings_file_that_is_named_and_missing_is_said() {
    insta::assert_snapshot!(Sandbox::new().pacto(["version", "--config", "nope.yaml"]), @"");
}

#[test]
fn a_contract_is_never_read_as_settings() {
    let sandbox = Sandbox::new();
    sandbox.file("pacto.yaml", "pactoVersion: \"1.0\"\noutput-format: json\n");
    assert_eq!(sandbox.pacto(["version"]).stdout, "pacto version dev\n");
    insta::assert_snapshot!(sandbox.pacto(["version", "--config", "pacto.yaml"]), @"");
}

#[test]
fn the_users_settings_count_and_unknown_keys_are_said() {
    let sandbox = Sandbox::new();
    sandbox.home_file(
        ".config/pacto/pacto.yaml",
        "output-format: json\nofline: true\n",
    );
    insta::assert_snapshot!(sandbox.pacto(["version"]), @"");
}
