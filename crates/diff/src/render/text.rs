//! The text form, for people at a terminal and for logs.

mod groups;
mod snippet;

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use pacto_diagnostic::Location;
use pacto_diagnostic::render::printable;

use crate::detect::ChangeKind;
use crate::detect::docs::DocsChange;
use crate::detect::sbom::SbomDiff;
use crate::record::told;
use crate::report::DependencyDiff;
use crate::{Class, Record, Report, SideName};

use super::Texts;
use super::lines::Lines;
use super::spoken::spoken;
pub(super) use groups::shared_documents;
use groups::{Group, groups};
use snippet::{Snippet, named};

/// How text is laid out.
#[derive(Clone, Copy, Default)]
pub struct TextOptions<'t> {
    /// Columns of the terminal; `None` leaves lines as long as they are.
    pub width: Option<usize>,
    /// Colour as ANSI escape sequences.
    pub color: bool,
    /// Signs beside the words.
    pub glyphs: bool,
    /// Only the counts.
    pub summary: bool,
    /// The texts that places point into, to show the lines of what may break somebody.
    pub texts: Option<&'t Texts<'t>>,
    /// Lines around each of these; `None` shows those alone that say more than their record.
    pub context: Option<u32>,
}

/// Renders a report: headline, records by file, dependencies, graph, packages, version advice.
pub fn text(report: &Report, options: &TextOptions<'_>) -> String {
    text_of_service(report, options, 0)
}

/// Renders the report on one of many services, by its position among them.
pub(super) fn text_of_service(
    report: &Report,
    options: &TextOptions<'_>,
    service: usize,
) -> String {
    let mut page = Page {
        options,
        text: String::new(),
        lines: options.texts.map(Lines::new),
        service,
    };
    page.headline(report);
    if report.is_empty() {
        page.line(super::nothing_changed(report.has_gaps()));
    } else if options.summary {
        for dependency in &report.dependency_diffs {
            page.dependency(dependency, "");
        }
    } else {
        page.records(&report.changes);
        page.lines = None;
        for dependency in &report.dependency_diffs {
            page.line("");
            page.dependency(dependency, ":");
            page.records(&dependency.changes);
            if let Some(diff) = &dependency.sbom_diff {
                page.packages(diff);
            }
            page.docs(&dependency.docs_diff);
        }
        if !report.graph_diff.changes.is_empty() {
            page.line("");
            page.line("Dependency graph changes:");
            page.text.push_str(&super::tree(&report.graph_diff));
        }
        if let Some(diff) = &report.sbom_diff {
            page.packages(diff);
        }
        page.docs(&report.docs_diff);
        page.accepted(report);
    }
    page.advice(report);
    page.text
}

/// The line of a report that says how it ended.
pub(super) fn headline(report: &Report, options: &TextOptions<'_>) -> String {
    let mut page = Page {
        options,
        text: String::new(),
        lines: None,
        service: 0,
    };
    page.headline(report);
    page.text
}

struct Page<'p> {
    options: &'p TextOptions<'p>,
    text: String,
    /// None for the dependencies of a contract, whose texts are not kept.
    lines: Option<Lines<'p>>,
    /// Position of the service among many.
    service: usize,
}

