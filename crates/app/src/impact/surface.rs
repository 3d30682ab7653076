//! What changed, seen by somebody who calls the service: operations, interfaces, the whole.

use std::collections::BTreeMap;

use pacto_bundle::Bundle;
use pacto_diff::detect::ChangeKind;
use pacto_diff::{Class, Record};

use super::operation::{Operation, erased};

/// Sections of a contract that callers do not see: they concern who runs the service.
const INWARD: [&str; 5] = [
    "configuration",
    "dependencies",
    "policies",
    "policy",
    "readiness",
];

/// Changes by what they touch.
#[derive(Debug, Default)]
pub(super) struct Surface {
    operations: Vec<Touched>,
    interfaces: BTreeMap<String, Touch>,
    service: Touch,
    overall: Touch,
}

/// How bad it is, and whether the thing is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Touch {
    class: Class,
    is_removed: bool,
}

impl Default for Touch {
    fn default() -> Self {
        Self {
            class: Class::NonBreaking,
            is_removed: false,
        }
    }
}

impl Touch {
    fn add(&mut self, other: Self) {
        self.class = self.class.max(other.class);
        self.is_removed |= other.is_removed;
    }
}

/// An operation, or several, that a record is about.
#[derive(Debug)]
struct Touched {
    target: Target,
    touch: Touch,
}

#[derive(Debug, PartialEq, Eq)]
enum Target {
    /// Path without names of parameters; every method without one.
    Http(String, Option<String>),
    /// `Service.Method`; every method of a service without one.
    Rpc(String, Option<String>),
    /// A channel.
    Channel(String),
}

/// What a consumer that says what it uses can notice.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// The highest class of what it touches.
    pub(super) class: Class,
    /// Interfaces, then operations with a change that is not harmless.
    pub(super) touched: Vec<String>,
    /// An operation it names is gone.
    pub(super) is_any_removed: bool,
}

impl Surface {
    /// Sorts records by what they touch.
    pub(super) fn of(records: &[Record]) -> Self {
        let mut surface = Self::default();
        for record in records.iter().filter(|record| record.suppressed.is_none()) {
            let touch = Touch {
                class: record.refined.unwrap_or(record.classification),
                is_removed: record.kind == ChangeKind::Removed,
            };
            surface.overall.add(touch);
            let paths = [&record.path].into_iter().chain(&record.occurrences);
            let targets: Vec<Target> = paths.filter_map(|path| target(path)).collect();
            if targets.is_empty() {
                match &record.interface {
                    Some(name) => {
                        let is_gone = touch.is_removed && record.path == "interfaces";
                        surface
                            .interfaces
                            .entry(name.clone())
                            .or_default()
                            .add(Touch {
                                is_removed: is_gone,
                                ..touch
                            });
                    }
                    None if is_inward(&record.path) => {}
                    None => surface.service.add(touch),
                }
            }
            for target in targets {
                let touch = Touch {
                    is_removed: touch.is_removed && is_whole(&record.path),
                    ..touch
                };
                surface.operations.push(Touched { target, touch });
            }
        }
        surface
    }

    /// The highest class on the refined scale.
    pub(super) fn class(&self) -> Class {
        self.overall.class
    }

    /// What somebody who uses these operations can notice. Interfaces are looked up on the old
    /// side, where the operations still are.
    pub(super) fn used(&self, operations: &[String], old: &Bundle) -> Use {
        let mut touch = Touch {
            is_removed: false,
            ..self.service
        };
        let (mut interfaces, mut touched) = (Vec::new(), Vec::new());
        for text in operations {
            let operation = Operation::parse(text);
            let mut own = Touch::default();
            for change in &self.operations {
                if change.target.is(&operation) {
                    own.add(change.touch);
                }
            }
            if own.class >= Class::PotentialBreaking && !touched.contains(text) {
                touched.push(text.clone());
            }
            touch.add(own);
            for interface in operation.interfaces(old) {
                let Some(whole) = self.interfaces.get(&interface.name) else {
                    continue;
                };
                touch.add(*whole);
                if whole.class >= Class::PotentialBreaking && !interfaces.contains(&interface.name)
                {
                    interfaces.push(interface.name.clone());
                }
            }
        }
        interfaces.extend(touched);
        Use {
            class: touch.class,
            touched: interfaces,
            is_any_removed: touch.is_removed,
        }
    }
}

