//! Pages as a static table in Rust, for build scripts.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use crate::error::{LiterateError, Problem};
use crate::load::load_dir;
use crate::page::Page;

/// How a value of the table is made from a page: a Rust expression.
type Expression = Box<dyn Fn(&Page) -> Result<String, LiterateError>>;

/// One field of the generated rows.
pub struct Column {
    field: &'static str,
    expression: Expression,
}

impl Column {
    /// A `&'static str` from a front matter field that must be there.
    pub fn text(field: &'static str, key: &'static str) -> Self {
        Self::computed(field, move |page| Ok(format!("{:?}", page.field(key)?)))
    }

    /// An `Option<&'static str>` from a front matter field.
    pub fn optional(field: &'static str, key: &'static str) -> Self {
        Self::computed(field, move |page| Ok(format!("{:?}", page.fields.get(key))))
    }

    /// A Rust expression for one of a few known words of a front matter field.
    pub fn word(
        field: &'static str,
        key: &'static str,
        words: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self::computed(field, move |page| {
            let value = page.field(key)?;
            let found = words.iter().find(|(word, _)| *word == value);
            found
                .map(|(_, expression)| (*expression).to_owned())
                .ok_or_else(|| {
                    page.problem(Problem::BadField {
                        field: key.to_owned(),
                        value: value.to_owned(),
                    })
                })
        })
    }

    /// Any Rust expression computed from the page.
    pub fn computed(
        field: &'static str,
        expression: impl Fn(&Page) -> Result<String, LiterateError> + 'static,
    ) -> Self {
        Self {
            field,
            expression: Box::new(expression),
        }
    }
}

/// A static slice of rows, one per page, sorted by id.
///
/// Every row is a struct literal of `row_type` with the fields `id`, `area`, `title`, `summary`
/// and `markdown` (all `&'static str`; the Markdown without front matter), and the columns.
pub struct Table {
    name: &'static str,
    row_type: &'static str,
    columns: Vec<Column>,
}

impl Table {
    /// Describes a table: the name of the static, and the type of its rows as seen where the
    /// generated file is included.
    pub fn new(name: &'static str, row_type: &'static str) -> Self {
        Self {
            name,
            row_type,
            columns: Vec::new(),
        }
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// The Rust source of the table.
    pub fn render(&self, pages: &[Page]) -> Result<String, LiterateError> {
        let mut source = format!(
            "pub(crate) static {}: &[{}] = &[\n",
            self.name, self.row_type
        );
        for page in pages {
            let _ = write!(
                source,
                "    {} {{\n        id: {:?},\n        area: {:?},\n        title: {:?},\n        summary: {:?},\n        markdown: {:?},\n",
                self.row_type,
                page.id,
                page.area,
                page.title,
                page.summary(),
                page.markdown,
            );
            for column in &self.columns {
                let expression = (column.expression)(page)?;
                let _ = writeln!(source, "        {}: {expression},", column.field);
            }
            source.push_str("    },\n");
        }
        source.push_str("];\n");
        Ok(source)
    }

    /// For build scripts: reads the pages of a folder, writes the table to a file, and tells Cargo
    /// on standard output to run the script again when a page changes, comes or goes.
    pub fn build(
        &self,
        directory: impl AsRef<Path>,
        output: impl AsRef<Path>,
    ) -> Result<(), LiterateError> {
        let (directory, output) = (directory.as_ref(), output.as_ref());
        let pages = load_dir(directory)?;
        let source = self.render(&pages)?;
        std::fs::write(output, source).map_err(|source| LiterateError::Io {
            path: output.to_owned(),
            source,
        })?;
        // A folder covers its content, pages that come and go included.
        writeln!(
            std::io::stdout(),
            "cargo:rerun-if-changed={}",
            directory.display()
        )
        .map_err(|source| LiterateError::Io {
            path: directory.to_owned(),
            source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        Page::parse(Path::new("A.md"), "area", text).expect("a good page")
    }

    #[test]
    fn a_table_has_one_literal_per_page_with_its_columns() {
        let pages = [page(
            "---\nid: A\nclass: breaking\n---\n# Say \"hi\"\n\nShort.\n",
        )];
        let source = Table::new("PAGES", "Row")
            .column(Column::word(
                "class",
                "class",
                &[("breaking", "Class::Breaking")],
            ))
            .column(Column::optional("guard", "guard"))
            .render(&pages)
            .expect("renders");
        assert_eq!(
            source,
            "pub(crate) static PAGES: &[Row] = &[
    Row {
        id: \"A\",
        area: \"area\",
        title: \"Say \\\"hi\\\"\",
        summary: \"Short.\",
        markdown: \"# Say \\\"hi\\\"\\n\\nShort.\\n\",
        class: Class::Breaking,
        guard: None,
    },
];
"
        );
    }

    #[test]
    fn a_word_outside_the_list_is_refused() {
        let table = Table::new("PAGES", "Row").column(Column::word("class", "class", &[]));
        let error = table
            .render(&[page("---\nid: A\nclass: odd\n---\n# T\n")])
            .expect_err("unknown word");
        assert_eq!(
            error.to_string(),
            "A.md:1: front matter field `class` cannot be `odd`"
        );
    }
}
