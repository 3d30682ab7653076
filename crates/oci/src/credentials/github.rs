//! The token that GitHub's command line keeps.

use std::time::Duration;

use super::program;
use crate::Environment;
use crate::secret::Secret;

/// The output of `gh auth token`, asked for the public host when there is none otherwise.
pub(super) async fn token(environment: &Environment, timeout: Duration) -> Option<Secret> {
    let program = environment.find_program("gh")?;
    for arguments in [
        ["auth", "token"].as_slice(),
        &["auth", "token", "--hostname", "github.com"],
    ] {
        let output = program::run(&program, arguments, "", environment, timeout).await?;
        let token = output.text.trim();
        if output.is_success && !token.is_empty() {
            return Some(Secret::new(token));
        }
    }
    None
}
