//! The list of all changes beside them.

use std::fmt::Write as _;

use super::escape::escape;
use super::{Page, anchor, by_file, class_words, icon, parts, short};
use crate::{Record, Report};

impl Page<'_> {
    pub(super) fn navigation(&mut self, reports: &[(&str, &Report)]) {
        self.text.push_str("<nav aria-label=\"Changes\">\n");
        for (prefix, report) in reports {
            if !prefix.is_empty() {
                let _ = writeln!(
                    self.text,
                    "<h2 class=\"group\" data-class=\"{}\"><a href=\"#{prefix}service\">{}</a></h2>",
                    report.classification,
                    escape(&report.service)
                );
            }
            for (part, (dependency, records)) in parts(report).enumerate() {
                for (position, (file, group)) in by_file(records).into_iter().enumerate() {
                    let title = match dependency {
                        Some(name) => format!("{name}: {file}"),
                        None => file.to_owned(),
                    };
                    let _ = writeln!(
                        self.text,
                        "<div class=\"group\"><h2><span>{}</span><span>{}</span></h2><ul>",
                        escape(&title),
                        group.len()
                    );
                    for (index, record) in group.into_iter().enumerate() {
                        self.link(&anchor(prefix, part, position, index), record);
                    }
                    self.text.push_str("</ul></div>\n");
                }
            }
        }
        self.text.push_str("</nav>\n");
    }

    pub(super) fn link(&mut self, anchor: &str, record: &Record) {
        let class = record.classification;
        let _ = writeln!(
            self.text,
            "<li data-class=\"{class}\"><a href=\"#{anchor}\">{}<span><span class=\"sr\">{}: </span>\
             <span class=\"mono\">{}</span><small>{}</small></span></a></li>",
            icon(class),
            class_words(class),
            escape(&short(&crate::render::text::subject(record), 120)),
            escape(&short(&crate::render::text::what(record), 90))
        );
    }
}
