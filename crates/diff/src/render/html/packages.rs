//! Changes of packages.

use std::fmt::Write as _;

use super::Page;
use super::escape::escape;
use crate::detect::sbom::SbomDiff;

impl Page<'_> {
    pub(super) fn packages(&mut self, diff: &SbomDiff) {
        let _ = write!(
            self.text,
            "<section><h2>Packages <small>{} changes, never classed</small></h2>\n\
             <div class=\"wide\"><table><thead><tr><th scope=\"col\">Package</th>\
             <th scope=\"col\">Change</th><th scope=\"col\">Old</th><th scope=\"col\">New</th>\
             </tr></thead><tbody>\n",
            diff.changes.len()
        );
        for change in &diff.changes {
            let cell = |value: &Option<String>| {
                let text = value.as_deref().map(escape).unwrap_or_default();
                if text.is_empty() {
                    "–".to_owned()
                } else {
                    format!("<code>{text}</code>")
                }
            };
            let annotation = match &change.annotation {
                Some(annotation) => format!(" ({})", escape(annotation)),
                None => String::new(),
            };
            let _ = writeln!(
                self.text,
                "<tr><th scope=\"row\"><code>{}</code></th><td>{} {}{annotation}</td><td>{}</td><td>{}</td></tr>",
                escape(&change.package),
                change.field.as_str(),
                change.kind,
                cell(&change.old_value),
                cell(&change.new_value)
            );
        }
        self.text.push_str("</tbody></table></div></section>\n");
    }
}
