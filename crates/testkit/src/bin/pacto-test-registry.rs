//! Runs the registry of the tests by itself: `pacto-test-registry [--port N]`.
//!
//! Each line on standard input is answered with the number of requests so far.

#![expect(clippy::print_stdout, reason = "a program that says where it listens")]

use anyhow::{Context as _, bail};
use pacto_testkit::registry::{RegistryOptions, TestRegistry};

fn main() -> anyhow::Result<()> {
    let mut options = RegistryOptions::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--port" => {
                let value = arguments.next().context("`--port` needs a number")?;
                options.port = value.parse().context("`--port` needs a number")?;
            }
            other => bail!("unknown argument `{other}`; usage: pacto-test-registry [--port N]"),
        }
    }
    let registry = TestRegistry::start_with(options)?;
    println!("listening on {}", registry.url());
    for line in std::io::stdin().lines() {
        line?;
        println!("{}", registry.requests().len());
    }
    loop {
        std::thread::park();
    }
}
