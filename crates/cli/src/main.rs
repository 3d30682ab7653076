//! The `pacto` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    pacto_cli::main()
}
