//! Configurations in every form, their schemas and their values.

use pacto_contract::{Configuration, Contract};
use pacto_document::{Node, Pointer};
use serde_json::Value;

use super::walk::differences;
use super::{
    Change, ChangeKind, Detector, Fact, List, PositionalList, Scope, openapi, pair_by_key, pointer,
    schema,
};
use crate::Engine;

/// The form a contract writes its configurations in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nothing written.
    None,
    /// `configuration: {schema, ref}`
    Single,
    /// `configuration: {configs: […]}`
    Positional,
    /// `configurations: […]`
    Named,
}

fn form(contract: &Contract) -> Form {
    match contract.configurations.first() {
        None => Form::None,
        Some(first) if first.written_path.starts_with("configurations") => Form::Named,
        Some(first) if first.written_path.contains("configs") => Form::Positional,
        Some(_) => Form::Single,
    }
}

pub(super) fn detect(detector: &mut Detector<'_>) {
    let (old, new) = (detector.old.contract(), detector.new.contract());
    let (old_form, new_form) = (form(old), form(new));
    let (old, new) = (&old.configurations, &new.configurations);
    match (old_form, new_form) {
        (Form::None, Form::None) => {}
        (Form::None, Form::Single | Form::Positional)
        | (Form::Single | Form::Positional, Form::None) => {
            let section = pointer(&["configuration"]);
            detector.optional(
                Fact::Field("configuration"),
                section_value(old_form, old),
                section_value(new_form, new),
                (&section, &section),
            );
        }
        (Form::Single, Form::Single) => {
            if let (Some(before), Some(after)) = (old.first(), new.first()) {
                single(detector, before, after);
            }
        }
        (Form::Positional, Form::Positional) => positional(detector, old, new),
        _ => named(detector, old, new),
    }
}

/// What the record of the whole section carries: the reference, else the schema, else a count.
fn section_value(form: Form, configurations: &[Configuration]) -> Option<Value> {
    match (form, configurations.first()) {
        (Form::None, _) => None,
        (Form::Single, Some(one)) => {
            let text = one.reference.as_deref().or(one.schema.as_deref());
            Some(text.unwrap_or("").into())
        }
        _ => Some(format!("{} configs", configurations.len()).into()),
    }
}

fn single(detector: &mut Detector<'_>, old: &Configuration, new: &Configuration) {
    let section = pointer(&["configuration"]);
    let schema = section.key("schema");
    let (before, after) = (
        old.schema.as_deref().unwrap_or(""),
        new.schema.as_deref().unwrap_or(""),
    );
    detector.always_modified(
        Fact::Field("configuration.schema"),
        before.into(),
        after.into(),
        (&schema, &schema),
    );
    let reference = section.key("ref");
    detector.optional(
        Fact::Field("configuration.ref"),
        old.reference.as_deref().map(Value::from),
        new.reference.as_deref().map(Value::from),
        (&reference, &reference),
    );
    content(
        detector,
        &Fact::Field("configuration.schema"),
        old,
        new,
        false,
    );
}

fn positional(detector: &mut Detector<'_>, old: &[Configuration], new: &[Configuration]) {
    let item = |index, field| Fact::Position {
        list: PositionalList::Configs,
        index,
        field,
    };
    for index in 0..old.len().max(new.len()) {
        let place = pointer(&["configuration", "configs"]).index(index);
        let (Some(before), Some(after)) = (old.get(index), new.get(index)) else {
            detector.optional(
                item(index, None),
                old.get(index).map(whole_value),
                new.get(index).map(whole_value),
                (&place, &place),
            );
            continue;
        };
        let name = place.key("name");
        detector.always_modified(
            item(index, Some("name")),
            before.name.as_str().into(),
            after.name.as_str().into(),
            (&name, &name),
        );
        let schema = place.key("schema");
        detector.always_modified(
            item(index, Some("schema")),
            before.schema.as_deref().unwrap_or("").into(),
            after.schema.as_deref().unwrap_or("").into(),
            (&schema, &schema),
        );
        let reference = place.key("ref");
        detector.optional(
            item(index, Some("ref")),
            before.reference.as_deref().map(Value::from),
            after.reference.as_deref().map(Value::from),
            (&reference, &reference),
        );
        content(detector, &item(index, Some("schema")), before, after, false);
    }
}

/// `name: reference`, else `name: schema`, else the name.
fn whole_value(configuration: &Configuration) -> Value {
    let target = configuration
        .reference
        .as_deref()
        .or(configuration.schema.as_deref());
    match target {
        Some(target) => format!("{}: {target}", configuration.name),
        None => configuration.name.clone(),
    }
    .into()
}

