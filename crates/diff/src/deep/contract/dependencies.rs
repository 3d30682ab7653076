//! Dependencies: ranges, necessity, references.

use pacto_contract::{Contract, Dependency, RangeRelation, Reference, VersionRange};

use super::{Explanation, dependency};
use crate::detect::ChangeKind;

pub(super) fn explain(
    (old, new): (&Contract, &Contract),
    kind: ChangeKind,
    key: &str,
    field: Option<&str>,
) -> Option<Explanation> {
    if kind == ChangeKind::Added {
        let is_required = dependency(new, key)?.required;
        return is_required.then(|| Explanation::rule("dependency-required-added"));
    }
    let (before, after) = (dependency(old, key)?, dependency(new, key)?);
    match field? {
        "compatibility" => range(before, after),
        "required" if after.required => Some(Explanation::rule("dependency-became-required")),
        "required" => Some(Explanation::rule("dependency-became-optional")),
        "ref" => Some(Explanation::rule(
            if is_same_repository(&before.reference, &after.reference) {
                "dependency-ref-repinned"
            } else {
                "dependency-repository-changed"
            },
        )),
        _ => None,
    }
}

/// Ranges are compared by the versions they accept; one that cannot be read is left to the
/// table.
fn range(before: &Dependency, after: &Dependency) -> Option<Explanation> {
    let old = VersionRange::parse(&before.compatibility).ok()?;
    let new = VersionRange::parse(&after.compatibility).ok()?;
    Some(Explanation::rule(match old.relation_to(&new) {
        RangeRelation::Equivalent => "dependency-range-equivalent",
        RangeRelation::Widened => "dependency-range-widened",
        RangeRelation::Narrowed => "dependency-range-narrowed",
        RangeRelation::Disjoint => "dependency-range-disjoint",
    }))
}

/// Whether two references differ in tag and digest only.
pub(in crate::deep) fn is_same_repository(old: &str, new: &str) -> bool {
    match (Reference::parse(old), Reference::parse(new)) {
        (Ok(Reference::Oci(old)), Ok(Reference::Oci(new))) => {
            (old.registry, old.repository) == (new.registry, new.repository)
        }
        (Ok(Reference::Layout(old)), Ok(Reference::Layout(new))) => old.directory == new.directory,
        _ => false,
    }
}
