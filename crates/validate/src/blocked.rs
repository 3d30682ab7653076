//! Which parts of a contract a later layer must leave alone.

use std::collections::BTreeSet;

use pacto_document::{Pointer, PointerSegment};

/// The parts with structural errors: an array item or, outside arrays, a top-level section.
#[derive(Debug, Clone, Default)]
pub(crate) struct Blocked {
    /// Dotted paths with bracketed positions.
    parts: BTreeSet<String>,
}

impl Blocked {
    /// Marks the part that a structural error lies in. An error of the root marks nothing: what
    /// is there is elsewhere.
    pub(crate) fn add(&mut self, pointer: &Pointer) {
        let first_item = pointer
            .0
            .iter()
            .position(|segment| matches!(segment, PointerSegment::Index(_)));
        let length = first_item.map_or(1, |position| position + 1);
        let part = Pointer(pointer.0.iter().take(length).cloned().collect()).to_dotted();
        if !part.is_empty() {
            self.parts.insert(part);
        }
    }

    /// True when a path (with bracketed positions) lies in a marked part.
    pub(crate) fn contains(&self, path: &str) -> bool {
        let ends = path.match_indices(['.', '[']).map(|(at, _)| at);
        ends.chain([path.len()])
            .filter_map(|end| path.get(..end))
            .any(|part| self.parts.contains(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(pointers: &[&str]) -> Blocked {
        let mut blocked = Blocked::default();
        for pointer in pointers {
            blocked.add(&Pointer::parse(pointer));
        }
        blocked
    }

    #[test]
    fn an_error_blocks_its_array_item_or_its_section() {
        let blocked = blocked(&[
            "/interfaces/1/port",
            "/service/name",
            "/readiness/checks/0/id",
        ]);
        for path in [
            "interfaces[1].name",
            "service.version",
            "service",
            "readiness.checks[0].id",
        ] {
            assert!(blocked.contains(path), "{path}");
        }
        for path in [
            "interfaces[0].name",
            "interfaces[10].name",
            "services.x",
            "readiness.checks[1].id",
            "scaling",
            "",
        ] {
            assert!(!blocked.contains(path), "{path}");
        }
    }

    #[test]
    fn an_error_of_a_list_blocks_its_items_and_one_of_the_root_nothing() {
        let blocked = blocked(&["/policies", ""]);
        assert!(blocked.contains("policies[0].schema"));
        assert!(!blocked.contains("interfaces[0]"));
    }
}
