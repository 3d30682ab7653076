//! Runtime: health, metrics, state.

use std::collections::BTreeSet;

use pacto_contract::{Durability, InterfaceType, StateType, UpgradeStrategy};
use pacto_diagnostic::nearest;

use super::Subject;
use crate::catalogue::{Code, code};
use crate::findings::Findings;
use crate::{place, repair};

/// A place where the runtime is asked something: health or metrics.
struct Probe<'p> {
    /// `health` or `metrics`.
    section: &'static str,
    /// What is done there, for messages.
    purpose: &'static str,
    interface: &'p str,
    path: Option<&'p str>,
    not_found: Code,
    invalid: Code,
    path_required: Code,
    path_ignored: Code,
}

/// Health is asked at an interface that can answer.
pub(crate) fn health(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let runtime = subject.contract.runtime.as_ref();
    if let Some(health) = runtime.and_then(|runtime| runtime.health.as_ref()) {
        let probe = Probe {
            section: "health",
            purpose: "health checks require",
            interface: &health.interface,
            path: health.path.as_deref(),
            not_found: code::HEALTH_INTERFACE_NOT_FOUND,
            invalid: code::HEALTH_INTERFACE_INVALID,
            path_required: code::HEALTH_PATH_REQUIRED,
            path_ignored: code::HEALTH_PATH_IGNORED,
        };
        probe.check(subject, out);
    }
}

/// Metrics are read at an interface that can answer.
pub(crate) fn metrics(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let runtime = subject.contract.runtime.as_ref();
    if let Some(metrics) = runtime.and_then(|runtime| runtime.metrics.as_ref()) {
        let probe = Probe {
            section: "metrics",
            purpose: "metrics require",
            interface: &metrics.interface,
            path: metrics.path.as_deref(),
            not_found: code::METRICS_INTERFACE_NOT_FOUND,
            invalid: code::METRICS_INTERFACE_INVALID,
            path_required: code::METRICS_PATH_REQUIRED,
            path_ignored: code::METRICS_PATH_IGNORED,
        };
        probe.check(subject, out);
    }
}

impl Probe<'_> {
    fn check(&self, subject: &Subject<'_>, out: &mut Findings<'_>) {
        let (section, name) = (self.section, self.interface);
        let interface_path = format!("runtime.{section}.interface");
        let path_path = format!("runtime.{section}.path");
        let interfaces = &subject.contract.interfaces;
        let Some(position) = interfaces.iter().position(|other| other.name == name) else {
            self.not_found(subject, out, interface_path);
            return;
        };
        let interface = interfaces.get(position);
        match interface.map(|interface| &interface.r#type) {
            Some(InterfaceType::Event) => {
                out.report(
                    self.invalid,
                    interface_path,
                    format!(
                        "{section} interface \"{name}\" is an event interface; {} http or grpc",
                        self.purpose
                    ),
                )
                .related("declared here", &format!("interfaces[{position}].type"));
            }
            Some(InterfaceType::Http) if self.path.is_none_or(str::is_empty) => {
                out.report(
                    self.path_required,
                    path_path,
                    format!("{section} path is required when the {section} interface type is http"),
                )
                .related("an http interface", &format!("interfaces[{position}].type"));
            }
            Some(InterfaceType::Grpc) if self.path.is_some_and(|path| !path.is_empty()) => {
                out.report(
                    self.path_ignored,
                    path_path,
                    format!("{section} path is not used for grpc interfaces"),
                )
                .help("remove `path`");
            }
            _ => {}
        }
    }

    fn not_found(&self, subject: &Subject<'_>, out: &mut Findings<'_>, path: String) {
        let interfaces = &subject.contract.interfaces;
        // A broken list, or an interface whose name cannot be read, may be the one that is meant.
        if out.is_blocked("interfaces") || interfaces.iter().any(|other| other.name.is_empty()) {
            return;
        }
        let (section, name) = (self.section, self.interface);
        let names: Vec<&str> = interfaces
            .iter()
            .filter(|other| other.r#type != InterfaceType::Event)
            .map(|other| other.name.as_str())
            .collect();
        let (meant, is_sure) = meant(name, &names);
        let pointer = place::pointer(&path);
        let fix = meant
            .filter(|_| is_sure)
            .and_then(|meant| repair::replace_text(subject.loaded, &pointer, meant));
        let help = match (meant, names.as_slice()) {
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, []) => "declare an http or grpc interface with this name".to_owned(),
            (None, names) => {
                let distinct: BTreeSet<&str> = names.iter().copied().collect();
                let distinct: Vec<&str> = distinct.into_iter().collect();
                format!("declared: `{}`", distinct.join("`, `"))
            }
        };
        let finding = out
            .report(
                self.not_found,
                path,
                format!("{section} interface \"{name}\" does not match any declared interface"),
            )
            .help(help)
            .fix(fix);
        let position =
            meant.and_then(|meant| interfaces.iter().position(|other| other.name == meant));
        if let Some(position) = position {
            finding.related(
                "did you mean this one?",
                &format!("interfaces[{position}].name"),
            );
        }
    }
}

/// The name that was probably meant, and whether no other is as likely: a slip of the keyboard,
/// or the only name that goes on where this one stops (`rest` for `rest-api`).
fn meant<'n>(name: &str, names: &[&'n str]) -> (Option<&'n str>, bool) {
    if let Some(meant) = nearest(name, names.iter().copied()) {
        let is_sure = nearest(name, names.iter().rev().copied()) == Some(meant);
        return (Some(meant), is_sure);
    }
    let longer: BTreeSet<&str> = names
        .iter()
        .copied()
        .filter(|other| {
            let rest = other.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(['-', '_', '.']))
        })
        .collect();
    match longer.first() {
        Some(only) if longer.len() == 1 => (Some(only), true),
        _ => (None, false),
    }
}

/// What keeps nothing cannot keep it durably.
pub(crate) fn durability(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let state = subject
        .contract
        .runtime
        .as_ref()
        .and_then(|runtime| runtime.state.as_ref());
    let durability = state
        .filter(|state| state.r#type == Some(StateType::Stateless))
        .and_then(|state| state.persistence.as_ref())
        .and_then(|persistence| persistence.durability.as_ref());
    if durability == Some(&Durability::Persistent) {
        out.report(
            code::STATELESS_PERSISTENT_CONFLICT,
            "runtime.state.persistence.durability",
            "stateless services must use ephemeral durability; persistent durability requires stateful or hybrid",
        )
        .related("declared stateless here", "runtime.state.type");
    }
}

/// Replacing instances in order is for those that keep something.
pub(crate) fn upgrade_strategy(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let Some(runtime) = &subject.contract.runtime else {
        return;
    };
    let strategy = runtime
        .lifecycle
        .as_ref()
        .and_then(|lifecycle| lifecycle.upgrade_strategy.as_ref());
    let state = runtime
        .state
        .as_ref()
        .and_then(|state| state.r#type.as_ref());
    if strategy == Some(&UpgradeStrategy::Ordered) && state == Some(&StateType::Stateless) {
        out.report(
            code::UPGRADE_STRATEGY_STATE_MISMATCH,
            "runtime.lifecycle.upgradeStrategy",
            "ordered upgrade strategy is typically used with stateful services, but state is stateless",
        )
        .related("declared stateless here", "runtime.state.type");
    }
}
