//! Changes of the documentation.

use std::fmt::Write as _;

use super::Page;
use super::escape::escape;
use crate::detect::docs::DocsChange;

impl Page<'_> {
    pub(super) fn docs(&mut self, changes: &[DocsChange]) {
        if changes.is_empty() {
            return;
        }
        let _ = write!(
            self.text,
            "<section><h2>Documentation <small>{} changes, never classed</small></h2>\n\
             <div class=\"wide\"><table><thead><tr><th scope=\"col\">File</th>\
             <th scope=\"col\">Change</th></tr></thead><tbody>\n",
            changes.len()
        );
        for change in changes {
            let _ = writeln!(
                self.text,
                "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td></tr>",
                escape(&change.file),
                change.kind
            );
        }
        self.text.push_str("</tbody></table></div></section>\n");
    }
}
