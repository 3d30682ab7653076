//! Which old contract belongs to which new one.

use std::collections::BTreeMap;
use std::path::Path;

use super::Member;

/// Positions in the lists of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) old: Option<usize>,
    pub(super) new: Option<usize>,
}

/// Pairs the contracts of two folders and puts them in order of their path.
pub(super) fn of(old: &[Member], new: &[Member]) -> Vec<Pair> {
    fn keys(members: &[Member]) -> Vec<Key<'_>> {
        let keys = members.iter().map(|member| Key {
            path: &member.relative,
            name: member.name(),
        });
        keys.collect()
    }
    paired(&keys(old), &keys(new))
}

/// What a contract is found by.
#[derive(Debug, Clone, Copy)]
struct Key<'m> {
    /// Path below its folder.
    path: &'m Path,
    /// Name of the service; `None` when it cannot be read.
    name: Option<&'m str>,
}

/// By name where a name stands once on each side. Of several with one name those with the same
/// path belong together, then what is left when it is one on each side. A contract that cannot be
/// read has no name: it belongs to the one at its path, which would otherwise look added or
/// removed.
fn paired(old: &[Key<'_>], new: &[Key<'_>]) -> Vec<Pair> {
    let mut partner_of_new: Vec<Option<usize>> = vec![None; new.len()];
    let mut is_taken = vec![false; old.len()];
    let mut take = |before: usize, after: usize, partners: &mut Vec<Option<usize>>| {
        let (Some(slot), Some(taken)) = (partners.get_mut(after), is_taken.get_mut(before)) else {
            return;
        };
        if slot.is_none() && !*taken {
            *slot = Some(before);
            *taken = true;
        }
    };
    let at_path: BTreeMap<&Path, usize> = old
        .iter()
        .enumerate()
        .map(|(index, key)| (key.path, index))
        .collect();
    for (after, key) in new.iter().enumerate() {
        let Some(before) = at_path.get(key.path).copied() else {
            continue;
        };
        let name = old.get(before).and_then(|other| other.name);
        if name == key.name || name.is_none() || key.name.is_none() {
            take(before, after, &mut partner_of_new);
        }
    }
    let mut left: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (after, key) in new.iter().enumerate() {
        if let (Some(name), Some(None)) = (key.name, partner_of_new.get(after)) {
            left.entry(name).or_default().1.push(after);
        }
    }
    for (before, key) in old.iter().enumerate() {
        if let Some(name) = key.name
            && !partner_of_new.contains(&Some(before))
        {
            left.entry(name).or_default().0.push(before);
        }
    }
    for (olds, news) in left.values() {
        if let ([before], [after]) = (olds.as_slice(), news.as_slice()) {
            take(*before, *after, &mut partner_of_new);
        }
    }
    let mut pairs: Vec<(&Path, Pair)> = Vec::with_capacity(new.len());
    for ((after, key), before) in new.iter().enumerate().zip(&partner_of_new) {
        let pair = Pair {
            old: *before,
            new: Some(after),
        };
        pairs.push((key.path, pair));
    }
    for ((before, key), taken) in old.iter().enumerate().zip(&is_taken) {
        if !taken {
            let pair = Pair {
                old: Some(before),
                new: None,
            };
            pairs.push((key.path, pair));
        }
    }
    // What is gone stands before what came in its place.
    pairs.sort_by(|(a, x), (b, y)| a.cmp(b).then(x.new.is_some().cmp(&y.new.is_some())));
    pairs.into_iter().map(|(_, pair)| pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &[(&str, Option<&str>)], new: &[(&str, Option<&str>)]) -> Vec<String> {
        fn keys<'k>(side: &[(&'k str, Option<&'k str>)]) -> Vec<Key<'k>> {
            let as_key = |(path, name): &(&'k str, Option<&'k str>)| Key {
                path: Path::new(*path),
                name: *name,
            };
            side.iter().map(as_key).collect()
        }
        let path = |side: &[(&str, Option<&str>)], index: Option<usize>| {
            index.map_or("-".to_owned(), |index| side[index].0.to_owned())
        };
        paired(&keys(old), &keys(new))
            .iter()
            .map(|pair| format!("{} {}", path(old, pair.old), path(new, pair.new)))
            .collect()
    }

    #[test]
    fn a_service_is_found_wherever_it_moved() {
        assert_eq!(
            shown(
                &[("a", Some("one")), ("b", Some("two"))],
                &[("x/a", Some("two")), ("z", Some("one"))]
            ),
            ["b x/a", "a z"]
        );
    }

    #[test]
    fn another_service_at_a_path_is_another_service() {
        assert_eq!(
            shown(&[("a", Some("one"))], &[("a", Some("two"))]),
            ["a -", "- a"]
        );
    }

    #[test]
    fn services_of_one_name_are_told_apart_by_their_path() {
        assert_eq!(
            shown(
                &[("a", Some("one")), ("b", Some("one")), ("c", Some("one"))],
                &[("b", Some("one")), ("d", Some("one"))]
            ),
            ["a -", "b b", "c -", "- d"]
        );
        assert_eq!(
            shown(
                &[("a", Some("one")), ("b", Some("one"))],
                &[("b", Some("one")), ("d", Some("one"))]
            ),
            ["b b", "a d"]
        );
    }

    #[test]
    fn a_contract_that_cannot_be_read_belongs_to_its_path() {
        assert_eq!(
            shown(
                &[("a", Some("one")), ("b", None)],
                &[("a", None), ("b", Some("two"))]
            ),
            ["a a", "b b"]
        );
    }
}
