//! One change: what, where, why, and a value that shows it.

use std::fmt::Write as _;

use pacto_diagnostic::Location;
use serde_json::Value;

use super::escape::escape;
use super::{DETAILED_LIMIT, Page, class_name, class_words, icon, rules, short, snippet};
use crate::deep::{Reading, Witness};
use crate::{Record, Report, SideName};

/// Occurrences that are listed; those beyond are counted.
const OCCURRENCES_LIMIT: usize = 100;

/// Characters of a value that are shown.
const VALUE_LIMIT: usize = 400;

/// Characters of a sentence that are shown.
const REASON_LIMIT: usize = 2_000;

/// Characters of a witness that are shown.
const WITNESS_LIMIT: usize = 4_000;

impl Page<'_> {
    /// Writes a record. Places of dependencies are named, their texts are not at hand.
    pub(super) fn record(
        &mut self,
        anchor: &str,
        record: &Record,
        is_dependency: bool,
        report: &Report,
    ) {
        let class = record.classification;
        let _ = write!(
            self.text,
            "<article id=\"{anchor}\" data-class=\"{class}\"><header><h3>{}</h3>\
             <span class=\"cls {}\">{}{}</span>",
            escape(&short(&crate::render::text::subject(record), VALUE_LIMIT)),
            class_name(class),
            icon(class),
            class_words(class),
        );
        if let Some(refined) = record.refined.filter(|refined| *refined != class) {
            let _ = write!(
                self.text,
                "<span class=\"faint\">refined: {}</span>",
                class_words(refined)
            );
        }
        self.text.push_str("</header>");
        let rule = record.rule.as_deref().unwrap_or(record.judged_by);
        let page = rules::find(rule);
        // `interfaces.port modified` says what the heading and the values say already.
        let is_bare = record.reason == format!("{} {}", record.path, record.kind);
        let sentence = match page.as_ref().filter(|_| is_bare) {
            Some(page) => rules::inline(page.title),
            None => escape(&short(&record.reason, REASON_LIMIT)).into_owned(),
        };
        let _ = write!(self.text, "<p>{sentence}</p>");
        self.values(record);
        self.detailed += 1;
        if self.detailed <= DETAILED_LIMIT {
            self.witness(record, report);
            self.sides(record, is_dependency, report);
        } else {
            let _ = write!(
                self.text,
                "<p class=\"faint\">Texts and values are shown for the first {DETAILED_LIMIT} \
                 changes of a page; JSON has them for this one.</p>"
            );
        }
        self.occurrences(record);
        self.meta(record);
        self.text.push_str("</article>\n");
    }

    fn values(&mut self, record: &Record) {
        let shown = |value: &Value| {
            let text = crate::render::shown(value);
            if text.is_empty() {
                "(empty)".to_owned()
            } else {
                escape(&short(&text, VALUE_LIMIT)).into_owned()
            }
        };
        let values = match (&record.old_value, &record.new_value) {
            (Some(old), Some(new)) if old != new => {
                format!("<del>{}</del> → <ins>{}</ins>", shown(old), shown(new))
            }
            (Some(old), None) => format!("<del>{}</del>", shown(old)),
            (None, Some(new)) => format!("<ins>{}</ins>", shown(new)),
            _ => return,
        };
        let _ = write!(self.text, "<p class=\"values\">{values}</p>");
    }

    fn witness(&mut self, record: &Record, report: &Report) {
        match &record.witness {
            Some(Witness::Value {
                value,
                accepted_by,
                error,
                r#where,
                reading,
            }) => {
                let (title, yes, no) = match (*accepted_by, reading) {
                    ("old", None) => (
                        "This value is valid today and refused by the new version",
                        "valid",
                        "refused",
                    ),
                    (_, None) => (
                        "The new version may send this value, which was never valid before",
                        "valid",
                        "refused",
                    ),
                    ("old", Some(Reading::Closed)) => (
                        "This value is described today and not by the new version",
                        "described",
                        "not described",
                    ),
                    (_, Some(Reading::Closed)) => (
                        "The new version describes this value, which was not described before",
                        "described",
                        "not described",
                    ),
                    ("old", Some(Reading::Wire)) => (
                        "This value, written as today, means something else to the new version",
                        "written",
                        "not the same",
                    ),
                    (_, Some(Reading::Wire)) => (
                        "This value, as the new version writes it, means something else to \
                         readers of today",
                        "written",
                        "not the same",
                    ),
                };
                let no = format!("{no}: {}", escape(error));
                let (old, new) = if *accepted_by == "old" {
                    (yes, no.as_str())
                } else {
                    (no.as_str(), yes)
                };
                let pretty = serde_json::to_string_pretty(value).unwrap_or_default();
                let _ = write!(
                    self.text,
                    "<div class=\"witness {}\"><p>{title}</p><div><div><h4>{}</h4>\
                     <pre class=\"mono\">{}</pre></div><ul><li>{}: {old}</li><li>{}: {new}</li>\
                     </ul></div></div>",
                    class_name(record.classification),
                    escape(r#where),
                    escape(&short(&pretty, WITNESS_LIMIT)),
                    side_name(report, SideName::Old),
                    side_name(report, SideName::New),
                );
            }
            Some(Witness::None { none }) => {
                let _ = write!(
                    self.text,
                    "<p class=\"faint\">No value shows it: {}</p>",
                    escape(none)
                );
            }
            None => {}
        }
    }

    fn sides(&mut self, record: &Record, is_dependency: bool, report: &Report) {
        let places = [
            (SideName::Old, &record.old_location),
            (SideName::New, &record.new_location),
        ];
        let mut shown = Vec::new();
        for (side, place) in places {
            let Some(place) = place else { continue };
            let text = if is_dependency {
                None
            } else {
                snippet::around(&mut self.lines, self.index, side, place)
            };
            shown.push(format!(
                "<div><h4>{} {}</h4>{}</div>",
                side_name(report, side),
                escape(&named(place)),
                text.unwrap_or_default()
            ));
        }
        if shown.is_empty() {
            return;
        }
        let style = if shown.len() == 1 {
            "sides one"
        } else {
            "sides"
        };
        let _ = write!(self.text, "<div class=\"{style}\">{}</div>", shown.concat());
    }

    fn occurrences(&mut self, record: &Record) {
        let others = record.occurrences.len().saturating_sub(1);
        if others == 0 {
            return;
        }
        let noun = if others == 1 { "place" } else { "places" };
        let _ = write!(
            self.text,
            "<details><summary>also at {others} other {noun}</summary><ul>"
        );
        for path in record.occurrences.iter().take(OCCURRENCES_LIMIT) {
            let _ = write!(self.text, "<li><code>{}</code></li>", escape(path));
        }
        if let Some(rest) = record.occurrences.len().checked_sub(OCCURRENCES_LIMIT + 1) {
            let _ = write!(
                self.text,
                "<li>and {} more; JSON has them all</li>",
                rest + 1
            );
        }
        self.text.push_str("</ul></details>");
    }

    fn meta(&mut self, record: &Record) {
        self.text.push_str("<p class=\"meta\">");
        let rule = record.rule.as_deref().unwrap_or(record.judged_by);
        if !rule.is_empty() {
            match rules::find(rule) {
                Some(page) => {
                    self.rules.insert(page.id.to_owned());
                    let _ = write!(
                        self.text,
                        "<span>rule <a href=\"#rule-{}\" title=\"{}\"><code>{}</code></a></span>",
                        escape(page.id),
                        escape(page.title),
                        escape(rule)
                    );
                }
                None => {
                    let _ = write!(self.text, "<span>rule <code>{}</code></span>", escape(rule));
                }
            }
        }
        let _ = write!(
            self.text,
            "<span><code>{}</code></span>",
            escape(&short(&record.path, VALUE_LIMIT))
        );
        if let Some(interface) = &record.interface {
            let _ = write!(self.text, "<span>interface {}</span>", escape(interface));
        }
        if let Some(fingerprint) = &record.fingerprint {
            let _ = write!(
                self.text,
                "<span>fingerprint <code>{}</code></span>",
                escape(fingerprint)
            );
        }
        self.text.push_str("</p>");
    }
}

/// A side by its version; by its word when both have the same one.
fn side_name(report: &Report, side: SideName) -> String {
    if report.old_version == report.new_version {
        return side.as_str().to_owned();
    }
    let version = match side {
        SideName::Old => &report.old_version,
        SideName::New => &report.new_version,
    };
    escape(version).into_owned()
}

fn named(place: &Location) -> String {
    format!("{}:{}", place.file, place.line)
}
