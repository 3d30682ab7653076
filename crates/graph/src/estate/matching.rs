//! From a reference to a service.

use std::collections::HashMap;

use pacto_contract::Reference;

use super::ServiceId;

/// Suffix that repositories of contracts may have by convention.
const SUFFIX: &str = "-pacto";

/// How a reference was matched to a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchedBy {
    /// The repository or directory is that of the service.
    Repository,
    /// The last path segment is the name of the service.
    Name,
    /// The last path segment is that of its image or chart.
    Alias,
    /// The last path segment is the name with `-pacto` behind it.
    Suffix,
    /// Nothing known: the service exists by this reference only.
    Nothing,
}

/// Names of services.
#[derive(Debug, Clone, Default)]
pub(super) struct Matcher {
    pub(super) exact: HashMap<String, ServiceId>,
    pub(super) names: HashMap<String, ServiceId>,
    pub(super) aliases: HashMap<String, ServiceId>,
}

impl Matcher {
    /// The service that a reference leads to.
    pub(super) fn find(&self, exact: &[String], reference: &str) -> Option<(ServiceId, MatchedBy)> {
        if let Some(id) = exact.iter().find_map(|name| self.exact.get(name)) {
            return Some((*id, MatchedBy::Repository));
        }
        let name = Reference::derived_dependency_name(reference);
        if let Some(id) = self.names.get(&name) {
            return Some((*id, MatchedBy::Name));
        }
        if let Some(id) = self.aliases.get(&name) {
            return Some((*id, MatchedBy::Alias));
        }
        let name = name.strip_suffix(SUFFIX)?;
        let id = self.names.get(name).or_else(|| self.aliases.get(name))?;
        Some((*id, MatchedBy::Suffix))
    }
}

/// The name of a service that is known by a reference only.
pub(super) fn derived_name(reference: &str) -> String {
    let name = Reference::derived_dependency_name(reference);
    match name.strip_suffix(SUFFIX) {
        Some(front) if !front.is_empty() => front.to_owned(),
        _ => name,
    }
}
