//! Fuzzing of every parser of input from outside.

use anyhow::{Context, Result};

use crate::checkout::{output, program, root, step};

/// Fuzzes the named targets, or all of them, for `FUZZ_SECONDS` each (600 by default).
///
/// `cargo fuzz` wants a nightly compiler; `RUSTC_BOOTSTRAP=1` lets the pinned one do.
pub(crate) fn run(targets: &[&str]) -> Result<()> {
    let seconds = std::env::var("FUZZ_SECONDS").unwrap_or_else(|_| "600".to_owned());
    let has_cargo_fuzz = output(program("cargo")?.args(["--list"]))?.contains(" fuzz");
    if !has_cargo_fuzz {
        step(
            "install cargo-fuzz",
            program("cargo")?.args(["install", "--locked", "cargo-fuzz"]),
        )?;
    }
    let all = all_targets()?;
    let targets: Vec<&str> = if targets.is_empty() {
        all.iter().map(String::as_str).collect()
    } else {
        targets.to_vec()
    };
    for target in targets {
        let corpus = root().join("fuzz/corpus").join(target);
        std::fs::create_dir_all(&corpus)?;
        let seeds = root().join("fuzz/seeds").join(target);
        let mut fuzz = program("cargo")?;
        fuzz.env("RUSTC_BOOTSTRAP", "1")
            .args(["fuzz", "run", target])
            .arg(corpus);
        if seeds.is_dir() {
            fuzz.arg(seeds);
        }
        fuzz.args([
            "--",
            &format!("-max_total_time={seconds}"),
            "-rss_limit_mb=1024",
            "-timeout=10",
        ]);
        step(&format!("fuzz {target} for {seconds} s"), &mut fuzz)?;
    }
    Ok(())
}

fn all_targets() -> Result<Vec<String>> {
    let folder = root().join("fuzz/fuzz_targets");
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut targets: Vec<String> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some(path.file_stem()?.to_str()?.to_owned())
        })
        .collect();
    targets.sort();
    Ok(targets)
}
