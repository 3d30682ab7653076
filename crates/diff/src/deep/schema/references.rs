//! References that lead nowhere: what is behind them cannot be compared.

use std::collections::BTreeSet;

use pacto_spec::Problem;
use pacto_spec::ReferenceError;

use super::delta::{Delta, RuleName};
use super::{Pair, Shape};

/// Tells where a side refers to something that cannot be read and the other side does not refer
/// to the same. True when the rest can be compared: without such references, and where both sides
/// have the same.
pub(super) fn compare(pair: &mut Pair<'_, '_>) -> bool {
    let (old, new) = (unreadable(pair.old), unreadable(pair.new));
    if old == new {
        return true;
    }
    let appeared: Vec<&Text> = new.difference(&old).collect();
    let gone: Vec<&Text> = old.difference(&new).collect();
    let is_remote = |texts: &[&Text]| texts.iter().any(|it| it.is_remote);
    let rule = if is_remote(&appeared) || is_remote(&gone) {
        "external-ref-not-compared"
    } else if appeared.is_empty() {
        // What was broken had no meaning that anybody could rely on.
        "ref-mended"
    } else {
        "ref-unresolved"
    };
    let shown = |texts: &[&Text]| texts.first().map(|it| it.text.clone().into());
    let nodes = (pair.found.schemas.0.first(), pair.found.schemas.1.first());
    let delta = Delta::new(
        RuleName::Id(rule),
        ".$ref",
        nodes.0.copied(),
        nodes.1.copied(),
    );
    pair.push(delta.modified(shown(&gone), shown(&appeared)));
    false
}

/// A reference as it is written.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Text {
    text: String,
    /// It leads to the network.
    is_remote: bool,
}

fn unreadable(shape: &Shape<'_>) -> BTreeSet<Text> {
    let texts = shape.problems.iter().map(|Problem { error, .. }| Text {
        text: error.reference().to_owned(),
        is_remote: matches!(error, ReferenceError::Remote(_)),
    });
    texts.collect()
}
