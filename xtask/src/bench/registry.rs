//! The registry of the tests as a process of its own, so that its work is not counted as ours.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use anyhow::{Context, Result};

use crate::checkout::{built, program};

/// A running registry on a loopback port; ends when dropped.
pub(crate) struct Server {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    host: String,
}

impl Server {
    /// Builds and starts it.
    pub(crate) fn start() -> Result<Self> {
        let binary = built("pacto-testkit", "pacto-test-registry", "release")?;
        let mut child = program(binary)?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let questions = child.stdin.take().context("stdin is piped")?;
        let mut answers = BufReader::new(child.stdout.take().context("stdout is piped")?);
        let mut line = String::new();
        answers.read_line(&mut line)?;
        let host = line
            .trim()
            .rsplit("//")
            .next()
            .context("the registry says where it listens")?
            .trim_end_matches('/')
            .to_owned();
        Ok(Self {
            child,
            questions,
            answers,
            host,
        })
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Number of requests so far.
    pub(crate) fn requests(&mut self) -> Result<u64> {
        writeln!(self.questions)?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        line.trim()
            .parse()
            .with_context(|| format!("the registry answered {line:?}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may be gone already; there is nothing else to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
