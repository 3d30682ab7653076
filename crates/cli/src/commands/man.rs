//! `pacto man`: for packagers.

use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use pacto_app::{Failure, FailureKind};

use crate::arguments::Cli;
use crate::exit::Exit;
use crate::failed::Failed;
use crate::session::Session;

/// Write the manual pages into a directory
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto man target/man\n  \
    pacto man /usr/local/share/man/man1\n  \
    pacto man . && man ./pacto.1")]
pub struct Args {
    /// Directory to write to; created when missing
    pub directory: PathBuf,
}

/// Why the pages were not written.
#[derive(Debug, thiserror::Error)]
#[error("failed to write {path}")]
pub struct ManError {
    path: String,
    #[source]
    source: std::io::Error,
}

impl Failure for ManError {
    fn kind(&self) -> FailureKind {
        FailureKind::CouldNotRun
    }

    fn code(&self) -> &'static str {
        "unwritable-file"
    }
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, Failed> {
    let directory = session.context.absolute(&args.directory);
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |source| ManError { path, source }
    };
    std::fs::create_dir_all(&directory).map_err(failed(&directory))?;
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    collect(&root, "pacto", &mut pages);
    for (name, page) in pages {
        let path = directory.join(format!("{name}.1"));
        std::fs::write(&path, page).map_err(failed(&path))?;
    }
    Ok(Exit::Ok)
}

fn collect(command: &clap::Command, name: &str, pages: &mut Vec<(String, Vec<u8>)>) {
    let mut page = Vec::new();
    let named = command
        .clone()
        .name(name.to_owned())
        .display_name(name.to_owned());
    // Writing into memory cannot fail.
    let _ = clap_mangen::Man::new(named).render(&mut page);
    pages.push((name.to_owned(), page));
    for child in command
        .get_subcommands()
        .filter(|child| !child.is_hide_set())
    {
        collect(child, &format!("{name}-{}", child.get_name()), pages);
    }
}
