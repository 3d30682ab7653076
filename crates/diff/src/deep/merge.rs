//! Joining what both layers found.

mod spelling;

use std::collections::{BTreeMap, BTreeSet};

use super::contract;
use super::finding::{Finding, Order};
use super::group::Group;
use crate::detect::{
    Change, ChangeKind, Fact, List, METHODS, OperationPart, PositionalList, Scope,
};
use crate::judge::{self, Judgement};
use crate::record::fingerprint;
use crate::{Class, Options, PathStyle, Record, Side};
use spelling::{Spelling, spell};

/// A record and where it goes.
struct Row {
    record: Record,
    place: RowPlace,
    /// How it is spelled where that is not the canonical way: both layers meet at canonical paths.
    spelling: Option<Spelling>,
}

/// Order of rows: section, item of the section, fields before documents, the order in the
/// document, base records before the deep ones that explain them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct RowPlace {
    section: (u8, usize),
    is_document: bool,
    order: Order,
    position: usize,
    is_deep: bool,
    path: String,
    rule: String,
}

impl RowPlace {
    /// After everything else that is said about the runtime and before the dependencies.
    fn of_contract() -> Self {
        Self {
            section: (0, 0),
            is_document: false,
            order: Order::default(),
            position: usize::MAX,
            is_deep: true,
            path: String::new(),
            rule: String::new(),
        }
    }
}

/// The records of both layers in the order they are printed in.
pub(super) fn merge(
    old: &Side,
    new: &Side,
    base: Vec<Change>,
    groups: Vec<Group>,
    options: &Options,
) -> Vec<Record> {
    let canonical = Options {
        path_style: PathStyle::Canonical,
        ..options.clone()
    };
    let mut rows: Vec<Row> = base
        .into_iter()
        .enumerate()
        .map(|(position, change)| {
            let judgement = judge::judge(&change);
            let place = base_place(old, new, &change, position);
            let explanation = contract::explain(old, new, &change);
            let spelling = Spelling::of(&change, options.path_style);
            let mut record = Record::new(change, judgement, &canonical);
            if let Some(explanation) = explanation {
                record.rule = explanation.rule.map(str::to_owned).or(record.rule);
                record.refined = Some(explanation.class);
                record.fingerprint = Some(fingerprint(&record));
            }
            Row {
                record,
                place,
                spelling,
            }
        })
        .collect();
    add_contract_rows(&mut rows, old, new, options);
    let base_count = rows.len();
    for group in groups {
        add_group(&mut rows, base_count, group);
    }
    rows.sort_by(|one, other| one.place.cmp(&other.place));
    spell(&mut rows);
    rows.into_iter().map(|row| row.record).collect()
}

/// Rules about the contract that no record of the base layer carries.
fn add_contract_rows(rows: &mut Vec<Row>, old: &Side, new: &Side, options: &Options) {
    let at = |rows: &[Row], path: &str, kind: ChangeKind, value: Option<&str>| {
        rows.iter().position(|row| {
            let values = [&row.record.old_value, &row.record.new_value];
            row.record.path == path
                && row.record.kind == kind
                && value.is_none_or(|value| {
                    let mut values = values.into_iter().flatten();
                    values.any(|other| other.as_str() == Some(value))
                })
        })
    };
    for rename in contract::renames(old, new) {
        let twins = [
            at(rows, "interfaces", ChangeKind::Removed, Some(&rename.old)),
            at(rows, "interfaces", ChangeKind::Added, Some(&rename.new)),
        ];
        add_contract_row(rows, &contract::renamed(&rename), &twins);
    }
    for finding in contract::findings(old, new, options) {
        let twin = [ChangeKind::Modified, ChangeKind::Added]
            .into_iter()
            .find_map(|kind| at(rows, &finding.path, kind, None));
        add_contract_row(rows, &finding, &[twin]);
    }
}

