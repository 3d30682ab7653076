//! Runs every command that README and guides show, and compares what it prints.
//!
//! A page is a story in one scratch folder:
//!
//! - ```` ```yaml file=PATH ```` writes the block to PATH (any language);
//! - ```` ```console ```` runs each line that begins with `$ ` in a shell and compares the lines
//!   after it with what it printed, both streams together; `exit=N` after `console` is the expected
//!   exit code of the last command of the block (0 when absent);
//! - `<!-- run: COMMAND -->` runs a command that the reader does not need to see;
//! - `localhost:5000` is a registry of the test.
//!
//! A longer fence (```` ````console ````) may hold output with fences of its own. In expected output `[..]` stands for anything within a line and a line `...` for any lines.
//! `PACTO_UPDATE_DOCS=1 cargo test -p pacto-cli --test docs` writes what the program prints now.

use std::path::{Path, PathBuf};
use std::process::Command;

use pacto_testkit::registry::TestRegistry;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the checkout")
}

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md"), root().join("docs/quickstart.md")];
    let guides = std::fs::read_dir(root().join("docs/guides")).expect("there are guides");
    pages.extend(guides.map(|entry| entry.expect("readable").path()));
    pages.sort();
    pages
}

#[test]
fn every_command_in_the_documentation_does_what_it_says() {
    let mut failures = Vec::new();
    for page in pages() {
        failures.extend(Story::new(&page).run());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn commands_that_are_not_run_are_those_of_the_makefile() {
    let allowed = ["make ", "cargo ", "git clone ", "cd "];
    let mut wrong = Vec::new();
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("readable");
        let mut is_shell = false;
        for line in text.lines() {
            if let Some(language) = line.strip_prefix("```") {
                is_shell = matches!(language, "sh" | "bash" | "shell");
            } else if is_shell && !allowed.iter().any(|prefix| line.starts_with(prefix)) {
                wrong.push(format!("{}: {line}", page.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "use a `console` block, which is run: {wrong:#?}"
    );
}

struct Story {
    page: PathBuf,
    scratch: tempfile::TempDir,
    registry: TestRegistry,
}

impl Story {
    fn new(page: &Path) -> Self {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        std::fs::create_dir(scratch.path().join("home")).expect("a home");
        std::fs::create_dir(scratch.path().join("work")).expect("a working folder");
        Self {
            page: page.to_owned(),
            scratch,
            registry: TestRegistry::start(),
        }
    }

    /// Walks the page; returns what differed. In update mode the page is rewritten instead.
    fn run(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.page).expect("a page is readable");
        let mut failures = Vec::new();
        let mut updated = String::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            updated.push_str(line);
            updated.push('\n');
            if let Some(command) = line
                .strip_prefix("<!-- run: ")
                .and_then(|rest| rest.strip_suffix(" -->"))
            {
                let (output, code) = self.shell(command);
                if code != Some(0) {
                    failures.push(self.failure(command, &format!("exit {code:?}: {output}")));
                }
            }
            let information = line.trim_start_matches('`');
            let fence = &line[..line.len() - information.len()];
            if fence.len() < 3 || information.is_empty() {
                continue;
            }
            let mut block = Vec::new();
            for inner in lines.by_ref() {
                if inner == fence {
                    break;
                }
                block.push(inner);
            }
            if information.split(' ').next() == Some("console") {
                let exit = information
                    .split(' ')
                    .find_map(|word| word.strip_prefix("exit=")?.parse().ok())
                    .unwrap_or(0);
                let (printed, mut found) = self.console(&block, exit);
                failures.append(&mut found);
                updated.push_str(&printed);
            } else {
                let mut content = block.join("\n");
                if !content.is_empty() {
                    content.push('\n');
                }
                if let Some(file) = information
                    .split(' ')
                    .find_map(|word| word.strip_prefix("file="))
                {
                    let path = self.scratch.path().join("work").join(file);
                    std::fs::create_dir_all(path.parent().expect("below the scratch folder"))
                        .expect("creatable");
                    let content = content.replace("localhost:5000", &self.registry.host());
                    std::fs::write(path, content).expect("writable");
                }
                updated.push_str(&content);
            }
            updated.push_str(fence);
            updated.push('\n');
        }
        if std::env::var_os("PACTO_UPDATE_DOCS").is_some() {
            std::fs::write(&self.page, updated).expect("a page is writable");
        }
        failures
    }

    fn console(&self, block: &[&str], exit: i32) -> (String, Vec<String>) {
        let mut printed = String::new();
        let mut failures = Vec::new();
        let starts: Vec<usize> = (0..block.len())
            .filter(|&line| block[line].starts_with("$ "))
            .collect();
        for (number, &start) in starts.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(block.len());
            let command = block[start].trim_start_matches("$ ");
            let expected = &block[start + 1..end];
            let (output, code) = self.shell(command);
            let wanted = if number + 1 == starts.len() { exit } else { 0 };
            if code != Some(wanted) {
                failures.push(self.failure(
                    command,
                    &format!("exit code {code:?}, expected {wanted}; it printed:\n{output}"),
                ));
            }
            let lines: Vec<&str> = output.lines().collect();
            let is_match = matches_lines(expected, &lines);
            if !is_match && std::env::var_os("PACTO_UPDATE_DOCS").is_none() {
                failures.push(self.failure(
                    command,
                    &format!(
                        "--- expected\n{}\n--- printed\n{output}",
                        expected.join("\n")
                    ),
                ));
            }
            printed.push_str(block[start]);
            printed.push('\n');
            for line in if is_match { expected } else { lines.as_slice() } {
                printed.push_str(line);
                printed.push('\n');
            }
        }
        (printed, failures)
    }

    fn failure(&self, command: &str, what: &str) -> String {
        format!("{}: $ {command}\n{what}", self.page.display())
    }

    /// Runs a command line as a reader would; returns both streams and the exit code.
    fn shell(&self, command: &str) -> (String, Option<i32>) {
        let program = Path::new(env!("CARGO_BIN_EXE_pacto"))
            .parent()
            .expect("a folder");
        let path = std::env::join_paths(std::iter::once(program.to_owned()).chain(
            std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()),
        ))
        .expect("a search path");
        let host = self.registry.host();
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!(
                "exec 2>&1\n{}",
                command.replace("localhost:5000", &host)
            ))
            .current_dir(self.scratch.path().join("work"))
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.scratch.path().join("home"))
            .env("PACTO_EXAMPLES", root().join("examples"))
            .env("PACTO_NO_UPDATE_CHECK", "1")
            .env("COLUMNS", "100")
            .env("LC_ALL", "C.UTF-8")
            .output()
            .expect("sh runs");
        let printed = String::from_utf8_lossy(&output.stdout)
            .replace(&host, "localhost:5000")
            .replace(
                &self.scratch.path().join("work").display().to_string(),
                "/work",
            );
        (printed, output.status.code())
    }
}

fn matches_lines(expected: &[&str], printed: &[&str]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((&"...", rest)) => {
            (0..=printed.len()).any(|skip| matches_lines(rest, &printed[skip..]))
        }
        Some((line, rest)) => printed.split_first().is_some_and(|(first, others)| {
            matches_line(line, first) && matches_lines(rest, others)
        }),
    }
}

fn matches_line(expected: &str, printed: &str) -> bool {
    let mut parts = expected.trim_end().split("[..]");
    let printed = printed.trim_end();
    let Some(mut rest) = parts.next().and_then(|first| printed.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        let Some(found) = rest.find(part) else {
            return false;
        };
        rest = &rest[found + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn wildcards_stand_for_text_in_a_line_and_for_lines() {
    assert!(matches_line(
        "digest sha256:[..] (new)",
        "digest sha256:12ab (new)"
    ));
    assert!(!matches_line(
        "digest sha256:[..] (new)",
        "digest sha256:12ab (old)"
    ));
    assert!(!matches_line("exactly", "exactly this"));
    assert!(matches_lines(&["a", "...", "z"], &["a", "b", "c", "z"]));
    assert!(!matches_lines(&["a", "..."], &["b"]));
}
