//! What kind of failure an error is, for exit codes and machine-readable reports.

/// Kinds of failure; each has one exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// The answer is no: the input itself gates.
    Findings,
    /// What was asked for cannot be understood.
    Usage,
    /// File, network, registry or authentication.
    CouldNotRun,
    /// Refused for safety: digest, archive rules, limits.
    Refused,
}

/// An error of a use case.
///
/// `Display` is a lowercase fragment without a final full stop that does not repeat its source;
/// whoever shows it prints the chain once.
pub trait Failure: std::error::Error + Send + Sync + 'static {
    /// Which kind it is.
    fn kind(&self) -> FailureKind;

    /// Stable label for logs and JSON.
    fn code(&self) -> &'static str;

    /// What the user can do, most likely first.
    fn hints(&self) -> Vec<String> {
        Vec::new()
    }
}
