//! Reading a schema from the nodes of documents.

use std::collections::{BTreeMap, BTreeSet};

use pacto_diagnostic::SourceText;
use pacto_document::{Document, Kind, Limits, Node, Syntax};

use super::model::{
    Default, Enum, Field, Fixed, Logical, Name, Place, Primitive, Record, Schema, Source, Symbol,
    Type, TypeId, TypeKind,
};
use super::names;
use super::problem::{Problem, ProblemKind};
use crate::{Documents, place};

/// Types inside each other; data nested deeper is of no use, and each level takes stack.
const DEPTH_LIMIT: usize = 128;

/// More types are not read.
const TYPES_LIMIT: usize = 20_000;

impl<'s> Schema<'s> {
    /// Reads the schema at a node, with the files it refers to.
    pub fn read(documents: &'s Documents<'s>, node: Node<'s>) -> Result<Self, Problem> {
        let mut reader = Reader {
            documents,
            sources: Vec::new(),
            types: Vec::new(),
            names: BTreeMap::new(),
        };
        let node = documents.follow(node).map_err(|problem| Problem {
            kind: problem.error.into(),
            location: problem.location,
        })?;
        let text = node.as_str().filter(|text| {
            let text = text.trim_start();
            text.starts_with(['{', '[', '"'])
        });
        let root = if let Some(text) = text {
            let source = SourceText::new(node.document().source().name(), text);
            let document = Document::parse(source, Syntax::Json, Limits::default());
            let document = document.map_err(|error| Problem {
                kind: ProblemKind::Json(error.message),
                location: place(node),
            })?;
            reader.sources.push(Source::Text(node));
            reader.schema(0, document.root(), "", 0)?
        } else {
            reader.sources.push(Source::Bundle(node.document()));
            reader.schema(0, node, "", 0)?
        };
        let mut schema = Self {
            root,
            problems: Vec::new(),
            types: reader.types,
            sources: reader.sources,
        };
        schema.check_defaults();
        Ok(schema)
    }
}

struct Reader<'s> {
    documents: &'s Documents<'s>,
    sources: Vec<Source<'s>>,
    types: Vec<Type>,
    /// Declared types by full name, with their places.
    names: BTreeMap<String, (TypeId, Place)>,
}

type Found<T> = Result<T, Problem>;

