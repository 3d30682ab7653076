//! Bills of materials: SPDX 2.3 and 3.0 and CycloneDX 1.4 to 1.6, all as JSON.

use std::collections::BTreeMap;

use pacto_bundle::{EntryKind, Files};
use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Node, ParseError, Syntax};
use schemars::JsonSchema;
use serde::Serialize;

use super::ChangeKind;
use crate::side::{DocumentError, read_text};

/// A format of bills of materials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SbomFormat {
    /// SPDX 2.3 or 3.0 JSON.
    Spdx,
    /// CycloneDX 1.4 to 1.6 JSON.
    CycloneDx,
}

/// The packages of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sbom {
    /// Path in the bundle.
    pub file: String,
    /// Format.
    pub format: SbomFormat,
    /// Packages by name; of two with one name the last counts.
    pub packages: BTreeMap<String, Package>,
}

/// What is compared of a package; empty where nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Package {
    /// Version.
    pub version: String,
    /// Licence expression, id or name; several joined with ` AND `.
    pub license: String,
    /// Supplier without its kind.
    pub supplier: String,
}

/// Why the bill of materials of a bundle cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SbomError {
    /// The files of the bundle could not be listed.
    #[error("{0}")]
    Unlisted(String),
    /// The file could not be read.
    #[error("`{file}` was not compared: {error}")]
    Unreadable {
        /// Path in the bundle.
        file: String,
        /// Why.
        error: DocumentError,
    },
    /// The file does not parse.
    #[error("`{file}` was not compared: {}", error.message)]
    Invalid {
        /// Path in the bundle.
        file: String,
        /// Why.
        error: ParseError,
    },
}

impl SbomError {
    /// Path of the file, when it is about one.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::Unlisted(_) => None,
            Self::Unreadable { file, .. } | Self::Invalid { file, .. } => Some(file),
        }
    }
}

/// Differences between two bills of materials. Informational, never classed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SbomDiff {
    /// Format of the old side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_format: Option<SbomFormat>,
    /// Format of the new side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_format: Option<SbomFormat>,
    /// Differences by package, then field.
    pub changes: Vec<SbomChange>,
}

/// One difference of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SbomChange {
    /// Name of the package.
    pub package: String,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: ChangeKind,
    /// What it happened to.
    pub field: SbomField,
    /// Old text; absent when empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_value: Option<String>,
    /// New text; absent when empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_value: Option<String>,
    /// What somebody should know about it: a licence that asks for more than the old one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotation: Option<String>,
}

/// What a difference of a package is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SbomField {
    /// The package as a whole; values are versions.
    Package,
    /// Its version.
    Version,
    /// Its licence.
    License,
    /// Its supplier.
    Supplier,
}

impl SbomField {
    /// The word of records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Version => "version",
            Self::License => "license",
            Self::Supplier => "supplier",
        }
    }
}

/// Reads the bill of materials of a bundle: the first file in name order directly below `sbom/`
/// that ends in `.spdx.json` or `.cdx.json`.
pub(crate) fn read(files: &dyn Files) -> Result<Option<Sbom>, SbomError> {
    if files.entry("sbom").ok().flatten() != Some(EntryKind::Directory) {
        return Ok(None);
    }
    let entries = files
        .list()
        .map_err(|error| SbomError::Unlisted(error.to_string()))?;
    let found = entries
        .into_iter()
        .filter(|entry| entry.kind == EntryKind::File)
        .filter_map(|entry| {
            let name = entry.path.strip_prefix("sbom/")?;
            let format = format_of(name)?;
            (!name.contains('/')).then(|| (entry.path.clone(), format))
        })
        .min();
    let Some((file, format)) = found else {
        return Ok(None);
    };
    let text = read_text(Some(files), &file).map_err(|error| SbomError::Unreadable {
        file: file.clone(),
        error,
    })?;
    let source = SourceText::new(file.clone(), text);
    let document = Document::parse(source, Syntax::Json, Limits::default()).map_err(|error| {
        SbomError::Invalid {
            file: file.clone(),
            error,
        }
    })?;
    let packages = match format {
        SbomFormat::Spdx => spdx(document.root()),
        SbomFormat::CycloneDx => cyclone_dx(document.root()),
    };
    Ok(Some(Sbom {
        file,
        format,
        packages,
    }))
}

fn format_of(name: &str) -> Option<SbomFormat> {
    if name.ends_with(".spdx.json") {
        Some(SbomFormat::Spdx)
    } else if name.ends_with(".cdx.json") {
        Some(SbomFormat::CycloneDx)
    } else {
        None
    }
}

fn text(node: Node<'_>, key: &str) -> String {
    node.get(key)
        .and_then(Node::as_str)
        .unwrap_or("")
        .to_owned()
}

