//! `pacto logout`

use pacto_app::login::logout;

use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;

/// Remove the stored credentials of a registry
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto logout registry.example.com\n  \
    pacto logout localhost:5000\n  \
    pacto logout ghcr.io --output-format json")]
pub struct Args {
    /// Host of the registry, with port where it has one
    pub registry: String,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, Failed> {
    let result = logout(&session.context, &args.registry)?;
    if session.format == Format::Json {
        session.streams.json(&result)?;
    } else if result.removed {
        session
            .streams
            .line(&format!("Logout succeeded for {}", result.registry))?;
    } else {
        session
            .streams
            .line(&format!("No stored credentials for {}", result.registry))?;
    }
    Ok(Exit::Ok)
}
