//! Bounds that keep hostile text harmless.

/// Bounds on what a document may hold; beyond them parsing stops with an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of the text in bytes; with aliases followed, scalars may take twice as much.
    pub bytes: usize,
    /// Number of nodes after aliases are followed.
    pub nodes: usize,
    /// Depth of nesting.
    pub depth: usize,
}

impl Default for Limits {
    /// Bounds for interface documents: 256 MiB, 4 million nodes, nesting 512.
    fn default() -> Self {
        Self {
            bytes: 256 << 20,
            nodes: 4_000_000,
            depth: 512,
        }
    }
}

impl Limits {
    /// Bounds for contracts, which people write by hand: 4 MiB, 200,000 nodes, nesting 128.
    pub const CONTRACT: Self = Self {
        bytes: 4 << 20,
        nodes: 200_000,
        depth: 128,
    };
}
