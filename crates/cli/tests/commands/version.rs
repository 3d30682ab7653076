use crate::sandbox::Sandbox;

#[test]
fn version_prints_one_line() {
    insta::assert_snapshot!(Sandbox::new().pacto(["version"]), @"
    exit 0
    -- stdout --
    pacto version dev
    ");
}

#[test]
fn the_version_flag_prints_what_the_command_prints() {
    let sandbox = Sandbox::new();
    let command = sandbox.pacto(["version"]).to_string();
    assert_eq!(sandbox.pacto(["--version"]).to_string(), command);
    assert_eq!(sandbox.pacto(["-V"]).to_string(), command);
}

#[test]
fn verbose_adds_what_is_known_about_the_build() {
    insta::assert_snapshot!(Sandbox::new().pacto(["version", "-v"]), @"
    exit 0
    -- stdout --
    pacto version dev
    commit: unknown
    built: unknown
    ");
}

#[test]
fn json_has_a_schema_version_first() {
    insta::assert_snapshot!(Sandbox::new().pacto(["version", "--output-format", "json"]), @r#"
    exit 0
    -- stdout --
    {
      "schemaVersion": "pacto.version/v1",
      "version": "dev"
    }
    "#);
}
