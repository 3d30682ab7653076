//! A version of a service without some of its operations.

use std::sync::Arc;

use pacto_bundle::{Bundle, Files};
use pacto_contract::overrides::Overrides;
use pacto_contract::{CONTRACT_FILE, Interface, Loaded, LooseVersion};
use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Syntax};
use serde_json::Value;

use super::operation::{Operation, document, erased, position_of};
use crate::overlay::Overlay;

/// The bundle without these operations, at the smallest version that says so honestly; `Err` names
/// an operation that no interface has.
pub(super) fn without(bundle: &Bundle, operations: &[String]) -> Result<Bundle, String> {
    let mut files = bundle.files.clone();
    let mut current = bundle.clone();
    for text in operations {
        let operation = Operation::parse(text);
        let interfaces = &bundle.contract.contract().interfaces;
        let interface = interfaces
            .iter()
            .find(|interface| operation.is_in(&current, interface))
            .ok_or_else(|| text.clone())?;
        let (path, content) =
            edited(&current, interface, &operation).ok_or_else(|| text.clone())?;
        files = files.map(|files| Arc::new(Overlay::new(files, path, content)) as Arc<dyn Files>);
        current.files.clone_from(&files);
    }
    let version = next_major(&bundle.contract.contract().service.version);
    let overrides = Overrides {
        sets: vec![format!("service.version={version}")],
        ..Overrides::default()
    };
    let source = bundle.contract.source().text().to_owned();
    if let Some(loaded) = overrides
        .apply(&source)
        .ok()
        .and_then(|text| Loaded::parse(SourceText::new(CONTRACT_FILE, text)).ok())
    {
        current.contract = Arc::new(loaded);
    }
    Ok(current)
}

/// The next version that may break: a major one, below 1.0.0 a minor one.
fn next_major(version: &str) -> String {
    match LooseVersion::parse(version) {
        Ok(version) => {
            let version = version.semver();
            if version.major == 0 {
                format!("0.{}.0", version.minor.saturating_add(1))
            } else {
                format!("{}.0.0", version.major.saturating_add(1))
            }
        }
        Err(_) => version.to_owned(),
    }
}

/// The document of an interface without an operation: its path and its text.
fn edited(
    bundle: &Bundle,
    interface: &Interface,
    operation: &Operation<'_>,
) -> Option<(String, String)> {
    let path = interface.contract.clone()?;
    let text = document(bundle, interface)?;
    let content = match operation {
        Operation::Rpc(_, method) => without_rpc(&text, method)?,
        Operation::Http(method, template) => {
            let mut value = parsed(&text)?;
            let paths = value.get_mut("paths")?.as_object_mut()?;
            let mut empty = Vec::new();
            for (key, item) in paths.iter_mut() {
                if erased(key) == erased(template)
                    && let Some(item) = item.as_object_mut()
                {
                    item.shift_remove(&method.to_lowercase());
                    let mut methods = item.keys();
                    if !methods.any(|key| is_method(key) || key == "$ref") {
                        empty.push(key.clone());
                    }
                }
            }
            for key in empty {
                paths.shift_remove(&key);
            }
            value.to_string()
        }
        Operation::Channel(name) => {
            let mut value = parsed(&text)?;
            let channels = value.get_mut("channels")?.as_object_mut()?;
            let keys: Vec<String> = channels
                .iter()
                .filter(|(key, channel)| {
                    let address = channel.get("address").and_then(Value::as_str);
                    key.as_str() == *name || address == Some(name)
                })
                .map(|(key, _)| key.clone())
                .collect();
            for key in &keys {
                channels.shift_remove(key);
            }
            // AsyncAPI 3: what is done on a channel goes with it.
            if let Some(operations) = value.get_mut("operations").and_then(Value::as_object_mut) {
                operations.retain(|_, operation| {
                    let channel = operation.pointer("/channel/$ref").and_then(Value::as_str);
                    !keys.iter().any(|key| {
                        let key = key.replace('~', "~0").replace('/', "~1");
                        channel == Some(format!("#/channels/{key}").as_str())
                    })
                });
            }
            value.to_string()
        }
    };
    Some((path, content))
}

fn parsed(text: &str) -> Option<Value> {
    let source = SourceText::new("document", text);
    Document::parse(source, Syntax::Detect, Limits::default())
        .ok()?
        .root()
        .to_json()
}

fn is_method(key: &str) -> bool {
    [
        "get", "put", "post", "delete", "options", "head", "patch", "trace",
    ]
    .contains(&key)
}

/// A protobuf file without a method: up to the semicolon or the end of its block.
fn without_rpc(text: &str, method: &str) -> Option<String> {
    let start = position_of(text, "rpc", method)?;
    let rest = text.get(start..)?;
    let end = rest.find([';', '{'])?;
    let length = if rest.as_bytes().get(end) == Some(&b';') {
        end + 1
    } else {
        let mut depth = 0_usize;
        let close = rest.get(end..)?.char_indices().find(|(_, character)| {
            match character {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        })?;
        end + close.0 + 1
    };
    Some(format!("{}{}", text.get(..start)?, rest.get(length..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_goes_with_its_block() {
        let text =
            "service S {\n rpc A(X) returns (Y);\n rpc B(X) returns (Y) { option a = {}; }\n}";
        assert_eq!(
            without_rpc(text, "A").as_deref(),
            Some("service S {\n \n rpc B(X) returns (Y) { option a = {}; }\n}")
        );
        assert_eq!(
            without_rpc(text, "B").as_deref(),
            Some("service S {\n rpc A(X) returns (Y);\n \n}")
        );
        assert_eq!(without_rpc(text, "C"), None);
    }

    #[test]
    fn the_next_version_that_may_break_is_major_from_one_on() {
        assert_eq!(next_major("2.1.0"), "3.0.0");
        assert_eq!(next_major("0.9.1"), "0.10.0");
        assert_eq!(next_major("one"), "one");
    }
}