fn add_contract_row(rows: &mut Vec<Row>, finding: &Finding, twins: &[Option<usize>]) {
    let mut record = deep_record(finding, None, pacto_contract::CONTRACT_FILE);
    let first = twins
        .iter()
        .flatten()
        .next()
        .and_then(|index| rows.get(*index));
    record.parent = first.and_then(|row| row.record.fingerprint.clone());
    let mut place = first.map_or_else(RowPlace::of_contract, |row| row.place.clone());
    place.is_deep = true;
    place.path.clone_from(&record.path);
    place.rule.clone_from(&finding.rule);
    for index in twins.iter().flatten() {
        if let Some(row) = rows.get_mut(*index) {
            row.record.explained_by.extend(record.fingerprint.clone());
            row.record.refined = Some(finding.class);
        }
    }
    rows.push(Row {
        record,
        place,
        spelling: None,
    });
}

fn add_group(rows: &mut Vec<Row>, base_count: usize, group: Group) {
    let in_group = |row: &Row| {
        row.place.section == group.section && row.place.is_document && !row.place.is_deep
    };
    let base: Vec<usize> = (0..base_count)
        .filter(|index| rows.get(*index).is_some_and(in_group))
        .collect();
    let mut by_path: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for index in &base {
        if let Some(row) = rows.get(*index) {
            let path = row.record.path.clone();
            by_path.entry(path).or_default().push(*index);
        }
    }
    if let Some((rule, pointer)) = &group.repinned {
        repin(rows, rule, pointer, &group);
    }
    let longest = by_path.keys().map(String::len).max().unwrap_or(0);
    let mut standing = Vec::new();
    for finding in group.findings {
        let twins = by_path.get(&finding.path).into_iter().flatten().copied();
        let is_twin = |index: &usize| {
            // What a rule of the contract explains already is another fact at the same place.
            rows.get(*index)
                .is_some_and(|row| row.record.kind == finding.kind && row.record.rule.is_none())
        };
        let twin = twins.into_iter().find(is_twin);
        match twin.and_then(|index| rows.get_mut(index)) {
            Some(row) => {
                row.record.rule = Some(finding.rule);
                row.record.refined = Some(finding.class);
                row.record.direction = Some(finding.direction);
                row.record.witness = finding.witness;
                row.record.fingerprint = Some(fingerprint(&row.record));
            }
            None => standing.push(finding),
        }
    }
    let last = base.iter().copied().max();
    for finding in standing {
        let mut record = deep_record(&finding, group.interface.clone(), &group.file);
        let mut owner = None;
        for path in finding.places() {
            for index in explainable((&by_path, longest), path, &group.renames) {
                let Some(row) = rows.get_mut(index) else {
                    continue;
                };
                let renames = &group.renames;
                if explains(&row.record, path, &finding, renames) {
                    row.record.explained_by.extend(record.fingerprint.clone());
                    if path == &finding.path {
                        owner = owner.or(Some(index));
                        record.parent = record.parent.or(row.record.fingerprint.clone());
                    }
                    refine(&mut row.record, &finding);
                }
            }
        }
        let place = RowPlace {
            section: group.section,
            is_document: true,
            order: finding.order,
            // What explains no base record comes after all of them.
            position: match group.section {
                (1, _) => 0,
                _ => owner.or(last).unwrap_or(usize::MAX),
            },
            is_deep: true,
            path: record.path.clone(),
            rule: record.rule.clone().unwrap_or_default(),
        };
        rows.push(Row {
            record,
            place,
            spelling: None,
        });
    }
    let incomplete: BTreeSet<&String> = group.incomplete.iter().collect();
    // What the engine understood completely and did not object to are words.
    for index in base {
        let Some(row) = rows.get_mut(index) else {
            continue;
        };
        let record = &mut row.record;
        let path = record.path.as_str();
        let is_incomplete = incomplete
            .iter()
            .any(|part| is_below(part, path) || is_below(path, part));
        if is_incomplete {
            if record.rule.is_none() {
                record.refined = None;
            }
        } else if record.kind == ChangeKind::Modified
            && record.classification == Class::PotentialBreaking
            && group.interface.is_some()
        {
            record.refined.get_or_insert(Class::NonBreaking);
        }
    }
}

