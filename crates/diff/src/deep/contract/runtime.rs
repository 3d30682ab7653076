//! Fields that exist once: state, scaling, image.

use pacto_contract::{Contract, Reference, StateType};

use super::Explanation;

pub(super) fn explain(sides: (&Contract, &Contract), path: &str) -> Option<Explanation> {
    match path {
        "runtime.state.type" => state(sides),
        "scaling.min" | "scaling.max" | "scaling.replicas" | "scaling" => scaling(sides),
        "service.image" => image(sides),
        _ => None,
    }
}

fn state((old, new): (&Contract, &Contract)) -> Option<Explanation> {
    let keeps = |contract: &Contract| -> Option<bool> {
        let state = contract.runtime.as_ref()?.state.as_ref()?;
        match state.r#type.as_ref()? {
            StateType::Stateless => Some(false),
            StateType::Stateful | StateType::Hybrid => Some(true),
            StateType::Unknown(_) => None,
        }
    };
    match (keeps(old)?, keeps(new)?) {
        (false, true) => Some(Explanation::rule("state-became-stateful")),
        (true, false) => Some(Explanation::rule("state-became-stateless")),
        _ => None,
    }
}

/// A range that lies beside the old one: no count that was declared is any more.
fn scaling((old, new): (&Contract, &Contract)) -> Option<Explanation> {
    let (old, new) = (old.scaling.as_ref()?, new.scaling.as_ref()?);
    let is_below = matches!(
        (new.effective_max(), old.effective_min()),
        (Some(new), Some(old)) if new < old
    );
    let is_above = matches!(
        (new.effective_min(), old.effective_max()),
        (Some(new), Some(old)) if new > old
    );
    let is_range = old.replicas.is_none() && new.replicas.is_none();
    (is_range && (is_below || is_above)).then(|| Explanation::rule("scaling-range-shrunk"))
}

fn image((old, new): (&Contract, &Contract)) -> Option<Explanation> {
    let has_digest = |contract: &Contract| -> Option<bool> {
        let reference = &contract.service.image.as_ref()?.reference;
        let reference = Reference::parse(&format!("oci://{reference}")).ok()?;
        Some(reference.digest().is_some())
    };
    (has_digest(old)? && !has_digest(new)?).then(|| Explanation::rule("image-digest-dropped"))
}
