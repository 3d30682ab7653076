//! Base records under the paths of another style.

use std::collections::BTreeMap;

use super::Row;
use crate::PathStyle;
use crate::detect::Change;
use crate::record::fingerprint;

/// What a record of the base layer calls its place.
pub(super) struct Spelling {
    path: String,
    reason: String,
    aliases: Vec<String>,
}

impl Spelling {
    /// `None` where the style is the canonical one.
    pub(super) fn of(change: &Change, style: PathStyle) -> Option<Self> {
        (style != PathStyle::Canonical).then(|| Self {
            path: change.fact.path(style),
            reason: change.fact.reason(change.kind, style),
            aliases: change.fact.aliases(style),
        })
    }
}

/// Spells base records the way that is wanted. Fingerprints are those of what is printed, so whatever
/// names one follows.
pub(super) fn spell(rows: &mut [Row]) {
    let mut respelled: BTreeMap<String, String> = BTreeMap::new();
    for row in rows.iter_mut() {
        let Some(spelling) = row.spelling.take() else {
            continue;
        };
        let record = &mut row.record;
        record.path = spelling.path;
        record.reason = spelling.reason;
        record.aliases = spelling.aliases;
        let before = record.fingerprint.replace(fingerprint(record));
        if let (Some(before), Some(after)) = (before, &record.fingerprint) {
            respelled.insert(before, after.clone());
        }
    }
    for row in rows {
        let record = &mut row.record;
        let named = record.parent.iter_mut().chain(&mut record.explained_by);
        for print in named {
            if let Some(after) = respelled.get(print) {
                print.clone_from(after);
            }
        }
    }
}
