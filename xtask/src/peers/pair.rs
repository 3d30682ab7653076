//! How two releases of something real compare.

use std::collections::BTreeMap;

use super::Counts;
use super::bundle::{Record, Shown};
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
    /// How many of them have none, by our rule and why.
    pub(super) not_shown: BTreeMap<(String, String), usize>,
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
        for record in records {
            let Some(shown) = &record.shown else { continue };
            self.shown.0 += 1;
            match shown {
                Shown::ByValue => self.shown.1 += 1,
                Shown::Not(why) => {
                    let line = (record.rule.clone(), why.clone());
                    *self.not_shown.entry(line).or_default() += 1;
                }
            }
        }
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
