//! `pacto demo`

use pacto_app::demo::{DemoOptions, DemoResult, demo};

use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::{GOOD, STRONG};

/// Unpack the example estate and show what to try on it
///
/// The estate is a shop with 22 services in 37 versions: a breaking release, a cycle, policies,
/// and more. It is unpacked as folders and as image layouts, so that nothing else is needed. A
/// directory that holds an earlier demo is written over; any other that is not empty is refused.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto demo\n  \
    pacto demo --no-serve my-demo\n  \
    pacto demo --output-format json")]
pub struct Args {
    /// Directory to unpack to
    #[arg(default_value = "pacto-demo")]
    pub directory: String,

    /// Only unpack: neither start anything nor show what to try
    #[arg(long)]
    pub no_serve: bool,
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let result = demo(
        &session.context,
        &DemoOptions {
            directory: args.directory,
        },
    )?;
    if session.format == Format::Json {
        session.streams.json(&result)?;
        return Ok(Exit::Ok);
    }
    let word = session.streams.out().paint(GOOD, "Unpacked");
    session.streams.line(&format!(
        "{word} {} bundles of {} services to {}",
        result.bundles,
        result.services.len(),
        result.dir
    ))?;
    if !args.no_serve {
        let heading = session.streams.out().paint(STRONG, "Try");
        session.streams.line(&format!("\n{heading}"))?;
        for (command, what) in next_steps(&result) {
            session.streams.line(&format!("  # {what}\n  {command}"))?;
        }
    }
    Ok(Exit::Ok)
}

/// Commands worth running next, with what they show.
fn next_steps(result: &DemoResult) -> [(String, &'static str); 5] {
    let base = quoted(result.dir.trim_end_matches('/'));
    let layout = |name: &str| format!("oci-layout://{base}/layouts/{name}");
    [
        (
            format!("pacto validate --recursive oci-layout://{base}/layouts"),
            "every contract, with the warnings they deserve",
        ),
        (
            format!("pacto validate {base}/invalid/kiosk"),
            "a contract with seven mistakes",
        ),
        (
            format!("pacto graph {}", layout("acme-tickets")),
            "what the shop is made of: a cycle, two conflicts, what cannot be resolved",
        ),
        (
            format!("pacto diff {0}:1.2.0 {0}:2.0.0", layout("payments")),
            "a breaking release",
        ),
        (
            format!("pacto explain {}", layout("orders")),
            "one service at a glance",
        ),
    ]
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "._-/+:@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_directory_with_blanks_or_quotes_stays_one_word() {
        assert_eq!(quoted("pacto-demo"), "pacto-demo");
        assert_eq!(quoted("my demo's"), r"'my demo'\''s'");
    }
}
