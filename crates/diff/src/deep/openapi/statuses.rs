//! Which responses of one side are which of the other: by status, and by ranges of them.

use std::collections::{BTreeMap, BTreeSet};

use pacto_spec::openapi::Response;
use serde_json::Value;

use super::{At, Walk, part_order};

/// Responses by status key.
type Responses<'s> = BTreeMap<&'s str, Response<'s>>;

impl<'s> Walk<'s> {
    /// The responses of an operation; `caller` is what ids begin with where the provider calls.
    pub(super) fn statuses(
        &mut self,
        at: &At<'_>,
        caller: Option<&str>,
        old: &Responses<'s>,
        new: &Responses<'s>,
    ) {
        let mut told = BTreeSet::new();
        for (range, codes) in spelled_out(old, new) {
            told.extend(codes.iter().copied().chain([range]));
            self.range(at, caller, range, &codes, (old, new));
        }
        for (range, codes) in spelled_out(new, old) {
            told.extend(codes.iter().copied().chain([range]));
            self.range(at, caller, range, &codes, (old, new));
        }
        self.covered(at, caller, old, new);
        let statuses: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for status in statuses.difference(&told) {
            let sides = (old.get(status), new.get(status));
            match (caller, sides) {
                (None, (old, new)) => self.response(at, status, old, new),
                (Some(_), (Some(old), Some(new))) => self.outbound_content(at, status, old, new),
                (Some(caller), (old, new)) => {
                    let nodes = (old.map(|it| it.node), new.map(|it| it.node));
                    self.outbound_status(at, caller, status, nodes);
                }
            }
        }
    }

    /// Codes that come and were part of a range, or of the rest, that stays: callers could read them
    /// as that. Each is compared with what was said about all.
    fn covered(
        &mut self,
        at: &At<'_>,
        caller: Option<&str>,
        old: &Responses<'s>,
        new: &Responses<'s>,
    ) {
        let has_success = |responses: &Responses<'s>| {
            let mut statuses = responses.keys();
            statuses.any(|status| status.starts_with(['2', '3']))
        };
        for (status, after) in new.iter().filter(|(status, _)| !old.contains_key(*status)) {
            let range = status.get(..1).map(|digit| format!("{digit}XX"));
            let range = range.filter(|range| new.contains_key(range.as_str()) && range != status);
            let before = range.and_then(|range| old.get(range.as_str())).or_else(|| {
                // Beside codes for success the rest are failures, and alone they are both.
                let is_part = status.starts_with('2') && !has_success(old);
                old.get("default").filter(|_| is_part)
            });
            let Some(before) = before else { continue };
            match caller {
                Some(_) => self.outbound_content(at, status, before, after),
                None => self.response_parts(at, status, before, after),
            }
        }
    }

    /// A range on one side and codes in it on the other. One record says so, and each code is
    /// compared with what is said about all of them.
    fn range(
        &mut self,
        at: &At<'_>,
        caller: Option<&str>,
        range: &'s str,
        codes: &[&'s str],
        (old, new): (&Responses<'s>, &Responses<'s>),
    ) {
        let place = |status: &str| format!("{}.responses[{status}]", at.path);
        let is_narrowed = old.contains_key(range);
        let listed = Value::from(codes.to_vec());
        let (rule, values) = if is_narrowed {
            ("response-status-range-narrowed", (range.into(), listed))
        } else {
            ("response-status-range-widened", (listed, range.into()))
        };
        let side = |responses: &Responses<'s>, is_ranged: bool, code: &str| {
            let status = if is_ranged { range } else { code };
            responses.get(status).cloned()
        };
        for (index, code) in codes.iter().enumerate() {
            let sides = (side(old, is_narrowed, code), side(new, !is_narrowed, code));
            let (Some(before), Some(after)) = sides else {
                continue;
            };
            if index == 0 {
                let order = part_order(at, 3, range);
                let title = format!("{} response {range}", at.title);
                let nodes = (before.node, after.node);
                let rule = format!("{}{rule}", caller.unwrap_or_default());
                self.field(&rule, place(range), &order, nodes, values.clone(), &title);
            }
            let (one, other) = if is_narrowed {
                (range, *code)
            } else {
                (*code, range)
            };
            let renamed = (place(one), place(other), place(range));
            self.found.renames.push(renamed);
            match caller {
                Some(_) => self.outbound_content(at, code, &before, &after),
                None => self.response_parts(at, code, &before, &after),
            }
        }
    }
}

/// The ranges that only one side has, with the codes in them that only the other side has.
fn spelled_out<'s>(wide: &Responses<'s>, single: &Responses<'s>) -> Vec<(&'s str, Vec<&'s str>)> {
    let shared = wide.keys().filter(|status| !single.contains_key(*status));
    let shared = shared.filter_map(|status| Some((*status, status.strip_suffix("XX")?)));
    let with_codes = shared.map(|(range, digit)| {
        let codes = single.keys().filter(|code| {
            let is_in = digit.len() == 1 && code.len() == 3 && code.starts_with(digit);
            is_in && !code.ends_with("XX") && !wide.contains_key(*code)
        });
        (range, codes.copied().collect::<Vec<&'s str>>())
    });
    with_codes.filter(|(_, codes)| !codes.is_empty()).collect()
}
