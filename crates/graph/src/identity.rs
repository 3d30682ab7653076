//! When two references lead to the same thing.

use pacto_bundle::{Bundle, Origin};
use pacto_contract::Digest;

/// Identity of a node: the same repository and digest, or the same local directory, however it
/// was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    Registry(String, Digest),
    Layout(String, Digest),
    Local(String),
    Archive(String),
    Text,
}

impl Identity {
    pub(crate) fn of(bundle: &Bundle) -> Self {
        match &bundle.origin {
            Origin::Registry { repository, digest } => {
                Self::Registry(repository.clone(), digest.clone())
            }
            Origin::Layout {
                directory, digest, ..
            } => Self::Layout(directory.clone(), digest.clone()),
            Origin::Local { directory } => Self::Local(directory.clone()),
            Origin::Archive { file } => Self::Archive(file.clone()),
            Origin::Text => Self::Text,
        }
    }

    /// True for what was published, and so has a digest.
    pub(crate) fn is_published(&self) -> bool {
        matches!(self, Self::Registry(..) | Self::Layout(..))
    }
}

/// True when a resolved bundle stands for the root itself although it was read from elsewhere: a
/// working copy and the published versions of the same service are one service, so a way from the
/// one to the other is a cycle.
pub(crate) fn is_published_form_of(root: &Bundle, resolved: &Bundle) -> bool {
    !Identity::of(root).is_published()
        && Identity::of(resolved).is_published()
        && root.contract.contract().service.name == resolved.contract.contract().service.name
}