fn named(detector: &mut Detector<'_>, old: &[Configuration], new: &[Configuration]) {
    let names = |configurations: &[Configuration]| -> Vec<String> {
        configurations
            .iter()
            .map(|configuration| configuration.name.clone())
            .collect()
    };
    let item = |name: &str, field| Fact::Item {
        list: List::Configurations,
        key: name.to_owned(),
        field,
    };
    let (pairs, added) = pair_by_key(&names(old), &names(new));
    for (index, partner) in pairs {
        let Some(before) = old.get(index) else {
            continue;
        };
        let place = written(before);
        let Some(after) = partner.and_then(|position| new.get(position)) else {
            let (location, _) = detector.places(Some(&place), None);
            detector.push(
                Change::new(item(&before.name, None), ChangeKind::Removed)
                    .value(whole_value(before))
                    .at(location, None),
            );
            continue;
        };
        let other = written(after);
        let value = |text: Option<&str>| -> Value {
            format!("{}: {}", before.name, text.unwrap_or("")).into()
        };
        detector.always_modified(
            item(&before.name, Some("schema")),
            value(before.schema.as_deref()),
            value(after.schema.as_deref()),
            (&place.key("schema"), &other.key("schema")),
        );
        detector.optional(
            item(&before.name, Some("ref")),
            before.reference.as_deref().map(|text| value(Some(text))),
            after.reference.as_deref().map(|text| value(Some(text))),
            (&place.key("ref"), &other.key("ref")),
        );
        content(
            detector,
            &item(&before.name, Some("schema")),
            before,
            after,
            true,
        );
    }
    for configuration in added.into_iter().filter_map(|index| new.get(index)) {
        let (_, location) = detector.places(None, Some(&written(configuration)));
        detector.push(
            Change::new(item(&configuration.name, None), ChangeKind::Added)
                .value(whole_value(configuration))
                .at(None, location),
        );
    }
}

/// The schema documents, then the values.
fn content(
    detector: &mut Detector<'_>,
    owner: &Fact,
    old: &Configuration,
    new: &Configuration,
    is_named: bool,
) {
    let scope = Scope::Configuration(old.name.clone());
    if let (Some(before), Some(after)) = (&old.schema, &new.schema)
        && let Some((before, after)) = detector.document_pair(owner, before, after)
    {
        let extent = match (detector.engine, is_named) {
            (Engine::Full, _) => schema::Extent::Properties,
            (Engine::Base, false) => schema::Extent::TopProperties,
            (Engine::Base, true) => schema::Extent::Everything,
        };
        schema::detect(detector, &scope, before, after, extent);
    }
    // Only the last releases of the Go implementation compare values.
    if is_named || detector.engine == Engine::Full {
        values(detector, old, new);
    }
}

fn values(detector: &mut Detector<'_>, old: &Configuration, new: &Configuration) {
    if old.values == new.values {
        return;
    }
    let (old_place, new_place) = (written(old).key("values"), written(new).key("values"));
    let before = detector.old.loaded().document().find(&old_place);
    let after = detector.new.loaded().document().find(&new_place);
    let entries = |node: Option<Node<'_>>| node.is_some_and(|node| !node.is_empty());
    match (before, after) {
        (Some(before), Some(after)) => {
            for difference in differences(before, after) {
                let kind = difference.kind();
                let fact = Fact::ConfigurationValue {
                    configuration: old.name.clone(),
                    steps: difference.steps.clone(),
                };
                detector.push(
                    Change::new(fact, kind)
                        .values(
                            difference.old.and_then(|entry| entry.value.to_json()),
                            difference.new.and_then(|entry| entry.value.to_json()),
                        )
                        .at(
                            openapi::place(
                                difference.old,
                                &schema::pointer_of(&old_place, &difference.steps),
                            ),
                            openapi::place(
                                difference.new,
                                &schema::pointer_of(&new_place, &difference.steps),
                            ),
                        ),
                );
            }
        }
        // One side has no values: each key comes or goes.
        (before, after) if entries(before) || entries(after) => {
            for (key, before, after) in super::walk::paired(before, after) {
                let kind = if after.is_some() {
                    ChangeKind::Added
                } else {
                    ChangeKind::Removed
                };
                let steps = vec![super::Step::Key(key.clone())];
                let fact = Fact::ConfigurationValue {
                    configuration: old.name.clone(),
                    steps,
                };
                detector.push(
                    Change::new(fact, kind)
                        .values(
                            before.and_then(|entry| entry.value.to_json()),
                            after.and_then(|entry| entry.value.to_json()),
                        )
                        .at(
                            openapi::place(before, &old_place.key(key.clone())),
                            openapi::place(after, &new_place.key(key)),
                        ),
                );
            }
        }
        _ => {}
    }
}

/// Where a configuration stands in its contract.
pub(crate) fn written(configuration: &Configuration) -> Pointer {
    schema::written_pointer(&configuration.written_path)
}
