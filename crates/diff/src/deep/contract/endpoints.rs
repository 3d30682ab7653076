//! Health and metrics at a path that the document of their interface does not know.

use pacto_contract::Contract;
use pacto_spec::openapi::{Api, template_key};

use crate::deep::finding::{Finding, Order};
use crate::deep::{documents, rules};
use crate::detect::ChangeKind;
use crate::{Direction, Side};

/// An interface and a path on it.
type Endpoint<'c> = (&'c str, &'c str);

/// Reads an endpoint from a contract.
type FindEndpoint = fn(&Contract) -> Option<Endpoint<'_>>;

pub(super) fn findings(old: &Side, new: &Side) -> Vec<Finding> {
    let probes: [(&str, &str, FindEndpoint); 2] = [
        (
            "runtime.health.path",
            "health-endpoint-not-in-api",
            |contract| {
                let health = contract.runtime.as_ref()?.health.as_ref()?;
                Some((&health.interface, health.path.as_deref()?))
            },
        ),
        (
            "runtime.metrics.path",
            "metrics-endpoint-not-in-api",
            |contract| {
                let metrics = contract.runtime.as_ref()?.metrics.as_ref()?;
                Some((&metrics.interface, metrics.path.as_deref()?))
            },
        ),
    ];
    let mut findings = Vec::new();
    for (path, rule, endpoint) in probes {
        let (before, after) = (endpoint(old.contract()), endpoint(new.contract()));
        let Some(after) = after else { continue };
        if before == Some(after) || !is_missing(new, after) {
            continue;
        }
        let judgement = rules::judge(rule, None, Direction::None);
        findings.push(Finding {
            rule: rule.to_owned(),
            page: judgement.page,
            class: judgement.class,
            direction: Direction::None,
            path: path.to_owned(),
            occurrences: Vec::new(),
            kind: ChangeKind::Modified,
            old_value: before.map(|(_, path)| path.into()),
            new_value: Some(after.1.into()),
            old_location: None,
            new_location: None,
            reason: format!("{} is no path of interface {}", after.1, after.0),
            witness: None,
            order: Order::default(),
        });
    }
    findings
}

/// Whether the interface has an API document, and the path is not in it.
fn is_missing(side: &Side, (interface, path): Endpoint<'_>) -> bool {
    let mut interfaces = side.contract().interfaces.iter();
    let document = interfaces
        .find(|other| other.name == interface)
        .and_then(|interface| side.document(interface.contract.as_deref()?)?.as_ref().ok());
    let Some(document) = document else {
        return false;
    };
    let documents = documents(document, side);
    let Some(api) = Api::read(&documents) else {
        return false;
    };
    let (paths, problems) = api.paths();
    problems.is_empty()
        && !paths.contains_key(path)
        && !paths
            .keys()
            .any(|template| template_key(template) == template_key(path))
}
