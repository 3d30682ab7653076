//! How two releases of something real compare.

use super::Counts;
use super::bundle::Record;
use super::waivers::{Waiver, is_waived};

/// The comparison of one pair of releases, by rule of the peer.
#[derive(Debug, Default)]
pub(super) struct Pair {
    /// What waivers call it.
    pub(super) name: &'static str,
    /// What the page calls it.
    pub(super) title: String,
    /// Found by both.
    pub(super) both: Counts,
    /// Found by the peer only, and not by itself when it merges `allOf`.
    pub(super) withdrawn: Counts,
    /// Found by the peer only and waived.
    pub(super) waived: Counts,
    /// Found by the peer only: `NAME RULE PLACE: TEXT`.
    pub(super) missing: Vec<String>,
    /// Our records for which a value that shows them was looked for, and those that have one.
    pub(super) shown: (usize, usize),
}

impl Pair {
    pub(super) fn new(name: &'static str, title: String) -> Self {
        Self {
            name,
            title,
            ..Self::default()
        }
    }

    /// Counts records that have a value, of those that are about values.
    pub(super) fn count_witnesses(&mut self, records: &[Record]) {
        let witnesses = records.iter().filter_map(|it| it.has_witness);
        let all: Vec<bool> = witnesses.collect();
        self.shown = (all.len(), all.iter().filter(|it| **it).count());
    }

    /// Files a line that only the peer has.
    pub(super) fn only_peer(
        &mut self,
        waivers: &mut [Waiver],
        rule: &str,
        (place, text): (&str, &str),
    ) {
        let places = [self.name.to_owned(), format!("{}:{place}", self.name)];
        if places.iter().any(|place| is_waived(waivers, place, rule)) {
            *self.waived.entry(rule.to_owned()).or_default() += 1;
        } else {
            let text = text.replace('\n', " ");
            self.missing
                .push(format!("{} {rule} {place}: {text}", self.name));
        }
    }

    /// Lines of the peer.
    pub(super) fn total(&self) -> usize {
        let sum = |counts: &Counts| counts.values().sum::<usize>();
        sum(&self.both) + sum(&self.withdrawn) + sum(&self.waived) + self.missing.len()
    }
}
