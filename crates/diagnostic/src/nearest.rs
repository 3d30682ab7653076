//! "Did you mean …?": the known word closest to a mistyped one.

/// Finds the candidate closest to a word, when one is close enough to be a likely typo.
///
/// Distance counts insertions, deletions, replacements and swaps of neighbours (optimal string
/// alignment), letters of both cases being equal; at most a third of the word may differ. The
/// first of equally close candidates wins.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word: Vec<char> = word.to_lowercase().chars().take(64).collect();
    let allowed = (word.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.to_lowercase().chars().take(64).collect();
        if letters.len().abs_diff(word.len()) > allowed {
            continue;
        }
        let distance = distance(&word, &letters);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&previous, j) + usize::from(left != right);
            let mut least = replaced.min(at(&previous, j + 1) + 1).min(at(&row, j) + 1);
            let is_swap =
                i > 0 && j > 0 && a.get(i - 1) == Some(right) && b.get(j - 1) == Some(left);
            if is_swap {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut previous, row);
    }
    previous.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_find_their_word_and_strangers_find_nothing() {
        let words = ["text", "json", "markdown", "sarif"];
        assert_eq!(nearest("jsno", words), Some("json"));
        assert_eq!(nearest("Markdwn", words), Some("markdown"));
        assert_eq!(nearest("sariff", words), Some("sarif"));
        assert_eq!(nearest("yaml", words), None);
        assert_eq!(nearest("", words), None);
    }
}
