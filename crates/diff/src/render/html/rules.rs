//! What the rules mean: the text of their pages, once each.

use std::fmt::Write as _;

use super::Page;
use super::escape::escape;
use crate::{deep, judge};

/// The page of a rule.
pub(super) struct RulePage {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    markdown: &'static str,
}

/// The page that explains a rule; several rules share one.
pub(super) fn find(rule: &str) -> Option<RulePage> {
    if let Some(page) = deep::rules::page(rule) {
        return Some(RulePage {
            id: page.id,
            title: page.title,
            markdown: page.markdown,
        });
    }
    let page = judge::rule(rule)?;
    Some(RulePage {
        id: page.id,
        title: page.title,
        markdown: page.markdown,
    })
}

impl Page<'_> {
    /// The pages of all rules that were named.
    pub(super) fn rule_pages(&mut self) {
        let rules = std::mem::take(&mut self.rules);
        let mut pages = rules.iter().filter_map(|id| find(id)).peekable();
        if pages.peek().is_none() {
            return;
        }
        self.text
            .push_str("<section class=\"rules\"><h2>What the rules mean</h2>\n");
        for page in pages {
            let _ = writeln!(
                self.text,
                "<div id=\"rule-{id}\"><h3>{}</h3><p><code>{id}</code></p>{}</div>",
                inline(page.title),
                prose(page.markdown),
                id = escape(page.id),
            );
        }
        self.text.push_str("</section>\n");
    }
}

/// The prose of a page, from below its title to its examples.
fn prose(markdown: &str) -> String {
    let body = markdown.split("\n## Examples").next().unwrap_or(markdown);
    let body = body.trim_start();
    let body = match body.strip_prefix("# ") {
        Some(rest) => rest.split_once('\n').map_or("", |(_, rest)| rest),
        None => body,
    };
    let mut html = String::new();
    for block in body
        .split("\n\n")
        .map(str::trim)
        .filter(|block| !block.is_empty())
    {
        let is_plain = block
            .lines()
            .all(|line| !line.starts_with(['|', '#', '`', '>', ' ']) && !line.starts_with("- "));
        let items: Option<Vec<&str>> = block.lines().map(|line| line.strip_prefix("- ")).collect();
        if let Some(items) = items {
            html.push_str("<ul>");
            for item in items {
                let _ = write!(html, "<li>{}</li>", inline(item));
            }
            html.push_str("</ul>");
        } else if is_plain || block.starts_with('`') && !block.starts_with("```") {
            let _ = write!(html, "<p>{}</p>", inline(&block.replace('\n', " ")));
        } else {
            let _ = write!(html, "<pre>{}</pre>", escape(block));
        }
    }
    html
}

/// Text with `code` in it.
pub(super) fn inline(text: &str) -> String {
    let mut html = String::new();
    for (index, piece) in text.split('`').enumerate() {
        if index % 2 == 1 {
            let _ = write!(html, "<code>{}</code>", escape(piece));
        } else {
            html.push_str(&escape(piece));
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prose_of_a_page_ends_where_its_examples_begin() {
        let page = "# A title\n\nOne `code` and\n<two>.\n\n- a\n- b\n\n## Examples\n\nhidden\n";
        assert_eq!(
            prose(page),
            "<p>One <code>code</code> and &lt;two&gt;.</p><ul><li>a</li><li>b</li></ul>"
        );
    }
}
