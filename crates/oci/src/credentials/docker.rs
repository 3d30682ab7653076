//! Docker's and Podman's credentials, with their helper programs.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::{Credential, CredentialError, program};
use crate::Environment;
use crate::registry::RegistryName;
use crate::secret::Secret;

/// Docker Hub is filed under the address of its first version.
const DOCKER_HUB_KEY: &str = "https://index.docker.io/v1/";

/// User name by which a helper says that the secret is an identity token.
const IDENTITY_USER: &str = "<token>";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DockerConfig {
    auths: BTreeMap<String, Entry>,
    creds_store: Option<String>,
    cred_helpers: BTreeMap<String, String>,
}

/// One entry of `auths`; also read in Pacto's own file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
    registrytoken: Option<String>,
}

impl Entry {
    pub(super) fn credential(self) -> Option<Credential> {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        if let Some(token) = filled(self.registrytoken) {
            return Some(Credential::Registry(Secret::new(token)));
        }
        if let Some(token) = filled(self.identitytoken) {
            return Some(Credential::Identity(Secret::new(token)));
        }
        if let Some(auth) = filled(self.auth) {
            let decoded = String::from_utf8(STANDARD.decode(auth.trim()).ok()?).ok()?;
            let (user, password) = decoded.split_once(':')?;
            return Some(Credential::Password {
                user: user.to_owned(),
                // Old writers filled the text up with zero bytes.
                password: Secret::new(password.trim_end_matches('\0')),
            });
        }
        Some(Credential::Password {
            user: filled(self.username)?,
            password: Secret::new(filled(self.password)?),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HelperAnswer {
    username: String,
    secret: String,
}

/// Looks a repository up; a file that does not parse is an error, everything else that is broken
/// counts as nothing found.
pub(super) async fn find(
    environment: &Environment,
    registry: &RegistryName,
    repository: &str,
    timeout: Duration,
) -> Result<Option<Credential>, CredentialError> {
    let Some(path) = locate(environment) else {
        return Ok(None);
    };
    let Ok(text) = std::fs::read_to_string(&path) else {
        return Ok(None);
    };
    let mut config: DockerConfig =
        serde_json::from_str(&text).map_err(|error| CredentialError {
            path: path.display().to_string(),
            source: io::Error::new(io::ErrorKind::InvalidData, place_of(&error)),
        })?;
    let host_key = if registry.is_docker_hub() {
        DOCKER_HUB_KEY.to_owned()
    } else {
        registry.to_string()
    };
    for key in [format!("{registry}/{repository}"), host_key] {
        let helper = config
            .cred_helpers
            .get(&key)
            .or(config.creds_store.as_ref())
            .filter(|name| !name.is_empty());
        if let Some(helper) = helper
            && let Some(credential) = ask(helper, &key, environment, timeout).await
        {
            return Ok(Some(credential));
        }
        let name = config
            .auths
            .keys()
            .find(|name| is_same_key(name, &key))
            .cloned();
        let entry = name.and_then(|name| config.auths.remove(&name));
        if let Some(credential) = entry.and_then(Entry::credential) {
            return Ok(Some(credential));
        }
    }
    Ok(None)
}

/// Where a file stops making sense. The parser's own words may quote a secret.
pub(super) fn place_of(error: &serde_json::Error) -> String {
    format!(
        "not the JSON expected at line {} column {}",
        error.line(),
        error.column()
    )
}

/// The one file that is read.
fn locate(environment: &Environment) -> Option<PathBuf> {
    let at_home = environment
        .path("HOME")
        .map(|home| home.join(".docker").join("config.json"));
    let configured = environment
        .path("DOCKER_CONFIG")
        .map(|folder| folder.join("config.json"));
    let is_docker = [&at_home, &configured]
        .into_iter()
        .flatten()
        .any(|path| path.exists());
    if is_docker {
        return configured.or(at_home);
    }
    environment
        .path("REGISTRY_AUTH_FILE")
        .map(Path::to_path_buf)
        .or_else(|| {
            environment
                .path("XDG_RUNTIME_DIR")
                .map(|folder| folder.join("containers").join("auth.json"))
        })
}

/// True when an entry is filed under `key`, or under an address whose host is `key`.
pub(super) fn is_same_key(name: &str, key: &str) -> bool {
    if name == key {
        return true;
    }
    let bare = |text: &str| match text.split_once("://") {
        Some((_, rest)) => rest.split('/').next().unwrap_or_default().to_owned(),
        None => text.trim_end_matches('/').to_owned(),
    };
    let (name, key) = (bare(name), bare(key));
    // A path of a name without scheme is a repository and must be equal as well.
    RegistryName::of_endpoint(&name) == RegistryName::of_endpoint(&key)
}

async fn ask(
    helper: &str,
    key: &str,
    environment: &Environment,
    timeout: Duration,
) -> Option<Credential> {
    let program = environment.find_program(&format!("docker-credential-{helper}"))?;
    let output = program::run(&program, &["get"], key, environment, timeout).await?;
    if !output.is_success {
        return None;
    }
    let answer: HelperAnswer = serde_json::from_str(&output.text).ok()?;
    if answer.secret.is_empty() {
        return None;
    }
    let secret = Secret::new(answer.secret);
    Some(if answer.username == IDENTITY_USER {
        Credential::Identity(secret)
    } else {
        Credential::Password {
            user: answer.username,
            password: secret,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_every_kind_are_read() {
        let read = |text: &str| {
            serde_json::from_str::<Entry>(text)
                .expect("an entry")
                .credential()
        };
        let password = |password: &str| {
            Some(Credential::Password {
                user: "u".to_owned(),
                password: Secret::new(password),
            })
        };
        assert_eq!(read(r#"{"auth":"dTpw"}"#), password("p"));
        assert_eq!(read(r#"{"auth":"dTpwOnE="}"#), password("p:q"));
        assert_eq!(read(r#"{"username":"u","password":"p"}"#), password("p"));
        assert_eq!(
            read(r#"{"auth":"dTpw","identitytoken":"i"}"#),
            Some(Credential::Identity(Secret::new("i")))
        );
        assert_eq!(
            read(r#"{"registrytoken":"r"}"#),
            Some(Credential::Registry(Secret::new("r")))
        );
        for nothing in [
            r"{}",
            r#"{"auth":"%"}"#,
            r#"{"auth":"dQ=="}"#,
            r#"{"username":"u"}"#,
        ] {
            assert_eq!(read(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn keys_are_compared_by_host() {
        for name in [
            "registry.example.com",
            "https://registry.example.com",
            "http://registry.example.com/v2/",
            "REGISTRY.example.com",
        ] {
            assert!(is_same_key(name, "registry.example.com"), "{name}");
        }
        for name in ["registry.example.com:443", "registry.example.com/acme", "x"] {
            assert!(!is_same_key(name, "registry.example.com"), "{name}");
        }
        assert!(is_same_key("docker.io", DOCKER_HUB_KEY));
        assert!(is_same_key("host/acme/x", "host/acme/x"));
    }
}
