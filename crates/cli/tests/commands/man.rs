use std::collections::BTreeMap;

use crate::sandbox::Sandbox;

/// The pages by name.
fn pages(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let outcome = sandbox.pacto(["man", "pages"]);
    assert_eq!(outcome.code, 0, "{outcome}");
    std::fs::read_dir(sandbox.path("pages"))
        .expect("written")
        .map(|page| {
            let name = page.expect("readable").file_name().display().to_string();
            let text = sandbox.read(&format!("pages/{name}"));
            (name, text)
        })
        .collect()
}

#[test]
fn every_command_that_help_lists_has_a_manual_page() {
    let sandbox = Sandbox::new();
    let pages = pages(&sandbox);
    let help = sandbox.pacto(["--help"]).stdout;
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        assert!(
            pages.contains_key(&format!("pacto-{command}.1")),
            "{command}"
        );
    }
    assert!(pages.contains_key("pacto.1"));
}

#[test]
fn manual_pages_have_their_title_and_sections() {
    for (name, page) in pages(&Sandbox::new()) {
        let title = name.trim_end_matches(".1");
        let has_title = page.lines().any(|line| {
            line.strip_prefix(".TH ").is_some_and(|rest| {
                let first = rest.split_whitespace().next().unwrap_or_default();
                first.eq_ignore_ascii_case(title)
            })
        });
        assert!(has_title, "{name}");
        for section in [".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION"] {
            assert!(
                page.lines().any(|line| line == section),
                "{name}: {section}"
            );
        }
    }
}

/// Where the formatter of manual pages is installed, it has nothing to complain about.
#[test]
fn manual_pages_can_be_formatted() {
    const FORMATTER: &str = "/usr/bin/groff";
    if !std::path::Path::new(FORMATTER).is_file() {
        return;
    }
    let sandbox = Sandbox::new();
    for name in pages(&sandbox).keys() {
        let output = std::process::Command::new(FORMATTER)
            .args(["-man", "-Tutf8", "-ww", "-z"])
            .arg(sandbox.path(&format!("pages/{name}")))
            .output()
            .expect("the formatter starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{name}: {said}");
    }
}
