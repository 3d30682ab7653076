//! One HTML file that says everything: opens from disk, in light and dark, prints, and needs neither
//! network nor script.
//!
//! All text that comes from contracts goes through [`escape`]; a content policy forbids whatever
//! would load or run nevertheless.

mod accepted;
mod docs;
mod escape;
mod navigation;
mod packages;
mod record;
mod rules;
mod set;
mod snippet;
mod summary;

pub use set::set_html;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::record::told;
use crate::{Class, Record, Report};

use super::Texts;
use super::lines::Lines;
use escape::escape;
use summary::told_counts;

/// What a page needs besides the report.
pub struct HtmlOptions<'t> {
    /// The texts that places point into.
    pub texts: &'t Texts<'t>,
    /// Version of the program, for the last line.
    pub version: &'t str,
}

/// Records that are shown with their text and witness; those beyond are shown as lines, and said
/// to be.
const DETAILED_LIMIT: usize = 2_000;

/// Renders the report on two contracts.
pub fn html(report: &Report, options: &HtmlOptions<'_>) -> String {
    let mut page = Page::new(options);
    let title = format!("{}: {}", report.service, class_words(report.classification));
    page.begin(&title);
    page.skip();
    page.text.push_str("<header class=\"top\">\n");
    page.heading(report, 1);
    page.text.push_str("</header>\n<main id=\"main\">\n");
    page.verdict(report);
    page.diagnostics(&report.diagnostics);
    let counted = told_counts(&[report]);
    page.filter(counted);
    page.text.push_str("<div class=\"grid\">\n");
    page.navigation(&[("", report)]);
    page.text.push_str("<div>\n");
    page.body("", report);
    page.rule_pages();
    page.text.push_str("</div>\n</div>\n</main>\n");
    page.end(&report.old_path, &report.new_path);
    page.text
}

const CLASSES: [Class; 3] = [
    Class::Breaking,
    Class::PotentialBreaking,
    Class::NonBreaking,
];

struct Page<'p> {
    options: &'p HtmlOptions<'p>,
    text: String,
    lines: Lines<'p>,
    /// Rule ids that records name.
    rules: BTreeSet<String>,
    /// Position of the service that is written.
    index: usize,
    detailed: usize,
}

/// A class as the icon and style sheet name it.
fn class_name(class: Class) -> &'static str {
    match class {
        Class::Breaking => "break",
        Class::PotentialBreaking => "maybe",
        Class::NonBreaking => "safe",
    }
}

/// A class as a reader says it.
fn class_words(class: Class) -> &'static str {
    match class {
        Class::Breaking => "breaking",
        Class::PotentialBreaking => "potentially breaking",
        Class::NonBreaking => "non-breaking",
    }
}

fn icon(class: Class) -> String {
    let name = class_name(class);
    format!("<svg class=\"i {name}\" aria-hidden=\"true\"><use href=\"#i-{name}\"/></svg>")
}

/// Records by their file, files in the order of their first record, the gravest records first.
fn by_file(records: &[Record]) -> Vec<(&str, Vec<&Record>)> {
    let mut files: Vec<(&str, Vec<&Record>)> = Vec::new();
    let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
    for record in told(records) {
        let file = record.file.as_deref().unwrap_or("");
        let position = *positions.entry(file).or_insert(files.len());
        match files.get_mut(position) {
            Some((_, group)) => group.push(record),
            None => files.push((file, vec![record])),
        }
    }
    for (_, group) in &mut files {
        group.sort_by_key(|record| std::cmp::Reverse(record.classification));
    }
    files
}

/// The identifier of a record on the page; `part` is 0 for the contract, then its dependencies.
fn anchor(prefix: &str, part: usize, file: usize, position: usize) -> String {
    format!("{prefix}r{part}-{file}-{position}")
}

/// The lists of records of a report with what each is about: the contract, then dependencies.
fn parts(report: &Report) -> impl Iterator<Item = (Option<&str>, &[Record])> {
    let dependencies = report.dependency_diffs.iter();
    std::iter::once((None, report.changes.as_slice())).chain(dependencies.map(|dependency| {
        (
            Some(dependency.name.as_str()),
            dependency.changes.as_slice(),
        )
    }))
}

impl<'p> Page<'p> {
    fn new(options: &'p HtmlOptions<'p>) -> Self {
        Self {
            options,
            text: String::new(),
            lines: Lines::new(options.texts),
            rules: BTreeSet::new(),
            index: 0,
            detailed: 0,
        }
    }

    fn begin(&mut self, title: &str) {
        let _ = write!(
            self.text,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src 'unsafe-inline'\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>{}</title>\n\
             <style>\n{}</style>\n</head>\n<body>\n{}",
            escape(title),
            include_str!("style.css"),
            include_str!("icons.svg"),
        );
    }

    fn skip(&mut self) {
        self.text
            .push_str("<a class=\"skip\" href=\"#main\">Skip to the changes</a>\n");
    }

    fn end(&mut self, old: &str, new: &str) {
        let _ = write!(
            self.text,
            "<footer>pacto {} compared <code>{}</code> with <code>{}</code></footer>\n\
             </body>\n</html>\n",
            escape(self.options.version),
            escape(old),
            escape(new)
        );
    }

    fn body(&mut self, prefix: &str, report: &Report) {
        for (part, (dependency, records)) in parts(report).enumerate() {
            if let Some(name) = dependency {
                let _ = writeln!(
                    self.text,
                    "<section class=\"group\"><h2>Dependency {} <small>{} {}</small></h2>",
                    escape(name),
                    records.len(),
                    if records.len() == 1 {
                        "change"
                    } else {
                        "changes"
                    }
                );
            }
            for (position, (file, group)) in by_file(records).into_iter().enumerate() {
                self.text.push_str("<section class=\"group\">\n");
                if !file.is_empty() {
                    let _ = writeln!(self.text, "<h2>{}</h2>", escape(file));
                }
                for (index, record) in group.into_iter().enumerate() {
                    let anchor = anchor(prefix, part, position, index);
                    self.record(&anchor, record, dependency.is_some(), report);
                }
                self.text.push_str("</section>\n");
            }
            if dependency.is_some() {
                let dependency = report.dependency_diffs.get(part.wrapping_sub(1));
                if let Some(diff) = dependency.and_then(|it| it.sbom_diff.as_ref()) {
                    self.packages(diff);
                }
                self.docs(dependency.map_or(&[], |it| it.docs_diff.as_slice()));
                self.text.push_str("</section>\n");
            }
        }
        if !report.graph_diff.changes.is_empty() {
            let _ = writeln!(
                self.text,
                "<section><h2>Dependency graph</h2><pre class=\"tree mono\">{}</pre></section>",
                escape(&super::tree(&report.graph_diff))
            );
        }
        if let Some(diff) = &report.sbom_diff {
            self.packages(diff);
        }
        self.docs(&report.docs_diff);
        self.accepted(report);
    }
}

/// A text cut to a number of characters, with a sign where it is cut.
fn short(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}
