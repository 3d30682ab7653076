//! References that nobody else could follow once a contract is published.

use pacto_contract::{Contract, Digest, DigestProblem, Reference};

/// A reference that keeps a contract from being published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LocalReference {
    /// It names a path on this machine.
    #[error("local {what} detected: {reference}")]
    Path {
        /// `dependency`, `chart reference`, `configuration ref` or `policy ref`.
        what: &'static str,
        /// The reference as written.
        reference: String,
        /// Layouts would be accepted here.
        allows_layouts: bool,
    },
    /// Its digest is shortened.
    #[error("incomplete digest detected: {reference}")]
    IncompleteDigest {
        /// The reference as written.
        reference: String,
    },
}

impl LocalReference {
    /// What the user can do.
    pub(super) fn hints(&self) -> Vec<String> {
        vec![match self {
            Self::Path {
                allows_layouts: true,
                ..
            } => "everything a published contract refers to must use oci:// or oci-layout://"
                .to_owned(),
            Self::Path { .. } => {
                "everything a published contract refers to must use oci://".to_owned()
            }
            Self::IncompleteDigest { .. } => "write all digits of the digest, or a tag".to_owned(),
        }]
    }
}

/// The first reference that keeps a contract from being published.
pub(super) fn local_reference(contract: &Contract, allows_layouts: bool) -> Option<LocalReference> {
    let dependencies = contract
        .dependencies
        .iter()
        .map(|dependency| ("dependency", dependency.reference.as_str()));
    let chart = contract
        .service
        .chart
        .iter()
        .map(|chart| ("chart reference", chart.reference.as_str()));
    let configurations = contract.configurations.iter().filter_map(|configuration| {
        Some(("configuration ref", configuration.reference.as_deref()?))
    });
    let policies = contract
        .policies
        .iter()
        .filter_map(|policy| Some(("policy ref", policy.reference.as_deref()?)));
    let image = contract
        .service
        .image
        .iter()
        .map(|image| image.reference.as_str());
    let mut references: Vec<(&'static str, &str)> = dependencies.collect();
    references.extend(chart);
    references.extend(configurations);
    references.extend(policies);
    references
        .iter()
        .find(|(_, reference)| is_local(reference, allows_layouts))
        .map(|(what, reference)| LocalReference::Path {
            what,
            reference: (*reference).to_owned(),
            allows_layouts,
        })
        .or_else(|| {
            references
                .iter()
                .map(|(_, reference)| *reference)
                .chain(image)
                .find(|reference| has_incomplete_digest(reference))
                .map(|reference| LocalReference::IncompleteDigest {
                    reference: reference.to_owned(),
                })
        })
}

fn is_local(reference: &str, allows_layouts: bool) -> bool {
    match Reference::parse(reference) {
        Ok(Reference::Local(_)) => true,
        Ok(Reference::Layout(_)) => !allows_layouts,
        Ok(Reference::Oci(_)) => false,
        // What does not parse names no path; validation speaks about it.
        Err(_) => !reference.contains("://"),
    }
}

fn has_incomplete_digest(reference: &str) -> bool {
    reference
        .split_once('@')
        .is_some_and(|(_, digest)| Digest::parse(digest) == Err(DigestProblem::Incomplete))
}

#[cfg(test)]
mod tests {
    use pacto_contract::Loaded;
    use pacto_diagnostic::SourceText;

    use super::*;

    fn found(rest: &str, allows_layouts: bool) -> Option<String> {
        let text = format!("pactoVersion: \"1.0\"\nservice: {{ name: a, version: 1.0.0 }}\n{rest}");
        let loaded = Loaded::parse(SourceText::new("pacto.yaml", text)).expect("parses");
        local_reference(loaded.contract(), allows_layouts).map(|local| local.to_string())
    }

    #[test]
    fn the_first_local_reference_is_named_with_its_kind() {
        assert_eq!(
            found("policies: [{ name: p, ref: ../p }]", false).as_deref(),
            Some("local policy ref detected: ../p")
        );
        assert_eq!(
            found("configurations: [{ name: c, ref: \"file:///c\" }]", false).as_deref(),
            Some("local configuration ref detected: file:///c")
        );
        assert_eq!(
            found("policies: [{ name: p, ref: \"oci://h.example/p\" }]", false),
            None
        );
    }

    #[test]
    fn layouts_are_accepted_by_layouts_only() {
        let rest = "policies: [{ name: p, ref: \"oci-layout://../p\" }]";
        assert!(found(rest, false).is_some());
        assert_eq!(found(rest, true), None);
    }

    #[test]
    fn a_shortened_digest_is_refused() {
        let rest = "policies: [{ name: p, ref: \"oci://h.example/p@sha256:abc\" }]";
        assert_eq!(
            found(rest, false).as_deref(),
            Some("incomplete digest detected: oci://h.example/p@sha256:abc")
        );
    }
}
