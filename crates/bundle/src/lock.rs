//! The lock file `pacto.lock`: versions and digests that a contract was last resolved to.
//!
//! This module reads and writes the file; whether it still agrees with the contracts is decided
//! where the graph is.

use pacto_contract::Digest;
use pacto_diagnostic::{Location, SourceText};
use pacto_document::{Document, Kind, Limits, Node, ParseError, Syntax};

use crate::lock_yaml;

/// Name of the lock file beside a contract.
pub const LOCK_FILE: &str = "pacto.lock";

/// The only version of the format there is.
pub const LOCK_VERSION: i64 = 1;

/// Bounds of a lock file: a closure of ten thousand services fits.
const LIMITS: Limits = Limits {
    bytes: 16 << 20,
    nodes: 1_000_000,
    depth: 16,
};

/// A lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockFile {
    /// Version of the program that wrote it.
    pub pacto_version: String,
    /// The contract it belongs to.
    pub root: LockRoot,
    /// All services the contract depends on, directly or not; written in byte order of names.
    pub dependencies: Vec<LockedDependency>,
    /// All bundles that configurations and policies refer to, directly or not; written in byte
    /// order of kind, name, reference and path.
    pub references: Vec<LockedReference>,
}

/// Identity of the contract a lock file belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockRoot {
    /// Name of the service.
    pub name: String,
    /// Version of the service.
    pub version: String,
}

/// One service of the closure. Ordered as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockedDependency {
    /// Name of the service; identifies the entry.
    pub name: String,
    /// What it is pinned to.
    pub pin: Pin,
    /// Range that the version was chosen by, as written.
    pub constraint: Option<String>,
    /// Version it was resolved to.
    pub version: Option<String>,
    /// Names of the services it depends on; written in byte order.
    pub depends_on: Vec<String>,
}

/// One bundle that a configuration or policy refers to. Ordered as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockedReference {
    /// What refers to it.
    pub kind: ReferenceKind,
    /// Name of the configuration or policy.
    pub name: String,
    /// What it is pinned to; identifies the entry.
    pub pin: Pin,
    /// Version it was resolved to.
    pub version: Option<String>,
}

/// What an entry is pinned to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pin {
    /// An artifact in a registry or image layout (`source: oci`).
    Artifact {
        /// The reference as written, with its scheme.
        reference: String,
        /// Digest of the manifest.
        digest: Digest,
    },
    /// A local directory (`source: local`).
    Local {
        /// The path as written.
        path: String,
        /// [`content_hash`](crate::content_hash) of its files.
        content_hash: Digest,
    },
}

/// What refers to a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferenceKind {
    /// A configuration scope.
    Config,
    /// A policy.
    Policy,
}

/// Why a text is not a lock file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// It is not YAML.
    #[error("cannot parse {LOCK_FILE}: {0}")]
    Syntax(Box<ParseError>),
    /// It is of another version of the format.
    #[error("unsupported lockVersion {found} (want {LOCK_VERSION})")]
    Version {
        /// The value as written; empty when there is none.
        found: String,
        /// Where it stands.
        location: Location,
    },
    /// A field is missing.
    #[error("{path} is missing in {LOCK_FILE}")]
    Missing {
        /// The field, such as `dependencies[0].digest`.
        path: String,
        /// The element that lacks it.
        location: Location,
    },
    /// A field has a value it cannot have.
    #[error("{path} in {LOCK_FILE} is not {expected}")]
    Wrong {
        /// The field, such as `dependencies[0].digest`.
        path: String,
        /// What it has to be, with its article: `a digest`.
        expected: &'static str,
        /// Where it stands.
        location: Location,
    },
}

impl LockError {
    /// Where the problem is, when the parser got that far.
    pub fn location(&self) -> Option<&Location> {
        match self {
            Self::Syntax(error) => error.location.as_ref(),
            Self::Version { location, .. }
            | Self::Missing { location, .. }
            | Self::Wrong { location, .. } => Some(location),
        }
    }
}

impl Pin {
    /// The reference or path, whichever the pin has.
    pub fn target(&self) -> &str {
        match self {
            Self::Artifact { reference, .. } => reference,
            Self::Local { path, .. } => path,
        }
    }
}

impl ReferenceKind {
    /// The word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Policy => "policy",
        }
    }
}

