//! A bundle as a value: the contract, its files, and the archive both travel in.
//!
//! [`Files`] is how everything reads the files of a bundle, wherever they lie. [`Bundle`] is a
//! contract with its files. [`pack`] and [`unpack`] turn files into an archive and back: packing is
//! deterministic (equal trees give equal bytes), unpacking is bounded. [`Artifact`] is what is
//! stored, [`Store`] where. This crate does no I/O.

mod archive;
mod archive_error;
pub mod artifact;
mod bundle;
mod content_hash;
mod digest;
mod entry_name;
mod files;
mod glob;
mod ignore;
mod limits;
pub mod lock;
mod lock_yaml;
pub mod manifest;
mod resolve;
pub mod store;
mod store_error;
mod tar_header;
mod unpack;

pub use archive::{Effort, PackWarning, Packed, pack};
pub use archive_error::{ArchiveError, NameProblem};
pub use artifact::{Artifact, ArtifactForm, ArtifactIdentity, ArtifactOptions};
pub use bundle::{Bundle, BundleError, Origin};
pub use content_hash::content_hash;
pub use digest::{Sha256Hasher, digest_like, sha256};
pub use files::{EntryKind, FileEntry, Files, FilesError, MemoryFiles, is_clean_path};
pub use ignore::{FilteredFiles, IGNORE_FILE, IgnoreRules, MalformedPattern};
pub use limits::ArchiveLimits;
pub use lock::{LOCK_FILE, LockError, LockFile};
pub use manifest::{Descriptor, Manifest};
pub use resolve::{FailureReason, ResolveFailure, Resolved, ResolvedFrom};
pub use store::{Existing, FetchedBundle, FetchedManifest, Published, Selector, Store};
pub use store_error::{BundleProblem, LayoutProblem, ReferenceProblem, StoreError};
pub use unpack::{Unpacked, unpack};