/// Spaces before a record, and before its continuation lines.
const INDENT: usize = 3;
const HANGING: usize = 8;
/// Narrower terminals get lines of this width.
const NARROWEST: usize = 40;
/// Subjects wider than this do not widen their column.
const SUBJECT_WIDTH: usize = 44;
/// The same for what happened.
const VALUE_WIDTH: usize = 36;
/// Lines of documents are cut to this width, however wide the terminal is.
const WIDEST_SNIPPET: usize = 120;

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn painted(&self, text: &str, style: Style) -> String {
        if self.options.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    fn headline(&mut self, report: &Report) {
        let class = report.classification;
        let class = self.painted(class.as_str(), class_style(class).bold());
        let service = printable(&report.service);
        let versions = if report.old_version == report.new_version {
            printable(&report.new_version).into_owned()
        } else {
            format!(
                "{} → {}",
                printable(&report.old_version),
                printable(&report.new_version)
            )
        };
        let line = format!("{class}  {service} {versions}");
        let mut counts = String::new();
        if report.changes.is_empty() {
            if !report.dependency_diffs.is_empty() {
                counts.push_str("no change of its own");
            }
        } else {
            let count = |class| report.summary.count(class);
            let _ = write!(
                counts,
                "{} breaking, {} potentially breaking, {} safe",
                count(Class::Breaking),
                count(Class::PotentialBreaking),
                count(Class::NonBreaking)
            );
            if report.summary.suppressed > 0 {
                let _ = write!(counts, ", {} accepted", report.summary.suppressed);
            }
        }
        if report.refined_classification != report.classification {
            let _ = write!(counts, " (refined: {})", report.refined_classification);
        }
        let width = report.classification.as_str().len()
            + 2
            + service.chars().count()
            + 1
            + versions.chars().count();
        let limit = self.options.width.unwrap_or(usize::MAX);
        if counts.is_empty() {
            self.line(&line);
        } else if width + 4 + counts.chars().count() <= limit {
            self.line(&format!("{line}    {counts}"));
        } else {
            self.line(&line);
            self.line(&counts);
        }
    }

    fn dependency(&mut self, dependency: &DependencyDiff, end: &str) {
        let class = dependency.classification;
        let class = self.painted(class.as_str(), class_style(class));
        let count = dependency.changes.len();
        let name = printable(&dependency.name);
        self.line(&format!("Dependency {name} [{class}] ({count}){end}"));
    }

    fn records(&mut self, records: &[Record]) {
        let told = told(records);
        for Group {
            file,
            interface,
            records: group,
        } in groups(&told)
        {
            self.line("");
            if !file.is_empty() {
                let name = self.painted(&printable(file), Style::new().bold());
                let of = interface.map_or(String::new(), |interface| {
                    format!(" (interface {})", printable(interface))
                });
                self.line(&format!(" {name}{of}"));
            }
            let widest = |texts: &dyn Fn(&Record) -> String, limit: usize| {
                let widths = group.iter().map(|record| texts(record).chars().count());
                widths.filter(|width| *width <= limit).max().unwrap_or(0)
            };
            let columns = (widest(&subject, SUBJECT_WIDTH), widest(&what, VALUE_WIDTH));
            for record in group {
                self.record(record, file, columns);
            }
        }
        self.explained(records, &told);
    }

    /// How many records are left to those that explain them, so that what is listed adds up.
    fn explained(&mut self, records: &[Record], told: &[&Record]) {
        let of = |class: Class| {
            let is_open =
                |record: &&Record| record.suppressed.is_none() && record.classification == class;
            let open = records.iter().filter(is_open).count();
            let told = told.iter().filter(|record| record.classification == class);
            open.saturating_sub(told.count())
        };
        let classes = [
            (Class::Breaking, "breaking"),
            (Class::PotentialBreaking, "potentially breaking"),
            (Class::NonBreaking, "safe"),
        ];
        let counts = classes.map(|(class, words)| (of(class), words));
        let counts: Vec<String> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, words)| format!("{count} {words}"))
            .collect();
        if !counts.is_empty() {
            self.line("");
            self.line(&format!(
                " Not listed, since others explain them: {}",
                counts.join(", ")
            ));
        }
    }

    /// Accepted changes with their reasons, which is what a reviewer asks about them.
    fn accepted(&mut self, report: &Report) {
        let accepted = super::accepted(report);
        if accepted.is_empty() {
            return;
        }
        self.line("");
        self.line(&format!("Accepted ({}):", accepted.len()));
        let (listed, more) = super::folded(&accepted);
        for accepted in listed {
            let (path, rule) = (accepted.path(), accepted.record.code());
            let line = format!("{path}  {rule}  {}", accepted.reason);
            self.line(&format!("   {}", one_line(&line)));
        }
        for (reason, count) in more {
            self.line(&format!("   … {count} more: {}", one_line(reason)));
        }
    }

    fn record(&mut self, record: &Record, file: &str, columns: (usize, usize)) {
        let class = record.classification;
        let word = format!("{:<12}", class.word());
        let word = if self.options.glyphs {
            format!("{} {word}", glyph(class))
        } else {
            word
        };
        let start = INDENT + word.chars().count() + 1;
        let limit = self.options.width.unwrap_or(usize::MAX).max(NARROWEST);
        let mut line = format!(
            "{}{} ",
            " ".repeat(INDENT),
            self.painted(&word, class_style(class))
        );
        let mut width = start;
        for piece in pieces(&subject(record), limit - start) {
            if width > start {
                self.line(&line);
                line = " ".repeat(start);
            }
            line.push_str(&piece);
            width = start + piece.chars().count();
        }
        let snippets = self.snippets(record, file, limit - HANGING);
        // The column each cell begins in, where the line is not yet beyond it.
        let value_column = start + columns.0 + 2;
        let place_column = value_column + columns.1 + 2;
        let places = places(record, file).filter(|_| snippets.is_empty());
        for (cell, style, column) in cells(record, places, value_column, place_column) {
            let gap = column.saturating_sub(width).max(2);
            let cell_width = cell.chars().count();
            if width + gap + cell_width <= limit {
                line.push_str(&" ".repeat(gap));
                line.push_str(&self.painted(&cell, style));
                width += gap + cell_width;
                continue;
            }
            for piece in pieces(&cell, limit - HANGING) {
                self.line(&line);
                line = format!("{}{}", " ".repeat(HANGING), self.painted(&piece, style));
                width = HANGING + piece.chars().count();
            }
        }
        self.line(&line);
        for Snippet { side, text } in snippets {
            let style = match side {
                Some(SideName::Old) => AnsiColor::Red.on_default(),
                Some(SideName::New) => AnsiColor::Green.on_default(),
                None => Style::new().dimmed(),
            };
            let text = self.painted(&text, style);
            self.line(&format!("{}{text}", " ".repeat(HANGING)));
        }
        if let Some(witness) = record.witness.as_ref().and_then(super::witness_line) {
            for piece in pieces(&one_line(&witness), limit - HANGING) {
                self.line(&format!("{}{piece}", " ".repeat(HANGING)));
            }
        }
    }

    /// The lines of what may break somebody.
    fn snippets(&mut self, record: &Record, file: &str, width: usize) -> Vec<Snippet> {
        let Some(lines) = &mut self.lines else {
            return Vec::new();
        };
        // The records that explain one show their own lines.
        if record.classification == Class::NonBreaking || !record.explained_by.is_empty() {
            return Vec::new();
        }
        let width = width.min(WIDEST_SNIPPET);
        let lines = (lines, self.service);
        if let Some(context) = self.options.context {
            return snippet::around(record, file, context, width, lines);
        }
        let said = format!("{} {}", subject(record), what(record));
        snippet::telling(record, file, &said, width, lines)
    }

    fn packages(&mut self, diff: &SbomDiff) {
        self.line("");
        self.line(&format!("SBOM changes ({}):", diff.changes.len()));
        for change in &diff.changes {
            let line = super::sbom_line(change);
            self.line(&format!("  {}", printable(&line)));
        }
    }

    fn docs(&mut self, changes: &[DocsChange]) {
        if changes.is_empty() {
            return;
        }
        self.line("");
        self.line(&format!("Documentation changes ({}):", changes.len()));
        for change in changes {
            let sign = match change.kind {
                ChangeKind::Added => '+',
                ChangeKind::Removed => '-',
                ChangeKind::Modified => '~',
            };
            self.line(&format!("  {sign} {}", one_line(&change.file)));
        }
    }

    fn advice(&mut self, report: &Report) {
        let Some(advice) = &report.version else {
            return;
        };
        if report.changes.is_empty() {
            return;
        }
        let verdict = if advice.sufficient {
            let sign = if self.options.glyphs { "✓ " } else { "" };
            self.painted(
                &format!("{sign}{} is enough", printable(&advice.new)),
                AnsiColor::Green.on_default(),
            )
        } else {
            let sign = if self.options.glyphs { "✗ " } else { "" };
            self.painted(
                &format!("{sign}{} is too small", printable(&advice.new)),
                AnsiColor::Red.on_default(),
            )
        };
        self.line("");
        self.line(&format!(
            "Smallest honest version: {} ({verdict})",
            advice.smallest
        ));
    }
}

