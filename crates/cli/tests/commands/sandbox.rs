//! A place of its own for one test: working directory, home, environment.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A temporary home with a working directory inside; nothing of the tester's environment gets in.
pub(crate) struct Sandbox {
    root: tempfile::TempDir,
    variables: BTreeMap<String, String>,
}

/// What a run of the program gave. Displays as exit code and both streams, with the sandbox's
/// own path shown as `[HOME]` and digests, which change with the compressor, as `sha256:[DIGEST]`.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().expect("a temporary directory");
        std::fs::create_dir(root.path().join("work")).expect("a working directory");
        Self {
            root,
            variables: BTreeMap::new(),
        }
    }

    /// The working directory.
    pub(crate) fn directory(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// A path below the working directory.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory().join(path)
    }

    /// Writes a file below the working directory.
    pub(crate) fn file(&self, path: &str, text: &str) -> &Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("has a parent")).expect("a directory");
        std::fs::write(path, text).expect("a file");
        self
    }

    /// Writes a file below the home directory.
    pub(crate) fn home_file(&self, path: &str, text: &str) -> &Self {
        let path = self.root.path().join(path);
        std::fs::create_dir_all(path.parent().expect("has a parent")).expect("a directory");
        std::fs::write(path, text).expect("a file");
        self
    }

    /// Reads a file below the working directory.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).expect("readable")
    }

    /// Sets a variable for the runs that follow.
    pub(crate) fn variable(&mut self, name: &str, value: &str) -> &mut Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Copies a directory of the repository into the working directory.
    pub(crate) fn copy(&self, from: &str, to: &str) -> &Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        copy_tree(&repository.join(from), &self.path(to));
        self
    }

    /// Runs the program.
    pub(crate) fn pacto<const N: usize>(&self, arguments: [&str; N]) -> Outcome {
        self.run("", &arguments)
    }

    /// Runs the program with text on standard input.
    pub(crate) fn run(&self, input: &str, arguments: &[&str]) -> Outcome {
        self.start(
            Command::new(env!("CARGO_BIN_EXE_pacto")).args(arguments),
            input,
        )
    }

    /// Runs the program from a line of the shell, where it is `"$0"`.
    #[cfg(unix)]
    pub(crate) fn shell(&self, line: &str) -> Outcome {
        self.start(
            Command::new("/bin/sh").args(["-c", line, env!("CARGO_BIN_EXE_pacto")]),
            "",
        )
    }

    /// A run of the program in this place that the test starts and ends itself.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pacto"));
        self.enclose(command.args(arguments));
        command
    }

    /// Gives a command this place instead of the tester's environment, and no streams.
    pub(crate) fn enclose<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .current_dir(self.directory())
            .env_clear()
            .env("HOME", self.root.path())
            .env("PATH", self.root.path())
            .env("PACTO_NO_UPDATE_CHECK", "1")
            .envs(&self.variables)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
    }

    fn start(&self, command: &mut Command, input: &str) -> Outcome {
        let mut child = self
            .enclose(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("piped");
        // A program that does not read its input may end first.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("the program ends");
        let home = self.root.path().display().to_string();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).replace(&home, "[HOME]");
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Outcome {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).expect("standard output is JSON")
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}", self.code)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(
                    f,
                    "\n-- {name} --\n{}",
                    redacted(text.trim_end_matches('\n'))
                )?;
            }
        }
        Ok(())
    }
}

fn redacted(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("sha256:") {
        let digits = after.bytes().take_while(u8::is_ascii_hexdigit).count();
        shown.push_str(before);
        shown.push_str("sha256:");
        if digits == 64 {
            shown.push_str("[DIGEST]");
            rest = &after[digits..];
        } else {
            rest = after;
        }
    }
    shown + rest
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("readable") {
        let entry = entry.expect("readable");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("readable").is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}
