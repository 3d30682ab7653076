//! Sets of numbers given as ranges.

use pacto_spec::protobuf::NumberRange;

/// The numbers of `old` that `new` does not have, as ranges in ascending order.
pub(super) fn missing(old: &[NumberRange], new: &[NumberRange]) -> Vec<NumberRange> {
    let mut covered: Vec<NumberRange> = new.to_vec();
    covered.sort_by_key(|range| range.first);
    let mut wanted: Vec<NumberRange> = old.to_vec();
    wanted.sort_by_key(|range| range.first);
    let mut missing = Vec::new();
    // Covers that end before a range begins can cover no later range either.
    let mut first_cover = 0;
    for range in wanted {
        let mut next = range.first;
        let mut index = first_cover;
        while let Some(cover) = covered.get(index) {
            if cover.first > range.last {
                break;
            }
            if cover.last < range.first && index == first_cover {
                first_cover += 1;
            }
            if cover.last >= next {
                if cover.first > next {
                    missing.push(NumberRange {
                        first: next,
                        last: cover.first - 1,
                        span: range.span,
                    });
                }
                next = next.max(cover.last + 1);
            }
            index += 1;
        }
        if next <= range.last {
            missing.push(NumberRange {
                first: next,
                last: range.last,
                span: range.span,
            });
        }
    }
    missing
}

pub(super) fn contains(ranges: &[NumberRange], number: i64) -> bool {
    ranges
        .iter()
        .any(|range| (range.first..=range.last).contains(&number))
}

/// `5`, `5-9`.
pub(super) fn shown(range: NumberRange) -> String {
    if range.first == range.last {
        range.first.to_string()
    } else {
        format!("{}-{}", range.first, range.last)
    }
}

#[cfg(test)]
mod tests {
    use pacto_diagnostic::Span;

    use super::*;

    fn ranges(pairs: &[(i64, i64)]) -> Vec<NumberRange> {
        pairs
            .iter()
            .map(|(first, last)| NumberRange {
                first: *first,
                last: *last,
                span: Span::default(),
            })
            .collect()
    }

    /// Old ranges, new ranges, what is missing.
    type Case = (
        &'static [(i64, i64)],
        &'static [(i64, i64)],
        &'static [&'static str],
    );

    #[test]
    fn what_is_missing_is_cut_out_of_ranges() {
        let cases: &[Case] = &[
            (&[(1, 10)], &[(1, 10)], &[]),
            (&[(1, 10)], &[(3, 4), (8, 20)], &["1-2", "5-7"]),
            (&[(1, 2), (5, 5)], &[(1, 1)], &["2", "5"]),
            (&[(1, 10)], &[(6, 10), (1, 5)], &[]),
            (&[(-5, -1)], &[], &["-5--1"]),
        ];
        for (old, new, expected) in cases {
            let found: Vec<String> = missing(&ranges(old), &ranges(new))
                .into_iter()
                .map(shown)
                .collect();
            assert_eq!(found, *expected, "{old:?} {new:?}");
        }
    }
}
