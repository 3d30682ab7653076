//! The answer in a sentence, with its numbers, and what could not be compared.

use std::fmt::Write as _;

use pacto_diagnostic::Severity;

use super::escape::escape;
use super::{CLASSES, Page, class_name, class_words, icon, rules};
use crate::record::told;
use crate::{Class, Diagnostic, Report};

/// Records that are shown, per class, and those that others explain.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    breaking: usize,
    potential: usize,
    safe: usize,
    left_out: usize,
}

pub(super) fn told_counts(reports: &[&Report]) -> Counts {
    let mut counts = Counts::default();
    for report in reports {
        let lists = std::iter::once(&report.changes).chain(
            report
                .dependency_diffs
                .iter()
                .map(|dependency| &dependency.changes),
        );
        for records in lists {
            let told = told(records);
            counts.left_out += records.len() - told.len();
            for record in told {
                match record.classification {
                    Class::Breaking => counts.breaking += 1,
                    Class::PotentialBreaking => counts.potential += 1,
                    Class::NonBreaking => counts.safe += 1,
                }
            }
        }
    }
    counts
}

impl Page<'_> {
    pub(super) fn heading(&mut self, report: &Report, level: u8) {
        let _ = write!(
            self.text,
            "<h{level}>{} <span class=\"vs\">{}</span></h{level}>\n\
             <p class=\"faint\">{} → {}</p>\n",
            escape(&report.service),
            versions(report),
            escape(&report.old_path),
            escape(&report.new_path)
        );
    }

    pub(super) fn verdict(&mut self, report: &Report) {
        let class = report.classification;
        let sentence = verdict_words(class, report.is_empty(), report.has_gaps());
        let _ = write!(
            self.text,
            "<div class=\"verdict {}\">{}<div><p>{sentence}{}</p>",
            class_name(class),
            icon(class),
            advice(report)
        );
        if report.refined_classification != class {
            let _ = write!(
                self.text,
                "<p>On the refined scale it is {}.</p>",
                class_words(report.refined_classification)
            );
        }
        self.text.push_str("</div>");
        if !report.changes.is_empty() {
            self.counts([
                report.summary.count(Class::Breaking),
                report.summary.count(Class::PotentialBreaking),
                report.summary.count(Class::NonBreaking),
            ]);
        }
        self.text.push_str("</div>\n");
    }

    pub(super) fn counts(&mut self, counts: [usize; 3]) {
        self.text.push_str("<div class=\"counts\">");
        for (class, count) in CLASSES.into_iter().zip(counts) {
            let _ = write!(
                self.text,
                "<span class=\"cls {}\">{}{count} {}</span>",
                class_name(class),
                icon(class),
                class_words(class)
            );
        }
        self.text.push_str("</div>");
    }

    /// What could not be compared stands before what was.
    pub(super) fn diagnostics(&mut self, diagnostics: &[Diagnostic]) {
        if diagnostics.is_empty() {
            return;
        }
        let is_gap = |diagnostic: &&Diagnostic| diagnostic.severity != Severity::Note;
        let gaps = diagnostics.iter().filter(is_gap).count();
        let title = match gaps {
            0 => "Notes".to_owned(),
            1 => "1 thing was not compared".to_owned(),
            gaps => format!("{gaps} things were not compared"),
        };
        let _ = writeln!(self.text, "<aside class=\"notice\"><h2>{title}</h2><ul>");
        for diagnostic in diagnostics {
            let side = diagnostic.side.map_or(String::new(), |side| {
                format!("{} contract: ", side.as_str())
            });
            let place = match (&diagnostic.location, &diagnostic.file) {
                (Some(place), _) => format!("{}:{}: ", place.file, place.line),
                (None, Some(file)) => format!("{file}: "),
                (None, None) => String::new(),
            };
            let _ = writeln!(
                self.text,
                "<li>{side}{}{} <code>{}</code></li>",
                escape(&place),
                rules::inline(&diagnostic.message),
                escape(diagnostic.code)
            );
        }
        self.text.push_str("</ul></aside>\n");
    }

    /// Radio buttons that the style sheet reads: no script is needed.
    pub(super) fn filter(&mut self, counts: Counts) {
        let all = counts.breaking + counts.potential + counts.safe;
        if all == 0 {
            return;
        }
        self.text.push_str(
            "<fieldset class=\"filter\"><legend class=\"sr\">Show changes of a class</legend>\n",
        );
        let _ = writeln!(
            self.text,
            "<label><input class=\"sr\" type=\"radio\" name=\"only\" id=\"only-all\" checked>All {all}</label>"
        );
        let rows = [
            ("only-breaking", Class::Breaking, counts.breaking),
            ("only-potential", Class::PotentialBreaking, counts.potential),
            ("only-safe", Class::NonBreaking, counts.safe),
        ];
        for (id, class, count) in rows {
            let _ = writeln!(
                self.text,
                "<label><input class=\"sr\" type=\"radio\" name=\"only\" id=\"{id}\">{}{count} {}</label>",
                icon(class),
                class_words(class)
            );
        }
        self.text.push_str("</fieldset>\n");
        if counts.left_out > 0 {
            let records = if counts.left_out == 1 {
                "1 record that others explain is"
            } else {
                &format!("{} records that others explain are", counts.left_out)
            };
            let _ = writeln!(
                self.text,
                "<p class=\"faint\">{records} counted above and left out below; JSON has them all.</p>"
            );
        }
    }
}

/// The first sentence. What was not compared may break: that is not to be read as a clean answer.
pub(super) fn verdict_words(class: Class, is_empty: bool, has_gaps: bool) -> &'static str {
    match (class, is_empty, has_gaps) {
        (_, true, false) => "<strong>No changes detected.</strong>",
        (_, true, true) => "<strong>No changes detected in what could be compared.</strong>",
        (Class::Breaking, ..) => "<strong>Breaking.</strong>",
        (Class::PotentialBreaking, ..) => "<strong>Potentially breaking.</strong>",
        (Class::NonBreaking, _, false) => "<strong>Nothing breaks.</strong>",
        (Class::NonBreaking, _, true) => {
            "<strong>Nothing breaks in what could be compared.</strong>"
        }
    }
}

fn versions(report: &Report) -> String {
    if report.old_version == report.new_version {
        escape(&report.new_version).into_owned()
    } else {
        format!(
            "{} → {}",
            escape(&report.old_version),
            escape(&report.new_version)
        )
    }
}

/// The smallest honest version, as the end of the first sentence.
fn advice(report: &Report) -> String {
    let Some(advice) = report
        .version
        .as_ref()
        .filter(|_| !report.changes.is_empty())
    else {
        return String::new();
    };
    let (new, smallest) = (escape(&advice.new), escape(&advice.smallest));
    if !advice.sufficient {
        format!(
            " <code>{new}</code> is too small: the smallest honest version is <code>{smallest}</code>."
        )
    } else if new == smallest {
        format!(" <code>{new}</code> is the smallest honest version.")
    } else {
        format!(
            " The smallest honest version is <code>{smallest}</code>; <code>{new}</code> is enough."
        )
    }
}
