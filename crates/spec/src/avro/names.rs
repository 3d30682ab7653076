//! Names with their namespaces.

use pacto_document::Node;

use super::model::Name;

/// The name that a declaration gives, and the namespace of what it contains.
pub(super) fn declared(node: Node<'_>, name: &str, enclosing: &str) -> Name {
    let full = if name.contains('.') {
        name.trim_start_matches('.').to_owned()
    } else {
        let own = node.get("namespace").and_then(Node::as_str);
        joined(own.unwrap_or(enclosing), name)
    };
    let namespace = namespace(&full).to_owned();
    let aliases = texts(node.get("aliases"));
    let aliases = aliases.map(|alias| known(alias, &namespace)).collect();
    Name { full, aliases }
}

/// The full name that a word means inside a namespace.
pub(super) fn known(word: &str, namespace: &str) -> String {
    if word.contains('.') {
        word.trim_start_matches('.').to_owned()
    } else {
        joined(namespace, word)
    }
}

/// Everything before the last part of a full name.
pub(super) fn namespace(full: &str) -> &str {
    full.rsplit_once('.').map_or("", |(namespace, _)| namespace)
}

/// The texts of a list.
pub(super) fn texts(list: Option<Node<'_>>) -> impl Iterator<Item = &str> {
    list.into_iter()
        .flat_map(Node::items)
        .filter_map(Node::as_str)
}

fn joined(namespace: &str, name: &str) -> String {
    if namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}.{name}")
    }
}
