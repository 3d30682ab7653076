//! `pacto push`

use std::collections::BTreeMap;

use clap::ValueEnum;
use pacto_app::push::{PushError, PushOptions, push};

use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::GOOD;

/// Publish a contract with its files in a registry or an image layout
///
/// The contract must be valid, policies included, and must not refer to paths on this machine. A
/// tag that exists is left alone unless `--force` is given.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto push oci://registry.example.com/acme/my-service -p my-service\n  \
    pacto push oci-layout://build/my-service -p my-service\n  \
    pacto push oci://registry.example.com/acme/my-service:edge -p my-service --force")]
pub struct Args {
    /// `oci://` or `oci-layout://` reference; the tag is the version when it has none
    pub reference: String,

    /// Directory of the contract
    #[arg(
        short,
        long,
        value_name = "DIR",
        default_value = ".",
        hide_default_value = true
    )]
    pub path: String,

    /// Move a tag that exists
    #[arg(short, long)]
    pub force: bool,

    /// Add an annotation to the manifest (repeatable)
    #[arg(long = "annotation", value_name = "KEY=VALUE", value_parser = key_value)]
    pub annotations: Vec<(String, String)>,

    /// Form of the manifest: `go` is exactly what the Go implementation writes
    #[arg(long, value_name = "FORM", default_value = "oci")]
    pub artifact_form: FormName,

    /// Attach the contract to an image in the same repository
    #[arg(long, value_name = "REF")]
    pub subject: Option<String>,

    /// Merge a YAML file into the contract (repeatable)
    #[arg(long = "values", value_name = "FILE", help_heading = "Overrides")]
    pub values: Vec<String>,

    /// Set one value of the contract (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE", help_heading = "Overrides")]
    pub sets: Vec<String>,
}

/// Form of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormName {
    /// A valid pairing of OCI media types
    Oci,
    /// What the Go implementation writes
    Go,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE".to_owned()),
    }
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let options = PushOptions {
        reference: args.reference,
        directory: args.path,
        overrides: pacto_app::OverrideOptions {
            values: args.values,
            sets: args.sets,
        },
        is_forced: args.force,
        is_go_form: args.artifact_form == FormName::Go,
        annotations: args.annotations.into_iter().collect::<BTreeMap<_, _>>(),
        subject: args.subject,
    };
    let result = match push(&session.context, &options) {
        Ok(result) => result,
        Err(PushError::Packing(error)) => return Err(super::validate::refuse(error, session)?),
        Err(error) => return Err(error.into()),
    };
    if session.format == Format::Json {
        session.streams.json(&result)?;
    } else if result.pushed {
        let pushed = session.streams.out().paint(GOOD, "Pushed");
        session.streams.line(&format!(
            "{pushed} {}@{} -> {}\nDigest: {}",
            result.name, result.version, result.reference, result.digest
        ))?;
    }
    Ok(Exit::Ok)
}
