//! Flags that change a contract before it is used.

use clap::Args;
use pacto_app::OverrideOptions;

/// Overrides for one contract.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Overrides")]
pub struct OverrideArgs {
    /// Merge a YAML file into the contract (repeatable)
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    pub values: Vec<String>,

    /// Set one value of the contract (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
}

/// Overrides for two contracts: for both, then for one side.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Overrides")]
pub struct SidedOverrideArgs {
    /// Merge a YAML file into both contracts (repeatable)
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    pub values: Vec<String>,

    /// Set one value of both contracts (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,

    /// Merge a YAML file into the old contract (repeatable)
    #[arg(long, value_name = "FILE")]
    pub old_values: Vec<String>,

    /// Set one value of the old contract (repeatable)
    #[arg(long = "old-set", value_name = "KEY=VALUE")]
    pub old_sets: Vec<String>,

    /// Merge a YAML file into the new contract (repeatable)
    #[arg(long, value_name = "FILE")]
    pub new_values: Vec<String>,

    /// Set one value of the new contract (repeatable)
    #[arg(long = "new-set", value_name = "KEY=VALUE")]
    pub new_sets: Vec<String>,
}

impl From<OverrideArgs> for OverrideOptions {
    fn from(args: OverrideArgs) -> Self {
        Self {
            values: args.values,
            sets: args.sets,
        }
    }
}

impl SidedOverrideArgs {
    /// The overrides of the old and of the new contract.
    pub(crate) fn sides(&self) -> (OverrideOptions, OverrideOptions) {
        let both = OverrideOptions {
            values: self.values.clone(),
            sets: self.sets.clone(),
        };
        let old = OverrideOptions {
            values: self.old_values.clone(),
            sets: self.old_sets.clone(),
        };
        let new = OverrideOptions {
            values: self.new_values.clone(),
            sets: self.new_sets.clone(),
        };
        (both.followed_by(&old), both.followed_by(&new))
    }
}
