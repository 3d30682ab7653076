use crate::sandbox::Sandbox;

#[test]
fn without_arguments_the_help_is_printed() {
    let outcome = Sandbox::new().pacto([]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(outcome.stdout, @"
    Contracts for services: validate, publish, compare, connect

    Usage: pacto [OPTIONS] [COMMAND]

    Commands:
      init        Create a directory with a valid starter contract
      validate    Check a contract and say precisely what is wrong
      explain     Show what a contract says, at a glance
      pack        Pack a contract with its files into one archive
      push        Publish a contract with its files in a registry or an image layout
      pull        Fetch a published contract and write its files into a directory
      diff        Compare two contracts and tell what breaks
      impact      Tell who is hit by a new version, or when something goes
      graph       Show what a contract depends on, all the way down
      lock        Pin what a contract depends on in pacto.lock
      login       Store credentials of a registry, after trying them
      logout      Remove the stored credentials of a registry
      rules       List the rules and checks, or explain one
      demo        Unpack the example estate and show what to try on it
      schema      Print a JSON Schema: of contracts, of settings, or of what a command prints
      version     Print the version of this program
      completion  Print a completion script for a shell
      help        Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help (see more with '--help')

    Global options:
          --config <FILE>           Read settings from this file [env: PACTO_CONFIG]
          --output-format <FORMAT>  Print the result in this format: text, json, markdown, and others
                                    where a command says so [env: PACTO_OUTPUT_FORMAT] [default: text]
          --no-cache[=<BOOL>]       Do not read bundles from the disk cache [env: PACTO_NO_CACHE]
          --offline[=<BOOL>]        Never use the network; the disk cache answers [env: PACTO_OFFLINE]
      -v, --verbose[=<BOOL>]        Log what is done on standard error [env: PACTO_VERBOSE]
      -V, --version                 Print the version and exit

    Examples:
      pacto init my-service
      pacto validate my-service
      pacto diff oci://registry.example.com/acme/my-service:1.0.0 my-service
    ");
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
    insta::assert_snapshot!(Sandbox::new().pacto(["versoin"]), @"
    exit 2
    -- stderr --
    error: unrecognized subcommand 'versoin'

      tip: a similar subcommand exists: 'version'

    Usage: pacto [OPTIONS] [COMMAND]

    For more information, try '--help'.
    ");
}

#[test]
fn an_unknown_flag_is_a_usage_error() {
    insta::assert_snapshot!(Sandbox::new().pacto(["version", "--ofline"]), @"
    exit 2
    -- stderr --
    error: unexpected argument '--ofline' found

      tip: a similar argument exists: '--offline'

    Usage: pacto version --offline[=<BOOL>]

    For more information, try '--help'.
    ");
}

#[test]
fn an_unknown_format_lists_those_of_the_command() {
    insta::assert_snapshot!(Sandbox::new().pacto(["version", "--output-format", "jsno"]), @"
    exit 2
    -- stderr --
    error: `jsno` is not an output format of `pacto version`
      help: did you mean `json`?
      help: formats: text, json, markdown
    ");
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
    insta::assert_snapshot!(Sandbox::new().pacto(["version", "--config", "nope.yaml"]), @"
    exit 3
    -- stderr --
    error: failed to read settings file nope.yaml
      cause: No such file or directory (os error 2)
    ");
}

#[test]
fn a_contract_is_never_read_as_settings() {
    let sandbox = Sandbox::new();
    sandbox.file("pacto.yaml", "pactoVersion: \"1.0\"\noutput-format: json\n");
    assert_eq!(sandbox.pacto(["version"]).stdout, "pacto version dev\n");
    insta::assert_snapshot!(sandbox.pacto(["version", "--config", "pacto.yaml"]), @"
    exit 2
    -- stderr --
    error: pacto.yaml is a contract, not a settings file
      help: name a settings file with `--config`, or leave the flag out
    ");
}

#[test]
fn the_users_settings_count_and_unknown_keys_are_said() {
    let sandbox = Sandbox::new();
    sandbox.home_file(
        ".config/pacto/pacto.yaml",
        "output-format: json\nofline: true\n",
    );
    insta::assert_snapshot!(sandbox.pacto(["version"]), @r#"
    exit 0
    -- stdout --
    {
      "schemaVersion": "pacto.version/v1",
      "version": "dev"
    }
    -- stderr --
    warning: [HOME]/.config/pacto/pacto.yaml: unknown key `ofline` is ignored; did you mean `offline`?
    "#);
}

#[test]
fn an_argument_without_content_is_a_usage_error_and_not_the_working_directory() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "pacto.yaml",
        "pactoVersion: \"1.0\"\nservice: { name: svc, version: 1.0.0 }\n",
    );
    // As a variable that is not set gives it.
    for line in [
        vec!["diff", "", "."],
        vec!["diff", ".", ""],
        vec!["diff", ".", ".", "--rules="],
        vec!["diff", ".", ".", "--baseline", ""],
        vec!["diff", ".", ".", "--write-baseline", ""],
        vec!["diff", ".", ".", "--estate", ""],
        vec!["impact", ""],
        vec!["impact", "--remove", ""],
    ] {
        let outcome = sandbox.run("", &line);
        assert_eq!(outcome.code, 2, "{line:?}: {outcome}");
        assert!(
            outcome.stderr.contains("but none was supplied"),
            "{line:?}: {outcome}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_said_once() {
    let outcome = Sandbox::new().shell("\"$0\" version > /dev/full");
    insta::assert_snapshot!(outcome, @"
    exit 3
    -- stderr --
    error: cannot write the output: No space left on device (os error 28)
    ");
}
