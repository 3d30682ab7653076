//! Dependencies, matched by name.

use std::collections::BTreeSet;

use pacto_contract::Dependency;
use serde_json::Value;

use super::{Change, ChangeKind, Detector, Fact, List, pair_by_key, pointer};

pub(super) fn detect(detector: &mut Detector<'_>) {
    let old = &detector.old.contract().dependencies;
    let new = &detector.new.contract().dependencies;
    let ambiguous: BTreeSet<&str> = ambiguous_names(old)
        .into_iter()
        .chain(ambiguous_names(new))
        .collect();
    let key = |dependency: &Dependency| {
        if dependency.is_name_derived && ambiguous.contains(dependency.name.as_str()) {
            dependency.reference.clone()
        } else {
            dependency.name.clone()
        }
    };
    let old_keys: Vec<String> = old.iter().map(key).collect();
    let new_keys: Vec<String> = new.iter().map(key).collect();
    let (pairs, added) = pair_by_key(&old_keys, &new_keys);
    for (index, partner) in pairs {
        let (Some(before), Some(name)) = (old.get(index), old_keys.get(index)) else {
            continue;
        };
        let place = pointer(&["dependencies"]).index(index);
        let Some((position, after)) =
            partner.and_then(|position| Some((position, new.get(position)?)))
        else {
            let (location, _) = detector.places(Some(&place), None);
            detector.push(whole(name, ChangeKind::Removed).at(location, None));
            continue;
        };
        let other = pointer(&["dependencies"]).index(position);
        let fields: [(&'static str, &str, [Value; 2]); 3] = [
            (
                "ref",
                "ref",
                [before, after].map(|side| format!("{name}: {}", side.reference).into()),
            ),
            (
                "compatibility",
                "compatibility",
                [before, after].map(|side| format!("{name}: {}", side.compatibility).into()),
            ),
            (
                "required",
                "required",
                [before, after].map(|side| format!("{name}: required={}", side.required).into()),
            ),
        ];
        for (field, written, [old, new]) in fields {
            detector.always_modified(
                item(name, Some(field)),
                old,
                new,
                (&place.key(written), &other.key(written)),
            );
        }
    }
    for index in added {
        if let Some(name) = new_keys.get(index) {
            let place = pointer(&["dependencies"]).index(index);
            let (_, location) = detector.places(None, Some(&place));
            detector.push(whole(name, ChangeKind::Added).at(None, location));
        }
    }
}

fn item(key: &str, field: Option<&'static str>) -> Fact {
    Fact::Item {
        list: List::Dependencies,
        key: key.to_owned(),
        field,
    }
}

fn whole(key: &str, kind: ChangeKind) -> Change {
    Change::new(item(key, None), kind).value(key)
}

/// Names that were derived from more than one reference of a contract.
fn ambiguous_names(dependencies: &[Dependency]) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    dependencies
        .iter()
        .filter(|dependency| dependency.is_name_derived)
        .map(|dependency| dependency.name.as_str())
        .filter(|name| !seen.insert(*name))
        .collect()
}
