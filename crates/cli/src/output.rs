//! Output formats, and which command has which.

use pacto_diagnostic::nearest;

use crate::failed::Failed;

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// The serialised result.
    Json,
    /// For comments and job summaries.
    Markdown,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
    /// GitHub workflow annotations.
    Github,
    /// One page for browsers.
    Html,
    /// Graphviz.
    Dot,
    /// Mermaid.
    Mermaid,
}

/// Formats of every command.
pub const COMMON: &[Format] = &[Format::Text, Format::Json, Format::Markdown];

/// Formats of commands that print findings.
pub const FINDINGS: &[Format] = &[
    Format::Text,
    Format::Json,
    Format::Markdown,
    Format::Sarif,
    Format::Junit,
    Format::Github,
];

/// Formats of comparisons.
pub const DIFF: &[Format] = &[
    Format::Text,
    Format::Json,
    Format::Markdown,
    Format::Sarif,
    Format::Junit,
    Format::Github,
    Format::Html,
];

/// Formats of commands that print a graph.
pub const GRAPH: &[Format] = &[
    Format::Text,
    Format::Json,
    Format::Markdown,
    Format::Dot,
    Format::Mermaid,
];

impl Format {
    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Html => "html",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
        }
    }

    /// Reads the word; one that this command does not have is a usage error that lists those it
    /// has.
    pub(crate) fn parse(word: &str, command: &str, formats: &[Self]) -> Result<Self, Failed> {
        if let Some(format) = formats.iter().find(|format| format.name() == word) {
            return Ok(*format);
        }
        let names = || formats.iter().map(|format| format.name());
        let near = nearest(word, names()).map(|name| format!("did you mean `{name}`?"));
        Err(Failed::Usage {
            message: format!("`{word}` is not an output format of `pacto {command}`"),
            hints: near
                .into_iter()
                .chain([format!(
                    "formats: {}",
                    names().collect::<Vec<_>>().join(", ")
                )])
                .collect(),
        })
    }
}
