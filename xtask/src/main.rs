//! Generators, checks, demo and benchmarks of this repository: `cargo xtask COMMAND`.
//!
//! The program talks to the built `pacto` binary and to external programs only, so that it builds
//! in seconds and shows what a user would see.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::process::ExitCode;

mod bench;
mod checkout;
mod demo;
mod fleet;
mod fuzz;
mod generate;
mod peers;
mod scaffold;
mod setup;
mod test;
#[cfg(test)]
mod tidy;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  setup                     install what the tests need
  test [--fast]             run everything; --fast leaves out what needs neighbours
  tidy                      check layers, purity and loose ends of the sources
  generate [check|write]    write the generated files, or fail when one is stale
  demo                      build pacto and walk the lifecycle on the example estate
  bench [NAME…] [--peers]   measure against the budgets and print a table
  peers [check]             install oasdiff and buf, compare what they find with what we find
                            and write docs/reference/peers.md; check only compares
  fuzz [TARGET…]            fuzz every target for FUZZ_SECONDS (600)
  new check AREA/CODE       scaffold a validation check
  new rule AREA/ID          scaffold a diff rule
  new command NAME          scaffold a command
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["setup"] => setup::run(),
        ["test"] => test::run(false),
        ["test", "--fast"] => test::run(true),
        ["tidy"] => test::tidy(),
        ["generate"] | ["generate", "write"] => generate::run(generate::Mode::Write),
        ["generate", "check"] => generate::run(generate::Mode::Check),
        ["demo"] => demo::run(),
        ["bench", rest @ ..] => bench::run(rest),
        ["peers"] => peers::run(generate::Mode::Write),
        ["peers", "check"] => peers::run(generate::Mode::Check),
        ["fuzz", targets @ ..] => fuzz::run(targets),
        ["new", kind, name] => scaffold::run(kind, name),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
