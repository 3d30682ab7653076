//! Format version, identity, owner, image, chart and scaling.

use pacto_contract::{Contact, Owner, Scaling, Service, StructuredOwner};
use serde_json::Value;

use super::{Change, ChangeKind, Detector, Fact, pointer};

/// Sections in the order of records: version of the format, name, version, owner, image, chart,
/// scaling.
pub(super) fn detect(detector: &mut Detector<'_>) {
    let (old, new) = (detector.old.contract(), detector.new.contract());
    text(
        detector,
        "pactoVersion",
        &["pactoVersion"],
        &old.pacto_version,
        &new.pacto_version,
    );
    let (old_service, new_service) = (&old.service, &new.service);
    text(
        detector,
        "service.name",
        &["service", "name"],
        &old_service.name,
        &new_service.name,
    );
    text(
        detector,
        "service.version",
        &["service", "version"],
        &old_service.version,
        &new_service.version,
    );
    owner(
        detector,
        old_service.owner.as_ref(),
        new_service.owner.as_ref(),
    );
    let image = pointer(&["service", "image"]);
    detector.optional(
        Fact::Field("service.image"),
        image_value(old_service),
        image_value(new_service),
        (&image, &image),
    );
    let chart = pointer(&["service", "chart"]);
    detector.optional(
        Fact::Field("service.chart"),
        chart_value(old_service),
        chart_value(new_service),
        (&chart, &chart),
    );
    scaling(detector, old.scaling, new.scaling);
}

/// A mandatory text; an empty one is added or removed like an optional field.
fn text(detector: &mut Detector<'_>, path: &'static str, keys: &[&str], old: &str, new: &str) {
    let pointer = pointer(keys);
    detector.optional(
        Fact::Field(path),
        non_empty(Some(old)),
        non_empty(Some(new)),
        (&pointer, &pointer),
    );
}

fn non_empty(text: Option<&str>) -> Option<Value> {
    text.filter(|text| !text.is_empty()).map(Value::from)
}

fn image_value(service: &Service) -> Option<Value> {
    let image = service.image.as_ref()?;
    let private = if image.private { " (private)" } else { "" };
    Some(format!("{}{private}", image.reference).into())
}

fn chart_value(service: &Service) -> Option<Value> {
    let chart = service.chart.as_ref()?;
    Some(format!("{}:{}", chart.reference, chart.version).into())
}

fn owner(detector: &mut Detector<'_>, old: Option<&Owner>, new: Option<&Owner>) {
    let plain = pointer(&["service", "owner"]);
    let is_structured = |owner: Option<&Owner>| matches!(owner, Some(Owner::Structured(_)));
    if !is_structured(old) && !is_structured(new) {
        detector.optional(
            Fact::Field("service.owner"),
            non_empty(old.map(Owner::display)),
            non_empty(new.map(Owner::display)),
            (&plain, &plain),
        );
        return;
    }
    let field = |owner: Option<&Owner>, key: &str| {
        if is_structured(owner) {
            plain.key(key)
        } else {
            plain.clone()
        }
    };
    let old_fields = old.map(Owner::structured).unwrap_or_default();
    let new_fields = new.map(Owner::structured).unwrap_or_default();
    detector.optional(
        Fact::Field("service.owner.team"),
        non_empty(old_fields.team.as_deref()),
        non_empty(new_fields.team.as_deref()),
        (&field(old, "team"), &field(new, "team")),
    );
    detector.optional(
        Fact::Field("service.owner.dri"),
        non_empty(old_fields.dri.as_deref()),
        non_empty(new_fields.dri.as_deref()),
        (&field(old, "dri"), &field(new, "dri")),
    );
    contacts(detector, &old_fields, &new_fields);
}

fn contacts(detector: &mut Detector<'_>, old: &StructuredOwner, new: &StructuredOwner) {
    let key = |contact: &Contact| format!("{}:{}", contact.r#type, contact.value);
    let old_keys: Vec<String> = old.contacts.iter().map(key).collect();
    let new_keys: Vec<String> = new.contacts.iter().map(key).collect();
    let place = |index: usize| pointer(&["service", "owner", "contacts"]).index(index);
    let value = |contact: &Contact| match &contact.purpose {
        Some(purpose) => format!("{} ({purpose})", key(contact)),
        None => key(contact),
    };
    let (pairs, added) = super::pair_by_key(&old_keys, &new_keys);
    for (index, partner) in pairs {
        let (Some(contact), Some(name)) = (old.contacts.get(index), old_keys.get(index)) else {
            continue;
        };
        let at = place(index);
        let partner = partner.and_then(|position| Some((position, new.contacts.get(position)?)));
        if let Some((position, other)) = partner {
            detector.optional(
                Fact::Contact(name.clone()),
                Some(value(contact).into()),
                Some(value(other).into()),
                (&at, &place(position)),
            );
        } else {
            let (location, _) = detector.places(Some(&at), None);
            detector.push(
                Change::new(Fact::Contact(name.clone()), ChangeKind::Removed)
                    .value(value(contact))
                    .at(location, None),
            );
        }
    }
    for index in added {
        if let (Some(contact), Some(name)) = (new.contacts.get(index), new_keys.get(index)) {
            let (_, location) = detector.places(None, Some(&place(index)));
            detector.push(
                Change::new(Fact::Contact(name.clone()), ChangeKind::Added)
                    .value(value(contact))
                    .at(None, location),
            );
        }
    }
}

fn scaling(detector: &mut Detector<'_>, old: Option<Scaling>, new: Option<Scaling>) {
    let whole = pointer(&["scaling"]);
    let (Some(before), Some(after)) = (old, new) else {
        detector.optional(
            Fact::Field("scaling"),
            old.map(scaling_value),
            new.map(scaling_value),
            (&whole, &whole),
        );
        return;
    };
    if before.replicas.is_some() != after.replicas.is_some() {
        detector.always_modified(
            Fact::Field("scaling"),
            scaling_value(before),
            scaling_value(after),
            (&whole, &whole),
        );
        return;
    }
    for (path, key, old, new) in [
        (
            "scaling.replicas",
            "replicas",
            before.replicas,
            after.replicas,
        ),
        ("scaling.min", "min", before.min, after.min),
        ("scaling.max", "max", before.max, after.max),
    ] {
        let place = whole.key(key);
        // An absent bound counts, and prints, as 0.
        detector.always_modified(
            Fact::Field(path),
            old.unwrap_or(0).into(),
            new.unwrap_or(0).into(),
            (&place, &place),
        );
    }
}

fn scaling_value(scaling: Scaling) -> Value {
    match scaling.replicas {
        Some(replicas) => format!("replicas={replicas}"),
        None => format!(
            "min={} max={}",
            scaling.min.unwrap_or(0),
            scaling.max.unwrap_or(0)
        ),
    }
    .into()
}