/// SPDX 3.0: a graph of elements that name each other by id.
///
/// Source: SPDX 3.0.1, "Serializations" and the classes `Package`, `Relationship` and
/// `LicenseExpression`.
fn spdx_graph<'d>(elements: &[Node<'d>]) -> BTreeMap<String, Package> {
    let id = |element: &Node<'d>| {
        let keys = ["spdxId", "@id"];
        keys.iter().find_map(|key| element.get(key)?.as_str())
    };
    let by_id: BTreeMap<&str, Node<'d>> = elements
        .iter()
        .filter_map(|element| Some((id(element)?, *element)))
        .collect();
    let license = |target: &str| match by_id.get(target) {
        Some(element) => {
            let expression = text(*element, "simplelicensing_licenseExpression");
            if expression.is_empty() {
                text(*element, "name")
            } else {
                expression
            }
        }
        // Listed licenses and `NOASSERTION` are known without being in the graph.
        None => target.rsplit('/').next().unwrap_or(target).to_owned(),
    };
    let mut licenses: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for relation in elements {
        let kind = relation.get("relationshipType").and_then(Node::as_str);
        let from = relation.get("from").and_then(Node::as_str);
        let (Some("hasConcludedLicense"), Some(from)) = (kind, from) else {
            continue;
        };
        let targets = relation.get("to").into_iter().flat_map(Node::items);
        let found = targets.filter_map(Node::as_str).map(license);
        licenses.entry(from).or_default().extend(found);
    }
    let mut packages = BTreeMap::new();
    for element in elements {
        let name = text(*element, "name");
        if name.is_empty() || text(*element, "type") != "software_Package" {
            continue;
        }
        let supplier = by_id.get(text(*element, "suppliedBy").as_str());
        let found = id(element).and_then(|id| licenses.get(id));
        packages.insert(
            name,
            Package {
                version: text(*element, "software_packageVersion"),
                license: found.map(|all| all.join(" AND ")).unwrap_or_default(),
                supplier: supplier.map(|it| text(*it, "name")).unwrap_or_default(),
            },
        );
    }
    packages
}

fn spdx(root: Node<'_>) -> BTreeMap<String, Package> {
    if let Some(graph) = root.get("@graph") {
        return spdx_graph(&graph.items().collect::<Vec<_>>());
    }
    let mut packages = BTreeMap::new();
    for package in root.get("packages").into_iter().flat_map(Node::items) {
        let name = text(package, "name");
        if name.is_empty() {
            continue;
        }
        let supplier = text(package, "supplier");
        // `Organization: Acme`, `Person: Jo`
        let supplier = match supplier.split_once(": ") {
            Some((_, supplier)) => supplier.to_owned(),
            None => supplier,
        };
        packages.insert(
            name,
            Package {
                version: text(package, "versionInfo"),
                license: text(package, "licenseConcluded"),
                supplier,
            },
        );
    }
    packages
}

fn cyclone_dx(root: Node<'_>) -> BTreeMap<String, Package> {
    let mut packages = BTreeMap::new();
    components(root, &mut packages);
    packages
}

/// Components of a node, and those assembled into them.
fn components(node: Node<'_>, packages: &mut BTreeMap<String, Package>) {
    for component in node.get("components").into_iter().flat_map(Node::items) {
        let name = text(component, "name");
        if !name.is_empty() {
            packages.insert(
                name,
                Package {
                    version: text(component, "version"),
                    license: licenses(component),
                    supplier: component
                        .get("supplier")
                        .map(|supplier| text(supplier, "name"))
                        .unwrap_or_default(),
                },
            );
        }
        components(component, packages);
    }
}

fn licenses(component: Node<'_>) -> String {
    let licenses = component.get("licenses").into_iter().flat_map(Node::items);
    let texts = licenses.filter_map(|choice| {
        let license = choice.get("license");
        let texts = [
            choice.get("expression"),
            license.and_then(|license| license.get("id")),
            license.and_then(|license| license.get("name")),
        ];
        texts
            .into_iter()
            .flatten()
            .filter_map(Node::as_str)
            .find(|text| !text.is_empty())
    });
    texts.collect::<Vec<_>>().join(" AND ")
}

/// Compares two bills of materials; `None` when nothing differs.
pub(crate) fn compare(old: Option<&Sbom>, new: Option<&Sbom>) -> Option<SbomDiff> {
    let empty = BTreeMap::new();
    let old_packages = old.map_or(&empty, |sbom| &sbom.packages);
    let new_packages = new.map_or(&empty, |sbom| &sbom.packages);
    let mut changes = Vec::new();
    let names = old_packages.keys().chain(new_packages.keys());
    for name in names.collect::<std::collections::BTreeSet<_>>() {
        match (old_packages.get(name), new_packages.get(name)) {
            (Some(old), Some(new)) => package(name, old, new, &mut changes),
            (old, new) => {
                let kind = if new.is_some() {
                    ChangeKind::Added
                } else {
                    ChangeKind::Removed
                };
                changes.push(SbomChange {
                    package: name.clone(),
                    kind,
                    field: SbomField::Package,
                    old_value: old.and_then(|package| non_empty(&package.version)),
                    new_value: new.and_then(|package| non_empty(&package.version)),
                    annotation: None,
                });
            }
        }
    }
    (!changes.is_empty()).then(|| SbomDiff {
        old_format: old.map(|sbom| sbom.format),
        new_format: new.map(|sbom| sbom.format),
        changes,
    })
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn package(name: &str, old: &Package, new: &Package, changes: &mut Vec<SbomChange>) {
    for (field, before, after) in [
        (SbomField::Version, &old.version, &new.version),
        (SbomField::License, &old.license, &new.license),
        (SbomField::Supplier, &old.supplier, &new.supplier),
    ] {
        if before != after {
            let turns = field == SbomField::License
                && is_permissive(before)
                && !before.is_empty()
                && is_copyleft(after);
            changes.push(SbomChange {
                package: name.to_owned(),
                kind: ChangeKind::Modified,
                field,
                old_value: non_empty(before),
                new_value: non_empty(after),
                annotation: turns.then(|| "from a permissive to a copyleft license".to_owned()),
            });
        }
    }
}

/// Beginnings of SPDX ids that ask for the source of what is built with them.
const COPYLEFT: [&str; 8] = [
    "AGPL-", "GPL-", "LGPL-", "MPL-", "EPL-", "EUPL-", "CDDL-", "OSL-",
];

fn is_copyleft(license: &str) -> bool {
    license
        .split([' ', '(', ')'])
        .any(|word| COPYLEFT.iter().any(|prefix| word.starts_with(prefix)))
}

fn is_permissive(license: &str) -> bool {
    license != "NOASSERTION" && license != "NONE" && !is_copyleft(license)
}
