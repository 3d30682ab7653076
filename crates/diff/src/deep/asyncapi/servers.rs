//! Servers: where they are, what they speak, and who may.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;

use super::bindings::Level;
use super::model::{Document, entries};
use super::{Element, Fact, FieldRules, Walk, followed, generations, meaning, order};
use crate::deep::schema::delta::bracketed;

impl<'s> Walk<'s> {
    pub(super) fn servers(&mut self, old: &Document<'s>, new: &Document<'s>) {
        let names: BTreeSet<&str> = old
            .servers
            .keys()
            .chain(new.servers.keys())
            .copied()
            .collect();
        for name in names {
            let order = order(2, name);
            let path = format!("asyncapi.servers[{}]", bracketed(name));
            let (Some(before), Some(after)) = (old.servers.get(name), new.servers.get(name)) else {
                let sides = (old.servers.get(name), new.servers.get(name));
                let rule = match sides.0 {
                    Some(_) => "asyncapi-server-removed",
                    None => "asyncapi-server-added",
                };
                let word = rule.rsplit('-').next().unwrap_or("");
                self.add(
                    Fact {
                        rule,
                        path,
                        order: &order,
                        reason: format!("server {name} {word}"),
                    },
                    (sides.0.copied(), sides.1.copied()),
                    (sides.0.map(|_| name.into()), sides.1.map(|_| name.into())),
                );
                continue;
            };
            for (field, rule) in [
                ("host", "asyncapi-server-host-changed"),
                ("url", "asyncapi-server-host-changed"),
                ("pathname", "asyncapi-server-pathname-changed"),
                ("protocol", "asyncapi-server-protocol-changed"),
                (
                    "protocolVersion",
                    "asyncapi-server-protocol-version-changed",
                ),
            ] {
                let sides = (before.get(field), after.get(field));
                let mut values = (
                    sides.0.and_then(Node::to_json),
                    sides.1.and_then(Node::to_json),
                );
                // One generation has in one field what the other has in two.
                if self.is_across {
                    let part = |server| generations::part_of_address(server, field);
                    match (part(*before), part(*after)) {
                        (Some(_), Some(_)) if field == "url" => continue,
                        (Some(one), Some(other)) => {
                            values = (Some(one.into()), Some(other.into()));
                        }
                        _ => {}
                    }
                }
                if values.0 != values.1 {
                    self.add(
                        Fact {
                            rule,
                            path: format!("{path}.{field}"),
                            order: &order,
                            reason: format!("server {name}: {field} changed"),
                        },
                        (
                            Some(sides.0.unwrap_or(*before)),
                            Some(sides.1.unwrap_or(*after)),
                        ),
                        values,
                    );
                }
            }
            let title = format!("server {name}");
            let at = Element {
                path,
                title: &title,
                order: &order,
                nodes: (*before, *after),
            };
            self.security(&at, "server");
            self.variables(&at);
            self.bindings(&at, Level::Server);
        }
    }

    fn variables(&mut self, at: &Element<'_, 's>) {
        let of = |node: Node<'s>| entries(node.get("variables")).collect::<BTreeMap<_, _>>();
        let (old, new) = (of(at.nodes.0), of(at.nodes.1));
        let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        let rules = FieldRules {
            added: "asyncapi-server-variable-added",
            removed: "asyncapi-server-variable-removed",
            changed: "asyncapi-server-variable-changed",
        };
        for name in names {
            let field = format!("variables[{}]", bracketed(name));
            let sides = (old.get(name).copied(), new.get(name).copied());
            if let (Some(old), Some(new)) = sides
                && meaning(followed(self.findings.old, old))
                    == meaning(followed(self.findings.new, new))
            {
                continue;
            }
            self.field(at, (&field, rules), sides);
        }
    }
}
