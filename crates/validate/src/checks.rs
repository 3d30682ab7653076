//! The checks, one file per area; each code they emit is a page in `checks/<area>/`.

pub(crate) mod configuration;
pub(crate) mod dependencies;
pub(crate) mod identity;
pub(crate) mod interfaces;
pub(crate) mod load;
pub(crate) mod lock;
pub(crate) mod policies;
pub(crate) mod readiness;
pub(crate) mod runtime;
pub(crate) mod scaling;
pub(crate) mod structure;

use std::collections::BTreeMap;

use pacto_bundle::{EntryKind, Files, is_clean_path};
use pacto_contract::{Contract, Loaded};

use crate::findings::Findings;
use crate::schema::CompiledSchema;

/// What the checks of layers 2 and 3 look at.
pub(crate) struct Subject<'s> {
    /// The contract with its document.
    pub(crate) loaded: &'s Loaded,
    /// The contract, normalised.
    pub(crate) contract: &'s Contract,
    /// Files of the bundle; without them file rules are skipped.
    pub(crate) files: Option<&'s dyn Files>,
    /// As the Go implementation validates.
    pub(crate) is_compat: bool,
}

/// Schemas that a check compiled and a later one uses, by position of their entry.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    pub(crate) configurations: BTreeMap<usize, CompiledSchema>,
    pub(crate) policies: BTreeMap<usize, CompiledSchema>,
}

/// Layer 2, in report order.
pub(crate) fn cross_field(subject: &Subject<'_>, out: &mut Findings<'_>) -> Compiled {
    let mut compiled = Compiled::default();
    identity::version(subject, out);
    interfaces::names(subject, out);
    configuration::names(subject, out);
    policies::names(subject, out);
    dependencies::names(subject, out);
    interfaces::fields(subject, out);
    runtime::health(subject, out);
    runtime::metrics(subject, out);
    interfaces::documents(subject, out);
    configuration::schemas(subject, &mut compiled, out);
    policies::schemas(subject, &mut compiled, out);
    dependencies::references(subject, out);
    identity::image(subject, out);
    identity::chart(subject, out);
    configuration::values(subject, &compiled, out);
    scaling::bounds(subject, out);
    scaling::workload(subject, out);
    runtime::durability(subject, out);
    readiness::checks(subject, out);
    compiled
}

/// Layer 3, in report order.
pub(crate) fn semantic(subject: &Subject<'_>, out: &mut Findings<'_>) {
    runtime::upgrade_strategy(subject, out);
}

/// Whether a path named in a contract leads to something in the bundle.
enum Presence {
    /// Something is there.
    Present,
    /// Nothing is there, or the path is not clean, or it cannot be read.
    Missing,
    /// A symbolic link or special file, which no bundle can hold.
    Special,
    /// There are no files to look at.
    Unknown,
}

fn presence(subject: &Subject<'_>, path: &str) -> Presence {
    let Some(files) = subject.files else {
        return Presence::Unknown;
    };
    match is_clean_path(path).then(|| files.entry(path)) {
        Some(Ok(Some(EntryKind::File | EntryKind::Directory))) => Presence::Present,
        Some(Ok(Some(EntryKind::Other))) => Presence::Special,
        _ => Presence::Missing,
    }
}

/// Reports something that cannot be packed in the place of a file.
fn report_special(out: &mut Findings<'_>, path: &str, file: &str, what: &str) {
    out.report(
        crate::catalogue::code::FILE_NOT_FOUND,
        path,
        format!("{what} file \"{file}\" is a symbolic link or special file"),
    )
    .help("replace it by the file itself; a bundle holds only files and directories");
}

/// What a path may have meant: the same path written cleanly, or the nearest file of the bundle.
fn nearest_file(subject: &Subject<'_>, path: &str) -> Option<(String, bool)> {
    let files = subject.files?;
    let clean: Vec<&str> = path
        .split('/')
        .filter(|element| !element.is_empty() && *element != ".")
        .collect();
    let clean = clean.join("/");
    if clean != path
        && is_clean_path(&clean)
        && matches!(files.entry(&clean), Ok(Some(EntryKind::File)))
    {
        return Some((clean, true));
    }
    let entries = files.list().ok()?;
    let names = entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::File)
        .map(|entry| entry.path.as_str());
    let nearest = pacto_diagnostic::nearest(path, names)?;
    Some((nearest.to_owned(), false))
}

/// Reports a file that is not there.
fn report_missing(
    subject: &Subject<'_>,
    out: &mut Findings<'_>,
    path: &str,
    file: &str,
    what: &str,
) {
    let found = nearest_file(subject, file);
    let fix = found
        .as_ref()
        .filter(|(_, is_same)| *is_same)
        .and_then(|(name, _)| {
            crate::repair::replace_text(subject.loaded, &crate::place::pointer(path), name)
        });
    out.report(
        crate::catalogue::code::FILE_NOT_FOUND,
        path,
        format!("{what} file \"{file}\" not found in bundle"),
    )
    .help_if(match found {
        Some((name, true)) => Some(format!(
            "paths are relative to the bundle root and have no `./`: write `{name}`"
        )),
        Some((name, false)) => Some(format!("did you mean `{name}`?")),
        None if !is_clean_path(file) => Some(
            "paths are relative to the bundle root and have no `.`, `..` or empty parts".to_owned(),
        ),
        None => None,
    })
    .fix(fix);
}

/// Reports every name that occurred before; `code` is the duplicate code of the list.
fn report_duplicates<'n>(
    out: &mut Findings<'_>,
    code: crate::catalogue::Code,
    what: &str,
    names: impl IntoIterator<Item = (&'n str, String)>,
    field: &str,
) {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for (name, path) in names {
        // A name that is missing is not a name that is repeated.
        if name.is_empty() {
            continue;
        }
        if let Some(previous) = seen.insert(name, path.clone()) {
            out.report(
                code,
                format!("{path}.{field}"),
                format!("{what} \"{name}\" is already declared at {previous}"),
            )
            .related("first declared here", &format!("{previous}.{field}"));
        }
    }
}