impl Target {
    fn is(&self, operation: &Operation<'_>) -> bool {
        match (self, operation) {
            (Self::Http(path, method), Operation::Http(used, used_path)) => {
                *path == erased(used_path) && method.as_deref().is_none_or(|method| method == *used)
            }
            (Self::Rpc(service, method), Operation::Rpc(used_service, used)) => {
                let tail = |text: &str| text.rsplit('.').next().map(str::to_owned);
                tail(service) == tail(used_service)
                    && method.as_deref().is_none_or(|method| method == *used)
            }
            (Self::Channel(name), Operation::Channel(used)) => name == used,
            // A channel may look like a method.
            (Self::Channel(name), Operation::Rpc(service, method)) => {
                *name == format!("{service}/{method}")
            }
            _ => false,
        }
    }
}

/// The operations that a record path is about; `None` when it is about more.
fn target(path: &str) -> Option<Target> {
    if let Some(rest) = path.strip_prefix("openapi.paths[") {
        return match rest.split_once("].methods[") {
            Some((template, rest)) => {
                let method = rest.split_once(']').map_or(rest, |(method, _)| method);
                Some(Target::Http(erased(template), Some(method.to_owned())))
            }
            None => Some(Target::Http(erased(key(rest)?), None)),
        };
    }
    if let Some(rest) = path.strip_prefix("grpc.rpcs[") {
        let (service, method) = key(rest)?.rsplit_once('.')?;
        return Some(Target::Rpc(service.to_owned(), Some(method.to_owned())));
    }
    if let Some(rest) = path.strip_prefix("grpc.services[") {
        return Some(Target::Rpc(key(rest)?.to_owned(), None));
    }
    let rest = path.strip_prefix("asyncapi.channels[")?;
    Some(Target::Channel(key(rest)?.to_owned()))
}

/// The text up to the bracket that ends a key.
fn key(rest: &str) -> Option<&str> {
    rest.split_once(']').map(|(key, _)| key)
}

/// True for paths that name a whole operation, or what holds it.
fn is_whole(path: &str) -> bool {
    path.ends_with(']')
        && match path.split_once("].") {
            None => true,
            Some((_, rest)) => rest.starts_with("methods[") && !rest.contains("]."),
        }
}

fn is_inward(path: &str) -> bool {
    let first = path.split(['.', '[', '/']).next().unwrap_or(path);
    // `configurations` and `configuration` alike.
    INWARD
        .iter()
        .any(|section| first == *section || first.strip_suffix('s') == Some(*section))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_the_operations_it_is_about() {
        let http = |path: &str, method: Option<&str>| {
            Some(Target::Http(path.to_owned(), method.map(str::to_owned)))
        };
        for (path, expected) in [
            ("openapi.paths[/a/{id}]", http("/a/{}", None)),
            ("openapi.paths[/a].methods[GET]", http("/a", Some("GET"))),
            (
                "openapi.paths[/a].methods[GET].responses[200].schema.properties[x]",
                http("/a", Some("GET")),
            ),
            ("openapi.info", None),
            (
                "grpc.rpcs[Seats.Hold].request",
                Some(Target::Rpc("Seats".into(), Some("Hold".into()))),
            ),
            (
                "grpc.services[Seats]",
                Some(Target::Rpc("Seats".into(), None)),
            ),
            ("grpc.messages[Hold].fields[a]", None),
            (
                "asyncapi.channels[a.b].subscribe",
                Some(Target::Channel("a.b".into())),
            ),
            ("interfaces.port", None),
        ] {
            assert_eq!(target(path), expected, "{path}");
        }
    }

    #[test]
    fn only_a_whole_operation_is_removed() {
        for (path, expected) in [
            ("openapi.paths[/a.b]", true),
            ("openapi.paths[/a].methods[GET]", true),
            ("openapi.paths[/a].methods[GET].responses[404]", false),
            ("grpc.rpcs[Seats.Hold]", true),
            ("asyncapi.channels[a.b]", true),
            ("asyncapi.channels[a.b].subscribe", false),
        ] {
            assert_eq!(is_whole(path), expected, "{path}");
        }
    }

    #[test]
    fn who_runs_the_service_sees_what_callers_do_not() {
        for (path, expected) in [
            ("configuration.properties[A]", true),
            ("configurations[app].properties[A]", true),
            ("configurations.ref", true),
            ("policies[a].schema", true),
            ("policy/schema.json", true),
            ("dependencies.compatibility", true),
            ("readiness.checks[a]", true),
            ("service.name", false),
            ("runtime.state.type", false),
            ("scaling.min", false),
        ] {
            assert_eq!(is_inward(path), expected, "{path}");
        }
    }
}
