//! Documents of interfaces: each is compared by what its format is.

use super::group::{Found, Group};
use super::{documents, openapi, pair, protobuf};
use crate::side::has_extension;
use crate::{Diagnostic, Options, Side};

/// Section of interfaces among the records.
const SECTION: u8 = 1;

/// Compares the documents of every interface that both sides have.
pub(super) fn compare(
    old: &Side,
    new: &Side,
    options: Options,
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
        if let Some(found) = document(old, new, paths, options, diagnostics) {
            let interface = Some(before.name.as_str());
            groups.push(found.group((SECTION, index), interface, paths.1, diagnostics));
        }
    }
    groups
}

/// Compares two documents; `None` when they cannot be read, or are of no format that is compared.
fn document(
    old: &Side,
    new: &Side,
    paths: (&str, &str),
    options: Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Found> {
    let both = |extensions: &[&str]| {
        has_extension(paths.0, extensions) && has_extension(paths.1, extensions)
    };
    if both(&["proto"]) {
        return protobuf::documents(old, new, paths, diagnostics);
    }
    let [one, other] = pair(old, new, paths)?;
    let sides = (documents(one, old), documents(other, new));
    // Equal texts differ only through files they refer to.
    let is_alone = sides.0.others().next().is_none() && sides.1.others().next().is_none();
    if is_alone && one.source().text() == other.source().text() {
        return None;
    }
    openapi::compare(&sides.0, &sides.1, options.today)
}
