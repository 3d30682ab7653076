//! The findings of lock files. Their code is repeated in front of the message.

use pacto_bundle::LockError;
use pacto_diagnostic::Finding;

/// What to do about a difference between lock and contracts.
const RELOCK: &str = "run `pacto lock`";
/// What to do about moved content.
const UPDATE: &str = "run `pacto lock --update`";

fn finding(code: &'static str, text: &str) -> Finding {
    Finding::error(code, "", format!("{code}: {text}"))
}

/// The contracts ask for something else than what was locked.
pub(super) fn stale(detail: &str) -> Finding {
    finding("LOCK_STALE", &format!("{detail}; {RELOCK}"))
}

/// A locked version is another artifact now.
pub(super) fn digest_mismatch(name: &str, locked: &str, found: &str) -> Finding {
    finding(
        "LOCK_DIGEST_MISMATCH",
        &format!("{name} locked at {locked} but resolves to {found}; {UPDATE} to re-pin"),
    )
}

/// A local directory has other content than when it was locked.
pub(super) fn local_drift(what: &str, name: &str) -> Finding {
    finding(
        "LOCK_LOCAL_DRIFT",
        &format!("local {what} {name} content changed since lock; {UPDATE}"),
    )
}

/// One service is needed at two versions.
pub(super) fn conflict(service: &str) -> Finding {
    finding(
        "LOCK_CONFLICT",
        &format!("{service} required at conflicting versions"),
    )
}

/// Something cannot be locked because it cannot be read.
pub(super) fn unresolved(reference: &str, reason: &str) -> Finding {
    finding(
        "LOCK_UNRESOLVED",
        &format!("cannot resolve {reference}: {reason}"),
    )
}

/// There is no lock file where one was asked for.
pub fn missing() -> Finding {
    finding("LOCK_MISSING", "no pacto.lock found").help("run `pacto lock`")
}

/// The lock file cannot be read.
pub fn unreadable(error: &LockError) -> Finding {
    finding("LOCK_ERROR", &error.to_string()).at(error.location().cloned())
}
