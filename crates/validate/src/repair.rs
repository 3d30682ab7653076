//! Edits that repair a finding and keep everything around it.

use pacto_contract::Loaded;
use pacto_diagnostic::{Edit, Fix};
use pacto_document::{Kind, Node, Pointer};

/// Replaces a scalar by a text, in the quotes it had.
pub(crate) fn replace_text(loaded: &Loaded, pointer: &Pointer, text: &str) -> Option<Fix> {
    let node = loaded.document().find(pointer)?;
    replace_node(node, &in_style_of(node.raw(), text), text)
}

/// Puts a number, boolean or null into quotes.
pub(crate) fn quote(loaded: &Loaded, pointer: &Pointer) -> Option<Fix> {
    let node = loaded.document().find(pointer)?;
    let is_plain = matches!(node.kind(), Kind::Number | Kind::Bool) && is_one_word(node.raw());
    if !is_plain {
        return None;
    }
    Some(Fix {
        title: format!("quote `{}`", node.raw()),
        edits: vec![edit(node, format!("\"{}\"", node.raw()))],
    })
}

/// Replaces a scalar by text that stands as it is.
pub(crate) fn replace_raw(loaded: &Loaded, pointer: &Pointer, raw: &str) -> Option<Fix> {
    let node = loaded.document().find(pointer)?;
    replace_node(node, raw, raw)
}

/// The edit that renames a key.
pub(crate) fn rename_key(loaded: &Loaded, key: &Pointer, name: &str) -> Option<Edit> {
    let location = loaded.key_location(key)?;
    let span = loaded.source().span(&location)?;
    let raw = loaded.source().slice(span);
    Some(Edit {
        location,
        new_text: in_style_of(raw, name),
    })
}

fn replace_node(node: Node<'_>, raw: &str, shown: &str) -> Option<Fix> {
    let is_scalar = !matches!(node.kind(), Kind::Sequence | Kind::Mapping | Kind::Null);
    // A block scalar or an alias is not one word that can be swapped for another.
    if !is_scalar || node.raw().contains('\n') || node.raw().starts_with(['|', '>', '*', '&', '!'])
    {
        return None;
    }
    Some(Fix {
        title: format!("write `{shown}`"),
        edits: vec![edit(node, raw.to_owned())],
    })
}

fn edit(node: Node<'_>, new_text: String) -> Edit {
    Edit {
        location: node.location(),
        new_text,
    }
}

fn is_one_word(raw: &str) -> bool {
    !raw.is_empty()
        && !raw.contains(char::is_whitespace)
        && !raw.starts_with(['"', '\'', '*', '&', '!'])
}

/// A text in the quotes of the one it replaces; plain text only where YAML reads it as itself.
fn in_style_of(old: &str, text: &str) -> String {
    let is_plain_safe = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "-_./".contains(character))
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if old.starts_with('\'') && !text.contains(['\'', '\n']) {
        format!("'{text}'")
    } else if old.starts_with('"') || !is_plain_safe {
        serde_json::Value::from(text).to_string()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::in_style_of;

    #[test]
    fn a_replacement_keeps_the_quotes_and_never_changes_its_kind() {
        assert_eq!(in_style_of("htp", "http"), "http");
        assert_eq!(in_style_of("'htp'", "http"), "'http'");
        assert_eq!(in_style_of("\"htp\"", "http"), "\"http\"");
        assert_eq!(in_style_of("x", "on"), "\"on\"");
        assert_eq!(in_style_of("x", "2026-02-01"), "\"2026-02-01\"");
    }
}
