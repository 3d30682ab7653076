//! Which build this is.

/// The release tag, with `v`; `dev` for a build that is no release.
pub(crate) const VERSION: &str = match option_env!("PACTO_VERSION") {
    Some(version) => version,
    None => "dev",
};

/// Commit of the build, where it is known.
pub(crate) const COMMIT: Option<&str> = option_env!("PACTO_COMMIT");

/// Time of the build, where it is known.
pub(crate) const BUILT: Option<&str> = option_env!("PACTO_BUILT");

/// Address of the release index, set when a release is built; without one nobody is ever asked
/// for releases.
pub(crate) const RELEASES: Option<&str> = option_env!("PACTO_RELEASES_URL");
