//! Properties that only go by another name.

use std::collections::BTreeSet;

use pacto_diagnostic::nearest;
use pacto_document::Node;

use super::delta::bracketed;
use super::{Delta, Pair, RuleName, SchemaComparer};

/// Pairs that are tried in one schema: beyond, it is another schema, and every pair costs.
const PAIRS_LIMIT: usize = 256;

/// Pairs properties that are gone with new ones of the same schema and a similar name.
pub(super) fn compare<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) {
    let (old, new) = (&pair.old.properties, &pair.new.properties);
    let is_gone = |name: &&&str| !new.contains_key(**name);
    let gone: Vec<&str> = old.keys().filter(is_gone).copied().collect();
    let is_new = |name: &&&str| !old.contains_key(**name);
    let mut come: BTreeSet<&str> = new.keys().filter(is_new).copied().collect();
    if gone.len() * come.len() > PAIRS_LIMIT {
        return;
    }
    let mut found = Vec::new();
    for before in gone {
        let mut candidates = come.clone();
        while let Some(after) = similar(before, &candidates) {
            let is_same = match (old.get(before), new.get(after)) {
                (Some(one), Some(other)) => !comparer.differ(one, other),
                _ => false,
            };
            if is_same {
                come.remove(after);
                found.push((before, after));
                break;
            }
            candidates.remove(after);
        }
    }
    for (before, after) in found {
        let node = |nodes: Option<&Vec<Node<'s>>>| nodes.and_then(|nodes| nodes.first().copied());
        let delta = Delta::new(
            RuleName::Id("config-property-renamed"),
            format!(".properties[{}]", bracketed(after)),
            node(old.get(before)),
            node(new.get(after)),
        );
        pair.push(delta.modified(Some(before.into()), Some(after.into())));
    }
}

/// The name that is the same but for case and separators, else the one with the same words in part,
/// else the one with the fewest other letters.
fn similar<'n>(name: &str, candidates: &BTreeSet<&'n str>) -> Option<&'n str> {
    let plain = |name: &str| words(name).concat();
    let is_same = |other: &&str| plain(name) == plain(other);
    let is_extended = |other: &&str| {
        let (one, other) = (words(name), words(other));
        let (short, long) = if one.len() < other.len() {
            (one, other)
        } else {
            (other, one)
        };
        !short.is_empty() && (long.starts_with(&short) || long.ends_with(&short))
    };
    // One letter of three is another word.
    let is_long = name.chars().count() > 3;
    let mut by_words = candidates.iter().copied();
    by_words
        .clone()
        .find(is_same)
        .or_else(|| by_words.find(is_extended))
        .or_else(|| is_long.then(|| nearest(name, candidates.iter().copied()))?)
}

/// The words of a name in lower case: those of `poolSize`, `POOL_SIZE` and `pool-size` are the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || was_lower && letter.is_uppercase() {
            words.push(String::new());
        }
        was_lower = letter.is_lowercase();
        if let Some(word) = words.last_mut()
            && letter.is_alphanumeric()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_similar_by_their_words_and_their_letters() {
        let of =
            |name: &str, others: &[&'static str]| similar(name, &others.iter().copied().collect());
        assert_eq!(
            of("poolSize", &["POOL_SIZE", "pool-sizes"]),
            Some("POOL_SIZE")
        );
        assert_eq!(
            of("timeout", &["request_timeout", "region"]),
            Some("request_timeout")
        );
        assert_eq!(of("adress", &["address", "region"]), Some("address"));
        assert_eq!(of("timeout", &["region"]), None);
        assert_eq!(of("a", &["b"]), None);
    }
}
