//! Findings as people read them in a terminal: what, where with the line and a caret, what to do.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::Subject;
use super::excerpt::Excerpt;
use super::printable::{printable, printable_line};
use crate::{Finding, Location, Severity};

/// How text is laid out.
#[derive(Debug, Clone, Copy)]
pub struct TextOptions<'a> {
    /// Write ANSI styles.
    pub is_coloured: bool,
    /// Columns available.
    pub width: usize,
    /// The command that applies fixes, for the `fix` line; `None` leaves the line out.
    pub fix_command: Option<&'a str>,
    /// Says whether a code has a page that `pacto rules explain CODE` shows.
    pub has_page: fn(&str) -> bool,
}

impl Default for TextOptions<'_> {
    fn default() -> Self {
        Self {
            is_coloured: false,
            width: 140,
            fix_command: None,
            has_page: |_| false,
        }
    }
}

/// Renders all findings of a subject, an empty line after each.
pub fn render(subject: &Subject<'_>, options: &TextOptions<'_>) -> String {
    let mut text = String::new();
    for finding in subject.findings {
        text.push_str(&render_finding(subject, finding, options));
        text.push_str("\n\n");
    }
    text
}

/// Renders one finding, without a final line break.
pub fn render_finding(
    subject: &Subject<'_>,
    finding: &Finding,
    options: &TextOptions<'_>,
) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(printable(&finding.message))
        .id(finding.code.as_ref());
    let mut group = Group::with_title(title);
    let is_placed = finding.location.is_some() || !finding.path.is_empty();
    group = place(group, subject, finding);

    let notes = [
        finding
            .help
            .as_deref()
            .map(|help| ("help", help.to_owned())),
        options
            .fix_command
            .zip(finding.fix.as_ref())
            .map(|(command, fix)| ("fix", format!("{} ({command})", fix.title))),
        (options.has_page)(&finding.code)
            .then(|| ("more", format!("pacto rules explain {}", finding.code))),
    ];
    // Without a place there is no margin that notes could hang on.
    let mut loose = String::new();
    for (name, note) in notes.into_iter().flatten() {
        let note = printable(&note).into_owned();
        if is_placed {
            group = group.element(Level::HELP.with_name(name).message(note));
        } else {
            let _ = write!(loose, "\n  = {name}: {note}");
        }
    }

    let renderer = if options.is_coloured {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.term_width(options.width).render(&[group]) + &loose
}

/// Adds the snippets, or the bare place where there is no text to show.
fn place<'a>(group: Group<'a>, subject: &Subject<'a>, finding: &'a Finding) -> Group<'a> {
    let Some(location) = &finding.location else {
        return if finding.path.is_empty() {
            group
        } else {
            group.element(
                Level::NOTE
                    .with_name("at")
                    .message(printable_line(&finding.path)),
            )
        };
    };
    let source = subject.sources.get(&location.file);
    let Some((source, mut excerpt)) =
        source.and_then(|source| Some((source, Excerpt::of(source, location)?)))
    else {
        return group.element(origin(subject, location));
    };

    let mut inside = Vec::new();
    let mut elsewhere = Vec::new();
    for related in &finding.related {
        let wider = (related.location.file == location.file)
            .then(|| excerpt.including(source, &related.location))
            .flatten();
        if let Some(wider) = wider {
            excerpt = wider;
            inside.push(related);
        } else {
            elsewhere.push(related);
        }
    }

    let mut snippet = Snippet::source(excerpt.text)
        .path(printable_line(&subject.file(location)))
        .line_start(excerpt.first_line);
    if let Some(range) = excerpt.range(source, location) {
        snippet = snippet.annotation(AnnotationKind::Primary.span(range));
    }
    for related in inside {
        if let Some(range) = excerpt.range(source, &related.location) {
            snippet = snippet.annotation(
                AnnotationKind::Context
                    .span(range)
                    .label(printable_line(&related.message)),
            );
        }
    }
    let mut group = group.element(snippet);

    for related in elsewhere {
        let shown = subject
            .sources
            .get(&related.location.file)
            .and_then(|source| {
                let excerpt = Excerpt::of(source, &related.location)?;
                let range = excerpt.range(source, &related.location)?;
                Some((excerpt, range))
            });
        group = match shown {
            Some((excerpt, range)) => group.element(
                Snippet::source(excerpt.text)
                    .path(printable_line(&subject.file(&related.location)))
                    .line_start(excerpt.first_line)
                    .annotation(
                        AnnotationKind::Context
                            .span(range)
                            .label(printable_line(&related.message)),
                    ),
            ),
            None => group.element(origin(subject, &related.location)),
        };
    }
    group
}

fn origin<'a>(subject: &Subject<'_>, location: &Location) -> Origin<'a> {
    Origin::path(printable_line(&subject.file(location)))
        .line(location.line as usize)
        .char_column(location.column as usize)
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;
    use crate::{SourceMap, SourceText, Span};

    #[test]
    fn a_finding_shows_code_place_related_place_and_next_step() {
        let sample = Sample::new();
        let options = TextOptions {
            fix_command: Some("pacto validate --fix"),
            has_page: |code| code.starts_with("HEALTH"),
            ..TextOptions::default()
        };
        insta::assert_snapshot!(render(&sample.subject(), &options), @r"
        error[HEALTH_INTERFACE_NOT_FOUND]: health interface `rest` does not match any declared interface
         --> svc/pacto.yaml:9:16
          |
        5 |   - name: rest-api
          |           -------- did you mean this one?
        ...
        9 |     interface: rest
          |                ^^^^
          |
          = fix: write `rest-api` (pacto validate --fix)
          = more: pacto rules explain HEALTH_INTERFACE_NOT_FOUND

        warning[ODD_PATH]: path <\u{1b}[31m|/health|z> 100%
                           is odd, and: more
          --> svc/pacto.yaml:10:11
           |
        10 |     path: /health|z
           |           ^^^^^^^^^
           |
           = help: write `/health`

        error[LOCK_STALE]: dependency set changed
        ");
    }

    #[test]
    fn colour_adds_nothing_but_escape_sequences() {
        let sample = Sample::new();
        let render = |is_coloured| {
            render(
                &sample.subject(),
                &TextOptions {
                    is_coloured,
                    ..TextOptions::default()
                },
            )
        };
        let coloured = render(true);
        assert!(coloured.contains('\u{1b}'));
        assert!(!render(false).contains('\u{1b}'));
        assert!(render(false).is_ascii());
    }

    #[test]
    fn a_minified_document_is_named_by_line_and_column_only() {
        let text = format!("{{\"a\":{}1}}", " ".repeat(10_000));
        let source = SourceText::new("big.json", text);
        let location = source.location(Span::new(5_000, 5_001));
        let mut sources = SourceMap::new();
        sources.insert(source);
        let findings = [Finding::error("X", "", "bad").at(location)];
        let subject = Subject {
            name: "x",
            directory: "",
            findings: &findings,
            sources: &sources,
        };
        insta::assert_snapshot!(render(&subject, &TextOptions::default()), @"
        error[X]: bad
        --> big.json:1:5001
        ");
    }
}
