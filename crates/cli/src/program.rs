//! From the process to a command and back to an exit code.

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use pacto_app::Environment;

use crate::arguments::Cli;
use crate::commands::{Command, version};
use crate::exit::{self, Exit};
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::Streams;
use crate::{interrupt, release};

/// Runs the program with the arguments, environment and streams of this process.
pub fn main() -> ExitCode {
    report_panics();
    let environment = Environment::of_process();
    let mut streams = Streams::new(&environment);
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    if cli.command.is_none() && !cli.version {
        let mut command = Cli::command();
        let help = command.render_help();
        let shown = if streams.out().is_coloured {
            help.ansi().to_string()
        } else {
            help.to_string()
        };
        let written = streams.write(&shown).map(|()| Exit::Ok);
        return finish(streams, written);
    }
    let command = cli.command.unwrap_or(Command::Version(version::Args {}));
    let started = Session::start(
        &cli.global,
        environment,
        streams,
        command.name(),
        command.formats(),
    );
    match started {
        Ok(mut session) => {
            if command.writes() {
                interrupt::watch();
            }
            let result = command.run(&mut session);
            if matches!(result, Ok(Exit::Ok)) && session.format == Format::Text {
                release::tell(&mut session);
            }
            finish(session.streams, result)
        }
        Err((streams, failed)) => finish(streams, Err(failed)),
    }
}

/// Shows an error once, hands everything to the system, and gives the exit code.
fn finish(mut streams: Streams, result: Result<Exit, Failed>) -> ExitCode {
    let exit = match result {
        Ok(exit) => exit,
        Err(Failed::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            return exit::interrupted(exit::BROKEN_PIPE);
        }
        Err(failed) => {
            let (message, causes, hints) = failed.describe();
            // Where even the error cannot be written, the exit code has to do.
            let _ = streams.error(&message, &causes, &hints);
            if matches!(failed, Failed::Output(_)) {
                return failed.exit().into();
            }
            failed.exit()
        }
    };
    match streams.flush() {
        Err(Failed::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            exit::interrupted(exit::BROKEN_PIPE)
        }
        Err(failed) => {
            let (message, causes, hints) = failed.describe();
            let _ = streams.error(&message, &causes, &hints);
            failed.exit().max(exit).into()
        }
        Ok(()) => exit.into(),
    }
}

/// Help goes to standard output with code 0, a usage mistake to standard error with code 2.
fn refuse(error: &clap::Error) -> ExitCode {
    let exit = if error.use_stderr() {
        Exit::Usage
    } else {
        Exit::Ok
    };
    match error.print() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            exit::interrupted(exit::BROKEN_PIPE)
        }
        _ => exit.into(),
    }
}

/// A panic is a defect of the program: says so, and what to report.
fn report_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        use std::io::Write as _;
        let _ = writeln!(
            io::stderr(),
            "error: pacto {} stopped because of a defect in it; please report this with what \
             you ran and the lines below",
            crate::version::VERSION
        );
        default(panic);
    }));
}
