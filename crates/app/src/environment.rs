//! The environment variables a program was started with, as a value.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Environment variables by name.
///
/// Variables that are set to nothing count as not set; values that are no Unicode text are left
/// out. `Debug` shows names only: values may be secrets.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// Takes the variables of this process.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The value of a variable; `None` when it is not set or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// All variables in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The variables as the registry client takes them.
    pub(crate) fn to_oci(&self) -> pacto_oci::Environment {
        self.iter().collect()
    }

    /// The home directory.
    pub fn home(&self) -> Option<PathBuf> {
        self.get("HOME")
            .or_else(|| self.get("USERPROFILE"))
            .map(PathBuf::from)
    }

    /// Where the user's files of Pacto lie: `$XDG_CONFIG_HOME/pacto`, else `~/.config/pacto`.
    pub fn config_directory(&self) -> Option<PathBuf> {
        self.get("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(self.home()?.join(".config")))
            .map(|base| base.join("pacto"))
    }

    /// Root of the bundle cache: `$PACTO_CACHE_DIR`, else `$XDG_CACHE_HOME/pacto/oci`, else
    /// `~/.cache/pacto/oci`.
    pub fn cache_directory(&self) -> Option<PathBuf> {
        if let Some(directory) = self.get("PACTO_CACHE_DIR") {
            return Some(directory.into());
        }
        self.get("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(self.home()?.join(".cache")))
            .map(|base| base.join("pacto").join("oci"))
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self {
            variables: variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_follow_the_variables_most_specific_first() {
        let home = Environment::from_iter([("HOME", "/h"), ("XDG_CACHE_HOME", "")]);
        assert_eq!(home.config_directory(), Some("/h/.config/pacto".into()));
        assert_eq!(home.cache_directory(), Some("/h/.cache/pacto/oci".into()));

        let moved = Environment::from_iter([
            ("HOME", "/h"),
            ("XDG_CONFIG_HOME", "/c"),
            ("XDG_CACHE_HOME", "/k"),
        ]);
        assert_eq!(moved.config_directory(), Some("/c/pacto".into()));
        assert_eq!(moved.cache_directory(), Some("/k/pacto/oci".into()));

        let named = Environment::from_iter([("PACTO_CACHE_DIR", "/x")]);
        assert_eq!(named.cache_directory(), Some("/x".into()));
        assert_eq!(named.config_directory(), None);
    }
}
