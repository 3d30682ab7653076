//! Who may call: requirements of operations and of the document.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::openapi::{Api, METHODS, Requirement};

use super::{At, Walk, after_paths, part_order};
use crate::deep::finding::Order;
use crate::{Class, Direction};

/// Names of the rules, which differ for operations and documents.
struct Rules {
    removed: &'static str,
    added: &'static str,
    scope_added: &'static str,
    scope_removed: &'static str,
}

const OPERATION: Rules = Rules {
    removed: "api-security-removed",
    added: "api-security-added",
    scope_added: "api-security-scope-added",
    scope_removed: "api-security-scope-removed",
};

const DOCUMENT: Rules = Rules {
    removed: "api-global-security-removed",
    added: "api-global-security-added",
    scope_added: "api-global-security-scope-added",
    scope_removed: "api-global-security-scope-removed",
};

/// Where findings about requirements go.
struct Where<'w> {
    path: &'w str,
    title: &'w str,
    order: &'w Order,
    rules: &'w Rules,
}

impl<'s> Walk<'s> {
    pub(super) fn operation_security(
        &mut self,
        at: &At<'_>,
        old: Option<&[Requirement<'s>]>,
        new: Option<&[Requirement<'s>]>,
    ) {
        if old.is_none() && new.is_none() {
            return;
        }
        let globals = (self.old.security(), self.new.security());
        let before = old.or(globals.0.as_deref()).unwrap_or_default();
        let after = new.or(globals.1.as_deref()).unwrap_or_default();
        let order = part_order(at, 4, "security");
        let target = Where {
            path: &at.path,
            title: &at.title,
            order: &order,
            rules: &OPERATION,
        };
        self.requirements(&target, before, after);
    }

    /// Requirements, components and servers of the document.
    pub(super) fn document(&mut self) {
        let (old, new) = (self.old.security(), self.new.security());
        let order = after_paths("openapi.security");
        let target = Where {
            path: "openapi",
            title: "API",
            order: &order,
            rules: &DOCUMENT,
        };
        if self.is_security_inherited() {
            self.requirements(
                &target,
                old.as_deref().unwrap_or_default(),
                new.as_deref().unwrap_or_default(),
            );
        }
        self.schemes();
        self.named_schemas();
        self.servers();
    }

    /// Whether the requirements of the document hold for any operation on both sides. An operation
    /// that has its own on one side is compared by itself.
    fn is_security_inherited(&self) -> bool {
        let ((old, _), (new, _)) = (self.old.paths(), self.new.paths());
        let mut is_any = false;
        for (name, before) in old {
            let Some(after) = new.get(name) else { continue };
            for method in METHODS {
                let nodes = (before.operation_node(method), after.operation_node(method));
                let (Some(one), Some(other)) = nodes else {
                    continue;
                };
                if one.get("security").is_none() && other.get("security").is_none() {
                    return true;
                }
                is_any = true;
            }
        }
        !is_any
    }

    fn requirements(
        &mut self,
        target: &Where<'_>,
        old: &[Requirement<'s>],
        new: &[Requirement<'s>],
    ) {
        let is_open = |requirements: &[Requirement<'s>]| {
            requirements.is_empty() || requirements.iter().any(|it| it.schemes.is_empty())
        };
        let (was_open, is_open) = (is_open(old), is_open(new));
        let renamed = self.renamed_schemes();
        let renamed = |name: &'s str| renamed.get(name).copied().unwrap_or(name);
        let certificates = [mutual_tls(self.old), mutual_tls(self.new)];
        let needs = |requirements: &[Requirement<'s>], schemes: &BTreeSet<&str>| {
            let has = |it: &Requirement<'s>| it.schemes.keys().any(|name| schemes.contains(name));
            requirements.iter().all(has)
        };
        // A certificate that every alternative needs now, or none does any more, is one change.
        let needed = (needs(old, &certificates[0]), needs(new, &certificates[1]));
        let certificate = match needed {
            (false, true) if !was_open && !is_open => Some("api-security-mtls-required"),
            (true, false) if !was_open && !is_open => Some("api-security-mtls-dropped"),
            _ => None,
        };
        let names = |requirement: &Requirement<'s>| -> BTreeSet<&'s str> {
            let names = requirement.schemes.keys().copied();
            let is_left = |name: &&str| {
                certificate.is_none() || !certificates.iter().any(|it| it.contains(name))
            };
            names.filter(is_left).map(renamed).collect()
        };
        let is_same = |before: &Requirement<'s>, after: &Requirement<'s>| {
            before.schemes.is_empty() == after.schemes.is_empty() && names(before) == names(after)
        };
        let gone: Vec<_> = old
            .iter()
            .filter(|before| !before.schemes.is_empty())
            .filter(|before| !new.iter().any(|after| is_same(before, after)))
            .collect();
        let come: Vec<_> = new
            .iter()
            .filter(|after| !after.schemes.is_empty())
            .filter(|after| !old.iter().any(|before| is_same(before, after)))
            .collect();
        let name = |requirement: &Requirement<'s>| -> String {
            let names: Vec<&str> = requirement.schemes.keys().copied().collect();
            names.join("+")
        };
        let anonymous = match (was_open, is_open) {
            (true, false) => Some("api-security-anonymous-access-removed"),
            (false, true) => Some("api-security-anonymous-access-added"),
            _ => None,
        };
        if let Some(rule) = anonymous {
            let node = |list: &[Requirement<'s>]| list.first().map(|it| it.node);
            let nodes = (
                node(old).or(Some(self.old.root())),
                node(new).or(Some(self.new.root())),
            );
            let reason = format!("{}: {}", target.title, rule.replace('-', " "));
            self.findings.add(
                rule,
                format!("{}.security", target.path),
                target.order,
                Direction::Input,
                nodes,
                (Some(was_open.into()), Some(is_open.into())),
                reason,
            );
        }
        if let (Some(rule), Some(one), Some(other)) = (certificate, old.first(), new.first()) {
            let path = format!("{}.security", target.path);
            let nodes = (one.node, other.node);
            let values = (needed.0.into(), needed.1.into());
            self.field(rule, path, target.order, nodes, values, target.title);
        }
        let replaced = match (gone.as_slice(), come.as_slice()) {
            ([before], [after]) if !was_open && !is_open => Some((*before, *after)),
            _ => None,
        };
        if let Some((before, after)) = replaced {
            let (has, asks) = (names(before), names(after));
            // Where nothing but a certificate is asked for, its own record says so.
            if !asks.is_empty() {
                let path = format!("{}.security", target.path);
                let nodes = (before.node, after.node);
                let values = (name(before).into(), name(after).into());
                let rule = "api-security-requirement-changed";
                self.field(rule, path, target.order, nodes, values, target.title);
                if asks.is_subset(&has) {
                    self.reclass(Class::NonBreaking);
                }
            }
        }
        let partner = |before: &Requirement<'s>| {
            let same = new.iter().find(|after| is_same(before, after));
            same.or(replaced.map(|(_, after)| after))
        };
        for before in old.iter().filter(|it| !it.schemes.is_empty()) {
            let path = format!("{}.security[{}]", target.path, name(before));
            let Some(after) = partner(before) else {
                // Whoever may call without any credential loses nothing.
                if !is_open {
                    let nodes = (Some(before.node), None);
                    let rule = target.rules.removed;
                    self.simple(rule, path, target.order, nodes, target.title);
                }
                continue;
            };
            for (scheme, scopes) in &before.schemes {
                let Some(others) = after.schemes.get(renamed(scheme)) else {
                    continue;
                };
                let nodes = (Some(before.node), Some(after.node));
                for scope in scopes.difference(others) {
                    let rule = target.rules.scope_removed;
                    self.scope(target, rule, &path, scope, (nodes.0, None));
                }
                for scope in others.difference(scopes) {
                    let rule = target.rules.scope_added;
                    self.scope(target, rule, &path, scope, (None, nodes.1));
                }
            }
        }
        for after in come {
            // Once nobody had to say who they are, a requirement is the end of that.
            if anonymous.is_none() && replaced.is_none() {
                let path = format!("{}.security[{}]", target.path, name(after));
                let nodes = (None, Some(after.node));
                self.simple(target.rules.added, path, target.order, nodes, target.title);
            }
        }
    }

    /// Schemes that say the same under another name, which callers do not see, old to new.
    fn renamed_schemes(&self) -> BTreeMap<&'s str, &'s str> {
        let (old, new) = (self.old.security_schemes(), self.new.security_schemes());
        let gone = old.iter().filter(|(name, _)| !new.contains_key(*name));
        gone.filter_map(|(name, before)| {
            let mut come = new.iter().filter(|(name, _)| !old.contains_key(*name));
            let (other, _) = come.find(|(_, after)| says_same(before.node, after.node))?;
            Some((*name, *other))
        })
        .collect()
    }

    fn scope(
        &mut self,
        target: &Where<'_>,
        rule: &str,
        requirement: &str,
        scope: &str,
        nodes: (Option<Node<'s>>, Option<Node<'s>>),
    ) {
        let path = format!("{requirement}.scopes[{scope}]");
        let values = (nodes.0.map(|_| scope.into()), nodes.1.map(|_| scope.into()));
        let reason = format!("{}: {} ({scope})", target.title, rule.replace('-', " "));
        self.findings.add(
            rule,
            path,
            target.order,
            Direction::Input,
            nodes,
            values,
            reason,
        );
    }
}

/// Names of the schemes by which callers show a certificate.
fn mutual_tls(api: Api<'_>) -> BTreeSet<&str> {
    let schemes = api.security_schemes().into_iter();
    schemes
        .filter(|(_, scheme)| scheme.text("type") == Some("mutualTLS"))
        .map(|(name, _)| name)
        .collect()
}

/// Whether two schemes only differ in words for readers.
fn says_same(old: Node<'_>, new: Node<'_>) -> bool {
    let fields = |node: Node<'_>| {
        let keys = node
            .entries()
            .filter_map(|(key, _)| Some(key.as_str()?.to_owned()));
        keys.filter(|key| key != "description" && !key.starts_with("x-"))
            .collect::<BTreeSet<_>>()
    };
    let is_equal = |field: &String| match (old.get(field), new.get(field)) {
        (Some(old), Some(new)) => old.value_eq(new),
        _ => false,
    };
    fields(old) == fields(new) && fields(old).iter().all(is_equal)
}
