//! Exit codes, for every program of Pacto.

use std::process::ExitCode;

use pacto_app::FailureKind;

/// How a run ended. If several apply the highest wins, which is the order of the variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Done; warnings never change it.
    Ok = 0,
    /// The answer is no: invalid contract, breaking change, lock drift, unmet gate.
    Findings = 1,
    /// Unknown command, flag, value or format; wrong number of arguments.
    Usage = 2,
    /// File, network, registry or authentication.
    CouldNotRun = 3,
    /// Digest, archive rules or limits.
    Refused = 4,
}

impl From<FailureKind> for Exit {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Findings => Self::Findings,
            FailureKind::Usage => Self::Usage,
            FailureKind::CouldNotRun => Self::CouldNotRun,
            FailureKind::Refused => Self::Refused,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The code of a run that a signal ended.
pub fn interrupted(signal: u8) -> ExitCode {
    ExitCode::from(128 + signal)
}

/// `SIGPIPE`: whoever read the output went away.
pub const BROKEN_PIPE: u8 = 13;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_code_wins() {
        assert_eq!(Exit::Findings.max(Exit::Refused), Exit::Refused);
        assert_eq!(Exit::from(FailureKind::CouldNotRun) as u8, 3);
    }
}