impl Reader<'_> {
    fn problem(&self, source: usize, node: Node<'_>, kind: ProblemKind) -> Problem {
        let location = self
            .sources
            .get(source)
            .and_then(|it| it.location(node.id()));
        Problem {
            kind,
            location: location.unwrap_or_else(|| place(node)),
        }
    }

    fn expected(&self, source: usize, node: Node<'_>, expected: &'static str) -> Problem {
        let found = node.kind().as_str();
        self.problem(source, node, ProblemKind::Expected { expected, found })
    }

    /// A part of a declaration that must be there.
    fn part<'n>(
        &self,
        source: usize,
        node: Node<'n>,
        owner: &'static str,
        part: &'static str,
    ) -> Found<Node<'n>> {
        node.get(part)
            .ok_or_else(|| self.problem(source, node, ProblemKind::Missing { owner, part }))
    }

    fn word<'n>(&self, source: usize, node: Node<'n>, expected: &'static str) -> Found<&'n str> {
        node.as_str()
            .ok_or_else(|| self.expected(source, node, expected))
    }

    fn add(&mut self, source: usize, node: Node<'_>, kind: TypeKind) -> Found<TypeId> {
        if self.types.len() >= TYPES_LIMIT {
            return Err(self.problem(source, node, ProblemKind::TooManyTypes(TYPES_LIMIT)));
        }
        let id = TypeId(self.types.len());
        self.types.push(Type {
            kind,
            logical: None,
            place: Place {
                source,
                node: node.id(),
            },
        });
        Ok(id)
    }

    fn set(&mut self, id: TypeId, kind: TypeKind, logical: Option<Logical>) {
        if let Some(declared) = self.types.get_mut(id.0) {
            declared.kind = kind;
            declared.logical = logical;
        }
    }

    /// The type that a schema inside a namespace is.
    fn schema(
        &mut self,
        source: usize,
        node: Node<'_>,
        namespace: &str,
        depth: usize,
    ) -> Found<TypeId> {
        if depth > DEPTH_LIMIT {
            return Err(self.problem(source, node, ProblemKind::TooDeep(DEPTH_LIMIT)));
        }
        match node.kind() {
            Kind::String => {
                let word = self.word(source, node, "a type")?;
                self.named(source, node, word, namespace)
            }
            // YAML without quotes.
            Kind::Null => self.add(source, node, TypeKind::Primitive(Primitive::Null)),
            Kind::Sequence => self.union(source, node, namespace, depth),
            Kind::Mapping if node.get("$ref").is_some_and(|it| it.as_str().is_some()) => {
                self.reference(source, node, namespace, depth)
            }
            Kind::Mapping => self.declaration(source, node, namespace, depth),
            Kind::Bool | Kind::Number => Err(self.expected(source, node, "a type")),
        }
    }

    fn reference(
        &mut self,
        source: usize,
        node: Node<'_>,
        namespace: &str,
        depth: usize,
    ) -> Found<TypeId> {
        // A string is in no file that its references could be relative to.
        let here = match self.sources.get(source) {
            Some(Source::Bundle(document)) => document.node(node.id()),
            Some(Source::Text(_)) | None => None,
        };
        let Some(here) = here else {
            return Err(self.expected(source, node, "a type"));
        };
        let target = self.documents.follow(here).map_err(|problem| Problem {
            kind: problem.error.into(),
            location: problem.location,
        })?;
        let is_same = |known: &Source<'_>| matches!(known, Source::Bundle(document) if std::ptr::eq(*document, target.document()));
        let known = self.sources.iter().position(is_same);
        let there = known.unwrap_or_else(|| {
            self.sources.push(Source::Bundle(target.document()));
            self.sources.len() - 1
        });
        self.schema(there, target, namespace, depth + 1)
    }

    fn named(
        &mut self,
        source: usize,
        node: Node<'_>,
        word: &str,
        namespace: &str,
    ) -> Found<TypeId> {
        if let Some(primitive) = Primitive::from_word(word) {
            return self.add(source, node, TypeKind::Primitive(primitive));
        }
        // Implementations find names without a namespace from inside one, too.
        let full = names::known(word, namespace);
        match self.names.get(&full).or_else(|| self.names.get(word)) {
            Some((id, _)) => Ok(*id),
            None => Err(self.problem(source, node, ProblemKind::UnknownType(full))),
        }
    }

    fn union(
        &mut self,
        source: usize,
        node: Node<'_>,
        namespace: &str,
        depth: usize,
    ) -> Found<TypeId> {
        let mut branches = Vec::new();
        let mut seen = BTreeSet::new();
        for item in node.items() {
            let branch = self.schema(source, item, namespace, depth + 1)?;
            let Some(declared) = self.types.get(branch.0) else {
                continue;
            };
            if matches!(declared.kind, TypeKind::Union(_)) {
                return Err(self.problem(source, item, ProblemKind::NestedUnion));
            }
            let name = declared.kind.name().map(|name| name.full.clone());
            let name = name.unwrap_or_else(|| declared.kind.as_str().to_owned());
            if !seen.insert(name.clone()) {
                return Err(self.problem(source, item, ProblemKind::Duplicate(name)));
            }
            branches.push(branch);
        }
        self.add(source, node, TypeKind::Union(branches))
    }

    fn declaration(
        &mut self,
        source: usize,
        node: Node<'_>,
        namespace: &str,
        depth: usize,
    ) -> Found<TypeId> {
        let written = self.part(source, node, "a schema", "type")?;
        let Some(word) = written.as_str() else {
            return self.schema(source, written, namespace, depth + 1);
        };
        match word {
            "record" | "error" | "enum" | "fixed" => {
                let name = self.part(source, node, "a named type", "name")?;
                let word_of_name = self.word(source, name, "a name")?;
                let name = names::declared(node, word_of_name, namespace);
                let at = Place {
                    source,
                    node: node.id(),
                };
                if let Some((id, other)) = self.names.get(&name.full) {
                    // One declaration, reached by two references.
                    if *other == at {
                        return Ok(*id);
                    }
                    return Err(self.problem(source, node, ProblemKind::Duplicate(name.full)));
                }
                // What refers to it from inside sees its name already.
                let unfinished = Fixed {
                    name: name.clone(),
                    size: 0,
                };
                let id = self.add(source, node, TypeKind::Fixed(unfinished))?;
                self.names.insert(name.full.clone(), (id, at));
                let kind = match word {
                    "enum" => self.declared_enum(source, node, name)?,
                    "fixed" => self.fixed(source, node, name)?,
                    _ => self.record(source, node, name, depth)?,
                };
                let logical = logical(node, &kind);
                self.set(id, kind, logical);
                Ok(id)
            }
            "array" => {
                let items = self.part(source, node, "an array", "items")?;
                let items = self.schema(source, items, namespace, depth + 1)?;
                self.add(source, node, TypeKind::Array(items))
            }
            "map" => {
                let values = self.part(source, node, "a map", "values")?;
                let values = self.schema(source, values, namespace, depth + 1)?;
                self.add(source, node, TypeKind::Map(values))
            }
            _ => match Primitive::from_word(word) {
                Some(primitive) => {
                    let kind = TypeKind::Primitive(primitive);
                    let logical = logical(node, &kind);
                    let id = self.add(source, node, kind.clone())?;
                    self.set(id, kind, logical);
                    Ok(id)
                }
                None => self.named(source, written, word, namespace),
            },
        }
    }

    fn record(
        &mut self,
        source: usize,
        node: Node<'_>,
        name: Name,
        depth: usize,
    ) -> Found<TypeKind> {
        let list = self.part(source, node, "a record", "fields")?;
        if list.kind() != Kind::Sequence {
            return Err(self.expected(source, list, "a list of fields"));
        }
        let namespace = names::namespace(&name.full).to_owned();
        let mut fields = Vec::new();
        let mut seen = BTreeSet::new();
        for item in list.items() {
            let field = self.part(source, item, "a field", "name")?;
            let field = self.word(source, field, "a name")?;
            if !seen.insert(field) {
                return Err(self.problem(source, item, ProblemKind::Duplicate(field.to_owned())));
            }
            let written = self.part(source, item, "a field", "type")?;
            // Everything but a name may stand there; `type: array` beside `items` is a mistake
            // that implementations refuse.
            let field_type = self.schema(source, written, &namespace, depth + 1)?;
            fields.push(Field {
                name: field.to_owned(),
                aliases: names::texts(item.get("aliases"))
                    .map(str::to_owned)
                    .collect(),
                field_type,
                default: default(source, item),
                place: Place {
                    source,
                    node: item.id(),
                },
            });
        }
        Ok(TypeKind::Record(Record { name, fields }))
    }

    fn declared_enum(&mut self, source: usize, node: Node<'_>, name: Name) -> Found<TypeKind> {
        let list = self.part(source, node, "an enum", "symbols")?;
        if list.kind() != Kind::Sequence {
            return Err(self.expected(source, list, "a list of symbols"));
        }
        let mut symbols = Vec::new();
        let mut seen = BTreeSet::new();
        for item in list.items() {
            let symbol = self.word(source, item, "a symbol")?;
            if !seen.insert(symbol) {
                return Err(self.problem(source, item, ProblemKind::Duplicate(symbol.to_owned())));
            }
            symbols.push(Symbol {
                name: symbol.to_owned(),
                place: Place {
                    source,
                    node: item.id(),
                },
            });
        }
        let default = default(source, node);
        Ok(TypeKind::Enum(Enum {
            name,
            symbols,
            default,
        }))
    }

    fn fixed(&mut self, source: usize, node: Node<'_>, name: Name) -> Found<TypeKind> {
        let size = self.part(source, node, "a fixed", "size")?;
        let bytes = size.as_i64().and_then(|size| u64::try_from(size).ok());
        let size = bytes.ok_or_else(|| self.expected(source, size, "a number of bytes"))?;
        Ok(TypeKind::Fixed(Fixed { name, size }))
    }
}

