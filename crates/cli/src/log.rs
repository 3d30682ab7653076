//! The verbose log: one line per event on standard error, `key=value`.

use std::fmt;

use pacto_diagnostic::render::printable;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Starts the log; without `is_verbose` only warnings and errors appear.
pub(crate) fn start(is_verbose: bool) {
    let level = if is_verbose {
        tracing::level_filters::LevelFilter::DEBUG
    } else {
        tracing::level_filters::LevelFilter::WARN
    };
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .event_format(Line { is_verbose })
        .finish();
    // Somebody else's subscriber, set first, is as good.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// `time=… level=… msg=… key=value`; values are quoted only where they need it. Who did not ask for
/// the log gets a warning that looks like all others: `warning: … (value; value)`.
#[derive(Debug)]
struct Line {
    is_verbose: bool,
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        // Libraries speak of their insides.
        if !metadata.target().starts_with("pacto") && *metadata.level() > tracing::Level::WARN {
            return Ok(());
        }
        let now = jiff::Timestamp::now();
        let mut fields = Fields::default();
        event.record(&mut fields);
        if !self.is_verbose {
            let word = if *metadata.level() == tracing::Level::ERROR {
                "error"
            } else {
                "warning"
            };
            return writeln!(writer, "{word}: {}", printable(&fields.sentence()));
        }
        writeln!(
            writer,
            "time={now:.3} level={} msg={}{}",
            metadata.level(),
            quoted(&fields.message),
            fields.rest
        )
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    /// The others as ` key=value`.
    rest: String,
    /// The values of the others.
    values: Vec<String>,
}

impl Fields {
    fn sentence(&self) -> String {
        if self.values.is_empty() {
            return self.message.clone();
        }
        format!("{} ({})", self.message, self.values.join("; "))
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.rest
                .push_str(&format!(" {}={}", field.name(), quoted(value)));
            self.values.push(value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.record_str(field, &value.to_string());
    }
}

fn quoted(value: &str) -> String {
    let needs_quotes = value.is_empty()
        || value
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '='));
    if needs_quotes {
        format!("{value:?}")
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_only_where_they_need_it() {
        assert_eq!(
            quoted("registry.example.com/acme/svc"),
            "registry.example.com/acme/svc"
        );
        assert_eq!(quoted(""), "\"\"");
        assert_eq!(quoted("two words"), "\"two words\"");
        assert_eq!(quoted("a\u{1b}b"), "\"a\\u{1b}b\"");
    }
}
