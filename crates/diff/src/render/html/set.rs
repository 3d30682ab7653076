//! Many services on one page.

use std::fmt::Write as _;

use super::escape::escape;
use super::summary::{told_counts, verdict_words};
use super::{HtmlOptions, Page, class_name, class_words, icon};
use crate::set::{DiffSet, ServiceDiff, ServiceStatus};
use crate::{Class, Report};

/// Renders the reports on many services: a table of all that changed, then each.
pub fn set_html(set: &DiffSet, options: &HtmlOptions<'_>) -> String {
    let mut page = Page::new(options);
    page.begin(&format!(
        "{} services: {}",
        set.summary.services,
        class_words(set.classification)
    ));
    page.skip();
    let _ = write!(
        page.text,
        "<header class=\"top\">\n<h1>{} → {}</h1>\n</header>\n<main id=\"main\">\n",
        escape(&set.old_path),
        escape(&set.new_path)
    );
    page.set_verdict(set);
    page.diagnostics(&set.diagnostics);
    page.services(set);
    let told: Vec<(usize, &ServiceDiff)> = set
        .results
        .iter()
        .enumerate()
        .filter(|(_, result)| result.status == ServiceStatus::Changed)
        .collect();
    let reports: Vec<&Report> = told
        .iter()
        .filter_map(|(_, result)| result.report.as_ref())
        .collect();
    page.filter(told_counts(&reports));
    page.text.push_str("<div class=\"grid\">\n");
    let prefixes: Vec<String> = told.iter().map(|(index, _)| format!("s{index}-")).collect();
    let named: Vec<(&str, &Report)> = prefixes.iter().map(String::as_str).zip(reports).collect();
    page.navigation(&named);
    page.text.push_str("<div>\n");
    for ((index, _), (prefix, report)) in told.iter().zip(&named) {
        page.index = *index;
        let _ = writeln!(
            page.text,
            "<section id=\"{prefix}service\" class=\"group\">"
        );
        page.heading(report, 2);
        page.verdict(report);
        page.diagnostics(&report.diagnostics);
        page.body(prefix, report);
        page.text.push_str("</section>\n");
    }
    page.rule_pages();
    page.text.push_str("</div>\n</div>\n</main>\n");
    page.end(&set.old_path, &set.new_path);
    page.text
}

impl Page<'_> {
    fn set_verdict(&mut self, set: &DiffSet) {
        let class = set.classification;
        let sentence = verdict_words(class, set.is_unchanged(), set.has_gaps());
        let _ = write!(
            self.text,
            "<div class=\"verdict {}\">{}<div><p>{sentence}</p><p>{}</p></div>",
            class_name(class),
            icon(class),
            escape(&crate::render::totals(set))
        );
        let count = |class| set.summary.classes.get(&class).copied().unwrap_or(0);
        self.counts([
            count(Class::Breaking),
            count(Class::PotentialBreaking),
            count(Class::NonBreaking),
        ]);
        self.text.push_str("</div>\n");
    }

    fn services(&mut self, set: &DiffSet) {
        if set.is_unchanged() {
            return;
        }
        self.text.push_str(
            "<section><h2>Services</h2><div class=\"wide\"><table><thead><tr>\
             <th scope=\"col\">Service</th><th scope=\"col\">Result</th><th scope=\"col\">Class</th>\
             <th scope=\"col\">Old</th><th scope=\"col\">New</th></tr></thead><tbody>\n",
        );
        for (index, result) in set.results.iter().enumerate() {
            let name = if result.service.is_empty() {
                result.path()
            } else {
                &result.service
            };
            let name = match result.status {
                ServiceStatus::Unchanged => continue,
                ServiceStatus::Changed => {
                    format!("<a href=\"#s{index}-service\">{}</a>", escape(name))
                }
                _ => escape(name).into_owned(),
            };
            let class = result.classification.map_or(String::new(), |class| {
                format!(
                    "<span class=\"cls {}\">{}{}</span>",
                    class_name(class),
                    icon(class),
                    class_words(class)
                )
            });
            let mut notes = String::new();
            for error in &result.errors {
                notes.push_str("<br>");
                notes.push_str(&escape(&crate::render::error_line(error)));
            }
            if let Some(reason) = result.accepted() {
                notes.push_str("<br>accepted: ");
                notes.push_str(&escape(reason));
            }
            let version = |version: &Option<String>| {
                let text = version.as_deref().map(escape).unwrap_or_default();
                format!("<code>{text}</code>")
            };
            let _ = writeln!(
                self.text,
                "<tr><th scope=\"row\">{name}<br><span class=\"faint\">{}</span></th>\
                 <td>{}{notes}</td><td>{class}</td><td class=\"v\">{}</td><td class=\"v\">{}</td></tr>",
                escape(result.path()),
                happened(result.status),
                version(&result.old_version),
                version(&result.new_version)
            );
        }
        self.text.push_str("</tbody></table></div></section>\n");
    }
}

fn happened(status: ServiceStatus) -> String {
    let words = crate::render::set::happened(status);
    if status == ServiceStatus::Failed {
        format!(
            "<span class=\"cls break\">{}{words}</span>",
            icon(Class::Breaking)
        )
    } else {
        words.to_owned()
    }
}
