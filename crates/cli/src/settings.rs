//! The settings file, and which of flag, variable, file and default counts.

use std::path::{Path, PathBuf};

use pacto_app::{Environment, Failure, FailureKind, Network};
use pacto_diagnostic::{Finding, SourceText, nearest};
use pacto_diff::RulesFile;
use pacto_document::{Document, Limits, Node, ParseError, Syntax};

use crate::arguments::{GlobalArgs, go_boolean};

/// Keys a settings file may have; those of later commands are accepted and left to them.
const KEYS: &[&str] = &[
    "output-format",
    "no-cache",
    "offline",
    "verbose",
    "cache-dir",
    "estate",
    "diff",
    "dashboard.host",
    "dashboard.port",
    "dashboard.namespace",
    "dashboard.diagnostics",
    "dashboard",
];

/// The settings that count for this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) output_format: String,
    pub(crate) is_verbose: bool,
    pub(crate) network: Network,
    /// Sources of the estate.
    pub(crate) estate: Vec<String>,
    /// Cache root from the file; the environment wins over it.
    pub(crate) cache_directory: Option<String>,
    /// `diff` of the file, and where it was read; only comparisons look at it.
    pub(crate) rules: Option<(String, Result<RulesFile, Vec<Finding>>)>,
    /// What is odd about the file.
    pub(crate) warnings: Vec<String>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("failed to read settings file {file}")]
    Read {
        file: String,
        #[source]
        source: std::io::Error,
    },
    #[error("failed to parse settings file {file}: {source}")]
    Parse {
        file: String,
        #[source]
        source: ParseError,
    },
    #[error("failed to parse settings file {file}: {reason}")]
    Shape { file: String, reason: String },
    #[error("{file} is a contract, not a settings file")]
    Contract { file: String },
}

impl Failure for SettingsError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Contract { .. } => FailureKind::Usage,
            Self::Read { .. } | Self::Parse { .. } | Self::Shape { .. } => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        "invalid-settings"
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Contract { .. } => {
                vec!["name a settings file with `--config`, or leave the flag out".to_owned()]
            }
            _ => Vec::new(),
        }
    }
}

/// Values of a settings file, as far as they are set.
#[derive(Debug, Default)]
struct FileSettings {
    output_format: Option<String>,
    no_cache: Option<bool>,
    offline: Option<bool>,
    verbose: Option<bool>,
    cache_directory: Option<String>,
    rules: Option<(String, Result<RulesFile, Vec<Finding>>)>,
    estate: Option<Vec<String>>,
    warnings: Vec<String>,
}

impl Settings {
    /// Reads what counts: flag, then environment, then settings file, then default.
    pub(crate) fn read(
        flags: &GlobalArgs,
        environment: &Environment,
        directory: &Path,
    ) -> Result<Self, SettingsError> {
        let file = match locate(flags, environment, directory) {
            Some((path, shown)) => read(&path, &shown)?,
            None => FileSettings::default(),
        };
        let variable = |name: &str| {
            environment
                .get(name)
                .map(|word| go_boolean(word).unwrap_or(false))
        };
        let choose = |flag: Option<bool>, name: &str, file: Option<bool>| {
            flag.or_else(|| variable(name)).or(file).unwrap_or(false)
        };
        Ok(Self {
            output_format: flags
                .output_format
                .clone()
                .or_else(|| environment.get("PACTO_OUTPUT_FORMAT").map(str::to_owned))
                .or(file.output_format)
                .unwrap_or_else(|| "text".to_owned()),
            is_verbose: choose(flags.verbose, "PACTO_VERBOSE", file.verbose),
            network: Network {
                is_offline: choose(flags.offline, "PACTO_OFFLINE", file.offline),
                is_cache_ignored: choose(flags.no_cache, "PACTO_NO_CACHE", file.no_cache),
            },
            estate: environment
                .get("PACTO_ESTATE")
                .map(comma_list)
                .or(file.estate)
                .unwrap_or_default(),
            cache_directory: file.cache_directory,
            rules: file.rules,
            warnings: file.warnings,
        })
    }
}

/// The settings file to read, with the name to show; a contract in the working directory is never
/// one.
fn locate(
    flags: &GlobalArgs,
    environment: &Environment,
    directory: &Path,
) -> Option<(PathBuf, String)> {
    if let Some(named) = flags
        .config
        .as_deref()
        .or_else(|| environment.get("PACTO_CONFIG"))
    {
        return Some((directory.join(named), named.to_owned()));
    }
    let home = environment
        .home()
        .map(|home| home.join(".config").join("pacto"));
    [environment.config_directory(), home]
        .into_iter()
        .flatten()
        .map(|base| base.join("pacto.yaml"))
        .find(|path| path.is_file())
        .map(|path| {
            let shown = path.display().to_string();
            (path, shown)
        })
}

