//! How differences between a lock file and the contracts look.

use pacto_app::Failure as _;
use pacto_app::lock::LockProblem;

use crate::exit::Exit;
use crate::failed::Failed;
use crate::session::Session;

/// Prints every difference to standard error, one per line, and gives the exit code.
pub(in crate::commands) fn report(
    problem: &LockProblem,
    session: &mut Session,
) -> Result<Exit, Failed> {
    for finding in problem.findings() {
        let hints: Vec<String> = finding.help.iter().cloned().collect();
        session.streams.error(&finding.message, &[], &hints)?;
    }
    Ok(problem.kind().into())
}
