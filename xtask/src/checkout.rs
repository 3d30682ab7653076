//! Where things are, and how programs are run from the root of the checkout.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Root of the checkout.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// Folder of the tools that are built once, outside the checkout: `PACTO_TOOLS`, else
/// `~/.cache/pacto-tools/bin`.
pub(crate) fn tools() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("PACTO_TOOLS") {
        return Ok(folder.into());
    }
    let home = std::env::var_os("HOME").context("HOME is not set; set PACTO_TOOLS instead")?;
    Ok(Path::new(&home).join(".cache/pacto-tools/bin"))
}

/// A program to be run from the root of the checkout, with the tools on its path.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>) -> Result<Command> {
    let mut command = Command::new(name);
    let tools = tools()?;
    let mut path = std::ffi::OsString::from(&tools);
    if let Some(old) = std::env::var_os("PATH") {
        path.push(":");
        path.push(old);
    }
    command
        .current_dir(root())
        .env("PATH", path)
        .env("PACTO_TOOLS", tools);
    Ok(command)
}

/// Prints what is run, runs it, and fails when it fails.
pub(crate) fn step(title: &str, command: &mut Command) -> Result<()> {
    println!("==> {title}");
    let status = command
        .status()
        .with_context(|| format!("cannot start: {command:?}"))?;
    if !status.success() {
        bail!("{title} failed ({status})");
    }
    Ok(())
}

/// Runs a program and returns what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let result = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start: {command:?}"))?;
    if !result.status.success() {
        bail!("{command:?} failed ({})", result.status);
    }
    String::from_utf8(result.stdout).with_context(|| format!("{command:?} printed no UTF-8"))
}

/// Builds a program of this workspace and returns its path. `profile` is `dev` or `release`.
pub(crate) fn built(package: &str, binary: &str, profile: &str) -> Result<PathBuf> {
    let mut build = program("cargo")?;
    build.args([
        "build",
        "--quiet",
        "--package",
        package,
        "--bin",
        binary,
        "--profile",
        profile,
    ]);
    step(&format!("build {binary} ({profile})"), &mut build)?;
    let metadata =
        output(program("cargo")?.args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let target = metadata["target_directory"]
        .as_str()
        .context("no target directory")?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(Path::new(target).join(folder).join(binary))
}
