//! Renderings of findings: text with snippets, Markdown, SARIF, JUnit, workflow annotations.
//!
//! Every renderer takes [`Subject`]s (an input with its findings) and returns text; JSON is the
//! serialised finding. Messages and file names may come from hostile input: each renderer escapes
//! for its own format, and none lets a control character through to a terminal.

mod excerpt;
pub mod github;
pub mod junit;
pub mod markdown;
mod printable;
pub mod sarif;
pub mod text;

use crate::{Finding, Location, Severity, SourceMap};

pub use printable::printable;

/// One input with its findings, as the renderers take it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What people call it: an argument as typed, or name and version.
    pub name: &'a str,
    /// What is put before the file of a location so that people can open it; empty for none.
    pub directory: &'a str,
    /// The findings in the order they are to be shown.
    pub findings: &'a [Finding],
    /// The texts the findings point into.
    pub sources: &'a SourceMap,
}

impl Subject<'_> {
    /// The file of a location as people can open it.
    pub fn file(&self, location: &Location) -> String {
        match self.directory.trim_end_matches('/') {
            "" if self.directory.starts_with('/') => format!("/{}", location.file),
            "" | "." => location.file.clone(),
            directory => format!("{directory}/{}", location.file),
        }
    }
}

/// How many findings there are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Findings that make the input invalid.
    pub errors: usize,
    /// Findings somebody should look at.
    pub warnings: usize,
    /// Findings with a repair.
    pub fixable: usize,
}

impl Counts {
    /// Counts findings.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            match finding.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Note => {}
            }
            counts.fixable += usize::from(finding.fix.is_some());
        }
        counts
    }
}

/// Reads `1 error, 2 warnings (1 fixable)`; `no findings` when there are neither errors nor
/// warnings.
impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = [(self.errors, "error"), (self.warnings, "warning")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, noun)| counted(count, noun))
            .collect();
        if parts.is_empty() {
            return f.write_str("no findings");
        }
        f.write_str(&parts.join(", "))?;
        if self.fixable > 0 {
            write!(f, " ({} fixable)", self.fixable)?;
        }
        Ok(())
    }
}

/// A count with its noun: `1 error`, `2 errors`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
pub(crate) mod sample;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_people_say_them() {
        let sample = sample::Sample::new();
        insta::assert_snapshot!(Counts::of(&sample.findings), @"2 errors, 1 warning (1 fixable)");
        assert_eq!(Counts::default().to_string(), "no findings");
    }

    #[test]
    fn files_are_joined_to_their_directory() {
        let sample = sample::Sample::new();
        let location = sample.findings[0].location.clone().expect("has a place");
        let file = |directory| {
            let mut subject = sample.subject();
            subject.directory = directory;
            subject.file(&location)
        };
        assert_eq!(file(""), "pacto.yaml");
        assert_eq!(file("."), "pacto.yaml");
        assert_eq!(file("svc/"), "svc/pacto.yaml");
        assert_eq!(file("/"), "/pacto.yaml");
    }
}