/// Text cut into pieces of at most a number of characters: after a blank where there is one in the
/// second half of the piece, else anywhere.
fn pieces(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut rest: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    while rest.len() > width {
        let blank = rest
            .iter()
            .take(width)
            .rposition(|character| *character == ' ');
        let end = blank.map(|blank| blank + 1).filter(|end| *end > width / 2);
        let piece: String = rest.drain(..end.unwrap_or(width)).collect();
        pieces.push(piece.trim_end().to_owned());
    }
    pieces.extend((!rest.is_empty()).then(|| rest.iter().collect::<String>()));
    pieces
}

pub(super) fn class_style(class: Class) -> Style {
    match class {
        Class::Breaking => AnsiColor::Red.on_default(),
        Class::PotentialBreaking => AnsiColor::Yellow.on_default(),
        Class::NonBreaking => AnsiColor::Green.on_default(),
    }
}

fn glyph(class: Class) -> char {
    match class {
        Class::Breaking => '✗',
        Class::PotentialBreaking => '!',
        Class::NonBreaking => '✓',
    }
}

/// What a record is about: the operation of an API, else the path with its key.
pub(super) fn subject(record: &Record) -> String {
    let reason = record
        .reason
        .strip_suffix(record.kind.as_str())
        .map(str::trim_end);
    let text = match reason {
        Some(reason) if record.path.starts_with("openapi.") => reason,
        _ => {
            let path = record.keyed_path();
            return one_line(&spoken(path).unwrap_or_else(|| path.to_owned()));
        }
    };
    one_line(text)
}

