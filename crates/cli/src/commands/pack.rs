//! `pacto pack`

use pacto_app::pack::{PackError, PackOptions, pack};

use crate::arguments::OverrideArgs;
use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::GOOD;

/// Pack a contract with its files into one archive
///
/// The contract must be valid; policy references are not followed. What `.pactoignore` names is
/// left out. Equal directories give equal archives.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto pack\n  \
    pacto pack my-service -o build/my-service.tar.gz\n  \
    pacto pack my-service --set service.version=1.2.0")]
pub struct Args {
    /// Directory of the contract
    #[arg(default_value = ".", hide_default_value = true)]
    pub directory: String,

    /// File to write [default: NAME-VERSION.tar.gz]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<String>,

    /// Overrides.
    #[command(flatten)]
    pub overrides: OverrideArgs,
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let options = PackOptions {
        directory: args.directory,
        output: args.output,
        overrides: args.overrides.into(),
    };
    let result = match pack(&session.context, &options) {
        Ok(result) => result,
        Err(PackError::Packing(error)) => return Err(super::validate::refuse(error, session)?),
        Err(error) => return Err(error.into()),
    };
    if session.format == Format::Json {
        session.streams.json(&result)?;
    } else {
        let packed = session.streams.out().paint(GOOD, "Packed");
        session.streams.line(&format!(
            "{packed} {}@{} -> {}",
            result.name, result.version, result.output
        ))?;
    }
    Ok(Exit::Ok)
}
