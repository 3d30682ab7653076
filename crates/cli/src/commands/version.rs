//! `pacto version`

use pacto_app::version::VersionResult;

use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::version::{BUILT, COMMIT, VERSION};

/// Print the version of this program
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto version\n  \
    pacto version --verbose\n  \
    pacto version --output-format json")]
pub struct Args {}

pub(super) fn run(_args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let streams = &mut session.streams;
    if session.format == Format::Json {
        streams.json(&VersionResult {
            schema_version: "pacto.version/v1",
            version: VERSION,
            commit: COMMIT,
            built: BUILT,
        })?;
        return Ok(Exit::Ok);
    }
    streams.line(&format!("pacto version {VERSION}"))?;
    if session.is_verbose {
        streams.line(&format!("commit: {}", COMMIT.unwrap_or("unknown")))?;
        streams.line(&format!("built: {}", BUILT.unwrap_or("unknown")))?;
    }
    Ok(Exit::Ok)
}
