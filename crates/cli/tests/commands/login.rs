use crate::sandbox::Sandbox;

fn login(sandbox: &Sandbox, arguments: &[&str]) -> crate::sandbox::Outcome {
    let mut all = vec!["login"];
    all.extend(arguments);
    sandbox.run("secret\n", &all)
}

#[test]
fn login_stores_a_private_file_and_logout_removes_the_entry() {
    let sandbox = Sandbox::new();
    let outcome = login(
        &sandbox,
        &[
            "https://h.example:5000/v2/",
            "-u",
            "me",
            "--password-stdin",
            "--no-check",
        ],
    );
    insta::assert_snapshot!(outcome, @"
    exit 0
    -- stdout --
    Login succeeded for h.example:5000
    ");
    let file = sandbox.path("../.config/pacto/config.json");
    let text = std::fs::read_to_string(&file).expect("stored");
    assert!(text.contains("h.example:5000") && !text.contains("secret"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file)
            .expect("stored")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    insta::assert_snapshot!(sandbox.pacto(["logout", "h.example:5000"]), @"
    exit 0
    -- stdout --
    Logout succeeded for h.example:5000
    ");
    insta::assert_snapshot!(sandbox.pacto(["logout", "h.example:5000"]), @"
    exit 0
    -- stdout --
    No stored credentials for h.example:5000
    ");
}

#[test]
fn credentials_that_cannot_be_tried_are_not_stored() {
    let sandbox = Sandbox::new();
    let outcome = login(&sandbox, &["127.0.0.1:1", "-u", "me", "--password-stdin"]);
    assert_eq!(outcome.code, 3, "{outcome}");
    assert!(!sandbox.path("../.config/pacto/config.json").exists());
    assert!(!outcome.stderr.contains("secret"));
}

#[test]
fn without_a_terminal_the_password_needs_a_flag() {
    insta::assert_snapshot!(login(&Sandbox::new(), &["h.example", "-u", "me"]), @"
    exit 2
    -- stderr --
    error: there is no terminal to ask for the password on
      help: use `--password-stdin`
    ");
}

#[test]
fn the_user_name_is_required() {
    assert_eq!(
        login(&Sandbox::new(), &["h.example", "--password-stdin"]).code,
        2
    );
}

#[test]
fn a_registry_must_be_a_host() {
    let outcome = login(&Sandbox::new(), &["a b", "-u", "me", "--password-stdin"]);
    insta::assert_snapshot!(outcome, @"
    exit 2
    -- stderr --
    error: `a b` is not a registry: expected a host with optional port, such as `ghcr.io`
    ");
}

#[test]
fn logout_answers_in_json() {
    insta::assert_snapshot!(
        Sandbox::new().pacto(["logout", "h.example", "--output-format", "json"]),
        @r#"
    exit 0
    -- stdout --
    {
      "schemaVersion": "pacto.logout/v1",
      "registry": "h.example",
      "removed": false
    }
    "#
    );
}