fn default(source: usize, node: Node<'_>) -> Option<Default> {
    let written = node.get("default")?;
    Some(Default {
        // A number that JSON has no form for is none that two sides would share by accident.
        value: written.to_json().unwrap_or_else(|| written.raw().into()),
        // Known when all types are.
        fits: true,
        place: Place {
            source,
            node: written.id(),
        },
    })
}

fn logical(node: Node<'_>, kind: &TypeKind) -> Option<Logical> {
    let name = node.get("logicalType")?.as_str()?;
    let number = |key: &str| u64::try_from(node.get(key)?.as_i64()?).ok();
    let mut decimal = None;
    let fits = match (name, kind) {
        ("decimal", TypeKind::Primitive(Primitive::Bytes) | TypeKind::Fixed(_)) => {
            let precision = number("precision").filter(|precision| *precision > 0)?;
            let scale = match node.get("scale") {
                Some(_) => number("scale")?,
                None => 0,
            };
            decimal = Some((precision, scale));
            scale <= precision
        }
        ("big-decimal", TypeKind::Primitive(Primitive::Bytes))
        | ("uuid", TypeKind::Primitive(Primitive::String))
        | ("date" | "time-millis", TypeKind::Primitive(Primitive::Int)) => true,
        ("uuid", TypeKind::Fixed(fixed)) => fixed.size == 16,
        ("duration", TypeKind::Fixed(fixed)) => fixed.size == 12,
        (
            "time-micros"
            | "timestamp-millis"
            | "timestamp-micros"
            | "timestamp-nanos"
            | "local-timestamp-millis"
            | "local-timestamp-micros"
            | "local-timestamp-nanos",
            kind,
        ) => matches!(kind, TypeKind::Primitive(Primitive::Long)),
        ("decimal" | "big-decimal" | "uuid" | "date" | "time-millis" | "duration", _) => false,
        _ => true,
    };
    fits.then(|| Logical {
        name: name.to_owned(),
        decimal,
    })
}
