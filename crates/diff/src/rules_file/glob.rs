//! Patterns over rule ids and paths of records.

/// Whether a text matches a pattern as a whole: `*` is any run of characters within one segment
/// (none of `.`, `/`, `[`, `]`), `**` any run at all, everything else is itself.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    // Every place of the text that the pattern so far may end at, so that no pattern goes back.
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let mut states = vec![false; text.len() + 1];
    if let Some(first) = states.first_mut() {
        *first = true;
    }
    let mut at = 0;
    while let Some(character) = pattern.get(at) {
        let is_star = *character == '*';
        let is_double = is_star && pattern.get(at + 1) == Some(&'*');
        states = if is_star {
            run(&states, &text, is_double)
        } else {
            step(&states, &text, *character)
        };
        at += if is_double { 2 } else { 1 };
    }
    states.last().copied().unwrap_or(false)
}

/// Places that are reached by any number of characters.
fn run(states: &[bool], text: &[char], is_double: bool) -> Vec<bool> {
    let mut reached = false;
    states
        .iter()
        .enumerate()
        .map(|(index, state)| {
            let before = index.checked_sub(1).and_then(|it| text.get(it));
            let is_open = is_double || before.is_none_or(|it| !".[]/".contains(*it));
            reached = *state || (reached && is_open);
            reached
        })
        .collect()
}

/// Places that are reached by one character.
fn step(states: &[bool], text: &[char], character: char) -> Vec<bool> {
    let mut next = vec![false; states.len()];
    for (index, found) in text.iter().enumerate() {
        if *found == character
            && states.get(index) == Some(&true)
            && let Some(place) = next.get_mut(index + 1)
        {
            *place = true;
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stays_in_its_segment() {
        assert!(matches("proto-file-same-*", "proto-file-same-package"));
        assert!(matches(
            "request-*-pattern-changed",
            "request-property-pattern-changed"
        ));
        assert!(!matches("request-*", "response-body-max-set"));
        assert!(matches("runtime.*", "runtime.workload"));
        assert!(!matches("runtime.*", "runtime.state.type"));
        assert!(matches("runtime.**", "runtime.state.type"));
    }

    #[test]
    fn two_stars_cross_brackets_and_slashes() {
        let pattern = "openapi.paths[/internal/**]**";
        assert!(matches(
            pattern,
            "openapi.paths[/internal/users/{id}].methods[GET]"
        ));
        assert!(matches(pattern, "openapi.paths[/internal/]"));
        assert!(!matches(pattern, "openapi.paths[/public].methods[GET]"));
        assert!(matches("**", ""));
    }

    #[test]
    fn many_stars_take_no_time() {
        let text = "a".repeat(2_000);
        assert!(!matches(&format!("{}b", "**a".repeat(50)), &text));
    }
}
