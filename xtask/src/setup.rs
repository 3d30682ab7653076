//! Installs what the tests need: Debian packages and Go programs.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::checkout::{program, step, tools};

/// Debian packages, and the program by which each is recognised.
const PACKAGES: &[(&str, &str)] = &[
    ("docker-registry", "docker-registry"),
    ("skopeo", "skopeo"),
    ("umoci", "umoci"),
];

/// Go programs: name of the binary and what `go install` takes. The version is part of the stamp,
/// so that a new version is built once.
const GO_PROGRAMS: &[(&str, &str)] = &[
    (
        "registry",
        "github.com/distribution/distribution/v3/cmd/registry@v3.1.2",
    ),
    (
        "conformance",
        "github.com/opencontainers/distribution-spec/conformance@latest",
    ),
];

/// Installs what is missing; prints what it does.
pub(crate) fn run() -> Result<()> {
    debian_packages()?;
    go_programs()
}

fn debian_packages() -> Result<()> {
    let missing: Vec<&str> = PACKAGES
        .iter()
        .filter(|(_, program)| !is_installed(program))
        .map(|(name, _)| *name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_installed("apt-get") {
        bail!(
            "install these with your package manager: {}",
            missing.join(", ")
        );
    }
    let apt = |arguments: &[&str]| -> Result<Command> {
        // Without root, sudo asks.
        let as_root = std::env::var("USER").is_ok_and(|user| user == "root")
            || std::fs::metadata("/root/.").is_ok_and(|_| std::fs::read_dir("/root").is_ok());
        let mut command = if as_root || !is_installed("sudo") {
            program("apt-get")?
        } else {
            let mut command = program("sudo")?;
            command.arg("apt-get");
            command
        };
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(arguments)
            .stdout(Stdio::null());
        Ok(command)
    };
    step("apt-get update", &mut apt(&["update", "-qq"])?)?;
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(&missing);
    step(
        &format!("apt-get install {}", missing.join(" ")),
        &mut apt(&arguments)?,
    )
}

fn go_programs() -> Result<()> {
    let folder = tools()?;
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    for (name, package) in GO_PROGRAMS {
        let stamp = folder.join(format!("{name}.stamp"));
        let is_current = folder.join(name).exists()
            && std::fs::read_to_string(&stamp).is_ok_and(|text| text == *package);
        if is_current {
            continue;
        }
        if !is_installed("go") {
            bail!("go is needed to build {name}; install Go 1.24 or later");
        }
        let mut install = program("go")?;
        install
            .args(["install", package])
            .env("GOBIN", &folder)
            .env("GOFLAGS", "-trimpath");
        step(&format!("go install {package}"), &mut install)?;
        std::fs::write(&stamp, package)?;
    }
    Ok(())
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
