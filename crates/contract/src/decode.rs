//! Reads the parts of a contract out of a document, and goes on after a wrong kind.
//!
//! Text fields take any scalar as it is written, so that `version: 1.0` can still be shown; numbers
//! take integral numbers only. Everything that cannot be read becomes a `PARSE_ERROR` finding.

use pacto_diagnostic::{Edit, Finding, Fix};
use pacto_document::{Kind, Node, Pointer, PointerSegment};
use serde_json::{Map, Value};

/// The words that the Go library `yaml.v3` reads as booleans where a boolean is wanted.
const YES: [&str; 8] = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"];
const NO: [&str; 8] = ["n", "N", "no", "No", "NO", "off", "Off", "OFF"];

/// Collects what is wrong while values are read.
pub(crate) struct Decoder {
    /// `PARSE_ERROR` findings so far.
    pub(crate) findings: Vec<Finding>,
    /// Wrong kinds are passed over in silence.
    pub(crate) is_lenient: bool,
}

/// A mapping and its path, as the reading functions take it.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'d, 'p> {
    pub(crate) node: Node<'d>,
    pub(crate) path: &'p str,
}

impl Fields<'_, '_> {
    /// The path of a field.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

impl Decoder {
    /// Notes that a node is of the wrong kind.
    pub(crate) fn wrong_kind(&mut self, node: Node<'_>, wanted: &str, path: &str) {
        let line = node.location().line;
        let message = format!("line {line}: cannot unmarshal {} into {wanted}", tag(node));
        let shown = if path.is_empty() {
            "the whole file"
        } else {
            path
        };
        self.problem(node, path, &format!("yaml: {message} ({shown})"));
    }

    /// Notes a problem at a node; the message is what the YAML reader says.
    pub(crate) fn problem(&mut self, node: Node<'_>, path: &str, message: &str) {
        if !self.is_lenient {
            let message = format!("parse error: failed to parse YAML: {message}");
            let mut location = node.location();
            location.pointer = Some(pointer(path).to_string());
            self.findings
                .push(Finding::error("PARSE_ERROR", "", message).at(location));
        }
    }

    /// The text of a scalar field as written; absent and null are `None`.
    pub(crate) fn text(&mut self, fields: Fields<'_, '_>, key: &str) -> Option<String> {
        let node = fields.node.get(key)?;
        match node.kind() {
            Kind::Null => None,
            Kind::String => node.as_str().map(str::to_owned),
            Kind::Bool | Kind::Number => Some(node.raw().to_owned()),
            Kind::Sequence | Kind::Mapping => {
                self.wrong_kind(node, "a string", &fields.path_of(key));
                None
            }
        }
    }

    /// The text of a field that every contract has; empty when it is missing.
    pub(crate) fn required_text(&mut self, fields: Fields<'_, '_>, key: &str) -> String {
        self.text(fields, key).unwrap_or_default()
    }

    /// The value of an integer field.
    pub(crate) fn integer(&mut self, fields: Fields<'_, '_>, key: &str) -> Option<i64> {
        let node = fields.node.get(key)?;
        if node.is_null() {
            return None;
        }
        let value = node.as_i64();
        if value.is_none() {
            self.wrong_kind(node, "an integer", &fields.path_of(key));
            let is_quoted = !node.is_alias() && node.as_str() != Some(node.raw());
            let number = node.as_str().filter(|text| text.parse::<i64>().is_ok());
            if let (Some(text), true, Some(finding)) = (number, is_quoted, self.findings.last_mut())
            {
                finding.help = Some(format!("write `{key}: {text}`, without quotes"));
                finding.fix = Some(Fix {
                    title: "Write the number without quotes".to_owned(),
                    edits: vec![Edit {
                        location: node.location(),
                        new_text: text.to_owned(),
                    }],
                });
            }
        }
        value
    }

    /// The value of a boolean field.
    pub(crate) fn boolean(&mut self, fields: Fields<'_, '_>, key: &str) -> Option<bool> {
        let node = fields.node.get(key)?;
        let word = node.as_str().unwrap_or_default();
        match node.kind() {
            Kind::Null => None,
            Kind::Bool => node.as_bool(),
            Kind::String if YES.contains(&word) => Some(true),
            Kind::String if NO.contains(&word) => Some(false),
            _ => {
                self.wrong_kind(node, "a boolean", &fields.path_of(key));
                None
            }
        }
    }

    /// The mapping under a key; absent and null are `None`.
    pub(crate) fn mapping<'d>(&mut self, fields: Fields<'d, '_>, key: &str) -> Option<Node<'d>> {
        let node = fields.node.get(key)?;
        match node.kind() {
            Kind::Mapping => Some(node),
            Kind::Null => None,
            _ => {
                self.wrong_kind(node, "a map", &fields.path_of(key));
                None
            }
        }
    }

    /// The items of a list of mappings with their paths. Null and what is no mapping have no
    /// fields; the latter is noted.
    pub(crate) fn items<'d>(
        &mut self,
        fields: Fields<'d, '_>,
        key: &str,
    ) -> Vec<(Node<'d>, String)> {
        let Some(node) = fields.node.get(key) else {
            return Vec::new();
        };
        let path = fields.path_of(key);
        match node.kind() {
            Kind::Sequence => {}
            Kind::Null => return Vec::new(),
            _ => {
                self.wrong_kind(node, "a list", &path);
                return Vec::new();
            }
        }
        let mut items = Vec::with_capacity(node.len());
        for (position, item) in node.items().enumerate() {
            let path = format!("{path}[{position}]");
            let is_readable = matches!(item.kind(), Kind::Mapping | Kind::Null);
            if !is_readable {
                self.wrong_kind(item, "a map", &path);
            }
            // Kept, so that positions in the model are those of the document.
            if is_readable || !self.is_lenient {
                items.push((item, path));
            }
        }
        items
    }

    /// The free-form mapping under a key. An infinity or NaN in it has no JSON form: the mapping
    /// reads as absent, and validation names the reason.
    pub(crate) fn json_map(
        &mut self,
        fields: Fields<'_, '_>,
        key: &str,
    ) -> Option<Map<String, Value>> {
        match self.mapping(fields, key)?.to_json()? {
            Value::Object(map) => Some(map),
            _ => None,
        }
    }
}

/// The pointer of a dotted path whose keys are fields of ours.
fn pointer(path: &str) -> Pointer {
    let segments = path
        .split(['.', '['])
        .filter(|segment| !segment.is_empty())
        .map(|segment| match segment.trim_end_matches(']').parse() {
            Ok(index) => PointerSegment::Index(index),
            Err(_) => PointerSegment::Key(segment.to_owned()),
        });
    Pointer(segments.collect())
}

/// A node as YAML decoding errors show it: its tag, and its text when it is a scalar.
fn tag(node: Node<'_>) -> String {
    let tag = match node.kind() {
        Kind::Null => "!!null",
        Kind::Bool => "!!bool",
        Kind::String => "!!str",
        Kind::Sequence => return "!!seq".to_owned(),
        Kind::Mapping => return "!!map".to_owned(),
        Kind::Number => match node.as_number() {
            Some(pacto_document::Number::Float(_)) => "!!float",
            _ => "!!int",
        },
    };
    let text = node.as_str().unwrap_or(node.raw());
    let short: String = text.chars().take(LONGEST_TEXT).collect();
    let dots = if short.len() < text.len() { "..." } else { "" };
    format!("{tag} `{short}{dots}`")
}

/// Characters of a scalar that an error shows.
const LONGEST_TEXT: usize = 24;
