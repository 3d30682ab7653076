//! A document with the files it refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use pacto_diagnostic::{Location, SourceText};
use pacto_document::{Document, Kind, Limits, Node, Pointer, Syntax};

use crate::place::place;
use crate::reference::{ReferenceError, decoded, join, parts};
use crate::resources::Resources;
use crate::schema::Dialect;

/// References in a row that are followed before they count as a cycle.
const CHAIN_LIMIT: usize = 64;

/// Files one document may refer to, directly or not.
const FILES_LIMIT: usize = 1_000;

/// Keywords that lead to other places.
const REFERENCES: [&str; 2] = ["$ref", "$dynamicRef"];

/// A document with the files of its bundle that it refers to, directly or not.
#[derive(Debug)]
pub struct Documents<'d> {
    main: &'d Document,
    dialect: Dialect,
    others: BTreeMap<String, Result<Document, ReferenceError>>,
    /// Named places by file and name.
    anchors: OnceLock<BTreeMap<(String, String), u32>>,
    /// Places by `$dynamicAnchor`: file and node of each.
    dynamic_anchors: OnceLock<BTreeMap<String, Vec<(String, u32)>>>,
    /// Schemas with a name of their own.
    resources: OnceLock<Resources>,
}

/// Something in a document that could not be understood, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What is wrong.
    pub error: ReferenceError,
    /// Where the reference stands.
    pub location: Location,
}

impl<'d> Documents<'d> {
    /// Collects the files that a document refers to. `load` gives the text of a file of the
    /// bundle, `None` when there is none, or why it cannot be read.
    pub fn read(
        main: &'d Document,
        mut load: impl FnMut(&str) -> Result<Option<Arc<str>>, String>,
    ) -> Self {
        let mut others = BTreeMap::new();
        let mut wanted: BTreeSet<String> = files_named(main);
        while let Some(file) = wanted.pop_first() {
            if file == main.source().name()
                || others.contains_key(&file)
                || others.len() >= FILES_LIMIT
            {
                continue;
            }
            let document = parse(&file, load(&file));
            if let Ok(document) = &document {
                wanted.extend(files_named(document));
            }
            others.insert(file, document);
        }
        Self {
            main,
            dialect: Dialect::of(main.root()).unwrap_or_default(),
            others,
            anchors: OnceLock::new(),
            dynamic_anchors: OnceLock::new(),
            resources: OnceLock::new(),
        }
    }

    /// A document that refers to no other file.
    pub fn alone(main: &'d Document) -> Self {
        Self::read(main, |_| Ok(None))
    }

