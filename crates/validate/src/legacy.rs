//! Old forms for layer 1: the document as the last V1 releases would have written it, and the way
//! back to what is written.

use std::borrow::Cow;

use pacto_document::{Pointer, PointerSegment};
use serde_json::{Map, Value};

/// A document in the modern form, with the way back.
#[derive(Debug)]
pub(crate) struct Modern<'v> {
    /// The document.
    pub(crate) value: Cow<'v, Value>,
    /// Prefixes of places: modern form, written form.
    moved: Vec<(Pointer, Pointer)>,
}

impl<'v> Modern<'v> {
    /// The document as it is.
    pub(crate) fn unchanged(raw: &'v Value) -> Self {
        Self {
            value: Cow::Borrowed(raw),
            moved: Vec::new(),
        }
    }

    /// Rewrites the old forms of a document; copies it only when there are any.
    pub(crate) fn of(raw: &'v Value) -> Self {
        let mut modern = Self::unchanged(raw);
        let Some(object) = raw.as_object() else {
            return modern;
        };
        let is_old = object.contains_key("configuration")
            || object.contains_key("policy")
            || ["policies", "dependencies"].iter().any(|key| {
                let items = object.get(*key).and_then(Value::as_array);
                items.is_some_and(|items| items.iter().any(is_nameless))
            });
        if !is_old {
            return modern;
        }
        let mut copy = object.clone();
        modern.move_singular(&mut copy, "configuration", "configurations");
        modern.move_singular(&mut copy, "policy", "policies");
        for key in ["policies", "dependencies"] {
            if let Some(Value::Array(items)) = copy.get_mut(key) {
                items.iter_mut().for_each(name);
            }
        }
        modern.value = Cow::Owned(Value::Object(copy));
        modern
    }

    fn move_singular(&mut self, object: &mut Map<String, Value>, old: &str, new: &str) {
        // Both forms beside each other do not load; the old one would then stay unknown here.
        if object.contains_key(new) {
            return;
        }
        let Some(value) = object.shift_remove(old) else {
            return;
        };
        let configs = value
            .as_object()
            .and_then(|object| object.get("configs"))
            .filter(|_| old == "configuration");
        let (mut items, modern, written) = match configs {
            Some(Value::Array(configs)) => (
                configs.clone(),
                Pointer::root().key(new),
                Pointer::root().key(old).key("configs"),
            ),
            _ => (
                vec![value],
                Pointer::root().key(new).index(0),
                Pointer::root().key(old),
            ),
        };
        items.iter_mut().for_each(name);
        object.insert(new.to_owned(), Value::Array(items));
        self.moved.push((modern, written));
    }

    /// The place as written of a place in the modern form.
    pub(crate) fn written(&self, pointer: &Pointer) -> Pointer {
        for (modern, written) in &self.moved {
            if let Some(rest) = pointer.0.strip_prefix(modern.0.as_slice()) {
                let segments: Vec<PointerSegment> = written.0.iter().chain(rest).cloned().collect();
                return Pointer(segments);
            }
        }
        pointer.clone()
    }
}

fn is_nameless(item: &Value) -> bool {
    item.as_object()
        .is_some_and(|object| !object.contains_key("name"))
}

/// Gives an item a name, so that the schema does not miss it.
fn name(item: &mut Value) {
    if let Value::Object(object) = item
        && !object.contains_key("name")
    {
        object.insert("name".to_owned(), Value::from("default"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn old_forms_become_modern_and_their_places_lead_back() {
        let raw = json!({
            "configuration": {"schema": "c.json"},
            "policy": {"ref": "x"},
            "dependencies": [{"ref": "y"}],
        });
        let modern = Modern::of(&raw);
        assert_eq!(
            *modern.value,
            json!({
                "dependencies": [{"ref": "y", "name": "default"}],
                "configurations": [{"schema": "c.json", "name": "default"}],
                "policies": [{"ref": "x", "name": "default"}],
            })
        );
        let back = |text| modern.written(&Pointer::parse(text)).to_string();
        assert_eq!(back("/configurations/0/schema"), "/configuration/schema");
        assert_eq!(back("/policies/0"), "/policy");
        assert_eq!(back("/dependencies/0/ref"), "/dependencies/0/ref");
    }

    #[test]
    fn a_list_of_configs_keeps_its_positions() {
        let raw = json!({"configuration": {"configs": [{"name": "a"}, {"ref": "x"}], "odd": 1}});
        let modern = Modern::of(&raw);
        assert_eq!(
            *modern.value,
            json!({"configurations": [{"name": "a"}, {"ref": "x", "name": "default"}]})
        );
        let place = Pointer::parse("/configurations/1/ref");
        assert_eq!(
            modern.written(&place).to_string(),
            "/configuration/configs/1/ref"
        );
    }

    #[test]
    fn a_modern_document_is_not_copied() {
        let raw = json!({"policies": [{"name": "a", "ref": "x"}]});
        assert!(matches!(Modern::of(&raw).value, Cow::Borrowed(_)));
    }
}
