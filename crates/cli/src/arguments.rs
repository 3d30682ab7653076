//! What can be typed: the global flags and the groups of flags that commands share.

mod estate;
mod overrides;

use clap::{ArgAction, Args, Parser};

use crate::commands::Command;

pub use estate::EstateArgs;
pub use overrides::{OverrideArgs, SidedOverrideArgs};

/// Contracts for services: validate, publish, compare, connect
///
/// A contract (`pacto.yaml` and the files it names) describes one service: identity and owner,
/// interfaces, dependencies with version ranges, configuration, policies, runtime behaviour.
#[derive(Debug, Parser)]
#[command(
    name = "pacto",
    bin_name = "pacto",
    disable_version_flag = true,
    disable_help_subcommand = false,
    max_term_width = 100,
    after_help = "Examples:\n  \
        pacto init my-service\n  \
        pacto validate my-service\n  \
        pacto diff oci://registry.example.com/acme/my-service:1.0.0 my-service"
)]
pub struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub global: GlobalArgs,

    /// Print the version and exit
    #[arg(short = 'V', long, action = ArgAction::SetTrue)]
    pub version: bool,

    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Flags of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Read settings from this file [env: PACTO_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<String>,

    /// Print the result in this format: text, json, markdown, and others where a command says so
    /// [env: PACTO_OUTPUT_FORMAT] [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub output_format: Option<String>,

    /// Do not read bundles from the disk cache [env: PACTO_NO_CACHE]
    #[arg(long, global = true, value_name = "BOOL", value_parser = boolean,
          num_args = 0..=1, require_equals = true, default_missing_value = "true",
          hide_possible_values = true)]
    pub no_cache: Option<bool>,

    /// Never use the network; the disk cache answers [env: PACTO_OFFLINE]
    #[arg(long, global = true, value_name = "BOOL", value_parser = boolean,
          num_args = 0..=1, require_equals = true, default_missing_value = "true",
          hide_possible_values = true)]
    pub offline: Option<bool>,

    /// Log what is done on standard error [env: PACTO_VERBOSE]
    #[arg(short, long, global = true, value_name = "BOOL", value_parser = boolean,
          num_args = 0..=1, require_equals = true, default_missing_value = "true",
          hide_possible_values = true)]
    pub verbose: Option<bool>,
}

/// Reads a boolean the way Go's `strconv.ParseBool` does; `None` for any other word.
pub(crate) fn go_boolean(word: &str) -> Option<bool> {
    match word {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

fn boolean(word: &str) -> Result<bool, String> {
    go_boolean(word).ok_or_else(|| "write `true` or `false`".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_ends_its_help_with_three_examples() {
        let mut root = Cli::command();
        root.build();
        for command in root
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
        {
            if command.get_name() == "help" || command.has_subcommands() {
                continue;
            }
            let help = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            let examples = help
                .lines()
                .filter(|line| line.starts_with("  pacto "))
                .count();
            assert_eq!(examples, 3, "{}", command.get_name());
        }
    }

    #[test]
    fn global_flags_stand_before_and_after_the_command() {
        for line in [
            ["pacto", "--output-format=json", "version"],
            ["pacto", "version", "--output-format=json"],
        ] {
            let cli = Cli::try_parse_from(line).expect("parses");
            assert_eq!(cli.global.output_format.as_deref(), Some("json"));
        }
        let cli = Cli::try_parse_from(["pacto", "--no-cache=0", "version", "-v"]).expect("parses");
        assert_eq!(cli.global.no_cache, Some(false));
        assert_eq!(cli.global.verbose, Some(true));
    }
}