/// What happened: both values, the one value, or only the word where the subject has said it.
pub(super) fn what(record: &Record) -> String {
    let subject = subject(record);
    // `auth: ^1.0.0` beside `dependencies[auth].compatibility`
    let value = |value: &serde_json::Value| {
        let text = super::shown(value);
        let stripped = text.split_once(": ").and_then(|(key, rest)| {
            subject
                .contains(&format!("[{key}]"))
                .then(|| rest.to_owned())
        });
        one_line(&stripped.unwrap_or(text))
    };
    let word = match record.kind {
        ChangeKind::Modified => "changed",
        kind => kind.as_str(),
    };
    match (&record.old_value, &record.new_value) {
        (Some(old), Some(new)) if old != new => {
            let quoted = |text: String| {
                if text.is_empty() {
                    "(none)".to_owned()
                } else {
                    text
                }
            };
            format!("{} → {}", quoted(value(old)), quoted(value(new)))
        }
        (Some(one), None) | (None, Some(one)) => {
            let one = value(one);
            if record.path.starts_with("openapi.") || one.is_empty() || subject.contains(&one) {
                word.to_owned()
            } else {
                format!("{word}: {one}")
            }
        }
        _ => word.to_owned(),
    }
}

/// Everything after the subject: text, style and the column it begins in.
fn cells(
    record: &Record,
    places: Option<String>,
    value_column: usize,
    place_column: usize,
) -> Vec<(String, Style, usize)> {
    let plain = Style::new();
    let mut cells = vec![(what(record), plain, value_column)];
    if let Some(rule) = &record.rule {
        cells.push((rule.clone(), plain, place_column));
    }
    if let Some(refined) = record
        .refined
        .filter(|refined| *refined != record.classification)
    {
        cells.push((format!("refined {}", refined.word()), plain, place_column));
    }
    if let Some(default) = record.default_classification {
        cells.push((format!("else {}", default.word()), plain, place_column));
    }
    if let Some(places) = places {
        cells.push((places, plain.dimmed(), place_column));
    }
    let others = record.occurrences.len().saturating_sub(1);
    if others > 0 {
        let text = format!("also at {others} other place(s)");
        cells.push((text, plain.dimmed(), place_column));
    }
    cells
}

/// Lines on both sides; the file is the heading above unless a place lies elsewhere.
fn places(record: &Record, file: &str) -> Option<String> {
    let place = |location: &Location| named(location, file);
    match (&record.old_location, &record.new_location) {
        (Some(old), Some(new)) => Some(format!("line {} → {}", place(old), place(new))),
        (Some(old), None) => Some(format!("was line {}", place(old))),
        (None, Some(new)) => Some(format!("now line {}", place(new))),
        (None, None) => None,
    }
}

fn one_line(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn lines_end_between_words_where_there_are_some() {
        assert_eq!(pieces("one two three", 9), ["one two", "three"]);
        assert_eq!(pieces("a bcdefghijk", 6), ["a bcde", "fghijk"]);
        assert_eq!(pieces("", 6), [""; 0]);
    }
}
