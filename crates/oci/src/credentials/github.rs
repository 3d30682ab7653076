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

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::super::{Credential, CredentialChain};
    use super::*;
    use crate::registry::RegistryName;

    /// A `gh` that counts its runs and then does what the script says.
    fn gh(folder: &Path, script: &str) -> Environment {
        let program = folder.join("gh");
        let text = format!(
            "#!/bin/sh\necho \"$*\" >> '{}'\n{script}\n",
            folder.join("runs").display()
        );
        std::fs::write(&program, text).expect("a temporary file");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&program, mode).expect("our own file");
        [("PATH", format!("{}:/bin:/usr/bin", folder.display()))]
            .into_iter()
            .collect()
    }

    fn runs(folder: &Path) -> Vec<String> {
        let text = std::fs::read_to_string(folder.join("runs")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    async fn ask(chain: &CredentialChain, registry: &str) -> Credential {
        chain
            .find(&RegistryName::of_endpoint(registry), "acme/orders")
            .await
            .expect("nothing is broken")
    }

    #[tokio::test]
    async fn it_is_run_once_and_for_registries_of_github_only() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let environment = gh(folder.path(), "echo gho_1");
        let chain = CredentialChain::new(environment, Duration::from_secs(5));
        assert_eq!(ask(&chain, "quay.io").await, Credential::Anonymous);
        assert!(runs(folder.path()).is_empty());
        let expected = Credential::Password {
            user: "x-access-token".to_owned(),
            password: Secret::new("gho_1"),
        };
        assert_eq!(ask(&chain, "ghcr.io").await, expected);
        assert_eq!(ask(&chain, "ghcr.io").await, expected);
        assert_eq!(ask(&chain, "docker.pkg.github.com").await, expected);
        assert_eq!(runs(folder.path()), ["auth token"]);
    }

    #[tokio::test]
    async fn the_public_host_is_asked_for_when_there_is_no_other_token() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let environment = gh(folder.path(), "[ $# = 4 ] && echo gho_2");
        let token = token(&environment, Duration::from_secs(5)).await;
        assert_eq!(token, Some(Secret::new("gho_2")));
        assert_eq!(
            runs(folder.path()),
            ["auth token", "auth token --hostname github.com"]
        );
    }

    #[tokio::test]
    async fn a_program_that_hangs_is_given_up() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let environment = gh(folder.path(), "exec sleep 60");
        let begin = std::time::Instant::now();
        assert_eq!(token(&environment, Duration::from_millis(200)).await, None);
        assert!(begin.elapsed() < Duration::from_secs(10));
    }
}
