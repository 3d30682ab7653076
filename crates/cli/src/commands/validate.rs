//! `pacto validate`

mod render;

use pacto_app::validate::{ValidateOptions, validate, validate_recursive};
use pacto_app::{FailureKind, PackingError};

use crate::arguments::OverrideArgs;
use crate::exit::Exit;
use crate::failed::Failed;
use crate::session::Session;

/// Check a contract and say precisely what is wrong
///
/// Runs four layers: structure, cross-field rules with the files of the bundle, semantics, and the
/// policies that the contract promises to obey. Formats: text, json, markdown, sarif, junit,
/// github.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto validate\n  \
    pacto validate my-service --fix\n  \
    pacto validate --recursive . --output-format sarif > findings.sarif")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own, in any combination"
)]
pub struct Args {
    /// Contract to check: a directory, a file, an archive, `oci://`, `oci-layout://`, or `-` for
    /// standard input [default: .]
    #[arg(conflicts_with = "recursive")]
    pub contract: Option<String>,

    /// Check every contract below this directory, or every tag of the layouts below
    /// `oci-layout://DIR`
    #[arg(short, long, value_name = "DIR")]
    pub recursive: Option<String>,

    /// Treat old forms as errors
    #[arg(long)]
    pub strict: bool,

    /// Repair what has one obvious repair, then report the rest
    #[arg(long)]
    pub fix: bool,

    /// Fail when the readiness score is below its minimum today
    #[arg(long)]
    pub readiness: bool,

    /// Validate as the Go implementation does: a layer with errors ends validation
    #[arg(long, hide = true)]
    pub compat_short_circuit: bool,

    /// Overrides.
    #[command(flatten)]
    pub overrides: OverrideArgs,
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let options = ValidateOptions {
        overrides: args.overrides.into(),
        is_strict: args.strict,
        is_readiness_wanted: args.readiness,
        is_fixing: args.fix,
        is_compat: args.compat_short_circuit,
    };
    let failure = if let Some(directory) = &args.recursive {
        let all = validate_recursive(&session.context, directory, &options)?;
        render::all(&all, session)?;
        all.failure
    } else {
        let argument = args.contract.as_deref().unwrap_or(".");
        let validated = validate(
            &session.context,
            argument,
            &options,
            std::io::stdin().lock(),
        )?;
        render::one(&validated, session)?;
        validated.failure
    };
    Ok(failure.map_or(Exit::Ok, |kind: FailureKind| kind.into()))
}

/// What `pack` and `push` say about a directory that cannot be packed: the findings of an invalid
/// contract, then the error.
pub(super) fn refuse(error: PackingError, session: &mut Session) -> Result<Failed, Failed> {
    if let PackingError::Invalid(validated) = &error {
        render::refused(validated, session)?;
    }
    Ok(error.into())
}
