//! Reading a rules file, with the place of everything that is wrong with it.

use pacto_diagnostic::{Finding, SourceText, nearest};
use pacto_document::{Document, Kind, Limits, Node, Syntax};
use serde::de::DeserializeOwned;

use super::{Accepted, Ignore, IgnoreEntry, KnownChange, PathRule, RulesFile, Setting, glob};
use crate::deep::rules;

/// Code of findings about a rules file.
pub(super) const CODE: &str = "invalid-rules-file";

/// Keys of the file.
const KEYS: [&str; 13] = [
    "version",
    "profile",
    "scale",
    "failOn",
    "rules",
    "paths",
    "ignore",
    "baseline",
    "openapi",
    "asyncapi",
    "proto",
    "versionPolicy",
    "honourInline",
];

impl RulesFile {
    /// Reads a rules file.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place: text that does not parse, unknown keys, rules
    /// and words, entries that accept nothing or give no reason.
    pub fn read(source: SourceText) -> Result<Self, Vec<Finding>> {
        let document = Document::parse(source, Syntax::Yaml, Limits::CONTRACT)
            .map_err(|error| vec![Finding::error(CODE, "", error.message).at(error.location)])?;
        Self::from_node(document.root())
    }

    /// Reads the content of a rules file that stands in another one.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn from_node(root: Node<'_>) -> Result<Self, Vec<Finding>> {
        let mut reader = Reader::default();
        let file = reader.file(root);
        if reader.findings.is_empty() {
            Ok(file)
        } else {
            Err(reader.findings)
        }
    }
}

#[derive(Default)]
struct Reader {
    findings: Vec<Finding>,
}

impl Reader {
    fn wrong(&mut self, path: &str, node: Node<'_>, message: String) {
        self.wrong_with_help(path, node, message, None);
    }

    fn wrong_with_help(
        &mut self,
        path: &str,
        node: Node<'_>,
        message: String,
        help: impl Into<Option<String>>,
    ) {
        let mut finding = Finding::error(CODE, path, message).at(node.location());
        finding.help = help.into();
        self.findings.push(finding);
    }

    fn file(&mut self, root: Node<'_>) -> RulesFile {
        let mut file = RulesFile::default();
        if root.is_null() {
            return file;
        }
        if root.kind() != Kind::Mapping {
            self.wrong("", root, "must be a mapping of keys to values".to_owned());
            return file;
        }
        for (key, value) in root.entries() {
            let name = key.as_str().unwrap_or(key.raw());
            match name {
                "version" if value.as_i64() == Some(1) => file.version = Some(1),
                "version" => {
                    let message = format!("version {} is not known", value.raw());
                    self.wrong_with_help(name, value, message, "write `version: 1`".to_owned());
                }
                "profile" => file.profile = self.value(name, value).unwrap_or_default(),
                "scale" => file.scale = self.value(name, value),
                "failOn" => file.fail_on = self.value(name, value),
                "rules" => file.rules = self.rules(value),
                "paths" => file.paths = self.paths(value),
                "ignore" => file.ignore = self.ignore(value),
                "baseline" => file.baseline = self.value(name, value),
                "openapi" => file.openapi = self.value(name, value),
                "asyncapi" => file.asyncapi = self.value(name, value),
                "proto" => file.proto = self.value(name, value),
                "versionPolicy" => file.version_policy = self.value(name, value),
                "honourInline" => file.honour_inline = self.value(name, value),
                unknown => {
                    let near = nearest(unknown, KEYS);
                    let help = near.map_or_else(
                        || format!("known are {}", KEYS.join(", ")),
                        |near| format!("did you mean `{near}`?"),
                    );
                    self.wrong_with_help(unknown, key, format!("unknown key `{unknown}`"), help);
                }
            }
        }
        file
    }

    /// A value of a type; the finding points at the part that does not fit.
    fn value<T: DeserializeOwned>(&mut self, path: &str, node: Node<'_>) -> Option<T> {
        let json = node.to_json()?;
        match serde_json::from_value(json) {
            Ok(value) => Some(value),
            Err(error) => {
                let message = error.to_string();
                let place = culprit(node, &message).unwrap_or(node);
                self.wrong(path, place, message);
                None
            }
        }
    }

    fn rules(&mut self, node: Node<'_>) -> Vec<(String, Setting)> {
        let mut rules = Vec::new();
        for (key, value) in self.entries("rules", node) {
            let id = key.as_str().unwrap_or(key.raw());
            let path = format!("rules.{id}");
            self.known_rule(&path, key, id);
            if let Some(setting) = self.value(&path, value) {
                rules.push((id.to_owned(), setting));
            }
        }
        rules
    }

