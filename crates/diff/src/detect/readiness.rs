//! Readiness evidence. Never breaking.

use pacto_contract::{Readiness, ReadinessCheck};
use pacto_document::{Node, Pointer};
use serde_json::Value;

use super::{Change, ChangeKind, Detector, Fact, pair_by_key, pointer};
use crate::Side;

pub(super) fn detect(detector: &mut Detector<'_>) {
    let (old, new) = (detector.old.contract(), detector.new.contract());
    let section = pointer(&["readiness"]);
    let (Some(before), Some(after)) = (&old.readiness, &new.readiness) else {
        let whole = |readiness: &Option<Readiness>| readiness.as_ref().map(|_| "readiness".into());
        detector.optional(
            Fact::Field("readiness"),
            whole(&old.readiness),
            whole(&new.readiness),
            (&section, &section),
        );
        return;
    };
    // Later format versions have more fields here; they are compared as written.
    for (path, key) in [
        ("readiness.minScore", "minScore"),
        ("readiness.expires", "expires"),
        ("readiness.partialCredit", "partialCredit"),
    ] {
        let place = section.key(key);
        let value =
            |side: &Side| -> Option<Value> { side.loaded().document().find(&place)?.to_json() };
        detector.optional(
            Fact::Field(path),
            value(detector.old),
            value(detector.new),
            (&place, &place),
        );
    }
    checks(detector, &before.checks, &after.checks);
}

fn checks(detector: &mut Detector<'_>, old: &[ReadinessCheck], new: &[ReadinessCheck]) {
    let ids = |checks: &[ReadinessCheck]| -> Vec<String> {
        checks.iter().map(|check| check.id.clone()).collect()
    };
    let place = |index: usize| pointer(&["readiness", "checks"]).index(index);
    let (pairs, added) = pair_by_key(&ids(old), &ids(new));
    for (index, partner) in pairs {
        let Some(before) = old.get(index) else {
            continue;
        };
        let fact = Fact::ReadinessCheck(before.id.clone());
        let at = place(index);
        let old_value = value(before, detector.old, &at);
        let partner = partner.and_then(|position| Some((position, new.get(position)?)));
        let Some((position, after)) = partner else {
            let (location, _) = detector.places(Some(&at), None);
            detector.push(
                Change::new(fact, ChangeKind::Removed)
                    .value(old_value)
                    .at(location, None),
            );
            continue;
        };
        let other = place(position);
        let new_value = value(after, detector.new, &other);
        if before != after || old_value != new_value {
            let (old_location, new_location) = detector.places(Some(&at), Some(&other));
            detector.push(
                Change::new(fact, ChangeKind::Modified)
                    .values(Some(old_value.into()), Some(new_value.into()))
                    .at(old_location, new_location),
            );
        }
    }
    for index in added {
        if let Some(check) = new.get(index) {
            let at = place(index);
            let (_, location) = detector.places(None, Some(&at));
            detector.push(
                Change::new(Fact::ReadinessCheck(check.id.clone()), ChangeKind::Added)
                    .value(value(check, detector.new, &at))
                    .at(None, location),
            );
        }
    }
}

/// `status=S weight=N evidence=E`; the status belongs to later format versions and may be empty.
fn value(check: &ReadinessCheck, side: &Side, at: &Pointer) -> String {
    let status = side.loaded().document().find(&at.key("status"));
    let status = status.and_then(Node::as_str).unwrap_or("");
    format!(
        "status={status} weight={} evidence={}",
        check.weight, check.evidence
    )
}
