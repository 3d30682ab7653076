//! Parameters and headers: one value, with a schema of its own or as a media type.

use std::collections::BTreeMap;

use pacto_document::Node;
use pacto_spec::openapi::Media;

use super::{Walk, media_types};
use crate::deep::finding::Place;
use crate::deep::writing::Writing;

/// The schema of a value, and the media types it is written as.
pub(super) type Value<'a, 's> = (Option<Node<'s>>, &'a BTreeMap<&'s str, Media<'s>>);

impl<'s> Walk<'s> {
    /// Compares what both sides say about a value at a place. `owner` is the path of what holds it.
    pub(super) fn value(
        &mut self,
        mut place: Place<'_>,
        owner: &str,
        old: Value<'_, 's>,
        new: Value<'_, 's>,
    ) {
        let path = std::mem::take(&mut place.path);
        if let (Some(before), Some(after)) = (old.0, new.0) {
            place.path = format!("{path}.schema");
            self.comparer.writing = Writing::Text;
            self.schemas(&place, owner, before, after);
        }
        for (name, before) in old.1 {
            let after = new.1.get(name).and_then(|media| media.schema);
            if let (Some(before), Some(after)) = (before.schema, after) {
                place.path = format!("{path}.content[{name}].schema");
                self.comparer.writing = media_types::writing(name);
                self.schemas(&place, owner, before, after);
            }
        }
        self.comparer.writing = Writing::default();
    }
}
