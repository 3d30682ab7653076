//! The version that an OpenAPI document gives itself, held against what changed in it.

use pacto_contract::LooseVersion;
use pacto_diagnostic::Location;
use pacto_document::Node;

use crate::record::fingerprint;
use crate::{Class, Comparison, Options, Record, Side, VersionPolicy};

/// Rules about the versions of documents.
pub(super) const RULES: [&str; 3] = [
    "api-version-decreased",
    "api-version-not-bumped",
    "api-major-version-not-bumped",
];

/// The version of the document of one interface, on both sides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DocumentVersion {
    interface: String,
    /// The document, in the new bundle.
    file: String,
    old: (String, Location),
    new: (String, Location),
}

/// The versions of the OpenAPI documents that interfaces have on both sides; nothing while nobody
/// asks for a policy.
pub(crate) fn read(old: &Side, new: &Side, options: &Options) -> Vec<DocumentVersion> {
    if options.version_policy == VersionPolicy::Off {
        return Vec::new();
    }
    let interfaces = old.contract().interfaces.iter();
    interfaces
        .filter_map(|before| {
            let mut partners = new.contract().interfaces.iter();
            let after = partners.find(|after| after.name == before.name)?;
            let file = after.contract.clone()?;
            Some(DocumentVersion {
                interface: before.name.clone(),
                old: version(old, before.contract.as_deref()?)?,
                new: version(new, &file)?,
                file,
            })
        })
        .collect()
}

/// `info.version` of an OpenAPI document, with its place.
fn version(side: &Side, file: &str) -> Option<(String, Location)> {
    let root = side.document(file)?.as_ref().ok()?.root();
    let is_api = ["openapi", "swagger"]
        .iter()
        .any(|key| root.get(key).is_some());
    let node: Node<'_> = root.get("info")?.get("version").filter(|_| is_api)?;
    let text = node.raw().trim_matches(['"', '\'']);
    Some((text.to_owned(), pacto_spec::place(node)))
}

impl DocumentVersion {
    /// What the policy says, when something in the document breaks.
    pub(super) fn record(&self, comparison: &Comparison, options: &Options) -> Option<Record> {
        let is_broken = |record: &Record| {
            record.interface.as_ref() == Some(&self.interface)
                && record.counted(options.scale) == Some(Class::Breaking)
        };
        if !comparison.changes.iter().any(is_broken) {
            return None;
        }
        let rule = verdict(&self.old.0, &self.new.0)?;
        let judgement = super::judge(rule, options);
        let reason = format!(
            "interface {} breaks, and its document goes from version {} to {}",
            self.interface, self.old.0, self.new.0
        );
        let path = "openapi.info.version".to_owned();
        let mut record = Record {
            old_value: Some(self.old.0.as_str().into()),
            new_value: Some(self.new.0.as_str().into()),
            interface: Some(self.interface.clone()),
            file: Some(self.file.clone()),
            old_location: Some(self.old.1.clone()),
            new_location: Some(self.new.1.clone()),
            ..Record::deep(rule, judgement, path, reason)
        };
        record.fingerprint = Some(fingerprint(&record));
        Some(record)
    }

    /// Whether a record is about the document.
    pub(super) fn owns(&self, record: &Record) -> bool {
        record.interface.as_ref() == Some(&self.interface)
    }
}

/// What is wrong with the step from one version to the next when something breaks. Nothing is said
/// about versions that are no semantic ones: dates, and numbers of one or two parts.
fn verdict(old: &str, new: &str) -> Option<&'static str> {
    let parts = |text: &str| {
        text.split(['-', '+'])
            .next()
            .map(|it| it.split('.').count())
    };
    let parse = |text: &str| {
        let version = LooseVersion::parse(text).ok();
        version.filter(|_| parts(text) == Some(3))
    };
    let (before, after) = (parse(old)?, parse(new)?);
    let (before, after) = (before.semver(), after.semver());
    // Semantic Versioning 2.0.0, item 4: below 1.0.0 the minor version has the role of the major.
    let has_grown = if after.major == 0 && before.major == 0 {
        after.minor > before.minor
    } else {
        after.major > before.major
    };
    if after < before {
        Some("api-version-decreased")
    } else if old == new {
        Some("api-version-not-bumped")
    } else if has_grown {
        None
    } else {
        Some("api-major-version-not-bumped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_major_version_says_that_something_broke() {
        assert_eq!(
            verdict("1.0.0", "1.1.0"),
            Some("api-major-version-not-bumped")
        );
        assert_eq!(
            verdict("0.1.0", "0.1.1"),
            Some("api-major-version-not-bumped")
        );
        assert_eq!(
            verdict("1.0.0-rc.1", "1.0.0"),
            Some("api-major-version-not-bumped")
        );
        assert_eq!(verdict("1.0.0", "1.0.0"), Some("api-version-not-bumped"));
        assert_eq!(verdict("2.0.0", "1.9.0"), Some("api-version-decreased"));
        assert_eq!(verdict("1.9.0", "2.0.0"), None);
        assert_eq!(verdict("0.1.0", "0.2.0"), None);
        assert_eq!(verdict("v1.0.0", "v2.0.0"), None);
    }

    #[test]
    fn other_numbers_are_not_read_as_versions() {
        assert_eq!(verdict("1.0", "1.0"), None);
        assert_eq!(verdict("2026-06-01", "2026-06-01"), None);
        assert_eq!(verdict("v1", "v1"), None);
    }
}
