//! Documents of interfaces: each is compared by what its format is.

use pacto_diagnostic::Severity;
use pacto_document::Document;

use super::group::{Found, Group};
use super::place::Position;
use super::schema::delta::bracketed;
use super::{asyncapi, configuration, documents, graphql, openapi, pair, protobuf, versions};
use crate::description::Description;
use crate::side::has_extension;
use crate::{Diagnostic, Options, Side, SideName};

/// Section of interfaces among the records.
pub(super) const SECTION: u8 = 1;

/// Compares the documents of every interface that both sides have.
pub(super) fn compare(
    old: &Side,
    new: &Side,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Group> {
    let mut groups = Vec::new();
    for (index, before) in old.contract().interfaces.iter().enumerate() {
        let mut partners = new.contract().interfaces.iter();
        let Some(after) = partners.find(|after| after.name == before.name) else {
            continue;
        };
        let (Some(one), Some(other)) = (&before.contract, &after.contract) else {
            continue;
        };
        let paths = (one.as_str(), other.as_str());
        let found = document(old, new, paths, options, diagnostics)
            .or_else(|| message(old, new, paths, &before.name));
        if found.is_none() && is_unknown(old, new, paths) {
            diagnostics.push(Diagnostic {
                severity: Severity::Warning,
                code: "format-not-compared",
                side: None,
                file: Some(paths.1.to_owned()),
                pointer: None,
                message: format!(
                    "`{}` differs, and documents of its format are not compared",
                    paths.1
                ),
                location: None,
            });
        }
        if let Some(found) = found {
            let interface = Some(before.name.as_str());
            groups.push(found.group((SECTION, index), interface, paths.1, diagnostics));
        }
    }
    groups
}

/// Whether two readable documents differ and are not both in one format with rules.
fn is_unknown(old: &Side, new: &Side, paths: (&str, &str)) -> bool {
    let differs = match (old.text(paths.0), new.text(paths.1)) {
        (Ok(one), Ok(other)) => one != other,
        _ => false,
    };
    let is_readable = |side: &Side, path: &str| side.document(path).is_none_or(Result::is_ok);
    let description = |side: &Side, path: &str| {
        let document = side.document(path)?;
        Description::of(document.as_ref().ok()?)
    };
    let described = (description(old, paths.0), description(new, paths.1));
    differs
        && is_readable(old, paths.0)
        && is_readable(new, paths.1)
        && (described.0.is_none() || described.0 != described.1)
}

/// Compares two JSON Schemas that describe the messages of an interface.
fn message(old: &Side, new: &Side, paths: (&str, &str), name: &str) -> Option<Found> {
    let [one, other] = pair(old, new, paths)?;
    if !is_schema(one) || !is_schema(other) {
        return None;
    }
    let sides = (documents(one, old), documents(other, new));
    let root = message_root(name);
    let subject = format!("message of {name}");
    let position = Position::Message;
    Some(configuration::compare(
        &sides.0, &sides.1, position, &root, &subject,
    ))
}

/// Whether a document is a JSON Schema rather than the description of an API.
pub(super) fn is_schema(document: &Document) -> bool {
    Description::of(document) == Some(Description::Schema)
}

/// Path of the schema of the messages of an interface among the records.
pub(super) fn message_root(interface: &str) -> String {
    format!("interfaces[{}].schema", bracketed(interface))
}

/// Compares two documents; `None` when they cannot be read, or are of no format that is compared.
fn document(
    old: &Side,
    new: &Side,
    paths: (&str, &str),
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Found> {
    let both = |extensions: &[&str]| {
        has_extension(paths.0, extensions) && has_extension(paths.1, extensions)
    };
    if both(&["proto"]) {
        return protobuf::documents(old, new, paths, options.proto, diagnostics);
    }
    if both(&["graphql", "graphqls", "gql"]) {
        return graphql::documents(old, new, paths, options, diagnostics);
    }
    let [one, other] = pair(old, new, paths)?;
    let sides = (documents(one, old), documents(other, new));
    // Equal texts differ only through files they refer to.
    let is_alone = sides.0.others().next().is_none() && sides.1.others().next().is_none();
    if is_alone && one.source().text() == other.source().text() {
        return None;
    }
    let mut found = openapi::compare(&sides.0, &sides.1, options)
        .or_else(|| asyncapi::compare((&sides.0, old), (&sides.1, new), options))?;
    let roots = [(SideName::Old, one.root()), (SideName::New, other.root())];
    let unknown = roots.map(|(side, root)| versions::unknown(side, root));
    found.diagnostics.extend(unknown.into_iter().flatten());
    Some(found)
}
