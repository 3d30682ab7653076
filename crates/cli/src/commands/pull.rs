//! `pacto pull`

use pacto_app::pull::{PullOptions, pull};

use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::GOOD;

/// Fetch a published contract and write its files into a directory
///
/// Without tag or digest the highest stable version is taken. Files of the same name are
/// overwritten, others stay.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto pull oci://registry.example.com/acme/my-service\n  \
    pacto pull oci://registry.example.com/acme/my-service:1.0.0 -o contracts/my-service\n  \
    pacto pull oci-layout://build/my-service:1.0.0")]
pub struct Args {
    /// `oci://` or `oci-layout://` reference
    pub reference: String,

    /// Directory to write to [default: the name of the service]
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<String>,
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let result = pull(
        &session.context,
        &PullOptions {
            reference: args.reference,
            output: args.output,
        },
    )?;
    if session.format == Format::Json {
        session.streams.json(&result)?;
    } else {
        let pulled = session.streams.out().paint(GOOD, "Pulled");
        session.streams.line(&format!(
            "{pulled} {}@{} -> {}/",
            result.name,
            result.version,
            result.output.trim_end_matches('/')
        ))?;
    }
    Ok(Exit::Ok)
}
