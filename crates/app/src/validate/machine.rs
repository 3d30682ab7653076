//! Follows the policies of a validation.

use std::collections::BTreeSet;

use pacto_bundle::{ResolveFailure, Resolved};
use pacto_contract::Reference;
use pacto_validate::{PolicyRequest, RequestId, Validation};

use crate::resolver::{Machine, Resolver, Wanted};

struct Policies<'v> {
    validation: &'v mut Validation,
    handed_out: BTreeSet<RequestId>,
}

/// What a resolver is asked for a validation; only references that parse are asked for.
pub(crate) fn asked(request: PolicyRequest) -> Option<Wanted> {
    let reference = Reference::parse(&request.reference).ok()?;
    Some(Wanted {
        text: request.reference,
        reference,
        range: None,
        declared_by: request.declared_by,
        pin: None,
        root_directory: None,
    })
}

impl Machine for Policies<'_> {
    type Id = RequestId;

    fn pending(&mut self) -> Vec<(RequestId, Wanted)> {
        let mut wanted = Vec::new();
        for request in self.validation.pending() {
            if !self.handed_out.insert(request.id) {
                continue;
            }
            let id = request.id;
            wanted.extend(asked(request).map(|wanted| (id, wanted)));
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
