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

#[test]
fn shells_can_read_their_scripts() {
    let sandbox = Sandbox::new();
    // Bash is everywhere these tests run; the others are asked where they are.
    for (shell, program, flag) in [
        ("bash", "/bin/bash", "-n"),
        ("zsh", "/bin/zsh", "-n"),
        ("fish", "/usr/bin/fish", "--no-execute"),
    ] {
        if !std::path::Path::new(program).is_file() {
            assert_ne!(shell, "bash", "there is no {program}");
            continue;
        }
        for descriptions in [&[][..], &["--no-descriptions"][..]] {
            let mut arguments = vec!["completion", shell];
            arguments.extend(descriptions);
            let script = sandbox.run("", &arguments).stdout;
            sandbox.file("script", &script);
            let read = std::process::Command::new(program)
                .arg(flag)
                .arg(sandbox.path("script"))
                .output()
                .expect("the shell starts");
            let said = String::from_utf8_lossy(&read.stderr);
            assert!(read.status.success() && said.is_empty(), "{shell}: {said}");
        }
    }
}

#[test]
fn bash_completes_commands_and_flags() {
    let sandbox = Sandbox::new();
    let script = sandbox.pacto(["completion", "bash"]).stdout;
    sandbox.file("script", &script);
    let complete = |words: &str, last: usize| {
        let line = format!(
            "source ./script; COMP_WORDS=({words}); COMP_CWORD={last}; \
             _pacto pacto \"${{COMP_WORDS[{last}]}}\" \"${{COMP_WORDS[{last}-1]}}\"; \
             echo \"${{COMPREPLY[*]}}\""
        );
        let output = std::process::Command::new("/bin/bash")
            .args(["--norc", "-c", &line])
            .current_dir(sandbox.directory())
            .output()
            .expect("bash starts");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    assert_eq!(complete("pacto val", 1), "validate");
    assert_eq!(complete("pacto validate --fi", 2), "--fix");
    assert_eq!(complete("pacto completion z", 2), "zsh");
}
