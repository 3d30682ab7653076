//! Which messages of both sides belong together.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::Documents;

use super::model::Message;
use super::traits::property;

type Messages<'s> = BTreeMap<String, Message<'s>>;

/// Messages of one name, then equal ones, then those that say the same name, then those at the
/// same position; what is the only message on both sides belongs together whatever it is called.
/// Names of the old side come first.
pub(super) fn pairs<'m, 's>(
    documents: (&'s Documents<'s>, &'s Documents<'s>),
    old: &'m Messages<'s>,
    new: &'m Messages<'s>,
) -> Vec<(&'m String, &'m String)> {
    let says = |documents, message: &Message<'s>| {
        property(documents, message.node, "name").and_then(Node::as_str)
    };
    let is_name = |name: &str| !name.bytes().all(|byte| byte.is_ascii_digit());
    let mut pairs = Pairs {
        old,
        new,
        taken: (BTreeSet::new(), BTreeSet::new()),
        found: Vec::new(),
    };
    pairs.add(&|before, after| before.0 == after.0 && is_name(before.0));
    pairs.add(&|before, after| before.1.node.value_eq(after.1.node));
    pairs.add(&|before, after| {
        let name = says(documents.0, before.1);
        name.is_some() && name == says(documents.1, after.1)
    });
    pairs.add(&|before, after| before.0 == after.0);
    if old.len() == 1 && new.len() == 1 {
        pairs.add(&|_, _| true);
    }
    pairs.found
}

struct Pairs<'m, 's> {
    old: &'m Messages<'s>,
    new: &'m Messages<'s>,
    taken: (BTreeSet<&'m String>, BTreeSet<&'m String>),
    found: Vec<(&'m String, &'m String)>,
}

type Named<'n, 's> = (&'n String, &'n Message<'s>);

impl<'m, 's> Pairs<'m, 's> {
    /// Pairs what is left and belongs together.
    fn add(&mut self, is_same: &dyn Fn(Named<'m, 's>, Named<'m, 's>) -> bool) {
        for after in self.new {
            if self.taken.1.contains(after.0) {
                continue;
            }
            let mut left = self.old.iter().filter(|it| !self.taken.0.contains(it.0));
            if let Some(before) = left.find(|before| is_same(*before, after)) {
                self.taken.0.insert(before.0);
                self.taken.1.insert(after.0);
                self.found.push((before.0, after.0));
            }
        }
    }
}
