//! Rules files from the configuration of peers.

use std::fmt::Write as _;

use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Node, ParseError, Syntax};

use super::Setting;
use crate::deep::protobuf::{self, Level};
use crate::deep::rules;

/// A tool whose configuration is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// oasdiff: a file of severity levels, `rule-id LEVEL` a line.
    Oasdiff,
    /// buf: `breaking` of `buf.yaml`.
    Buf,
}

/// A rules file made from a peer's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The text of the rules file.
    pub text: String,
    /// What has no counterpart, a sentence each.
    pub warnings: Vec<String>,
}

/// Why a peer's configuration cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A line that is no rule with a level.
    #[error("line {line}: `{text}` is not a rule and a level (err, warn, info or none)")]
    Line {
        /// From 1.
        line: usize,
        /// The line.
        text: String,
    },
    /// Not YAML.
    #[error("{}", .0.message)]
    Yaml(ParseError),
    /// YAML without what is to be imported.
    #[error("there is no `breaking` section")]
    NothingThere,
}

/// Translates the configuration of a peer.
///
/// # Errors
/// Text that is not of the peer's form. What it says and we have no word for is a warning.
pub fn import(peer: Peer, source: SourceText) -> Result<Imported, ImportError> {
    match peer {
        Peer::Oasdiff => oasdiff(source.text()),
        Peer::Buf => buf(source),
    }
}

fn oasdiff(text: &str) -> Result<Imported, ImportError> {
    let mut warnings = Vec::new();
    let mut rules = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or("").trim();
        if line.is_empty() {
            continue;
        }
        let mut words = line.split_whitespace();
        let (id, level) = (words.next(), words.next().and_then(setting));
        let (Some(id), Some(level), None) = (id, level, words.next()) else {
            return Err(ImportError::Line {
                line: index + 1,
                text: line.to_owned(),
            });
        };
        if rules::is_known(id) {
            // The last of several lines counts, and a key stands in a mapping once.
            rules.retain(|(other, _)| other != id);
            rules.push((id.to_owned(), level));
        } else {
            warnings.push(format!("line {}: there is no rule `{id}` here", index + 1));
        }
    }
    let mut text = String::from("version: 1\n");
    write_rules(&mut text, &rules);
    Ok(Imported { text, warnings })
}

fn setting(level: &str) -> Option<Setting> {
    match level.to_ascii_lowercase().as_str() {
        "err" | "error" => Some(Setting::Breaking),
        "warn" | "warning" => Some(Setting::Potential),
        "info" => Some(Setting::NonBreaking),
        "none" => Some(Setting::Off),
        _ => None,
    }
}

fn buf(source: SourceText) -> Result<Imported, ImportError> {
    let document =
        Document::parse(source, Syntax::Yaml, Limits::CONTRACT).map_err(ImportError::Yaml)?;
    let breaking = document
        .root()
        .get("breaking")
        .ok_or(ImportError::NothingThere)?;
    let mut warnings = Vec::new();
    let named = words(breaking.get("use"));
    let level = named.iter().filter_map(|word| category(word)).max();
    let single: Vec<&str> = named
        .into_iter()
        .filter(|word| category(word).is_none())
        .collect();
    let except: Vec<&str> = words(breaking.get("except"));
    for word in except.iter().filter(|word| category(word).is_some()) {
        warnings.push(format!("`except: {word}` names a category; name rules"));
    }
    let mut off = ours(&except, &mut warnings);
    if level.is_some() {
        for word in &single {
            let is_known = protobuf::rules()
                .iter()
                .any(|rule| rule.peers.contains(word));
            warnings.push(if is_known {
                format!("`use: {word}` beside a category is not translated: the category decides")
            } else {
                format!("there is no rule for `{word}` here")
            });
        }
    }
    // Single rules without a category: everything else is off.
    if level.is_none() && !single.is_empty() {
        let used = ours(&single, &mut warnings);
        let all = protobuf::rules()
            .iter()
            .filter(|rule| !rule.peers.is_empty());
        off.extend(all.map(|rule| rule.id).filter(|id| !used.contains(id)));
    }
    let mut text = String::from("version: 1\n");
    if let Some(level) = level {
        let _ = writeln!(text, "proto: {{level: {}}}", level.word());
    }
    let settings: Vec<(String, Setting)> = off
        .iter()
        .map(|id| ((*id).to_owned(), Setting::Off))
        .collect();
    write_rules(&mut text, &settings);
    let mut ignore = String::new();
    for path in words(breaking.get("ignore")) {
        entry(&mut ignore, "proto-*", path);
    }
    for (rule, paths) in breaking
        .get("ignore_only")
        .iter()
        .flat_map(|map| map.entries())
    {
        let rule = rule.as_str().unwrap_or("");
        for id in ours(&[rule], &mut warnings) {
            for path in words(Some(paths)) {
                entry(&mut ignore, id, path);
            }
        }
    }
    if breaking
        .get("ignore_unstable_packages")
        .and_then(Node::as_bool)
        == Some(true)
    {
        for version in ["alpha", "beta"] {
            let _ = writeln!(
                ignore,
                "  - rule: \"proto-*\"\n    file: \"**/v*{version}*/**\"\n    reason: \"unstable package\""
            );
        }
    }
    if !ignore.is_empty() {
        text.push_str("ignore:\n");
        text.push_str(&ignore);
    }
    Ok(Imported { text, warnings })
}

/// The words of a list, or one word.
fn words(node: Option<Node<'_>>) -> Vec<&str> {
    let Some(node) = node else { return Vec::new() };
    node.items()
        .chain([node])
        .filter_map(Node::as_str)
        .collect()
}

fn category(word: &str) -> Option<Level> {
    match word {
        "FILE" => Some(Level::File),
        "PACKAGE" => Some(Level::Package),
        "WIRE_JSON" => Some(Level::Json),
        "WIRE" => Some(Level::Wire),
        _ => None,
    }
}

/// Our rules that speak for these of buf and for no other.
fn ours(wanted: &[&str], warnings: &mut Vec<String>) -> Vec<&'static str> {
    let all = protobuf::rules();
    for word in wanted.iter().filter(|word| category(word).is_none()) {
        if !all.iter().any(|rule| rule.peers.contains(word)) {
            warnings.push(format!("there is no rule for `{word}` here"));
        }
    }
    all.iter()
        .filter(|rule| {
            !rule.peers.is_empty() && rule.peers.iter().all(|peer| wanted.contains(peer))
        })
        .map(|rule| rule.id)
        .collect()
}

fn write_rules(text: &mut String, rules: &[(String, Setting)]) {
    if rules.is_empty() {
        return;
    }
    text.push_str("rules:\n");
    for (id, setting) in rules {
        let _ = writeln!(text, "  {id}: {}", quoted(setting.word()));
    }
}

/// `off` is a boolean to many readers of YAML.
fn quoted(word: &str) -> String {
    if word == "off" {
        "\"off\"".to_owned()
    } else {
        word.to_owned()
    }
}

/// A path of buf is a file, or a directory with all that is below it.
fn entry(text: &mut String, rule: &str, path: &str) {
    let path = path.trim_end_matches('/');
    let path = path.replace('\\', "\\\\").replace('"', "\\\"");
    let is_file = std::path::Path::new(&path)
        .extension()
        .is_some_and(|extension| extension == "proto");
    let below = if is_file { "" } else { "/**" };
    let _ = writeln!(
        text,
        "  - rule: \"{rule}\"\n    file: \"{path}{below}\"\n    reason: \"ignored in buf.yaml\""
    );
}