impl LockFile {
    /// Reads a lock file. Order of keys, indentation and unknown keys do not matter.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let document = Document::parse(SourceText::new(LOCK_FILE, text), Syntax::Yaml, LIMITS)
            .map_err(|error| LockError::Syntax(Box::new(error)))?;
        let root = Field {
            path: String::new(),
            node: document.root(),
        };
        if root.node.kind() != Kind::Mapping {
            return Err(root.wrong("a map"));
        }
        let version = root.node.get("lockVersion");
        if version.and_then(Node::as_i64) != Some(LOCK_VERSION) {
            return Err(LockError::Version {
                found: version.map_or_else(String::new, |node| node.raw().to_owned()),
                location: version.unwrap_or(root.node).location(),
            });
        }
        let identity = root.required("root")?;
        Ok(Self {
            pacto_version: match root.optional("pacto") {
                Some(pacto) => pacto.optional_text("version")?.unwrap_or_default(),
                None => String::new(),
            },
            root: LockRoot {
                name: identity.required("name")?.text()?,
                version: identity.required("version")?.text()?,
            },
            dependencies: root.items("dependencies", |field| {
                Ok(LockedDependency {
                    name: field.required("name")?.text()?,
                    pin: field.pin()?,
                    constraint: field.optional_text("constraint")?,
                    version: field.optional_text("version")?,
                    depends_on: field.items("dependsOn", Field::text)?,
                })
            })?,
            references: root.items("references", |field| {
                let kind = field.required("kind")?;
                Ok(LockedReference {
                    kind: match kind.node.as_str() {
                        Some("config") => ReferenceKind::Config,
                        Some("policy") => ReferenceKind::Policy,
                        _ => return Err(kind.wrong("`config` or `policy`")),
                    },
                    name: field.required("name")?.text()?,
                    pin: field.pin()?,
                    version: field.optional_text("version")?,
                })
            })?,
        })
    }

    /// Writes the lock file: equal locks give equal bytes, whatever the order of their entries.
    pub fn to_yaml(&self) -> String {
        lock_yaml::write(self)
    }
}

/// A node with the path that messages name it by.
struct Field<'d> {
    path: String,
    node: Node<'d>,
}

impl<'d> Field<'d> {
    fn child_path(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn wrong(&self, expected: &'static str) -> LockError {
        LockError::Wrong {
            path: if self.path.is_empty() {
                "the content".to_owned()
            } else {
                self.path.clone()
            },
            expected,
            location: self.node.location(),
        }
    }

    fn optional(&self, key: &str) -> Option<Field<'d>> {
        let node = self.node.get(key).filter(|node| !node.is_null())?;
        Some(Field {
            path: self.child_path(key),
            node,
        })
    }