fn read(path: &Path, shown: &str) -> Result<FileSettings, SettingsError> {
    let file = shown.to_owned();
    let text = pacto_app::read_text(path, pacto_app::MAX_TEXT_BYTES).map_err(|source| {
        SettingsError::Read {
            file: file.clone(),
            source,
        }
    })?;
    let document = Document::parse(SourceText::new(shown, text), Syntax::Yaml, Limits::CONTRACT)
        .map_err(|source| SettingsError::Parse {
            file: file.clone(),
            source,
        })?;
    let root = document.root();
    if root.get("pactoVersion").is_some() {
        return Err(SettingsError::Contract { file });
    }
    let mut settings = FileSettings::default();
    for (key, value) in root.entries() {
        let key = key.as_str().unwrap_or_default();
        let wrong = |expected: &str| SettingsError::Shape {
            file: file.clone(),
            reason: format!("`{key}` must be {expected}"),
        };
        let text = || {
            value
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| wrong("text"))
        };
        let flag = || boolean(value).ok_or_else(|| wrong("true or false"));
        match key {
            "output-format" => settings.output_format = Some(text()?),
            "no-cache" => settings.no_cache = Some(flag()?),
            "offline" => settings.offline = Some(flag()?),
            "verbose" => settings.verbose = Some(flag()?),
            "cache-dir" => settings.cache_directory = Some(text()?),
            "diff" => settings.rules = Some((shown.to_owned(), RulesFile::from_node(value))),
            "estate" => {
                let sources = value.items().map(|item| item.as_str().map(str::to_owned));
                settings.estate = match value.as_str() {
                    Some(text) => Some(vec![text.to_owned()]),
                    None => sources.collect(),
                };
                if settings.estate.as_ref().is_none_or(Vec::is_empty) {
                    return Err(wrong("a list of texts"));
                }
            }
            other if KEYS.contains(&other) => {}
            unknown => {
                let mut warning = format!("{shown}: unknown key `{unknown}` is ignored");
                if let Some(near) = nearest(unknown, KEYS.iter().copied()) {
                    warning.push_str(&format!("; did you mean `{near}`?"));
                }
                settings.warnings.push(warning);
            }
        }
    }
    Ok(settings)
}

/// The parts of a comma list, trimmed; empty ones are left out.
fn comma_list(text: &str) -> Vec<String> {
    let parts = text.split(',').map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn boolean(value: Node<'_>) -> Option<bool> {
    value
        .as_bool()
        .or_else(|| go_boolean(value.as_str()?))
        .or_else(|| match value.as_i64()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        })
}

/// The environment with the cache root of the settings file, where the environment has none.
pub(crate) fn with_cache_directory(environment: Environment, settings: &Settings) -> Environment {
    match &settings.cache_directory {
        Some(directory) if environment.get("PACTO_CACHE_DIR").is_none() => environment
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .chain([("PACTO_CACHE_DIR".to_owned(), directory.clone())])
            .collect(),
        _ => environment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(flags: &GlobalArgs, variables: &[(&str, &str)]) -> Settings {
        let environment = variables.iter().copied().collect();
        Settings::read(flags, &environment, Path::new("/nowhere")).expect("readable")
    }

    #[test]
    fn flags_win_over_variables_and_variables_over_defaults() {
        let none = GlobalArgs::default();
        assert_eq!(settings(&none, &[]).output_format, "text");
        let variables = [("PACTO_OUTPUT_FORMAT", "json"), ("PACTO_NO_CACHE", "1")];
        assert_eq!(settings(&none, &variables).output_format, "json");
        assert!(settings(&none, &variables).network.is_cache_ignored);
        let flags = GlobalArgs {
            output_format: Some("markdown".into()),
            no_cache: Some(false),
            ..GlobalArgs::default()
        };
        assert_eq!(settings(&flags, &variables).output_format, "markdown");
        assert!(!settings(&flags, &variables).network.is_cache_ignored);
    }

    #[test]
    fn variables_are_booleans_as_go_reads_them() {
        let is_offline = |value| {
            settings(&GlobalArgs::default(), &[("PACTO_OFFLINE", value)])
                .network
                .is_offline
        };
        for word in ["1", "t", "T", "true", "TRUE", "True"] {
            assert!(is_offline(word), "{word}");
        }
        for word in ["0", "f", "F", "false", "FALSE", "False", "yes", "on", ""] {
            assert!(!is_offline(word), "{word}");
        }
    }
}
