//! What comparing the lock file found, as findings. The comparison itself is done by whoever
//! resolves references.

use pacto_diagnostic::{Finding, Location};

use crate::catalogue::{Code, code};
use crate::findings::new_finding;

/// Where the differences show.
const LOCK_FILE: &str = "pacto.lock";

/// Turns a lock difference (`LOCK_STALE: dependency set changed; …`) into a finding: the code is
/// what stands before the first `:`, and the message is the whole text. A text without a known
/// code is `LOCK_ERROR`: the lock file itself cannot be used.
pub fn finding(difference: &str) -> Finding {
    let word = difference.split(':').next().unwrap_or_default();
    let code = CODES.iter().find(|code| code.page().id == word);
    let place = (word != "LOCK_MISSING").then(|| Location {
        file: LOCK_FILE.to_owned(),
        line: 1,
        column: 1,
        length: 0,
        pointer: None,
    });
    new_finding(code.copied().unwrap_or(code::LOCK_ERROR), "", difference)
        .at(place)
        .help(help(word))
}

const CODES: &[Code] = &[
    code::LOCK_CONFLICT,
    code::LOCK_DIGEST_MISMATCH,
    code::LOCK_ERROR,
    code::LOCK_LOCAL_DRIFT,
    code::LOCK_MISSING,
    code::LOCK_STALE,
    code::LOCK_UNRESOLVED,
];

fn help(word: &str) -> &'static str {
    match word {
        "LOCK_STALE" | "LOCK_MISSING" => "run `pacto lock` and commit `pacto.lock`",
        "LOCK_DIGEST_MISMATCH" => {
            "find out who moved the tag; if the new content is wanted, run `pacto lock --update`"
        }
        "LOCK_LOCAL_DRIFT" => "if the change is wanted, run `pacto lock --update`",
        "LOCK_CONFLICT" => "widen one of the ranges until one version satisfies both",
        "LOCK_UNRESOLVED" => "check the reference, the network and your credentials",
        _ => "delete `pacto.lock` and run `pacto lock`",
    }
}
