//! Which messages of both sides belong together.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::Documents;

use super::model::Message;
use super::traits::property;

/// Pairs of messages without a common name that are looked at.
const PAIRS_LIMIT: usize = 1_000_000;

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
    pairs.add_named(&is_name);
    pairs.add(&|before, after| before.1.node.value_eq(after.1.node));
    pairs.add(&|before, after| {
        let name = says(documents.0, before.1);
        name.is_some() && name == says(documents.1, after.1)
    });
    pairs.add_named(&|_| true);
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
    /// Pairs what is left and has one name.
    fn add_named(&mut self, is_name: &dyn Fn(&str) -> bool) {
        for after in self.new.keys().filter(|name| is_name(name)) {
            let Some((before, _)) = self.old.get_key_value(after) else {
                continue;
            };
            if !self.taken.0.contains(before) && !self.taken.1.contains(after) {
                self.take(before, after);
            }
        }
    }

    fn take(&mut self, before: &'m String, after: &'m String) {
        self.taken.0.insert(before);
        self.taken.1.insert(after);
        self.found.push((before, after));
    }

    /// Pairs what is left and belongs together.
    fn add(&mut self, is_same: &dyn Fn(Named<'m, 's>, Named<'m, 's>) -> bool) {
        let left = |all: &Messages<'s>, taken: &BTreeSet<&String>| all.len() - taken.len();
        let work = left(self.old, &self.taken.0) * left(self.new, &self.taken.1);
        if work > PAIRS_LIMIT {
            return;
        }
        for after in self.new {
            if self.taken.1.contains(after.0) {
                continue;
            }
            let mut left = self.old.iter().filter(|it| !self.taken.0.contains(it.0));
            if let Some(before) = left.find(|before| is_same(*before, after)) {
                self.take(before.0, after.0);
            }
        }
    }
}
