//! One side of a comparison: a contract with its documents, read once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pacto_bundle::{Bundle, Files, is_clean_path};
use pacto_contract::{Contract, Loaded};
use pacto_diagnostic::{Location, SourceText};
use pacto_document::{Document, Kind, Limits, ParseError, Pointer, Syntax};

use crate::detect::sbom::{self, Sbom, SbomError};

/// The policy a bundle provides without declaring one.
pub(crate) const POLICY_FILE: &str = "policy/schema.json";

/// A contract with its documents, parsed once.
///
/// Reading is independent of the other side, so both sides may be read on two threads.
#[derive(Debug)]
pub struct Side {
    contract: Arc<Loaded>,
    documents: BTreeMap<String, Result<Document, DocumentError>>,
    files: Option<Arc<dyn Files>>,
    providers: BTreeMap<String, Side>,
    sbom: Result<Option<Sbom>, SbomError>,
}

/// Why a document of a bundle cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// Nothing there.
    #[error("there is no such file in the bundle")]
    Missing,
    /// Only the contract text is known.
    #[error("the files of the bundle are not known")]
    NoFiles,
    /// The path leads out of the bundle.
    #[error("not a path inside the bundle")]
    PathOutsideBundle,
    /// The system could not read it.
    #[error("{0}")]
    Unreadable(String),
    /// Not UTF-8.
    #[error("not UTF-8 text (byte {0})")]
    NotText(usize),
    /// Does not parse, or is larger than we read.
    #[error("{}", .0.message)]
    Invalid(ParseError),
    /// Parses, and cannot be what the contract says it is.
    #[error("a schema is an object, `true` or `false`, and this is {0}")]
    NotASchema(&'static str),
}

impl DocumentError {
    /// Stable code of the diagnostic.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing | Self::NoFiles | Self::PathOutsideBundle => "document-not-found",
            Self::Unreadable(_) => "document-unreadable",
            Self::NotText(_) | Self::Invalid(_) | Self::NotASchema(_) => "document-not-parsable",
        }
    }

    /// Where, when the parser got that far.
    pub fn location(&self) -> Option<&Location> {
        match self {
            Self::Invalid(error) => error.location.as_ref(),
            _ => None,
        }
    }
}

impl Side {
    /// Reads the documents that a contract names, and the bill of materials beside it.
    pub fn read(bundle: &Bundle) -> Self {
        let files = bundle.files.as_deref();
        let schemas: BTreeSet<&str> = schema_paths(bundle.contract.contract()).collect();
        let documents = document_paths(bundle.contract.contract())
            .into_iter()
            .filter_map(|path| {
                let mut document = read_document(files, path);
                if schemas.contains(path) {
                    document = document.and_then(as_schema);
                }
                // A policy that nobody declares is looked for, not missed.
                let is_absent_policy = path == POLICY_FILE
                    && bundle.contract.contract().policies.is_empty()
                    && matches!(
                        document,
                        Err(DocumentError::Missing | DocumentError::NoFiles)
                    );
                (!is_absent_policy).then(|| (path.to_owned(), document))
            })
            .collect();
        Self {
            contract: Arc::clone(&bundle.contract),
            documents,
            files: bundle.files.clone(),
            providers: BTreeMap::new(),
            sbom: files.map_or(Ok(None), sbom::read),
        }
    }

    /// Adds what the references of configurations and policies lead to, by the reference as
    /// written. Content behind others is not compared.
    pub fn add_providers(&mut self, providers: impl IntoIterator<Item = (String, Self)>) {
        self.providers.extend(providers);
    }

    /// The bundle that a reference leads to.
    pub(crate) fn provider(&self, reference: &str) -> Option<&Self> {
        self.providers.get(reference)
    }

    /// The contract.
    pub fn contract(&self) -> &Contract {
        self.contract.contract()
    }

    /// The contract with its text.
    pub fn loaded(&self) -> &Loaded {
        &self.contract
    }

    /// A document the contract names; `None` for other paths.
    pub(crate) fn document(&self, path: &str) -> Option<&Result<Document, DocumentError>> {
        self.documents.get(path)
    }

