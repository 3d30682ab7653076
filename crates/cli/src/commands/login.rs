//! `pacto login`

use std::io::{IsTerminal as _, Read as _};

use pacto_app::login::{LoginOptions, login};
use pacto_oci::Secret;

use crate::exit::Exit;
use crate::failed::Failed;
use crate::interrupt;
use crate::output::Format;
use crate::session::Session;

/// Longest password that is read from standard input, in bytes; tokens are a few kilobytes.
const MAX_PASSWORD_BYTES: u64 = 64 << 10;

/// Store credentials of a registry, after trying them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto login registry.example.com -u me\n  \
    pacto login ghcr.io -u me --password-stdin < token\n  \
    pacto login registry.example.com -u me --password-stdin --no-check < token")]
pub struct Args {
    /// Host of the registry, with port where it has one
    pub registry: String,

    /// User name
    #[arg(short, long, value_name = "USER")]
    pub username: String,

    /// Password or token; other users of this machine may see it
    #[arg(
        short,
        long,
        value_name = "PASSWORD",
        conflicts_with = "password_stdin"
    )]
    pub password: Option<String>,

    /// Read the password from standard input
    #[arg(long)]
    pub password_stdin: bool,

    /// Store the credentials without trying them
    #[arg(long)]
    pub no_check: bool,
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let password = match args.password.filter(|password| !password.is_empty()) {
        Some(password) => password,
        None if args.password_stdin => from_input()?,
        None => ask(session)?,
    };
    if password.is_empty() {
        return Err(Failed::usage("the password is empty"));
    }
    let result = login(
        &session.context,
        &LoginOptions {
            registry: args.registry,
            user: args.username,
            password: Secret::new(password),
            is_unchecked: args.no_check,
        },
    )?;
    if session.format == Format::Json {
        session.streams.json(&result)?;
    } else {
        session
            .streams
            .line(&format!("Login succeeded for {}", result.registry))?;
    }
    Ok(Exit::Ok)
}

/// The first line of standard input.
fn from_input() -> Result<String, Failed> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(MAX_PASSWORD_BYTES)
        .read_to_string(&mut text)
        .map_err(|error| Failed::usage(format!("cannot read the password: {error}")))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn ask(session: &mut Session) -> Result<String, Failed> {
    if !std::io::stdin().is_terminal() {
        return Err(Failed::Usage {
            message: "there is no terminal to ask for the password on".to_owned(),
            hints: vec!["use `--password-stdin`".to_owned()],
        });
    }
    session.streams.flush()?;
    interrupt::while_terminal_is_changed(|| rpassword::prompt_password("Password: "))
        .map_err(|error| Failed::usage(format!("cannot read the password: {error}")))
}
