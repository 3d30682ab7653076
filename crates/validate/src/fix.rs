//! Applying repairs to a text.

use pacto_diagnostic::{Fix, SourceText};

/// Applies repairs to the text they were made for and returns the new text.
///
/// The edits of one repair belong together. A repair that overlaps an earlier one, or that does
/// not fit the text, is left out as a whole; validating again offers it anew. Edits of other
/// files than `source` are not touched.
pub fn apply<'f>(source: &SourceText, fixes: impl IntoIterator<Item = &'f Fix>) -> String {
    let mut edits: Vec<(usize, usize, &str)> = Vec::new();
    for fix in fixes {
        let Some(more) = placed(source, fix) else {
            continue;
        };
        let is_free = more.iter().all(|new| {
            // Two insertions at one place have no order, so they collide too.
            edits
                .iter()
                .all(|old| new.1 < old.0 || old.1 < new.0 || is_adjacent(*old, *new))
        });
        if is_free {
            edits.extend(more);
        }
    }
    edits.sort_unstable();
    let text = source.text();
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for (from, to, new_text) in edits {
        out.push_str(text.get(end..from).unwrap_or_default());
        out.push_str(new_text);
        end = to;
    }
    out.push_str(text.get(end..).unwrap_or_default());
    out
}

fn is_adjacent(a: (usize, usize, &str), b: (usize, usize, &str)) -> bool {
    let is_replacement = a.0 < a.1 && b.0 < b.1;
    is_replacement && (a.1 == b.0 || b.1 == a.0)
}

/// The edits of a repair as byte ranges; `None` when one lies elsewhere.
fn placed<'f>(source: &SourceText, fix: &'f Fix) -> Option<Vec<(usize, usize, &'f str)>> {
    let edits: Option<Vec<_>> = fix
        .edits
        .iter()
        .map(|edit| {
            if edit.location.file != source.name() {
                return None;
            }
            let range = source.span(&edit.location)?.range();
            Some((range.start, range.end, edit.new_text.as_str()))
        })
        .collect();
    edits.filter(|edits| !edits.is_empty())
}

#[cfg(test)]
mod tests {
    use pacto_diagnostic::{Edit, Span};

    use super::*;

    fn fix(source: &SourceText, edits: &[(u32, u32, &str)]) -> Fix {
        Fix {
            title: "t".to_owned(),
            edits: edits
                .iter()
                .map(|(from, to, text)| Edit {
                    location: source.location(Span::new(*from, *to)),
                    new_text: (*text).to_owned(),
                })
                .collect(),
        }
    }

    #[test]
    fn several_repairs_apply_at_once_and_leave_the_rest_alone() {
        let source = SourceText::new("pacto.yaml", "a: ö # keep\nb: 2\n");
        let fixes = [
            fix(&source, &[(13, 14, "B"), (16, 17, "3")]),
            fix(&source, &[(3, 5, "1")]),
        ];
        assert_eq!(apply(&source, &fixes), "a: 1 # keep\nB: 3\n");
    }

    #[test]
    fn a_repair_that_overlaps_an_earlier_one_waits_as_a_whole() {
        let source = SourceText::new("pacto.yaml", "abcdef");
        let fixes = [
            fix(&source, &[(1, 3, "X")]),
            fix(&source, &[(2, 4, "Y"), (5, 6, "Z")]),
            fix(&source, &[(3, 4, "W")]),
        ];
        assert_eq!(apply(&source, &fixes), "aXWef");
    }

    #[test]
    fn edits_of_other_files_and_outside_the_text_do_nothing() {
        let source = SourceText::new("pacto.yaml", "abc");
        let other = SourceText::new("other.yaml", "abcdefgh");
        let mut outside = fix(&other, &[(5, 6, "X")]);
        let elsewhere = fix(&other, &[(0, 1, "X")]);
        outside.edits[0].location.file = "pacto.yaml".to_owned();
        assert_eq!(apply(&source, &[outside, elsewhere]), "abc");
    }
}
