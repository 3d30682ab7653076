//! Policies in every form, and the one a bundle only ships.

use pacto_contract::{Contract, Policy};
use pacto_document::Pointer;
use serde_json::Value;

use super::{
    Change, ChangeKind, Detector, Fact, List, PositionalList, Scope, pair_by_key, pointer, schema,
};
use crate::side::POLICY_FILE;
use crate::{Engine, Side};

/// The form a contract writes its policies in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nothing written.
    None,
    /// `policy: {schema, ref}`
    Single,
    /// `policies: […]` without names.
    Positional,
    /// `policies: […]` with names.
    Named,
}

fn form(side: &Side) -> Form {
    let contract: &Contract = side.contract();
    let Some(first) = contract.policies.first() else {
        return Form::None;
    };
    if first.written_path == "policy" {
        return Form::Single;
    }
    let list = side.loaded().document().root().get("policies");
    let has_names = list.is_some_and(|list| list.items().any(|item| item.get("name").is_some()));
    if has_names {
        Form::Named
    } else {
        Form::Positional
    }
}

pub(super) fn detect(detector: &mut Detector<'_>) {
    let forms = (form(detector.old), form(detector.new));
    let old = &detector.old.contract().policies;
    let new = &detector.new.contract().policies;
    match forms {
        (Form::None, Form::None) => shipped(detector),
        (Form::None | Form::Single, Form::None | Form::Single) => {
            single(detector, old.first(), new.first());
        }
        (Form::None | Form::Positional, Form::None | Form::Positional) => {
            positional(detector, old, new);
        }
        _ => named(detector, old, new),
    }
}

/// Neither side declares a policy: the file that makes a bundle a provider.
fn shipped(detector: &mut Detector<'_>) {
    let (old, new) = (
        detector.old.document(POLICY_FILE),
        detector.new.document(POLICY_FILE),
    );
    match (old, new) {
        (Some(_), Some(_)) => content(
            detector,
            &Fact::Field(POLICY_FILE),
            "default",
            Some(POLICY_FILE),
            Some(POLICY_FILE),
        ),
        (None, None) => {}
        (old, _) => {
            let kind = if old.is_some() {
                ChangeKind::Removed
            } else {
                ChangeKind::Added
            };
            detector.push(
                Change::new(Fact::Field(POLICY_FILE), kind)
                    .value(POLICY_FILE)
                    .file(POLICY_FILE),
            );
        }
    }
}

fn target(policy: &Policy) -> &str {
    policy
        .reference
        .as_deref()
        .or(policy.schema.as_deref())
        .unwrap_or("")
}

fn single(detector: &mut Detector<'_>, old: Option<&Policy>, new: Option<&Policy>) {
    let section = pointer(&["policy"]);
    let (Some(before), Some(after)) = (old, new) else {
        detector.optional(
            Fact::Field("policy"),
            old.map(|policy| target(policy).into()),
            new.map(|policy| target(policy).into()),
            (&section, &section),
        );
        return;
    };
    for (path, key, old, new) in [
        ("policy.schema", "schema", &before.schema, &after.schema),
        ("policy.ref", "ref", &before.reference, &after.reference),
    ] {
        let place = section.key(key);
        detector.always_modified(
            Fact::Field(path),
            old.as_deref().unwrap_or("").into(),
            new.as_deref().unwrap_or("").into(),
            (&place, &place),
        );
    }
    content(
        detector,
        &Fact::Field("policy.schema"),
        &before.name,
        before.schema.as_deref(),
        after.schema.as_deref(),
    );
}

fn positional(detector: &mut Detector<'_>, old: &[Policy], new: &[Policy]) {
    let item = |index, field| Fact::Position {
        list: PositionalList::Policies,
        index,
        field,
    };
    for index in 0..old.len().max(new.len()) {
        let place = pointer(&["policies"]).index(index);
        let (Some(before), Some(after)) = (old.get(index), new.get(index)) else {
            detector.optional(
                item(index, None),
                old.get(index).map(|policy| target(policy).into()),
                new.get(index).map(|policy| target(policy).into()),
                (&place, &place),
            );
            continue;
        };
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        pointers(
            detector,
            [item(index, Some("schema")), item(index, Some("ref"))],
            [text(&before.schema), text(&before.reference)],
            [text(&after.schema), text(&after.reference)],
            (&place, &place),
        );
        content(
            detector,
            &item(index, Some("schema")),
            &before.name,
            before.schema.as_deref(),
            after.schema.as_deref(),
        );
    }
}

fn named(detector: &mut Detector<'_>, old: &[Policy], new: &[Policy]) {
    let names = |policies: &[Policy]| -> Vec<String> {
        policies.iter().map(|policy| policy.name.clone()).collect()
    };
    let item = |name: &str, field| Fact::Item {
        list: List::Policies,
        key: name.to_owned(),
        field,
    };
    let whole = |policy: &Policy, kind| {
        Change::new(item(&policy.name, None), kind).value(format!(
            "{}: {}",
            policy.name,
            target(policy)
        ))
    };
    let (pairs, added) = pair_by_key(&names(old), &names(new));
    for (index, partner) in pairs {
        let Some(before) = old.get(index) else {
            continue;
        };
        let place = schema::written_pointer(&before.written_path);
        let Some(after) = partner.and_then(|position| new.get(position)) else {
            let (location, _) = detector.places(Some(&place), None);
            detector.push(whole(before, ChangeKind::Removed).at(location, None));
            continue;
        };
        let other = schema::written_pointer(&after.written_path);
        let name = &before.name;
        let text = |text: &Option<String>| -> Option<Value> {
            text.as_deref().map(|text| format!("{name}: {text}").into())
        };
        pointers(
            detector,
            [item(name, Some("schema")), item(name, Some("ref"))],
            [text(&before.schema), text(&before.reference)],
            [text(&after.schema), text(&after.reference)],
            (&place, &other),
        );
        content(
            detector,
            &item(name, Some("schema")),
            name,
            before.schema.as_deref(),
            after.schema.as_deref(),
        );
    }
    for policy in added.into_iter().filter_map(|index| new.get(index)) {
        let place = schema::written_pointer(&policy.written_path);
        let (_, location) = detector.places(None, Some(&place));
        detector.push(whole(policy, ChangeKind::Added).at(None, location));
    }
}

/// The two fields of a policy that point at its content.
fn pointers(
    detector: &mut Detector<'_>,
    facts: [Fact; 2],
    old: [Option<Value>; 2],
    new: [Option<Value>; 2],
    (old_place, new_place): (&Pointer, &Pointer),
) {
    for (((fact, old), new), key) in facts.into_iter().zip(old).zip(new).zip(["schema", "ref"]) {
        detector.optional(fact, old, new, (&old_place.key(key), &new_place.key(key)));
    }
}

fn content(
    detector: &mut Detector<'_>,
    owner: &Fact,
    name: &str,
    old: Option<&str>,
    new: Option<&str>,
) {
    if let (Some(old), Some(new)) = (old, new)
        && let Some((old, new)) = detector.document_pair(owner, old, new)
    {
        let extent = match detector.engine {
            Engine::Full => schema::Extent::Properties,
            Engine::Base => schema::Extent::Everything,
        };
        let scope = Scope::Policy(name.to_owned());
        schema::detect(detector, &scope, old, new, extent);
    }
}