/// What a reference that points elsewhere now does is what its content does.
fn repin(rows: &mut [Row], rule: &str, pointer: &str, group: &Group) {
    let is_pointer = |row: &&mut Row| {
        let record = &row.record;
        let mut spellings = record.aliases.iter().chain([&record.path]);
        !row.place.is_deep && spellings.any(|path| path == pointer)
    };
    if let Some(row) = rows.iter_mut().find(is_pointer) {
        let classes = group.findings.iter().map(|finding| finding.class);
        row.record.rule = Some(rule.to_owned());
        row.record.refined = Some(Class::highest(classes));
        row.record.fingerprint = Some(fingerprint(&row.record));
    }
}

/// Base records that a deep finding at a path may explain: those above it, and those that a
/// rename or a requirement is about.
fn explainable(
    (by_path, longest): (&BTreeMap<String, Vec<usize>>, usize),
    path: &str,
    renames: &[(String, String, String)],
) -> Vec<usize> {
    // Paths of schemas are long and many; no base record lies that deep.
    let above = path
        .char_indices()
        .take_while(|(index, _)| *index <= longest)
        .filter(|(_, character)| matches!(character, '.' | '['))
        .filter_map(|(index, _)| path.get(..index));
    let property = path
        .rsplit_once(".required[")
        .map(|(owner, name)| format!("{owner}.properties[{name}"));
    let twins = renames.iter().filter(|(_, _, record)| record == path);
    let mut found: Vec<usize> = above
        .chain(property.as_deref())
        .chain(twins.flat_map(|(old, new, _)| [old.as_str(), new.as_str()]))
        .filter_map(|candidate| by_path.get(candidate))
        .flatten()
        .copied()
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a deep finding at a path says why a base record is there.
fn explains(
    base: &Record,
    path: &str,
    finding: &Finding,
    renames: &[(String, String, String)],
) -> bool {
    let is_renamed = is_rename(finding)
        && renames.iter().any(|(old, new, record)| {
            record == path
                && match base.kind {
                    ChangeKind::Removed => base.path == *old,
                    ChangeKind::Added => base.path == *new,
                    ChangeKind::Modified => false,
                }
        });
    // `required[x]` of a new property says what matters about it.
    let is_requirement = base.kind == ChangeKind::Added
        && path.rsplit_once(".required[").is_some_and(|(owner, name)| {
            base.path
                .strip_prefix(owner)
                .and_then(|rest| rest.strip_prefix(".properties["))
                == Some(name)
        });
    is_renamed
        || is_requirement
        || (base.kind == ChangeKind::Modified && path != base.path && is_below(path, &base.path))
}

/// Whether a path is another one or lies below it.
fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Whether a finding says that something only goes by another name.
fn is_rename(finding: &Finding) -> bool {
    finding.rule.ends_with("-renamed")
        || finding.rule == "path-prefix-changed"
        || finding.rule == "path-parameter-type-in-template-changed"
        || finding.rule.starts_with("response-status-range-")
}

/// The refined class of a base record is the highest of what explains it. A key that goes and one
/// that comes are one key with another name, whatever a rule says about each.
fn refine(record: &mut Record, finding: &Finding) {
    let is_path = record.path.starts_with("openapi.paths[");
    if is_rename(finding) && record.kind != ChangeKind::Modified && !is_path {
        record.refined = Some(finding.class);
    } else if is_path || record.kind == ChangeKind::Modified {
        let class = finding.class;
        let so_far = record.refined.unwrap_or(Class::NonBreaking);
        record.refined = Some(so_far.max(class));
    }
}

fn deep_record(finding: &Finding, interface: Option<String>, file: &str) -> Record {
    let judgement = Judgement {
        class: finding.class,
        page: finding.page,
    };
    let (path, reason) = (finding.path.clone(), finding.reason.clone());
    let mut record = Record {
        kind: finding.kind,
        old_value: finding.old_value.clone(),
        new_value: finding.new_value.clone(),
        direction: Some(finding.direction),
        interface,
        file: Some(file.to_owned()),
        old_location: finding.old_location.clone(),
        new_location: finding.new_location.clone(),
        witness: finding.witness.clone(),
        occurrences: finding.occurrences.clone(),
        is_added_surface: finding.kind == ChangeKind::Added,
        ..Record::deep(&finding.rule, judgement, path, reason)
    };
    record.fingerprint = Some(fingerprint(&record));
    record
}

fn base_place(old: &Side, new: &Side, change: &Change, position: usize) -> RowPlace {
    let (section, is_document) = section(old, new, &change.fact, change.interface.as_deref());
    let order = match section {
        (1, _) => api_order(&change.fact).unwrap_or_default(),
        _ => Order::default(),
    };
    RowPlace {
        section,
        is_document,
        position: if is_document && section.0 == 1 {
            0
        } else {
            position
        },
        order,
        is_deep: false,
        path: String::new(),
        rule: String::new(),
    }
}

/// Section of the contract a fact belongs to, the position of its item, and whether it is about
/// the content of a document.
fn section(old: &Side, new: &Side, fact: &Fact, interface: Option<&str>) -> ((u8, usize), bool) {
    let interface_at = |name: &str| {
        let names = |side: &Side| -> Vec<String> {
            let interfaces = side.contract().interfaces.iter();
            interfaces.map(|interface| interface.name.clone()).collect()
        };
        position(&names(old), &names(new), name)
    };
    let configuration_at = |name: &str| {
        let names = |side: &Side| -> Vec<String> {
            let items = side.contract().configurations.iter();
            items.map(|item| item.name.clone()).collect()
        };
        position(&names(old), &names(new), name)
    };
    let policy_at = |name: &str| {
        let names = |side: &Side| -> Vec<String> {
            let items = side.contract().policies.iter();
            items.map(|item| item.name.clone()).collect()
        };
        position(&names(old), &names(new), name)
    };
    match fact {
        Fact::ApiPath(_) | Fact::Operation { .. } => ((1, interface.map_or(0, interface_at)), true),
        Fact::Item { list, key, .. } => match list {
            List::Interfaces => ((1, interface_at(key)), false),
            List::Configurations => ((2, configuration_at(key)), false),
            List::Policies => ((3, policy_at(key)), false),
            List::Dependencies => ((0, 0), false),
        },
        Fact::Position { list, index, .. } => match list {
            PositionalList::Configs => ((2, *index), false),
            PositionalList::Policies => ((3, *index), false),
        },
        Fact::Property { scope, .. } | Fact::Keyword { scope, .. } => match scope {
            Scope::Configuration(name) => ((2, configuration_at(name)), true),
            Scope::Policy(name) => ((3, policy_at(name)), true),
        },
        Fact::ConfigurationValue { configuration, .. } => {
            ((2, configuration_at(configuration)), true)
        }
        Fact::Document(owner) => section(old, new, owner, interface),
        Fact::Field(path) if path.starts_with("configuration") => ((2, 0), false),
        Fact::Field(path) if path.starts_with("polic") => ((3, 0), false),
        Fact::Field(path) if path.starts_with("readiness") => ((4, 0), false),
        Fact::ReadinessCheck(_) => ((4, 0), false),
        Fact::Field(_) | Fact::Contact(_) => ((0, 0), false),
    }
}

/// Position of a name: old items in their order, then the added ones.
fn position(old: &[String], new: &[String], name: &str) -> usize {
    let at = |names: &[String]| names.iter().position(|other| other == name);
    at(old).unwrap_or_else(|| old.len() + at(new).unwrap_or(0))
}

/// Where a base fact about an API sorts.
fn api_order(fact: &Fact) -> Option<Order> {
    let (path, method, part) = match fact {
        Fact::ApiPath(path) => (path, None, None),
        Fact::Operation { path, method, part } => (path, Some(*method), part.as_ref()),
        _ => return None,
    };
    let method = method.map_or(0, |method| {
        let index = METHODS.iter().position(|other| *other == method);
        index.map_or(METHODS.len(), |index| index + 1)
    });
    let (part, key) = match part {
        None => (0, String::new()),
        Some(OperationPart::Parameter { name, location }) => (1, format!("{name}:{location}")),
        Some(OperationPart::RequestBody) => (2, String::new()),
        Some(OperationPart::Response(status)) => (3, status.clone()),
    };
    Some(Order {
        section: 0,
        path: path.clone(),
        method,
        part,
        key,
    })
}
