//! Edits of documentation, which change nothing for anybody: listed on request only.
//!
//! A document is walked as it is written, so an edit in a component is one record at the
//! component. What only one side has is told by other rules; its documentation is not. Files that a
//! document refers to are not walked.

mod keywords;
mod walk;

use pacto_contract::Contract;
use pacto_document::Document;

use super::finding::Finding;
use super::group::Group;
use super::place::Position;
use super::{configuration, interfaces, pair, rules};
use crate::description::Description;
use crate::detect::Scope;
use crate::side::POLICY_FILE;
use crate::{Options, Record, Side};
use keywords::Vocabulary;
use walk::Walk;

/// Folder of the pages.
const AREA: &str = "annotations";

/// Whether a record is about documentation only.
pub(crate) fn is_annotation(record: &Record) -> bool {
    let page = rules::pages()
        .iter()
        .find(|page| page.id == record.judged_by);
    page.is_some_and(|page| page.area == AREA)
}

/// Whether a rule is about documentation only.
pub fn is_about_documentation(rule: &str) -> bool {
    rules::page(rule).is_some_and(|page| page.area == AREA)
}

/// Adds what was edited in the documents that a group is about.
pub(super) fn add(old: &Side, new: &Side, group: &mut Group, options: &Options) {
    group.findings.extend(findings(old, new, group, options));
}

fn findings(old: &Side, new: &Side, group: &Group, options: &Options) -> Vec<Finding> {
    let Some(subject) = Subject::of(old.contract(), new.contract(), group.section) else {
        return Vec::new();
    };
    let Some([before, after]) = pair(old, new, (&subject.paths.0, &subject.paths.1)) else {
        return Vec::new();
    };
    let both = |is: fn(&Document) -> bool| is(before) && is(after);
    let vocabulary = match subject.position {
        Some(position) => Vocabulary::schema(position),
        None if both(is_api) => Vocabulary::open_api(&options.openapi),
        None if both(is_events) => Vocabulary::async_api(),
        None if both(interfaces::is_schema) => Vocabulary::schema(Position::Message),
        None => return Vec::new(),
    };
    let root = match subject.position {
        None if both(is_api) => "openapi".to_owned(),
        None if both(is_events) => "asyncapi".to_owned(),
        _ => subject.root,
    };
    Walk::new(&vocabulary, &root).findings(before.root(), after.root())
}

fn is_api(document: &Document) -> bool {
    Description::of(document) == Some(Description::OpenApi)
}

fn is_events(document: &Document) -> bool {
    Description::of(document) == Some(Description::AsyncApi)
}

/// The documents of a group.
struct Subject {
    /// Paths of the files on both sides.
    paths: (String, String),
    /// Path among the records, when they are schemas.
    root: String,
    /// What they describe; `None` for interfaces, whose documents say so themselves.
    position: Option<Position>,
}

impl Subject {
    /// `None` where a side has no document of its own.
    fn of(old: &Contract, new: &Contract, (section, index): (u8, usize)) -> Option<Self> {
        match section {
            interfaces::SECTION => {
                let before = old.interfaces.get(index)?;
                let mut partners = new.interfaces.iter();
                let after = partners.find(|after| after.name == before.name)?;
                Some(Self {
                    paths: (before.contract.clone()?, after.contract.clone()?),
                    root: interfaces::message_root(&before.name),
                    position: None,
                })
            }
            configuration::SECTION => {
                let before = old.configurations.get(index)?;
                let mut partners = new.configurations.iter();
                let after = partners.find(|after| after.name == before.name)?;
                Some(Self {
                    paths: (before.schema.clone()?, after.schema.clone()?),
                    root: Scope::Configuration(before.name.clone()).canonical(),
                    position: Some(Position::Configuration),
                })
            }
            _ => {
                let is_undeclared = old.policies.is_empty() && new.policies.is_empty();
                let (name, paths) = if is_undeclared {
                    let file = POLICY_FILE.to_owned();
                    ("default", (file.clone(), file))
                } else {
                    let before = old.policies.get(index)?;
                    let mut partners = new.policies.iter();
                    let after = partners.find(|after| after.name == before.name)?;
                    let paths = (before.schema.clone()?, after.schema.clone()?);
                    (before.name.as_str(), paths)
                };
                Some(Self {
                    paths,
                    root: Scope::Policy(name.to_owned()).canonical(),
                    position: Some(Position::Policy),
                })
            }
        }
    }
}
