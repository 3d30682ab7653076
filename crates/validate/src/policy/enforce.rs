//! Applying policy schemas to the document as written.

use std::collections::BTreeSet;

use pacto_contract::Loaded;
use pacto_diagnostic::Finding;
use pacto_document::Pointer;
use serde_json::Value;

use crate::catalogue::code;
use crate::findings::new_finding;
use crate::schema::CompiledSchema;

/// A schema that applies, and where it comes from.
#[derive(Debug)]
pub(crate) struct Enforcement {
    /// `policies["name"]`, with the last reference before it below the root.
    pub(crate) origin: String,
    /// The schema.
    pub(crate) schema: CompiledSchema,
    /// Written path of the root policy that led here.
    pub(crate) place: String,
}

/// Applies every schema on its own; `raw` is `None` when the document has no JSON form.
pub(crate) fn enforce(
    loaded: &Loaded,
    raw: Option<&Value>,
    enforcements: &[Enforcement],
) -> Vec<Finding> {
    let Some(raw) = raw else {
        let message =
            "failed to parse contract for policy enforcement: the document has no JSON form";
        return vec![
            new_finding(code::POLICY_ENFORCEMENT_ERROR, "", message).at(loaded.location("")),
        ];
    };
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for enforcement in enforcements {
        let mut violations: Vec<(String, Pointer)> = enforcement
            .schema
            .leaves(raw)
            .into_iter()
            .map(|leaf| {
                let message = format!("policy {}: {leaf}", enforcement.origin);
                (message, leaf.pointer)
            })
            .collect();
        violations.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (message, pointer) in violations {
            // Two ways to one policy say the same.
            if !seen.insert(message.clone()) {
                continue;
            }
            findings.push(
                new_finding(code::POLICY_VIOLATION, "", message)
                    .at(loaded.location(&pointer.to_plain_dotted()))
                    .related(
                        "the policy that asks for it",
                        loaded.location(&enforcement.place),
                    ),
            );
        }
    }
    findings
}
