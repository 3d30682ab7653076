//! Storing credentials, after trying them.

use pacto_bundle::StoreError;

use crate::credentials::{CredentialFile, CredentialFileError};
use crate::environment::Environment;
use crate::registry::{Registries, RegistryName};
use crate::secret::Secret;

/// Why a login or logout failed. Nothing was stored or removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The registry refused the credentials or could not be asked.
    #[error(transparent)]
    Refused(#[from] StoreError),
    /// The credential file could not be used.
    #[error(transparent)]
    File(#[from] CredentialFileError),
}

/// Stores user and password of a registry in Pacto's own file.
///
/// With `registries` the credentials are tried first, and stored only when the registry takes
/// them.
pub async fn log_in(
    environment: &Environment,
    registries: Option<&Registries>,
    registry: &RegistryName,
    user: &str,
    password: &Secret,
) -> Result<(), LoginError> {
    let file = CredentialFile::of(environment).ok_or(CredentialFileError::NoHome)?;
    if let Some(registries) = registries {
        registries
            .check_credentials(registry, user, password)
            .await?;
    }
    file.store(registry, user, password)?;
    Ok(())
}

/// Removes what is stored for a registry; `false` when there was nothing.
pub fn log_out(environment: &Environment, registry: &RegistryName) -> Result<bool, LoginError> {
    let file = CredentialFile::of(environment).ok_or(CredentialFileError::NoHome)?;
    Ok(file.remove(registry)?)
}
