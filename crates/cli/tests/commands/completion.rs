use crate::sandbox::Sandbox;

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let outcome = sandbox.pacto(["completion", shell]);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{shell}");
        assert!(outcome.stdout.contains("schema"), "{shell}");
    }
}

#[test]
fn descriptions_can_be_left_out() {
    let sandbox = Sandbox::new();
    let described = sandbox.pacto(["completion", "zsh"]).stdout;
    let plain = sandbox
        .pacto(["completion", "zsh", "--no-descriptions"])
        .stdout;
    assert!(described.contains("Print the version of this program"));
    assert!(!plain.contains("Print the version of this program"));
}

#[test]
fn a_missing_or_unknown_shell_is_a_usage_error() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.pacto(["completion"]).code, 2);
    insta::assert_snapshot!(sandbox.pacto(["completion", "fsh"]), @"
    exit 2
    -- stderr --
    error: invalid value 'fsh' for '<SHELL>'
      [possible values: bash, zsh, fish, powershell]

      tip: a similar value exists: 'fish'

    For more information, try '--help'.
    ");
}
