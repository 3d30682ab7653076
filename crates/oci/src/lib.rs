//! Where artifacts are kept: registries, image layouts, the cache on disk, and the credentials
//! that registries ask for.
//!
//! [`Registries`] is the client of registries; a [`RegistryRepository`] is one repository seen
//! through it. [`Layout`] is one repository on disk, [`LayoutRoot`] a directory of them. [`Cache`]
//! keeps what was fetched, and [`disk`] is how files get their names. All variables come in through [`Environment`].

pub mod disk;

mod cache;
mod credentials;
mod environment;
mod layout;
mod login;
mod registry;
mod secret;

pub use cache::{
    Cache, CacheKey, CacheUse, CachedBundle, DEFAULT_CACHE_BYTES, Obtained, ObtainedFrom,
};
pub use credentials::{Credential, CredentialFile, CredentialFileError};
pub use environment::Environment;
pub use layout::{Layout, LayoutRoot};
pub use login::{LoginError, log_in, log_out};
pub use registry::{
    AddressLookup, Referrer, Registries, RegistryName, RegistryNameError, RegistryOptions,
    RegistryRepository, RetryPolicy, SystemLookup, is_public,
};
pub use secret::Secret;