    /// A rule that does not exist changes nothing, which nobody would notice.
    fn known_rule(&mut self, path: &str, node: Node<'_>, id: &str) {
        let list = "`pacto rules list --area diff` lists the rules";
        if id.contains('*') {
            if !rules::all_ids().any(|known| glob::matches(id, &known)) {
                let message = format!("no rule has an id like `{id}`");
                self.wrong_with_help(path, node, message, list.to_owned());
            }
        } else if !rules::is_known(id) {
            let known: Vec<String> = rules::all_ids().collect();
            // A family that was cut short is likelier than a slip of many letters.
            let start = format!("{id}-");
            let mut longer = known.iter().filter(|known| known.starts_with(&start));
            let near = longer.next().map(String::as_str);
            let near = near.or_else(|| nearest(id, known.iter().map(String::as_str)));
            let help =
                near.map_or_else(|| list.to_owned(), |near| format!("did you mean `{near}`?"));
            self.wrong_with_help(path, node, format!("there is no rule `{id}`"), help);
        }
    }

    fn paths(&mut self, node: Node<'_>) -> Vec<PathRule> {
        let mut paths = Vec::new();
        for (index, item) in self.items("paths", node).into_iter().enumerate() {
            let path = format!("paths[{index}]");
            let Some(rule) = self.value::<PathRule>(&path, item) else {
                continue;
            };
            if rule.max.is_some() == rule.set.is_some() {
                self.wrong(&path, item, "needs either `max` or `set`".to_owned());
            }
            paths.push(rule);
        }
        paths
    }

    fn ignore(&mut self, node: Node<'_>) -> Vec<Ignore> {
        let mut ignore = Vec::new();
        for (index, item) in self.items("ignore", node).into_iter().enumerate() {
            let path = format!("ignore[{index}]");
            if let Some(entry) = self.value::<IgnoreEntry>(&path, item) {
                ignore.extend(self.ignored(&path, item, entry));
            }
        }
        ignore
    }

    fn ignored(&mut self, path: &str, node: Node<'_>, entry: IgnoreEntry) -> Option<Ignore> {
        let until = match entry.until.as_deref().map(str::parse) {
            None => None,
            Some(Ok(day)) => Some(day),
            Some(Err(_)) => {
                let place = node.get("until").unwrap_or(node);
                let message = format!("`{}` is no day", place.raw());
                self.wrong_with_help(path, place, message, "write it as 2026-12-31".to_owned());
                return None;
            }
        };
        if entry.reason.trim().is_empty() {
            let place = node.get("reason").unwrap_or(node);
            self.wrong(path, place, "an accepted change needs a reason".to_owned());
            return None;
        }
        // Beside a fingerprint the rule only tells readers what it is about.
        if let (Some(rule), Some(place), None) = (&entry.rule, node.get("rule"), &entry.fingerprint)
        {
            self.known_rule(path, place, rule);
        }
        let reason = entry.reason.clone();
        let Some(what) = accepted(entry) else {
            let message = "needs one of `fingerprint`, `dependency`, or patterns: `rule`, `path`, \
                           `file`; `service` and `interface` narrow a fingerprint or patterns";
            self.wrong(path, node, message.to_owned());
            return None;
        };
        Some(Ignore {
            what,
            reason,
            until,
            location: Some(node.location()),
        })
    }

    fn entries<'d>(&mut self, path: &str, node: Node<'d>) -> Vec<(Node<'d>, Node<'d>)> {
        if node.kind() != Kind::Mapping && !node.is_null() {
            self.wrong(path, node, format!("`{path}` must be a mapping"));
        }
        node.entries().collect()
    }

    fn items<'d>(&mut self, path: &str, node: Node<'d>) -> Vec<Node<'d>> {
        if node.kind() != Kind::Sequence && !node.is_null() {
            self.wrong(path, node, format!("`{path}` must be a list"));
        }
        node.items().collect()
    }
}

/// What an entry accepts; `None` when it says nothing or too much.
fn accepted(entry: IgnoreEntry) -> Option<Accepted> {
    let IgnoreEntry {
        fingerprint,
        service,
        interface,
        rule,
        path,
        file,
        dependency,
        ..
    } = entry;
    let is_narrowed = service.is_some() || interface.is_some();
    match (fingerprint, dependency) {
        (Some(fingerprint), None) if file.is_none() => Some(Accepted::Change(KnownChange {
            rule,
            path,
            interface,
            fingerprint,
            service,
        })),
        (None, None) if rule.is_some() || path.is_some() || file.is_some() => {
            Some(Accepted::Records {
                rule,
                path,
                file,
                service,
                interface,
            })
        }
        (None, Some(name))
            if !is_narrowed && rule.is_none() && path.is_none() && file.is_none() =>
        {
            Some(Accepted::Dependency(name))
        }
        _ => None,
    }
}

/// The key or value that an error of the deserialiser names.
fn culprit<'d>(node: Node<'d>, message: &str) -> Option<Node<'d>> {
    let named = message.split('`').nth(1)?;
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        if let Some((key, _)) = node.get_entry(named) {
            return Some(key);
        }
        if node.as_str() == Some(named) {
            return Some(node);
        }
        waiting.extend(node.entries().map(|(_, value)| value).chain(node.items()));
    }
    None
}
