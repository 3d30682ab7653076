//! Overrides: values files merged into a contract, and single values set by path.
//!
//! The contract is read into a tree, changed there, and written again as YAML: what comes out has
//! no comments, and every value keeps its type.

mod set;
mod value;

use indexmap::map::Entry;
use pacto_diagnostic::SourceText;
use pacto_document::{Document, Kind, Limits, Syntax, Tree};

/// Overrides for one contract: values files in the given order, then sets in the given order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    /// Values files: name as given and text.
    pub values: Vec<(String, String)>,
    /// `KEY=VALUE` texts as given.
    pub sets: Vec<String>,
}

/// Why overrides could not be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OverrideError {
    /// A values file is not a YAML map.
    #[error("failed to parse values file \"{file}\": {reason}")]
    ValuesFile {
        /// File as given.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A `--set` text has no `=`.
    #[error("invalid --set format \"{text}\": expected key=value")]
    SetFormat {
        /// The text as given.
        text: String,
    },
    /// A `--set` key does not lead anywhere.
    #[error("failed to set \"{key}\": {reason}")]
    Set {
        /// The key as given.
        key: String,
        /// What stopped it.
        reason: String,
    },
    /// The contract text itself is no YAML map.
    #[error("{reason}")]
    Contract {
        /// What is wrong with it.
        reason: String,
    },
}

impl Overrides {
    /// True when there is nothing to apply.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.sets.is_empty()
    }

    /// Applies the overrides to the text of a contract and returns the merged YAML text; without
    /// overrides, the text as it is.
    ///
    /// Maps merge key by key; everything else in a values file replaces what was there. A set
    /// `a.b[0].c=V` walks maps and one existing item per segment, creates missing maps, and types
    /// V as integer, float, boolean or text, the first that fits.
    pub fn apply(&self, text: &str) -> Result<String, OverrideError> {
        if self.is_empty() {
            return Ok(text.to_owned());
        }
        let mut tree = map(text).map_err(|reason| OverrideError::Contract { reason })?;
        for (file, text) in &self.values {
            let values = map(text).map_err(|reason| OverrideError::ValuesFile {
                file: file.clone(),
                reason,
            })?;
            merge(&mut tree, values);
        }
        for text in &self.sets {
            let Some((key, value)) = text.split_once('=') else {
                return Err(OverrideError::SetFormat { text: text.clone() });
            };
            set::set(&mut tree, key, value::typed(value)).map_err(|reason| OverrideError::Set {
                key: key.to_owned(),
                reason: reason.to_string(),
            })?;
        }
        Ok(tree.to_yaml())
    }
}

/// Reads a YAML map; an empty text is an empty map.
fn map(text: &str) -> Result<Tree, String> {
    let source = SourceText::new("", text);
    let document = Document::parse(source, Syntax::Yaml, Limits::CONTRACT).map_err(|error| {
        match &error.location {
            Some(location) => format!("yaml: line {}: {error}", location.line),
            None => format!("yaml: {error}"),
        }
    })?;
    let root = document.root();
    match root.kind() {
        Kind::Mapping => Ok(root.to_tree()),
        Kind::Null => Ok(Tree::Mapping(indexmap::IndexMap::new())),
        kind => Err(format!("want a map, got {}", kind.as_str())),
    }
}

/// Merges values over a tree.
fn merge(tree: &mut Tree, values: Tree) {
    match (tree, values) {
        (Tree::Mapping(old), Tree::Mapping(new)) => {
            for (key, value) in new {
                match old.entry(key) {
                    Entry::Occupied(mut entry) => merge(entry.get_mut(), value),
                    Entry::Vacant(entry) => {
                        entry.insert(value);
                    }
                }
            }
        }
        (old, new) => *old = new,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(text: &str, values: &[&str], sets: &[&str]) -> Result<String, String> {
        let overrides = Overrides {
            values: values
                .iter()
                .map(|text| ("v.yaml".to_owned(), (*text).to_owned()))
                .collect(),
            sets: sets.iter().map(|set| (*set).to_owned()).collect(),
        };
        overrides.apply(text).map_err(|error| error.to_string())
    }

    #[test]
    fn without_overrides_the_text_stays_as_it_is() {
        let text = "a:   1 # comment\n";
        assert_eq!(apply(text, &[], &[]).as_deref(), Ok(text));
    }

    #[test]
    fn maps_merge_and_everything_else_is_replaced() {
        let merged = apply(
            "a: {x: 1, w: 2}\nlist: [1, 2]\nscalar: s\n",
            &[
                "a: {w: 3, z: 4}\nlist: [9]\n",
                "",
                "a: {x: }\nscalar: {now: map}\n",
            ],
            &[],
        );
        assert_eq!(
            merged.as_deref(),
            Ok("a:\n  x: null\n  w: 3\n  z: 4\nlist:\n  - 9\nscalar:\n  now: map\n")
        );
    }

    #[test]
    fn values_keep_their_types() {
        let text = "pactoVersion: \"1.0\"\nversion: 1.0.0\nratio: 1.0\nday: 2099-12-31\nquoted: '80'\nword: \"yes\"\nlast: &a [true, ~]\nagain: *a\n";
        assert_eq!(
            apply(text, &[], &["count=1"]).as_deref(),
            Ok(
                "pactoVersion: \"1.0\"\nversion: 1.0.0\nratio: 1.0\nday: \"2099-12-31\"\nquoted: \"80\"\nword: \"yes\"\nlast:\n  - true\n  - null\nagain:\n  - true\n  - null\ncount: 1\n"
            )
        );
    }

    #[test]
    fn sets_come_last_and_in_their_order() {
        assert_eq!(
            apply("a: 1\n", &["a: 2\n"], &["a=3", "a=4", "b.c=x"]).as_deref(),
            Ok("a: 4\nb:\n  c: x\n")
        );
    }

    #[test]
    fn mistakes_are_named() {
        let table = [
            (
                apply("a: 1", &["- x"], &[]),
                "failed to parse values file \"v.yaml\": want a map, got array",
            ),
            (
                apply("a: 1", &["b: c: d"], &[]),
                "failed to parse values file \"v.yaml\": yaml: line 1: mapping values are not allowed in this context",
            ),
            (
                apply("a: 1", &[], &["novalue"]),
                "invalid --set format \"novalue\": expected key=value",
            ),
            (
                apply("a: 1", &[], &["a.b=1"]),
                "failed to set \"a.b\": cannot traverse into non-object at \"a\"",
            ),
            (apply("[1]", &[], &["a=1"]), "want a map, got array"),
        ];
        for (result, message) in table {
            assert_eq!(result, Err(message.to_owned()));
        }
    }

    #[test]
    fn a_merged_contract_loads() {
        let text = "pactoVersion: '1.1'\nservice: {name: a, version: 1.0.0}\n";
        let merged = apply(
            text,
            &["scaling: {replicas: 2}"],
            &["service.version=2.0.0"],
        );
        let source = SourceText::new("pacto.yaml", merged.expect("merges"));
        let loaded = crate::Loaded::parse(source).expect("loads");
        assert_eq!(loaded.contract().service.version, "2.0.0");
        assert_eq!(
            loaded
                .contract()
                .scaling
                .and_then(|scaling| scaling.replicas),
            Some(2)
        );
    }
}