    /// Reads another file of the bundle: one that a document refers to, or one that is not a tree.
    pub(crate) fn text(&self, path: &str) -> Result<Arc<str>, DocumentError> {
        read_text(self.files.as_deref(), path)
    }

    /// The files of the bundle; `None` when only the contract text is known.
    pub(crate) fn files(&self) -> Option<&Arc<dyn Files>> {
        self.files.as_ref()
    }

    /// The bill of materials; `None` when the bundle has none.
    pub(crate) fn sbom(&self) -> Result<Option<&Sbom>, &SbomError> {
        self.sbom.as_ref().map(Option::as_ref)
    }

    /// Texts that locations of this side point into, the contract first.
    pub fn sources(&self) -> impl Iterator<Item = &SourceText> {
        let documents = self.documents.values().filter_map(|document| {
            let document = document.as_ref().ok()?;
            Some(document.source())
        });
        std::iter::once(self.contract.source()).chain(documents)
    }

    /// Place of a value of the contract; `None` when nothing is written there.
    pub(crate) fn place(&self, pointer: &Pointer) -> Option<Location> {
        let mut node = self.contract.document().find(pointer)?;
        // An item of a list is shown by its name.
        if let Some(name) = ["name", "id", "value"].iter().find_map(|key| node.get(key)) {
            node = name;
        }
        let mut location = if node.is_empty() {
            node.location()
        } else {
            self.contract
                .key_location(pointer)
                .unwrap_or_else(|| node.location())
        };
        location.pointer = Some(pointer.to_string());
        Some(location)
    }
}

/// Documents whose content is compared. Protobuf and GraphQL files are not trees.
fn document_paths(contract: &Contract) -> BTreeSet<&str> {
    let interfaces = contract
        .interfaces
        .iter()
        .filter_map(|interface| interface.contract.as_deref())
        .filter(|path| is_tree(path));
    interfaces.chain(schema_paths(contract)).collect()
}

/// The files that have to be schemas.
fn schema_paths(contract: &Contract) -> impl Iterator<Item = &str> {
    let configurations = contract
        .configurations
        .iter()
        .filter_map(|configuration| configuration.schema.as_deref());
    let policies = contract
        .policies
        .iter()
        .filter_map(|policy| policy.schema.as_deref());
    let undeclared = contract.policies.is_empty().then_some(POLICY_FILE);
    configurations.chain(policies).chain(undeclared)
}

/// A document, if it can be a schema.
fn as_schema(document: Document) -> Result<Document, DocumentError> {
    let root = document.root();
    let word = match root.kind() {
        Kind::Mapping => return Ok(document),
        _ if root.as_bool().is_some() => return Ok(document),
        Kind::Sequence => "a list",
        _ if document.source().text().trim().is_empty() => "an empty file",
        _ => "a single value",
    };
    Err(DocumentError::NotASchema(word))
}

/// True for files that are JSON or YAML, by their name.
pub(crate) fn is_tree(path: &str) -> bool {
    !has_extension(path, &["proto", "graphql", "graphqls", "gql"])
}

/// True when the name of a file ends in one of some extensions, in upper or lower case.
pub(crate) fn has_extension(path: &str, extensions: &[&str]) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    extensions
        .iter()
        .any(|other| extension.eq_ignore_ascii_case(other))
}

fn read_document(files: Option<&dyn Files>, path: &str) -> Result<Document, DocumentError> {
    let text = read_text(files, path)?;
    Document::parse(
        SourceText::new(path, text),
        Syntax::Detect,
        Limits::default(),
    )
    .map_err(DocumentError::Invalid)
}

/// Reads a file of a bundle as text.
pub(crate) fn read_text(files: Option<&dyn Files>, path: &str) -> Result<Arc<str>, DocumentError> {
    let files = files.ok_or(DocumentError::NoFiles)?;
    if !is_clean_path(path) {
        return Err(DocumentError::PathOutsideBundle);
    }
    let bytes = files
        .read(path)
        .map_err(|error| DocumentError::Unreadable(error.to_string()))?
        .ok_or(DocumentError::Missing)?;
    let text =
        std::str::from_utf8(&bytes).map_err(|error| DocumentError::NotText(error.valid_up_to()))?;
    Ok(Arc::from(text))
}
