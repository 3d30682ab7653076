//! `pacto completion`

use clap::{CommandFactory as _, ValueEnum};
use clap_complete::Shell;

use crate::arguments::Cli;
use crate::exit::Exit;
use crate::failed::Failed;
use crate::session::Session;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto completion bash > /etc/bash_completion.d/pacto\n  \
    pacto completion zsh > \"${fpath[1]}/_pacto\"\n  \
    pacto completion fish --no-descriptions > ~/.config/fish/completions/pacto.fish")]
pub struct Args {
    /// Shell to print the script for
    pub shell: ShellName,

    /// Leave out the descriptions of commands and flags
    #[arg(long)]
    pub no_descriptions: bool,
}

/// A shell with completions.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ShellName {
    /// GNU Bash
    Bash,
    /// Z shell
    Zsh,
    /// fish
    Fish,
    /// PowerShell
    #[value(name = "powershell")]
    PowerShell,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, Failed> {
    let shell = match args.shell {
        ShellName::Bash => Shell::Bash,
        ShellName::Zsh => Shell::Zsh,
        ShellName::Fish => Shell::Fish,
        ShellName::PowerShell => Shell::PowerShell,
    };
    let mut command = Cli::command();
    if args.no_descriptions {
        command = without_descriptions(command);
    }
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "pacto", &mut script);
    session.streams.write(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Ok)
}

/// Removes what the scripts would show beside each word.
fn without_descriptions(command: clap::Command) -> clap::Command {
    command
        .about("")
        .mut_args(|argument| argument.help("").long_help(""))
        .mut_subcommands(without_descriptions)
}
