//! Follows the policies of a validation.

use std::collections::BTreeSet;

use pacto_bundle::{ResolveFailure, Resolved};
use pacto_contract::Reference;
use pacto_validate::{RequestId, Validation};

use crate::resolver::{Machine, Resolver, Wanted};

struct Policies<'v> {
    validation: &'v mut Validation,
    handed_out: BTreeSet<RequestId>,
}

impl Machine for Policies<'_> {
    type Id = RequestId;

    fn pending(&mut self) -> Vec<(RequestId, Wanted)> {
        let mut wanted = Vec::new();
        for request in self.validation.pending() {
            if !self.handed_out.insert(request.id) {
                continue;
            }
            // Only references that parse are asked for.
            if let Ok(reference) = Reference::parse(&request.reference) {
                wanted.push((
                    request.id,
                    Wanted {
                        text: request.reference,
                        reference,
                        range: None,
                        declared_by: request.declared_by,
                        pin: None,
                        root_directory: None,
                    },
                ));
            }
        }
        wanted
    }

    fn supply(&mut self, id: RequestId, answer: Result<Resolved, ResolveFailure>) {
        self.validation.supply(id, answer);
    }
}

/// Answers everything a validation asks for.
pub(super) fn follow(resolver: &Resolver<'_>, validation: &mut Validation) {
    resolver.drive(&mut Policies {
        validation,
        handed_out: BTreeSet::new(),
    });
}
