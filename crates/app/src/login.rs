//! `login` and `logout`: credentials of registries in Pacto's own file.

use pacto_bundle::StoreError;
use pacto_oci::{LoginError as StoreLoginError, RegistryName, RegistryNameError, Secret};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Context, Failure, FailureKind};

/// What to store.
#[derive(Debug, Clone)]
pub struct LoginOptions {
    /// Registry as typed.
    pub registry: String,
    /// User name.
    pub user: String,
    /// Password or token.
    pub password: Secret,
    /// Store without trying them first.
    pub is_unchecked: bool,
}

/// What was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoginResult {
    /// `pacto.login/v1`.
    pub schema_version: &'static str,
    /// The registry, as the credentials are filed.
    pub registry: String,
    /// Whether the registry took them.
    pub checked: bool,
}

/// What was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogoutResult {
    /// `pacto.logout/v1`.
    pub schema_version: &'static str,
    /// The registry, as credentials are filed.
    pub registry: String,
    /// False when nothing was stored for it.
    pub removed: bool,
}

/// Why nothing was stored or removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The text names no registry.
    #[error(transparent)]
    Registry(#[from] RegistryNameError),
    /// Trying them needs the network.
    #[error("credentials cannot be tried while the network is off")]
    Offline,
    /// The registry refused them, or the file cannot be used.
    #[error(transparent)]
    Store(#[from] StoreLoginError),
}

impl Failure for LoginError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Registry(_) => FailureKind::Usage,
            Self::Store(StoreLoginError::Refused(error)) if error.is_refused_for_safety() => {
                FailureKind::Refused
            }
            Self::Offline | Self::Store(_) => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Registry(_) => "invalid-reference",
            Self::Offline => "offline",
            Self::Store(StoreLoginError::Refused(error)) => error.code(),
            Self::Store(_) => "unwritable-file",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Offline
            | Self::Store(StoreLoginError::Refused(
                StoreError::Unreachable { .. } | StoreError::RegistryError { .. },
            )) => vec!["`--no-check` stores them untried".to_owned()],
            Self::Registry(_) | Self::Store(_) => Vec::new(),
        }
    }
}

/// Tries credentials, unless told not to, and stores them.
pub fn login(context: &Context, options: &LoginOptions) -> Result<LoginResult, LoginError> {
    let registry = RegistryName::parse(&options.registry)?;
    let environment = context.environment().to_oci();
    if options.is_unchecked {
        pacto_oci::CredentialFile::of(&environment)
            .ok_or(pacto_oci::CredentialFileError::NoHome)
            .and_then(|file| file.store(&registry, &options.user, &options.password))
            .map_err(StoreLoginError::from)?;
    } else {
        if context.network().is_offline {
            return Err(LoginError::Offline);
        }
        let remote = context.remote();
        remote.block_on(pacto_oci::log_in(
            &environment,
            Some(remote.registries()),
            &registry,
            &options.user,
            &options.password,
        ))?;
    }
    Ok(LoginResult {
        schema_version: "pacto.login/v1",
        registry: registry.as_str().to_owned(),
        checked: !options.is_unchecked,
    })
}

/// Removes what is stored for a registry.
pub fn logout(context: &Context, registry: &str) -> Result<LogoutResult, LoginError> {
    let registry = RegistryName::parse(registry)?;
    let removed = pacto_oci::log_out(&context.environment().to_oci(), &registry)?;
    Ok(LogoutResult {
        schema_version: "pacto.logout/v1",
        registry: registry.as_str().to_owned(),
        removed,
    })
}
