//! The test command: format, lints, tests, generated files.

use anyhow::Result;

use crate::checkout::{program, step};

/// Runs everything, cheapest first. `is_fast` leaves out what needs neighbours: then a missing
/// external program is a listed skip; otherwise it is a failure.
pub(crate) fn run(is_fast: bool) -> Result<()> {
    step(
        "format",
        program("cargo")?.args(["fmt", "--all", "--check"]),
    )?;
    step(
        "lints",
        program("cargo")?.args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    let mut tests = program("cargo")?;
    tests.args(["test", "--workspace", "--quiet"]);
    if !is_fast {
        tests.env("CI", "1");
    }
    step("tests", &mut tests)?;
    crate::generate::run(crate::generate::Mode::Check)
}

/// Runs the tests of this program, which look at the sources as a whole.
pub(crate) fn tidy() -> Result<()> {
    let mut tests = program("cargo")?;
    tests.args(["test", "-p", "xtask", "--quiet"]);
    step("tidy", &mut tests)
}