    /// The document all began with.
    pub fn main(&self) -> &'d Document {
        self.main
    }

    /// The other files, by path; those that cannot be read are left out.
    pub fn others(&self) -> impl Iterator<Item = &Document> {
        self.others
            .values()
            .filter_map(|document| document.as_ref().ok())
    }

    /// The dialect schemas of a node's document are written in. A file that does not say is read
    /// like the document that led to it.
    pub fn dialect(&self, node: Node<'_>) -> Dialect {
        if std::ptr::eq(node.document(), self.main) {
            return self.dialect;
        }
        Dialect::of(node.document().root()).unwrap_or(self.dialect)
    }

    /// Follows the references of a node until it is something else. A node that is no reference
    /// is returned as it is.
    pub fn follow<'s>(&'s self, node: Node<'s>) -> Result<Node<'s>, Problem> {
        let mut current = node;
        for _ in 0..CHAIN_LIMIT {
            let Some(reference) = current.get("$ref") else {
                return Ok(current);
            };
            let Some(text) = reference.as_str() else {
                return Ok(current);
            };
            current = self.resolve(current, text).map_err(|error| Problem {
                error,
                location: place(reference),
            })?;
        }
        let text = node.get("$ref").and_then(Node::as_str).unwrap_or("");
        Err(Problem {
            error: ReferenceError::Cycle(text.to_owned()),
            location: place(node),
        })
    }

    /// The node that a reference in the file of `from` leads to.
    pub fn resolve<'s>(
        &'s self,
        from: Node<'s>,
        reference: &str,
    ) -> Result<Node<'s>, ReferenceError> {
        let resources = self.resources();
        if let Some((file, id)) = resources.named(from, reference) {
            let (_, fragment) = reference.split_once('#').unwrap_or_default();
            let root = self.document(file)?.node(*id);
            return root
                .and_then(|root| self.within(root, &decoded(fragment)))
                .ok_or_else(|| ReferenceError::Dangling(reference.to_owned()));
        }
        let parts = parts(reference)?;
        let found = if parts.file.is_empty() {
            // Many write pointers from the root of the document inside schemas with a name, too.
            let root = from.document().root();
            let inner = resources.root(from).into_iter();
            inner
                .chain([root])
                .find_map(|root| self.within(root, &parts.fragment))
        } else {
            let file = join(from.document().source().name(), &parts.file)
                .ok_or_else(|| ReferenceError::OutsideBundle(reference.to_owned()))?;
            self.within(self.document(&file)?.root(), &parts.fragment)
        };
        found.ok_or_else(|| ReferenceError::Dangling(reference.to_owned()))
    }

    /// The place in a document, or in a schema with a name of its own, that a fragment names.
    fn within<'s>(&'s self, root: Node<'s>, fragment: &str) -> Option<Node<'s>> {
        if fragment.is_empty() {
            Some(root)
        } else if fragment.starts_with('/') {
            root.find(&Pointer::parse(fragment))
        } else {
            let document = root.document();
            let key = (document.source().name().to_owned(), fragment.to_owned());
            self.anchors().get(&key).and_then(|id| document.node(*id))
        }
    }

    fn resources(&self) -> &Resources {
        self.resources
            .get_or_init(|| Resources::of(std::iter::once(self.main).chain(self.others())))
    }

    /// The node that a `$dynamicRef` in the file of `from` leads to (JSON Schema 2020-12, core,
    /// section 8.2.3.2). Where one place only has the name, the schemas on the way there do not
    /// matter; where several have it they do, and [`ReferenceError::Ambiguous`] says so.
    pub fn resolve_dynamic<'s>(
        &'s self,
        from: Node<'s>,
        reference: &str,
    ) -> Result<Node<'s>, ReferenceError> {
        let first = self.resolve(from, reference);
        let name = reference.split_once('#').map_or("", |(_, name)| name);
        let is_dynamic = first.as_ref().map_or(!name.starts_with('/'), |target| {
            target.get("$dynamicAnchor").and_then(Node::as_str) == Some(name)
        });
        let places = self
            .dynamic_anchors()
            .get(name)
            .map_or(&[][..], Vec::as_slice);
        match places {
            _ if !is_dynamic => first,
            [(file, id)] if first.is_err() => {
                // Another resource in the same bundle gives the name.
                let found = self.document(file)?.node(*id);
                found.ok_or_else(|| ReferenceError::Dangling(reference.to_owned()))
            }
            [] | [_] => first,
            _ => Err(ReferenceError::Ambiguous(reference.to_owned())),
        }
    }

    fn dynamic_anchors(&self) -> &BTreeMap<String, Vec<(String, u32)>> {
        self.dynamic_anchors.get_or_init(|| {
            let mut places: BTreeMap<String, Vec<(String, u32)>> = BTreeMap::new();
            for document in std::iter::once(self.main).chain(self.others()) {
                let file = document.source().name();
                each_node(document, |node| {
                    if let Some(name) = node.get("$dynamicAnchor").and_then(Node::as_str) {
                        let place = (file.to_owned(), node.id());
                        places.entry(name.to_owned()).or_default().push(place);
                    }
                });
            }
            places
        })
    }

    /// The path in the bundle of the file that a reference in the file of `from` names.
    pub fn file(&self, from: Node<'_>, reference: &str) -> Result<String, ReferenceError> {
        let parts = parts(reference)?;
        if parts.file.is_empty() {
            return Ok(from.document().source().name().to_owned());
        }
        join(from.document().source().name(), &parts.file)
            .ok_or_else(|| ReferenceError::OutsideBundle(reference.to_owned()))
    }

    fn document(&self, file: &str) -> Result<&Document, ReferenceError> {
        if file == self.main.source().name() {
            return Ok(self.main);
        }
        match self.others.get(file) {
            Some(Ok(document)) => Ok(document),
            Some(Err(error)) => Err(error.clone()),
            None => Err(ReferenceError::MissingFile(file.to_owned())),
        }
    }

    fn anchors(&self) -> &BTreeMap<(String, String), u32> {
        self.anchors.get_or_init(|| {
            let mut anchors = BTreeMap::new();
            for document in std::iter::once(self.main).chain(self.others()) {
                let file = document.source().name();
                each_node(document, |node| {
                    for key in ["$anchor", "$dynamicAnchor", "$id", "id"] {
                        let Some(name) = node.get(key).and_then(Node::as_str) else {
                            continue;
                        };
                        let name = match key {
                            "$id" | "id" => name.strip_prefix('#'),
                            _ => Some(name),
                        };
                        if let Some(name) = name {
                            anchors
                                .entry((file.to_owned(), name.to_owned()))
                                .or_insert(node.id());
                        }
                    }
                });
            }
            anchors
        })
    }
}

fn parse(file: &str, text: Result<Option<Arc<str>>, String>) -> Result<Document, ReferenceError> {
    let unreadable = |reason: String| ReferenceError::Unreadable {
        file: file.to_owned(),
        reason,
    };
    let text = text
        .map_err(unreadable)?
        .ok_or_else(|| ReferenceError::MissingFile(file.to_owned()))?;
    Document::parse(
        SourceText::new(file, text),
        Syntax::Detect,
        Limits::default(),
    )
    .map_err(|error| unreadable(error.message))
}

/// The files that references in a document name.
fn files_named(document: &Document) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    // Most documents refer to themselves only, and this is the cheapest way to see it.
    let text = document.source().text();
    let mut keywords = REFERENCES.iter().flat_map(|key| text.match_indices(key));
    let refers = keywords.any(|(at, key)| {
        let rest = text.get(at + key.len()..).unwrap_or("");
        let value = rest.trim_start_matches(['"', '\'', ':', ' ', '\t', '\r', '\n']);
        !value.starts_with('#')
    });
    if !refers {
        return files;
    }
    each_node(document, |node| {
        let references = REFERENCES.iter().filter_map(|key| node.get(key)?.as_str());
        let named = references.filter_map(|reference| Some(parts(reference).ok()?.file));
        for file in named.filter(|file| !file.is_empty()) {
            files.extend(join(document.source().name(), &file));
        }
    });
    files
}

/// Calls a function for every mapping, in written order of the lists they stand in.
pub(crate) fn each_node<'n>(document: &'n Document, mut visit: impl FnMut(Node<'n>)) {
    let mut waiting = vec![document.root()];
    while let Some(node) = waiting.pop() {
        if node.kind() == Kind::Mapping {
            visit(node);
        }
        // What an alias stands for is visited where it is written.
        waiting.extend(
            node.entries()
                .map(|(_, value)| value)
                .chain(node.items())
                .filter(|child| !child.is_alias() && !child.is_empty()),
        );
    }
}
