//! Environment variables as a value, so that nothing below `main` reads the process.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The environment variables a program runs with.
///
/// Empty variables count as not set. `Debug` shows names only: values may be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
        }
    }

    /// The value of a variable, when it is set to text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.variables
            .get(OsStr::new(name))?
            .to_str()
            .filter(|value| !value.is_empty())
    }

    /// The value of a variable as a path.
    pub fn path(&self, name: &str) -> Option<&Path> {
        self.variables
            .get(OsStr::new(name))
            .filter(|value| !value.is_empty())
            .map(Path::new)
    }

    /// The parts of a variable that is a comma list, without blanks and empty parts.
    pub fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.text(name)
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
    }

    /// The directory that configuration lies below: `XDG_CONFIG_HOME`, else `$HOME/.config`.
    pub fn config_home(&self) -> Option<PathBuf> {
        self.path("XDG_CONFIG_HOME")
            .map(Path::to_path_buf)
            .or_else(|| self.path("HOME").map(|home| home.join(".config")))
    }

    /// The first program of this name on `PATH`.
    pub fn find_program(&self, name: &str) -> Option<PathBuf> {
        // A name with separators would leave the directories of `PATH`.
        if name.is_empty() || name.contains(['/', '\\']) {
            return None;
        }
        std::env::split_paths(self.path("PATH")?)
            .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
            .find(|candidate| candidate.is_file())
    }

    /// All variables, for a child process.
    pub fn variables(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

impl<N: Into<OsString>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self {
            variables: variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        }
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        let environment = Environment::from_iter([("A", ""), ("B", "x")]);
        assert_eq!(environment.text("A"), None);
        assert_eq!(environment.text("B"), Some("x"));
        assert_eq!(environment.path("A"), None);
    }

    #[test]
    fn values_are_not_shown() {
        let environment = Environment::from_iter([("PACTO_REGISTRY_PASSWORD", "hunter2")]);
        assert!(!format!("{environment:?}").contains("hunter2"));
    }

    #[test]
    fn lists_are_separated_by_commas_and_trimmed() {
        let environment = Environment::from_iter([("HOSTS", " a:1, ,b ")]);
        assert_eq!(environment.list("HOSTS").collect::<Vec<_>>(), ["a:1", "b"]);
    }

    #[test]
    fn programs_are_looked_for_by_name_only() {
        let environment = Environment::from_iter([("PATH", "/bin:/usr/bin")]);
        assert!(environment.find_program("sh").is_some());
        assert_eq!(environment.find_program("../bin/sh"), None);
    }
}
