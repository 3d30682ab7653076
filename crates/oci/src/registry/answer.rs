//! What an answer that is no success means.

use reqwest::StatusCode;
use serde_json::Value;

use super::failure::{Failure, FailureKind, Retry};
use super::request::Answer;
use super::retry::retry_after;

/// Most of an error body that is read, in bytes.
const BODY_LIMIT: u64 = 64 * 1024;

/// Most of a server's own words that is passed on, in characters.
const TEXT_LIMIT: usize = 300;

impl Answer {
    /// The failure that this answer is.
    pub(super) async fn into_failure(mut self) -> Failure {
        let status = self.status;
        let pause = self.header("retry-after").and_then(retry_after);
        let is_html = self.is_html();
        let body = self.read(BODY_LIMIT).await.unwrap_or_default();
        let mut detail = format!("{}: {}", self.what, reason(status));
        if is_html {
            detail.push_str(" with a web page");
        } else if let Some(text) = server_text(&body) {
            detail.push_str(&format!("; the server says `{text}`"));
        }
        if let Some(pause) = pause {
            detail.push_str(&format!("; retry after {} s", pause.as_secs()));
        }
        let retry = match status.as_u16() {
            408 | 429 | 499 | 500 | 502 | 503 | 504 | 522 => {
                pause.map_or(Retry::Soon, Retry::After)
            }
            _ => Retry::Never,
        };
        let kind = match status.as_u16() {
            401 | 403 => FailureKind::Authentication(detail),
            404 => FailureKind::NotFound(detail),
            408 => FailureKind::Unreachable(detail),
            429 => FailureKind::RateLimited(detail),
            400..=498 => FailureKind::Refused(detail),
            _ => FailureKind::Server(detail),
        };
        Failure { kind, retry }
    }
}

fn reason(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// The server's own words: code and message of its first error, else the text of the body.
fn server_text(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let first = serde_json::from_str::<Value>(&text).ok().and_then(|value| {
        let error = value.get("errors")?.get(0)?.clone();
        let part = |name: &str| {
            error
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        match (part("code"), part("message")) {
            (Some(code), Some(message)) => Some(format!("{code}: {message}")),
            (code, message) => code.or(message),
        }
    });
    let cleaned = clean(first.as_deref().unwrap_or(&text));
    (!cleaned.is_empty()).then_some(cleaned)
}

/// Text of a stranger, fit for a terminal: one line, no control characters, bounded.
pub(super) fn clean(text: &str) -> String {
    let words = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(TEXT_LIMIT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_of_a_registry_is_passed_on() {
        let body =
            br#"{"errors":[{"code":"DENIED","message":"no\u001b[31m access"},{"code":"X"}]}"#;
        assert_eq!(server_text(body).as_deref(), Some("DENIED: no [31m access"));
        assert_eq!(
            server_text(br#"{"errors":[{"code":"DENIED"}]}"#).as_deref(),
            Some("DENIED")
        );
        assert_eq!(
            server_text(b" plain\n text ").as_deref(),
            Some("plain text")
        );
        assert_eq!(server_text(b""), None);
    }

    #[test]
    fn long_texts_are_cut() {
        let text = clean(&"ä".repeat(1000));
        assert_eq!(text.chars().count(), TEXT_LIMIT + 1);
    }
}
