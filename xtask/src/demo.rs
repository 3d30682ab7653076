//! The lifecycle on the example estate, with real output.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::checkout::{built, program};

/// Builds `pacto` and walks: unpack, validate all, push all, graph, the breaking version.
pub(crate) fn run() -> Result<()> {
    let pacto = built("pacto-cli", "pacto", "release")?;
    let scratch = tempfile::tempdir()?;
    let walk = Walk {
        pacto: &pacto,
        folder: scratch.path(),
    };

    say("An estate of 22 services, unpacked as folders and as image layouts");
    walk.expect(0, &["demo", "estate", "--no-serve"])?;

    say("Author: every contract is checked, in parallel");
    walk.expect(
        0,
        &["validate", "--recursive", "oci-layout://estate/layouts"],
    )?;
    say("… and a wrong one says what, where and what to do");
    walk.expect(1, &["validate", "estate/invalid/kiosk"])?;

    say("Publish: a bundle becomes one OCI artifact (here in a layout; a registry works the same)");
    // What others refer to comes first: a policy is looked for beside the target.
    let providers = ["baseline-policy", "service-policy", "platform-config"];
    let mut bundles = Vec::new();
    for service in std::fs::read_dir(scratch.path().join("estate/bundles"))? {
        let service = service?;
        let name = service.file_name().to_string_lossy().into_owned();
        let rank = providers.iter().position(|provider| *provider == name);
        for version in std::fs::read_dir(service.path())? {
            bundles.push((
                rank.unwrap_or(providers.len()),
                name.clone(),
                version?.path(),
            ));
        }
    }
    bundles.sort();
    let pushed = bundles.len();
    for (_, name, bundle) in bundles {
        let target = format!("oci-layout://published/{name}");
        let bundle = bundle.display().to_string();
        let output = walk
            .command(&["push", &target, "--path", &bundle])?
            .output()?;
        if !output.status.success() {
            bail!(
                "push of {bundle}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
    println!("pushed {pushed} bundles to published/");
    say("A second push of the same bundle writes nothing");
    walk.expect(
        0,
        &[
            "push",
            "oci-layout://published/redis",
            "--path",
            "estate/bundles/redis/7.2.4",
        ],
    )?;
    walk.expect(
        0,
        &["pull", "oci-layout://published/redis", "--output", "redis"],
    )?;

    say("Understand: what the shop needs, cycles and version conflicts included");
    walk.expect(0, &["graph", "oci-layout://estate/layouts/acme-tickets"])?;

    say("Review: payments 2.0.0 breaks its consumers; exit code 1 says so to CI");
    walk.expect(
        1,
        &[
            "diff",
            "oci-layout://estate/layouts/payments:1.2.0",
            "oci-layout://estate/layouts/payments:2.0.0",
        ],
    )?;
    println!("\nTry it yourself: {} demo", pacto.display());
    Ok(())
}

fn say(title: &str) {
    println!("\n\n# {title}");
}

struct Walk<'a> {
    pacto: &'a Path,
    folder: &'a Path,
}

impl Walk<'_> {
    fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = program(self.pacto)?;
        command.current_dir(self.folder).args(arguments);
        command.env("PACTO_CACHE_DIR", self.folder.join("cache"));
        Ok(command)
    }

    /// Shows and runs a command, and fails when it exits in another way than the story says.
    fn expect(&self, code: i32, arguments: &[&str]) -> Result<()> {
        println!("\n$ pacto {}", arguments.join(" "));
        let status = self.command(arguments)?.status()?;
        if status.code() != Some(code) {
            bail!(
                "`pacto {}` ended with {status}, expected exit code {code}",
                arguments.join(" ")
            );
        }
        Ok(())
    }
}