    fn required(&self, key: &str) -> Result<Field<'d>, LockError> {
        self.optional(key).ok_or_else(|| LockError::Missing {
            path: self.child_path(key),
            location: self.node.location(),
        })
    }

    /// Text; an unquoted number is taken as written (`version: 1.10`).
    fn text(&self) -> Result<String, LockError> {
        match self.node.kind() {
            Kind::String => Ok(self.node.as_str().unwrap_or_default().to_owned()),
            Kind::Number => Ok(self.node.raw().to_owned()),
            Kind::Null | Kind::Bool | Kind::Sequence | Kind::Mapping => Err(self.wrong("text")),
        }
    }

    fn optional_text(&self, key: &str) -> Result<Option<String>, LockError> {
        let text = self.optional(key).map(|field| field.text()).transpose()?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    fn digest(&self) -> Result<Digest, LockError> {
        self.node
            .as_str()
            .and_then(|text| Digest::parse(text).ok())
            .ok_or_else(|| self.wrong("a digest"))
    }

    fn items<T>(
        &self,
        key: &str,
        read: impl Fn(&Field<'d>) -> Result<T, LockError>,
    ) -> Result<Vec<T>, LockError> {
        let Some(list) = self.optional(key) else {
            return Ok(Vec::new());
        };
        if list.node.kind() != Kind::Sequence {
            return Err(list.wrong("a list"));
        }
        list.node
            .items()
            .enumerate()
            .map(|(index, node)| {
                read(&Field {
                    path: format!("{}[{index}]", list.path),
                    node,
                })
            })
            .collect()
    }

    fn pin(&self) -> Result<Pin, LockError> {
        let source = self.required("source")?;
        match source.node.as_str() {
            Some("oci") => Ok(Pin::Artifact {
                reference: self.required("ref")?.text()?,
                digest: self.required("digest")?.digest()?,
            }),
            Some("local") => Ok(Pin::Local {
                path: self.required("path")?.text()?,
                content_hash: self.required("contentHash")?.digest()?,
            }),
            _ => Err(source.wrong("`oci` or `local`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sha256;

    fn sample() -> LockFile {
        LockFile {
            pacto_version: "1.4.0".to_owned(),
            root: LockRoot {
                name: "payments-api".to_owned(),
                version: "2.1".to_owned(),
            },
            dependencies: vec![
                LockedDependency {
                    name: "shared-lib".to_owned(),
                    pin: Pin::Local {
                        path: "../shared-lib".to_owned(),
                        content_hash: sha256(b"files"),
                    },
                    constraint: None,
                    version: None,
                    depends_on: Vec::new(),
                },
                LockedDependency {
                    name: "auth-service".to_owned(),
                    pin: Pin::Artifact {
                        reference: "oci://registry.example.com/acme/auth-pacto".to_owned(),
                        digest: sha256(b"auth"),
                    },
                    constraint: Some(">=2.0.0 <3".to_owned()),
                    version: Some("2.5.1".to_owned()),
                    depends_on: vec!["crypto-lib".to_owned(), "base".to_owned()],
                },
            ],
            references: vec![LockedReference {
                kind: ReferenceKind::Policy,
                name: "org-security".to_owned(),
                pin: Pin::Artifact {
                    reference: "oci://registry.example.com/acme/org-security-policy".to_owned(),
                    digest: sha256(b"policy"),
                },
                version: Some("1.3.0".to_owned()),
            }],
        }
    }

    #[test]
    fn the_file_is_written_sorted_and_without_empty_fields() {
        let expected = format!(
            "lockVersion: 1
pacto:
  version: 1.4.0
root:
  name: payments-api
  version: \"2.1\"
dependencies:
  - name: auth-service
    source: oci
    ref: oci://registry.example.com/acme/auth-pacto
    constraint: \">=2.0.0 <3\"
    version: 2.5.1
    digest: {}
    dependsOn: [base, crypto-lib]
  - name: shared-lib
    source: local
    path: ../shared-lib
    contentHash: {}
references:
  - kind: policy
    name: org-security
    source: oci
    ref: oci://registry.example.com/acme/org-security-policy
    version: 1.3.0
    digest: {}
",
            sha256(b"auth"),
            sha256(b"files"),
            sha256(b"policy")
        );
        assert_eq!(sample().to_yaml(), expected);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = sample().to_yaml();
        let read = LockFile::parse(&text).expect("our own file");
        assert_eq!(read.to_yaml(), text);
        assert_eq!(read.root, sample().root);
        assert_eq!(read.references, sample().references);
        assert_eq!(read.dependencies.len(), 2);
    }

    #[test]
    fn order_of_keys_indentation_and_unknown_keys_do_not_matter() {
        let digest = sha256(b"auth");
        let text = format!(
            "dependencies:\n    - digest: {digest}\n      version: 2.10\n      later: {{a: 1}}\n      \
             ref: oci://r.example.com/auth\n      source: oci\n      name: auth\n      dependsOn:\n          \
             - base\nroot: {{version: 1.0.0, name: a}}\nlockVersion: 1\n"
        );
        let read = LockFile::parse(&text).expect("another writer's file");
        assert_eq!(
            read.dependencies,
            [LockedDependency {
                name: "auth".to_owned(),
                pin: Pin::Artifact {
                    reference: "oci://r.example.com/auth".to_owned(),
                    digest,
                },
                constraint: None,
                version: Some("2.10".to_owned()),
                depends_on: vec!["base".to_owned()],
            }]
        );
        assert_eq!(read.pacto_version, "");
    }

    #[test]
    fn problems_name_their_place() {
        let line = |text: &str| {
            let error = LockFile::parse(text).expect_err("a broken file");
            (
                error.to_string(),
                error.location().map(|location| location.line),
            )
        };
        let head = "lockVersion: 1\nroot: {name: a, version: 1.0.0}\n";
        assert_eq!(
            line("lockVersion: 2\n"),
            ("unsupported lockVersion 2 (want 1)".to_owned(), Some(1))
        );
        assert_eq!(
            line("lockVersion: 1\n"),
            ("root is missing in pacto.lock".to_owned(), Some(1))
        );
        assert_eq!(
            line(&format!(
                "{head}dependencies:\n  - name: b\n    source: oci\n    ref: oci://r/b\n    digest: sha256:12\n"
            )),
            (
                "dependencies[0].digest in pacto.lock is not a digest".to_owned(),
                Some(7)
            )
        );
        assert_eq!(
            line(&format!("{head}references:\n  - kind: other\n")),
            (
                "references[0].kind in pacto.lock is not `config` or `policy`".to_owned(),
                Some(4)
            )
        );
        assert_eq!(line("- 1\n").0, "the content in pacto.lock is not a map");
        assert!(line("a: [\n").0.starts_with("cannot parse pacto.lock: "));
    }
}
