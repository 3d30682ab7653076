//! Operations as contracts name them in `metadata.uses`, and as records of changes name them.

use pacto_bundle::Bundle;
use pacto_contract::{Interface, InterfaceType};
use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Syntax};

/// Methods of HTTP as contracts write them.
const METHODS: [&str; 8] = [
    "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE",
];

/// An operation: `METHOD /path`, `package.Service/Method`, or a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operation<'t> {
    /// Method, and path with the names of parameters as written.
    Http(&'t str, &'t str),
    /// Service with its package, and method.
    Rpc(&'t str, &'t str),
    /// A channel, by name or address.
    Channel(&'t str),
}

impl<'t> Operation<'t> {
    /// Reads an operation as `metadata.uses` writes it.
    pub(super) fn parse(text: &'t str) -> Self {
        if let Some((method, path)) = text.split_once(' ')
            && METHODS.contains(&method)
            && path.starts_with('/')
        {
            return Self::Http(method, path);
        }
        match text.rsplit_once('/') {
            Some((service, method)) if is_name(method) && service.split('.').all(is_name) => {
                Self::Rpc(service, method)
            }
            _ => Self::Channel(text),
        }
    }

    /// The type of interface that has such operations.
    fn interface_type(&self) -> InterfaceType {
        match self {
            Self::Http(..) => InterfaceType::Http,
            Self::Rpc(..) => InterfaceType::Grpc,
            Self::Channel(_) => InterfaceType::Event,
        }
    }

    /// The interfaces of a bundle it can belong to: those of its type, and of several those whose
    /// document has it.
    pub(super) fn interfaces<'b>(&self, bundle: &'b Bundle) -> Vec<&'b Interface> {
        let wanted = self.interface_type();
        let interfaces = bundle.contract.contract().interfaces.iter();
        let mut candidates: Vec<&Interface> = interfaces
            .filter(|interface| interface.r#type == wanted)
            .collect();
        if candidates.len() > 1 {
            let having: Vec<&Interface> = candidates
                .iter()
                .copied()
                .filter(|interface| self.is_in(bundle, interface))
                .collect();
            if !having.is_empty() {
                candidates = having;
            }
        }
        candidates
    }

    /// Tells whether the document of an interface has it.
    pub(super) fn is_in(&self, bundle: &Bundle, interface: &Interface) -> bool {
        let Some(text) = document(bundle, interface) else {
            return false;
        };
        match self {
            Self::Http(method, path) => {
                let source = SourceText::new("document", text);
                let Ok(document) = Document::parse(source, Syntax::Detect, Limits::default())
                else {
                    return false;
                };
                let Some(paths) = document.root().get("paths") else {
                    return false;
                };
                paths.entries().any(|(key, item)| {
                    let template = key.as_str().unwrap_or_default();
                    erased(template) == erased(path) && item.get(&method.to_lowercase()).is_some()
                })
            }
            Self::Rpc(service, method) => {
                let service = service.rsplit('.').next().unwrap_or(service);
                has_word(&text, "service", service) && has_word(&text, "rpc", method)
            }
            Self::Channel(name) => {
                let source = SourceText::new("document", text);
                let Ok(document) = Document::parse(source, Syntax::Detect, Limits::default())
                else {
                    return false;
                };
                let Some(channels) = document.root().get("channels") else {
                    return false;
                };
                channels.entries().any(|(key, channel)| {
                    let address = channel
                        .get("address")
                        .and_then(pacto_document::Node::as_str);
                    key.as_str() == Some(name) || address == Some(name)
                })
            }
        }
    }
}

/// The text of the document of an interface.
pub(super) fn document(bundle: &Bundle, interface: &Interface) -> Option<String> {
    let files = bundle.files.as_ref()?;
    let bytes = files.read(interface.contract.as_deref()?).ok()??;
    std::str::from_utf8(&bytes).ok().map(str::to_owned)
}

/// A path template without the names of its parameters.
pub(super) fn erased(path: &str) -> String {
    let mut erased = String::with_capacity(path.len());
    let mut is_inside = false;
    for character in path.chars() {
        match character {
            '{' => is_inside = true,
            '}' => is_inside = false,
            _ if is_inside => continue,
            _ => {}
        }
        erased.push(character);
    }
    erased
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// True when a keyword stands before a name somewhere.
fn has_word(text: &str, keyword: &str, name: &str) -> bool {
    position_of(text, keyword, name).is_some()
}

/// Where `keyword name` begins, as whole words.
pub(super) fn position_of(text: &str, keyword: &str, name: &str) -> Option<usize> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(keyword).find_map(|(start, _)| {
        let before = text.get(..start)?.chars().next_back();
        let rest = text.get(start + keyword.len()..)?;
        let name_part = rest.trim_start();
        let is_separate = name_part.len() < rest.len() && !before.is_some_and(is_word);
        let after = name_part.strip_prefix(name)?;
        (is_separate && !after.starts_with(is_word)).then_some(start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling_is_told_apart() {
        for (text, expected) in [
            ("GET /a/{id}", Operation::Http("GET", "/a/{id}")),
            (
                "acme.v1.Seats/Hold",
                Operation::Rpc("acme.v1.Seats", "Hold"),
            ),
            ("orders.placed", Operation::Channel("orders.placed")),
            (
                "orders.placed/v1-beta",
                Operation::Channel("orders.placed/v1-beta"),
            ),
            ("FETCH /a", Operation::Channel("FETCH /a")),
        ] {
            assert_eq!(Operation::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn names_of_parameters_do_not_matter() {
        assert_eq!(erased("/a/{id}/b/{other}"), "/a/{}/b/{}");
    }

    #[test]
    fn a_method_is_found_as_a_word() {
        let text = "service Seats { rpc HoldAll (A) returns (B); rpc  Hold(A) returns (B); }";
        assert_eq!(position_of(text, "rpc", "Hold"), Some(45));
        assert_eq!(position_of(text, "rpc", "Release"), None);
    }
}
