//! One run of the program: what a command works with.

use std::sync::Arc;

use pacto_app::diff::{RulesFileError, RulesSources, rules};
use pacto_app::{Context, Environment};
use pacto_diagnostic::Finding;
use pacto_diff::RulesFile;

use crate::arguments::GlobalArgs;
use crate::failed::Failed;
use crate::observer::TerminalObserver;
use crate::output::Format;
use crate::settings::{Settings, with_cache_directory};
use crate::streams::Streams;
use crate::version::{RELEASES, VERSION};

/// What a command works with.
#[derive(Debug)]
pub(crate) struct Session {
    /// The world of the use cases.
    pub(crate) context: Context,
    /// The terminal.
    pub(crate) streams: Streams,
    /// How the result is printed.
    pub(crate) format: Format,
    /// More is wanted.
    pub(crate) is_verbose: bool,
    /// Rules of comparisons in the settings file.
    rules: Option<(String, Result<RulesFile, Vec<Finding>>)>,
    /// Sources of the estate that environment or settings name.
    pub(crate) estate: Vec<String>,
}

impl Session {
    /// Reads settings and environment for a command.
    pub(crate) fn start(
        flags: &GlobalArgs,
        environment: Environment,
        mut streams: Streams,
        command: &str,
        formats: &[Format],
    ) -> Result<Self, (Streams, Failed)> {
        let directory = match std::env::current_dir() {
            Ok(directory) => directory,
            Err(error) => {
                let failed = Failed::usage(format!("the working directory is gone: {error}"));
                return Err((streams, failed));
            }
        };
        let settings = match Settings::read(flags, &environment, &directory) {
            Ok(settings) => settings,
            Err(error) => return Err((streams, error.into())),
        };
        let format = match Format::parse(&settings.output_format, command, formats) {
            Ok(format) => format,
            Err(failed) => return Err((streams, failed)),
        };
        if format != Format::Text {
            streams.become_plain();
        }
        for warning in &settings.warnings {
            if let Err(failed) = streams.warn(warning) {
                return Err((streams, failed));
            }
        }
        crate::log::start(settings.is_verbose);
        let is_progress_wanted =
            format == Format::Text && environment.get("PACTO_NO_ANIM").is_none();
        let observer = TerminalObserver::new(streams.err(), is_progress_wanted);
        let environment = with_cache_directory(environment, &settings);
        Ok(Self {
            context: Context::new(
                environment,
                directory,
                jiff::Timestamp::now(),
                settings.network,
                Arc::new(observer),
                VERSION,
            )
            .with_release_index(RELEASES),
            streams,
            format,
            is_verbose: settings.is_verbose,
            rules: settings.rules,
            estate: settings.estate,
        })
    }

    /// The rules that count for a comparison; those of the settings file where there are no others.
    pub(crate) fn rules(&self, sources: RulesSources) -> Result<RulesFile, RulesFileError> {
        let settings = self.rules.clone();
        rules(
            &self.context,
            &RulesSources {
                settings,
                ..sources
            },
        )
    }
}
