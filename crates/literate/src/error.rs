//! What can be wrong with a page.

use std::path::PathBuf;

/// Why a folder of pages could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LiterateError {
    /// A file or folder cannot be read or written.
    #[error("cannot access `{}`", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The reason the system gave.
        #[source]
        source: std::io::Error,
    },
    /// A page breaks the form.
    #[error("{}:{line}: {problem}", path.display())]
    Page {
        /// The page.
        path: PathBuf,
        /// Line of the page, from 1.
        line: usize,
        /// What is wrong there.
        #[source]
        problem: Problem,
    },
}

/// What is wrong at a line of a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The first line is not `---`.
    #[error("the page does not begin with front matter (`---`)")]
    NoFrontMatter,
    /// The front matter has no second `---`.
    #[error("the front matter is not closed (`---`)")]
    OpenFrontMatter,
    /// A line of the front matter is not `key: value`.
    #[error("front matter is not `key: value`: `{0}`")]
    NotAField(String),
    /// A key occurs twice.
    #[error("front matter has `{0}` twice")]
    DuplicateField(String),
    /// Neither `id` nor `code`.
    #[error("front matter has neither `id` nor `code`")]
    NoId,
    /// The id is not the file name.
    #[error("the page is called `{id}` but its file `{file}`")]
    IdIsNotFileName {
        /// What the front matter says.
        id: String,
        /// File name without extension.
        file: String,
    },
    /// Two pages of one folder tree have the same id.
    #[error("another page is called `{0}`")]
    DuplicateId(String),
    /// No `# Title`.
    #[error("the page has no title (`# …`)")]
    NoTitle,
    /// A code block is not closed.
    #[error("the code block is not closed")]
    OpenBlock,
    /// An example heading that is none of the known ones.
    #[error("an example is called `Fires: …`, `Breaks: …` or `Silent: …`, not `{0}`")]
    NotAnExample(String),
    /// A block under `## Examples` before the first `###`.
    #[error("the code block belongs to no example")]
    BlockOutsideExample,
    /// An example without an `expect` block, or with two.
    #[error("example `{title}` has {count} `expect` blocks instead of one")]
    ExpectBlocks {
        /// Title of the example.
        title: String,
        /// How many it has.
        count: usize,
    },
    /// A silent example that expects something of its own page, or a firing one that does not.
    #[error("example `{title}` contradicts what it expects of `{id}`")]
    Contradiction {
        /// Title of the example.
        title: String,
        /// Id of the page.
        id: String,
    },
    /// A front matter field that a table needs is missing.
    #[error("front matter lacks `{0}`")]
    MissingField(String),
    /// A front matter field holds a value the table does not know.
    #[error("front matter field `{field}` cannot be `{value}`")]
    BadField {
        /// Name of the field.
        field: String,
        /// What it holds.
        value: String,
    },
}
