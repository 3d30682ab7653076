//! The registry of the tests as a process of its own, so that its work is not counted as ours.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use anyhow::{Context, Result};

use crate::checkout::{built, program};

/// A running registry on a loopback port; ends when dropped.
pub(crate) struct Server {
    child: Child,
    host: String,
}

impl Server {
    /// Builds and starts it.
    pub(crate) fn start() -> Result<Self> {
        let binary = built("pacto-testkit", "pacto-test-registry", "release")?;
        let mut child = program(binary)?.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("stdout is piped")?).read_line(&mut line)?;
        let host = line
            .trim()
            .rsplit("//")
            .next()
            .context("the registry says where it listens")?
            .trim_end_matches('/')
            .to_owned();
        Ok(Self { child, host })
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Number of requests so far, this one not counted.
    pub(crate) fn requests(&self) -> Result<u64> {
        let mut stream = TcpStream::connect(&self.host)?;
        write!(
            stream,
            "GET /requests HTTP/1.0\r\nHost: {}\r\n\r\n",
            self.host
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let body = answer.rsplit("\r\n\r\n").next().unwrap_or_default();
        body.trim()
            .parse()
            .with_context(|| format!("`/requests` answered {body:?}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may be gone already; there is nothing else to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
