//! Reading a file and everything it imports.

use std::collections::{HashMap, VecDeque};

use pacto_diagnostic::{SourceText, Span};

use super::link;
use super::model::{ImportTarget, ImportedFile, Schema};
use super::parser::parse;
use super::problem::{Problem, ProblemKind};
use super::syntax::{FileSyntax, ImportKind};
use super::well_known;

/// More files are not read.
const FILE_LIMIT: usize = 20_000;

/// A file that was read, and where its imports lead.
pub(super) struct LoadedFile {
    pub(super) syntax: FileSyntax,
    pub(super) imports: Vec<ImportedFile>,
    /// Indices of the files whose names are handed on to importers.
    pub(super) public: Vec<usize>,
}

impl Schema {
    /// Reads a file and, through `find`, the files it imports.
    ///
    /// The name of `entry` is its path in the bundle. `find` is asked for paths in the bundle: an
    /// import is looked for below the folder that the imports of its file are relative to, beside
    /// its file, at the root of the bundle, and in the folders between. Whatever is wrong is in
    /// [`Schema::problems`]; the rest is there all the same.
    pub fn load(entry: &SourceText, find: &mut dyn FnMut(&str) -> Option<SourceText>) -> Self {
        let mut loader = Loader {
            find,
            indices: HashMap::new(),
            files: Vec::new(),
            roots: Vec::new(),
            queue: VecDeque::new(),
        };
        loader.add(entry, None);
        while let Some(index) = loader.queue.pop_front() {
            loader.follow_imports(index);
        }
        link::link(loader.files)
    }
}

struct Loader<'f> {
    find: &'f mut dyn FnMut(&str) -> Option<SourceText>,
    indices: HashMap<String, usize>,
    files: Vec<LoadedFile>,
    /// Per file: the folder its own import path is relative to, with a final slash.
    roots: Vec<Option<String>>,
    queue: VecDeque<usize>,
}

impl Loader<'_> {
    fn add(&mut self, source: &SourceText, root: Option<String>) -> usize {
        let index = self.files.len();
        self.indices.insert(source.name().to_owned(), index);
        self.files.push(LoadedFile {
            syntax: parse(source),
            imports: Vec::new(),
            public: Vec::new(),
        });
        self.roots.push(root);
        self.queue.push_back(index);
        index
    }

    fn follow_imports(&mut self, index: usize) {
        let Some(file) = self.files.get(index) else {
            return;
        };
        let written = file.syntax.imports.clone();
        let importer = file.syntax.source.name().to_owned();
        let root = self.roots.get(index).cloned().flatten();
        let mut imports = Vec::new();
        let mut public = Vec::new();
        let mut problems = Vec::new();
        for import in &written {
            let target = self.target(&import.path.text, &importer, root.as_deref());
            if target == ImportTarget::Missing {
                let kind = if self.files.len() >= FILE_LIMIT {
                    ProblemKind::TooManyFiles(FILE_LIMIT)
                } else {
                    ProblemKind::ImportUnresolved {
                        path: import.path.text.clone(),
                    }
                };
                problems.push((kind, import.path.span));
            }
            if let ImportTarget::File(target) = target
                && import.kind == ImportKind::Public
            {
                public.push(target);
            }
            imports.push(ImportedFile {
                path: import.path.text.clone(),
                target,
                span: import.path.span,
            });
        }
        if let Some(file) = self.files.get_mut(index) {
            file.imports = imports;
            file.public = public;
            file.report(problems);
        }
    }

    fn target(&mut self, path: &str, importer: &str, root: Option<&str>) -> ImportTarget {
        let is_clean = !path.is_empty()
            && path
                .split('/')
                .all(|segment| !matches!(segment, "" | "." | ".."));
        if !is_clean {
            return ImportTarget::Missing;
        }
        let mut prefixes: Vec<&str> = Vec::new();
        prefixes.extend(root);
        let folder = importer
            .rfind('/')
            .map_or("", |slash| importer.get(..=slash).unwrap_or(""));
        prefixes.push(folder);
        prefixes.push("");
        prefixes.extend(
            folder
                .match_indices('/')
                .filter_map(|(slash, _)| folder.get(..=slash)),
        );
        for (position, prefix) in prefixes.iter().enumerate() {
            if prefixes
                .iter()
                .take(position)
                .any(|earlier| earlier == prefix)
            {
                continue;
            }
            let candidate = format!("{prefix}{path}");
            if let Some(index) = self.indices.get(&candidate) {
                return ImportTarget::File(*index);
            }
            if self.files.len() >= FILE_LIMIT {
                return ImportTarget::Missing;
            }
            if let Some(source) = (self.find)(&candidate) {
                let source = if source.name() == candidate {
                    source
                } else {
                    SourceText::new(candidate, source.text())
                };
                return ImportTarget::File(self.add(&source, Some((*prefix).to_owned())));
            }
        }
        if well_known::is_file(path) {
            ImportTarget::WellKnown
        } else {
            ImportTarget::Missing
        }
    }
}

impl LoadedFile {
    pub(super) fn report(&mut self, problems: Vec<(ProblemKind, Span)>) {
        let source = self.syntax.source.clone();
        self.syntax
            .problems
            .extend(problems.into_iter().map(|(kind, span)| Problem {
                kind,
                location: source.location(span),
            }));
    }
}
