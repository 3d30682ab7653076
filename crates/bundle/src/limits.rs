//! Bounds of archives, the same for readers and writers.

/// Bounds on a packed bundle; beyond them packing and reading end in an error.
///
/// Directories that are only validated, compared or shown are not bound by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// Size of one file in bytes.
    pub file: u64,
    /// Size of all files together in bytes.
    pub total: u64,
    /// Size of the compressed archive in bytes.
    pub compressed: u64,
    /// Number of files and directories.
    pub entries: usize,
    /// Length of a name in bytes.
    pub name: usize,
}

impl ArchiveLimits {
    /// The bounds everything uses outside tests: 64 MiB a file, 256 MiB a bundle, packed and
    /// unpacked, 10,000 entries, names of 4,096 bytes.
    pub const DEFAULT: Self = Self {
        file: 64 << 20,
        total: 256 << 20,
        compressed: 256 << 20,
        entries: 10_000,
        name: 4096,
    };

    /// Largest file that the Go implementation reads, in bytes.
    pub const GO_FILE: u64 = 10 << 20;

    /// Largest bundle that the Go implementation reads, in bytes of file content.
    pub const GO_TOTAL: u64 = 50 << 20;
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
