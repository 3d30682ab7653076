//! Accepted changes with their reasons.

use std::fmt::Write as _;

use super::Page;
use super::escape::escape;
use crate::Report;
use crate::render::accepted;

impl Page<'_> {
    pub(super) fn accepted(&mut self, report: &Report) {
        let records = accepted(report);
        if records.is_empty() {
            return;
        }
        let _ = write!(
            self.text,
            "<section><h2>Accepted <small>{}</small></h2>\n\
             <div class=\"wide\"><table><thead><tr><th scope=\"col\">Change</th>\
             <th scope=\"col\">Rule</th><th scope=\"col\">Reason</th></tr></thead><tbody>\n",
            records.len()
        );
        for accepted in records {
            let _ = writeln!(
                self.text,
                "<tr><th scope=\"row\"><code>{}</code></th><td><code>{}</code></td><td>{}</td></tr>",
                escape(&accepted.path()),
                escape(accepted.record.code()),
                escape(accepted.reason)
            );
        }
        self.text.push_str("</tbody></table></div></section>\n");
    }
}
