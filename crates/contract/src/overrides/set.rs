//! One value set by path.

use indexmap::IndexMap;
use pacto_document::{Limits, Tree};

/// Why a path does not lead anywhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SetError {
    #[error("expected array at \"{0}\"")]
    NoSequence(String),
    #[error("index {index} out of bounds at \"{path}\" (length {length})")]
    OutOfBounds {
        path: String,
        index: i64,
        length: usize,
    },
    #[error("cannot traverse into non-object at \"{0}\"")]
    NoMapping(String),
    #[error("empty segment")]
    EmptySegment,
    #[error("more than {0} segments")]
    TooDeep(usize),
}

/// Sets the value at a key such as `a.b[0].c`.
pub(crate) fn set(tree: &mut Tree, key: &str, value: Tree) -> Result<(), SetError> {
    let depth = Limits::CONTRACT.depth;
    if key.split('.').count() > depth {
        return Err(SetError::TooDeep(depth));
    }
    let mut place = tree;
    let mut path = String::new();
    for segment in key.split('.') {
        if segment.is_empty() {
            return Err(SetError::EmptySegment);
        }
        // The root and freshly created places are maps; others may be anything.
        let Tree::Mapping(entries) = place else {
            return Err(SetError::NoMapping(path));
        };
        if !path.is_empty() {
            path.push('.');
        }
        let (name, index) = split_index(segment);
        path.push_str(name);
        place = match index {
            Some(index) => {
                let item = item(entries, name, &path, index)?;
                path.push_str(&format!("[{index}]"));
                item
            }
            None => entries
                .entry(name.to_owned())
                .or_insert_with(|| Tree::Mapping(IndexMap::new())),
        };
    }
    *place = value;
    Ok(())
}

/// Splits `name[N]`; anything else in brackets is part of the name.
fn split_index(segment: &str) -> (&str, Option<i64>) {
    let parts = segment
        .strip_suffix(']')
        .and_then(|inner| inner.rsplit_once('['))
        .and_then(|(name, digits)| Some((name, digits.parse().ok()?)));
    match parts {
        Some((name, index)) => (name, Some(index)),
        None => (segment, None),
    }
}

/// The item of the list under a name.
fn item<'t>(
    entries: &'t mut IndexMap<String, Tree>,
    name: &str,
    path: &str,
    index: i64,
) -> Result<&'t mut Tree, SetError> {
    let Some(Tree::Sequence(items)) = entries.get_mut(name) else {
        return Err(SetError::NoSequence(path.to_owned()));
    };
    let length = items.len();
    let item = usize::try_from(index)
        .ok()
        .and_then(|index| items.get_mut(index));
    item.ok_or_else(|| SetError::OutOfBounds {
        path: path.to_owned(),
        index,
        length,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overrides::{map, value};

    fn after(text: &str, key: &str, written: &str) -> Result<String, String> {
        let mut tree = map(text).expect("is a map");
        set(&mut tree, key, value::typed(written)).map_err(|error| error.to_string())?;
        Ok(tree.to_yaml())
    }

    #[test]
    fn paths_walk_maps_and_existing_items() {
        let text = "interfaces:\n  - name: a\n    port: 80\n  - name: b\n";
        assert_eq!(
            after(text, "interfaces[0].port", "9090").as_deref(),
            Ok("interfaces:\n  - name: a\n    port: 9090\n  - name: b\n")
        );
        assert_eq!(
            after(text, "interfaces[1]", "x").as_deref(),
            Ok("interfaces:\n  - name: a\n    port: 80\n  - x\n")
        );
        assert_eq!(
            after("", "a.b.c", "").as_deref(),
            Ok("a:\n  b:\n    c: \"\"\n")
        );
        assert_eq!(
            after("a: 1", "a[x]", "2").as_deref(),
            Ok("a: 1\n\"a[x]\": 2\n")
        );
    }

    #[test]
    fn paths_that_lead_nowhere_are_refused() {
        let text = "list: [1, [2]]\nmap: {a: 1}\nnothing:\n";
        let table = [
            ("list[2]", "index 2 out of bounds at \"list\" (length 2)"),
            ("list[-1]", "index -1 out of bounds at \"list\" (length 2)"),
            ("map[0]", "expected array at \"map\""),
            ("none[0]", "expected array at \"none\""),
            ("list[1][0]", "expected array at \"list[1]\""),
            (
                "list[0].x",
                "cannot traverse into non-object at \"list[0]\"",
            ),
            ("list.x", "cannot traverse into non-object at \"list\""),
            ("map.a.b", "cannot traverse into non-object at \"map.a\""),
            (
                "nothing.a",
                "cannot traverse into non-object at \"nothing\"",
            ),
            ("map..a", "empty segment"),
            ("", "empty segment"),
        ];
        for (key, message) in table {
            assert_eq!(after(text, key, "1"), Err(message.to_owned()), "{key}");
        }
        let deep = vec!["a"; 100_000].join(".");
        assert_eq!(
            after(text, &deep, "1"),
            Err("more than 128 segments".to_owned())
        );
    }
}
