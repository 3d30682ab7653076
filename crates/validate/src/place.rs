//! Dotted paths as places in the document.

use pacto_contract::Loaded;
use pacto_document::{Node, Pointer};

/// The pointer of a dotted path with bracketed positions (`interfaces[1].port`). Only for paths
/// of known keys: keys hold neither dots nor brackets.
pub(crate) fn pointer(path: &str) -> Pointer {
    let mut pointer = Pointer::root();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let mut pieces = part.split('[');
        if let Some(key) = pieces.next().filter(|key| !key.is_empty()) {
            pointer = pointer.key(key);
        }
        for piece in pieces {
            if let Ok(position) = piece.trim_end_matches(']').parse() {
                pointer = pointer.index(position);
            }
        }
    }
    pointer
}

/// The node at a dotted path, if it exists.
pub(crate) fn node<'l>(loaded: &'l Loaded, path: &str) -> Option<Node<'l>> {
    loaded.document().find(&pointer(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_paths_and_pointers_say_the_same() {
        for path in [
            "",
            "service.image.ref",
            "interfaces[1].port",
            "configuration.configs[0]",
        ] {
            assert_eq!(pointer(path).to_dotted(), path);
        }
    }
}
