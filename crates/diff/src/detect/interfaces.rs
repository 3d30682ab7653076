//! Interfaces, matched by name, and the documents behind them.

use pacto_contract::Interface;
use serde_json::Value;

use super::{Change, ChangeKind, Detector, Fact, List, openapi, pair_by_key, pointer};
use crate::description::Description;
use crate::side::is_tree;

pub(super) fn detect(detector: &mut Detector<'_>) {
    let old = &detector.old.contract().interfaces;
    let new = &detector.new.contract().interfaces;
    let names = |interfaces: &[Interface]| -> Vec<String> {
        interfaces
            .iter()
            .map(|interface| interface.name.clone())
            .collect()
    };
    let (pairs, added) = pair_by_key(&names(old), &names(new));
    for (index, partner) in pairs {
        let Some(before) = old.get(index) else {
            continue;
        };
        if let Some((position, after)) =
            partner.and_then(|position| Some((position, new.get(position)?)))
        {
            pair(detector, (index, before), (position, after));
        } else {
            let place = pointer(&["interfaces"]).index(index);
            let (location, _) = detector.places(Some(&place), None);
            detector.push(whole(&before.name, ChangeKind::Removed).at(location, None));
        }
    }
    for index in added {
        if let Some(interface) = new.get(index) {
            let place = pointer(&["interfaces"]).index(index);
            let (_, location) = detector.places(None, Some(&place));
            detector.push(whole(&interface.name, ChangeKind::Added).at(None, location));
        }
    }
}

fn item(name: &str, field: Option<&'static str>) -> Fact {
    Fact::Item {
        list: List::Interfaces,
        key: name.to_owned(),
        field,
    }
}

fn whole(name: &str, kind: ChangeKind) -> Change {
    Change::new(item(name, None), kind)
        .value(name)
        .interface(name)
}

fn pair(
    detector: &mut Detector<'_>,
    (old_index, old): (usize, &Interface),
    (new_index, new): (usize, &Interface),
) {
    let name = &old.name;
    let start = detector.found.changes.len();
    let old_place = pointer(&["interfaces"]).index(old_index);
    let new_place = pointer(&["interfaces"]).index(new_index);
    let named = |value: &str| -> Value { format!("{name}: {value}").into() };
    detector.always_modified(
        item(name, Some("type")),
        named(old.r#type.as_str()),
        named(new.r#type.as_str()),
        (&old_place.key("type"), &new_place.key("type")),
    );
    detector.optional(
        item(name, Some("port")),
        old.port.map(Value::from),
        new.port.map(Value::from),
        (&old_place.key("port"), &new_place.key("port")),
    );
    let visibility = |interface: &Interface| {
        let visibility = interface.visibility.as_ref();
        named(visibility.map_or("", |visibility| visibility.as_str()))
    };
    detector.always_modified(
        item(name, Some("visibility")),
        visibility(old),
        visibility(new),
        (&old_place.key("visibility"), &new_place.key("visibility")),
    );
    let (before, after) = (
        old.contract.as_deref().unwrap_or(""),
        new.contract.as_deref().unwrap_or(""),
    );
    // The bare value when one side names no document.
    let values = if before.is_empty() || after.is_empty() {
        (before.into(), after.into())
    } else {
        (named(before), named(after))
    };
    detector.always_modified(
        item(name, Some("contract")),
        values.0,
        values.1,
        (&old_place.key("contract"), &new_place.key("contract")),
    );
    for change in detector.found.changes.iter_mut().skip(start) {
        change.interface = Some(name.clone());
    }
    if before.is_empty() || after.is_empty() {
        return;
    }
    let owner = item(name, Some("contract"));
    if !is_tree(before) || !is_tree(after) {
        detector.text_pair(&owner, before, after);
    } else if let Some((old, new)) = detector.document_pair(&owner, before, after) {
        if Description::of(old) != Description::of(new) {
            detector.nothing_in_common(&owner, after, (None, None));
        }
        openapi::detect(detector, name, old, new);
    }
}
