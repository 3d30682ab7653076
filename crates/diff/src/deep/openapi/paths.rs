//! Which path of one side is which of the other.

use std::collections::{BTreeMap, BTreeSet};

use pacto_spec::openapi::{METHODS, PathItem, layout_key, template_key};

use super::Walk;
use crate::deep::finding::Order;
use crate::deep::lifecycle::{Level, Removal};
use crate::{Class, Direction, PathMatching, SideName};

impl<'s> Walk<'s> {
    pub(super) fn paths(&mut self) {
        let ((old, old_problems), (new, new_problems)) = (self.old.paths(), self.new.paths());
        for (side, problems) in [(SideName::Old, old_problems), (SideName::New, new_problems)] {
            if !problems.is_empty() {
                self.found.incomplete.push("openapi.paths".to_owned());
            }
            self.found
                .problems
                .extend(problems.into_iter().map(|problem| (side, problem)));
        }
        let strip = self.options.strip_prefix.clone().unwrap_or_default();
        let old: Vec<_> = old
            .into_values()
            .map(|it| stripped(it, &strip.old))
            .collect();
        let new: Vec<_> = new
            .into_values()
            .map(|it| stripped(it, &strip.new))
            .collect();
        let by_name: BTreeMap<&str, PathItem<'s>> = new.iter().copied().collect();
        let old_names: BTreeSet<&str> = old.iter().map(|(name, _)| *name).collect();
        let is_by_template = self.options.path_matching == PathMatching::Template;
        // Templates that only one side has, by what they match.
        let mut candidates: BTreeMap<String, Vec<(&str, PathItem<'s>)>> = BTreeMap::new();
        for (name, item) in new.iter().filter(|(name, _)| !old_names.contains(name)) {
            let key = template_key(name);
            candidates.entry(key).or_default().push((*name, *item));
        }
        let none = BTreeMap::new();
        let mut renamed_names: BTreeSet<&str> = BTreeSet::new();
        let mut left = Vec::new();
        for (name, before) in old {
            if let Some(after) = by_name.get(name) {
                if before.name != after.name {
                    self.moved_path(before, *after);
                }
                self.path_item(before, *after, &none);
                continue;
            }
            let partner = candidates
                .get_mut(&template_key(name))
                .filter(|items| is_by_template && !items.is_empty())
                .map(|items| items.remove(0));
            match partner {
                Some((name, after)) => {
                    renamed_names.insert(name);
                    self.renamed_path("path-parameter-renamed", before, after);
                }
                None => left.push((name, before)),
            }
        }
        let come: Vec<_> = new
            .iter()
            .filter(|(name, _)| !old_names.contains(name) && !renamed_names.contains(name))
            .copied()
            .collect();
        for (name, before) in &left {
            match relaid(name, &left, &come).filter(|(_, after)| share_methods(*before, *after)) {
                Some((name, after)) if is_by_template => {
                    renamed_names.insert(name);
                    let rule = "path-parameter-type-in-template-changed";
                    self.renamed_path(rule, *before, after);
                }
                _ => self.path_removed(*before),
            }
        }
        for (key, item) in new {
            let name = item.name;
            if !old_names.contains(key) && !renamed_names.contains(key) {
                let order = path_order(name);
                self.findings.add(
                    "endpoint-added",
                    format!("openapi.paths[{name}]"),
                    &order,
                    Direction::None,
                    (None, Some(item.node)),
                    (None, Some(name.into())),
                    format!("API path {name} added"),
                );
            }
        }
    }

    /// A path that only differs by the prefixes that do not count.
    fn moved_path(&mut self, old: PathItem<'s>, new: PathItem<'s>) {
        let path = format!("openapi.paths[{}]", new.name);
        self.findings.add(
            "path-prefix-changed",
            path.clone(),
            &path_order(new.name),
            Direction::None,
            (Some(old.node), Some(new.node)),
            (Some(old.name.into()), Some(new.name.into())),
            format!(
                "API path {} is now below another prefix: {}",
                old.name, new.name
            ),
        );
        let before = format!("openapi.paths[{}]", old.name);
        self.found.renames.push((before, path.clone(), path));
    }

    fn path_removed(&mut self, item: PathItem<'s>) {
        let name = item.name;
        let nodes = METHODS
            .iter()
            .filter_map(|method| item.operation_node(method));
        let removals: Vec<(Removal, Level)> = nodes
            .map(|node| {
                let level = self.lifecycle.level(node).unwrap_or_default();
                (self.lifecycle.removal(node), level)
            })
            .collect();
        // The operation that was promised most decides for the path.
        let has = |wanted| removals.iter().any(|(removal, _)| *removal == wanted);
        let rule = if removals.is_empty() || has(Removal::Unannounced) {
            "api-path-removed-without-deprecation"
        } else if has(Removal::Unreadable) {
            "api-path-sunset-parse"
        } else if has(Removal::TooEarly) {
            "api-path-removed-before-sunset"
        } else {
            "api-path-removed-with-deprecation"
        };
        let level = removals.iter().map(|(_, level)| *level).max();
        self.findings.cap = self.lifecycle.cap(level.unwrap_or_default());
        self.findings.add(
            rule,
            format!("openapi.paths[{name}]"),
            &path_order(name),
            Direction::None,
            (Some(item.node), None),
            (Some(name.into()), None),
            format!("API path {name} removed"),
        );
        self.findings.cap = None;
        let is_over = removals
            .iter()
            .all(|(removal, _)| *removal == Removal::Over);
        if !removals.is_empty() && is_over {
            self.reclass(Class::NonBreaking);
        }
    }

    /// A path that is written differently, by the rule for how.
    fn renamed_path(&mut self, rule: &str, old: PathItem<'s>, new: PathItem<'s>) {
        let renamed: BTreeMap<String, String> = template_names(old.name)
            .into_iter()
            .zip(template_names(new.name))
            .collect();
        let path = format!("openapi.paths[{}]", new.name);
        self.findings.add(
            rule,
            path.clone(),
            &path_order(new.name),
            Direction::Input,
            (Some(old.node), Some(new.node)),
            (Some(old.name.into()), Some(new.name.into())),
            format!("API path {} is now written {}", old.name, new.name),
        );
        let before = format!("openapi.paths[{}]", old.name);
        self.found.renames.push((before, path.clone(), path));
        self.path_item(old, new, &renamed);
    }
}

/// What a path that is gone became where only the text around its parameters differs. Several that
/// look alike are not told apart.
fn relaid<'s>(
    name: &str,
    gone: &[(&'s str, PathItem<'s>)],
    come: &[(&'s str, PathItem<'s>)],
) -> Option<(&'s str, PathItem<'s>)> {
    let key = layout_key(name)?;
    let is_alike = |other: &str| layout_key(other).as_ref() == Some(&key);
    let is_only = gone.iter().filter(|(other, _)| is_alike(other)).count() == 1;
    let mut partners = come.iter().filter(|(other, _)| is_alike(other));
    let first = partners.next().filter(|_| is_only)?;
    partners.next().is_none().then_some(*first)
}

/// Whether two paths can be called in the same way.
fn share_methods(old: PathItem<'_>, new: PathItem<'_>) -> bool {
    METHODS.iter().any(|method| {
        old.operation_node(method)
            .and(new.operation_node(method))
            .is_some()
    })
}

/// A path by what is left of its name without a prefix of whole segments.
fn stripped<'s>(item: PathItem<'s>, prefix: &str) -> (&'s str, PathItem<'s>) {
    let prefix = prefix.trim_end_matches('/');
    let rest = item.name.strip_prefix(prefix);
    let rest = rest.filter(|rest| rest.starts_with('/'));
    (rest.unwrap_or(item.name), item)
}

fn path_order(name: &str) -> Order {
    Order {
        path: name.to_owned(),
        ..Order::default()
    }
}

/// Names of the parameters in a template, in order.
fn template_names(template: &str) -> Vec<String> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
        .collect()
}
