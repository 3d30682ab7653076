//! Text of others inside HTML.

use std::borrow::Cow;

use pacto_diagnostic::render::printable;

/// Escapes a text for element content and for quoted attributes (HTML Living Standard, 13.1.2.3
/// and 13.1.4). Control characters and those that change the direction of text are shown as
/// `\u{…}`.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let printable = printable(text);
    if !printable.contains(['&', '<', '>', '"', '\'']) {
        return printable;
    }
    let mut escaped = String::with_capacity(printable.len() + 16);
    for character in printable.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_an_element_or_an_attribute() {
        assert_eq!(
            escape("</script><img src=x onerror='a(\"b\")'>&amp;"),
            "&lt;/script&gt;&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;&amp;amp;"
        );
        assert_eq!(escape("plain"), "plain");
    }

    #[test]
    fn what_reorders_or_hides_text_is_shown() {
        assert_eq!(escape("a\u{202e}b\u{1b}[0m"), "a\\u{202e}b\\u{1b}[0m");
    }
}
