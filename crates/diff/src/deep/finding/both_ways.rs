//! Which findings are about one change of a schema, for callers and for readers.

use std::collections::HashMap;

use super::Findings;
use crate::Direction;

/// The old and the new node, and what follows the path of the schema.
type Change<'f> = ((usize, u32), (usize, u32), &'f str);

impl Findings<'_> {
    /// Findings about the same change of a schema, for what callers send and for what the provider
    /// sends: of several at one place, the first of the highest class.
    pub(crate) fn both_ways(&self) -> Vec<[usize; 2]> {
        let mut sides: [HashMap<Change<'_>, usize>; 2] = Default::default();
        let class = |index: usize| self.list.get(index).map(|it| it.class);
        let mut found: Vec<_> = self.shared.iter().collect();
        found.sort_unstable_by_key(|(_, index)| **index);
        for ((_, direction, old, new, suffix), index) in found {
            let [inputs, outputs] = &mut sides;
            let side = match direction {
                Direction::Input => inputs,
                Direction::Output => outputs,
                _ => continue,
            };
            let known = side.entry((*old, *new, suffix)).or_insert(*index);
            if class(*index) > class(*known) {
                *known = *index;
            }
        }
        let [inputs, outputs] = sides;
        let pairs = inputs
            .into_iter()
            .filter_map(|(change, input)| Some([input, *outputs.get(&change)?]));
        let mut pairs: Vec<[usize; 2]> = pairs.collect();
        pairs.sort_unstable();
        pairs
    }
}
