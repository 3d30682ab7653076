//! Real programs: found among the tools, started on a free loopback port, killed on drop.
//!
//! Programs built for the tests lie in the folder that `PACTO_TOOLS` names (default
//! `~/.cache/pacto-tools/bin`), the others come from the system's packages. A missing program
//! skips the test with its reason on standard error; where `CI` is set it fails the test.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use crate::token::TokenServer;

/// A program that tests run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// The conformance runner of the OCI distribution specification.
    Conformance,
    /// Debian's `docker-registry` (distribution 2.8).
    DockerRegistry,
    /// `registry` of the distribution project, version 3.
    Distribution3,
    /// `skopeo`.
    Skopeo,
    /// `umoci`.
    Umoci,
}

/// A program, or the permission to go without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Where it lies.
    Found(PathBuf),
    /// Not installed; the reason is on standard error.
    Skip,
}

impl Tool {
    fn program(self) -> &'static str {
        match self {
            Self::Conformance => "conformance",
            Self::DockerRegistry => "docker-registry",
            Self::Distribution3 => "registry",
            Self::Skopeo => "skopeo",
            Self::Umoci => "umoci",
        }
    }

    /// How to get the program.
    pub fn installation(self) -> &'static str {
        match self {
            Self::Conformance => {
                "go install github.com/opencontainers/distribution-spec/conformance@latest"
            }
            Self::DockerRegistry => "apt-get install docker-registry",
            Self::Distribution3 => {
                "go install github.com/distribution/distribution/v3/cmd/registry@v3.1.2"
            }
            Self::Skopeo => "apt-get install skopeo",
            Self::Umoci => "apt-get install umoci",
        }
    }

    /// Looks for the program.
    ///
    /// # Panics
    ///
    /// Where `CI` is set and the program is missing: nothing passes by not running.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    pub fn find(self) -> Wanted {
        let tools = std::env::var_os("PACTO_TOOLS").map_or_else(
            || {
                let home = std::env::var_os("HOME").unwrap_or_default();
                PathBuf::from(home).join(".cache/pacto-tools/bin")
            },
            PathBuf::from,
        );
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = std::iter::once(tools)
            .chain(std::env::split_paths(&path))
            .map(|folder| folder.join(self.program()))
            .find(|candidate| candidate.is_file());
        if let Some(path) = found {
            return Wanted::Found(path);
        }
        let reason = format!(
            "`{}` is not installed (`{}`)",
            self.program(),
            self.installation()
        );
        assert!(std::env::var_os("CI").is_none(), "{reason}");
        eprintln!("skipped: {reason}");
        Wanted::Skip
    }
}

/// How a real registry decides who may do what.
#[derive(Debug, Clone, Copy)]
pub enum RealAccess<'a> {
    /// Everybody everything.
    Open,
    /// The user `ada` with the password `lovelace`.
    Htpasswd,
    /// Tokens of our token server.
    Token(&'a TokenServer),
}

/// `ada:lovelace` with the cheapest bcrypt cost.
const HTPASSWD: &str = "ada:$2y$04$7xHu/1Yi/toe.VWv2Alhg.I4MBIT2ibKXbh0QzcQqOlDV6I9WOqH2";

/// A running registry program.
#[derive(Debug)]
pub struct RealRegistry {
    child: Child,
    address: SocketAddr,
    /// Configuration, storage and log; removed on drop.
    folder: TempDir,
}

impl RealRegistry {
    /// Starts a registry and waits until it answers; `None` when the program is missing.
    pub fn start(tool: Tool, access: RealAccess<'_>) -> anyhow::Result<Option<Self>> {
        let Wanted::Found(program) = tool.find() else {
            return Ok(None);
        };
        // Another process may take the port between looking and starting.
        let mut last = None;
        for _ in 0..3 {
            match Self::try_start(&program, access) {
                Ok(registry) => return Ok(Some(registry)),
                Err(error) => last = Some(error),
            }
        }
        Err(last.context("no attempt was made")?)
    }

    fn try_start(program: &PathBuf, access: RealAccess<'_>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let root = folder.path().display();
        let auth = match access {
            RealAccess::Open => String::new(),
            RealAccess::Htpasswd => {
                std::fs::write(folder.path().join("htpasswd"), HTPASSWD)?;
                format!("auth:\n  htpasswd:\n    realm: test\n    path: {root}/htpasswd\n")
            }
            RealAccess::Token(server) => {
                std::fs::write(folder.path().join("token.pem"), server.certificate_pem())?;
                format!(
                    "auth:\n  token:\n    realm: {}\n    service: {}\n    issuer: {}\n    \
                     rootcertbundle: {root}/token.pem\n",
                    server.realm(),
                    server.service(),
                    server.issuer_name()
                )
            }
        };
        let configuration = format!(
            "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\n\
             storage:\n  filesystem:\n    rootdirectory: {root}/storage\n  delete:\n    \
             enabled: true\nhttp:\n  addr: {address}\n{auth}"
        );
        let file = folder.path().join("config.yml");
        std::fs::write(&file, configuration)?;
        let log = File::create(folder.path().join("log"))?;
        let child = Command::new(program)
            .arg("serve")
            .arg(&file)
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut registry = Self {
            child,
            address,
            folder,
        };
        registry.wait()?;
        Ok(registry)
    }

    fn wait(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                bail!("the registry ended with {status}: {}", self.log());
            }
            if self.answers() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("the registry does not answer: {}", self.log())
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect_timeout(&self.address, Duration::from_secs(1))
        else {
            return false;
        };
        let request = format!(
            "GET /v2/ HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        );
        let mut head = [0; 8];
        stream
            .set_read_timeout(Some(Duration::from_secs(2)))
            .is_ok()
            && stream.write_all(request.as_bytes()).is_ok()
            && stream.read_exact(&mut head).is_ok()
            && head.starts_with(b"HTTP/1.1")
    }

    /// Host and port, as they stand in references.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// What the program wrote so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for RealRegistry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
