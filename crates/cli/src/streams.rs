//! The terminal: data to standard output, everything else to standard error.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use pacto_app::Environment;
use pacto_diagnostic::render::printable;

use crate::failed::Failed;

/// Columns used where there is no terminal to ask.
const DEFAULT_WIDTH: usize = 140;

/// Standard output and error with what is known about them.
#[derive(Debug)]
pub(crate) struct Streams {
    out: io::BufWriter<io::Stdout>,
    out_terminal: Terminal,
    err_terminal: Terminal,
}

/// What a stream is connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_field_names,
    reason = "what is asked is whether it is a terminal"
)]
pub(crate) struct Terminal {
    /// People read it as it is written.
    pub(crate) is_terminal: bool,
    /// Styles are wanted.
    pub(crate) is_coloured: bool,
    /// Columns.
    pub(crate) width: usize,
}

impl Terminal {
    fn of(environment: &Environment, is_terminal: bool) -> Self {
        let is_forced = environment
            .get("CLICOLOR_FORCE")
            .is_some_and(|value| value != "0");
        let is_unwanted = environment.get("NO_COLOR").is_some()
            || environment.get("TERM") == Some("dumb")
            || environment.get("CLICOLOR") == Some("0");
        let width = environment
            .get("COLUMNS")
            .and_then(|columns| columns.parse().ok())
            .or_else(|| {
                is_terminal
                    .then(terminal_size::terminal_size)
                    .flatten()
                    .map(|(width, _)| usize::from(width.0))
            })
            .filter(|width| *width >= 20)
            .unwrap_or(DEFAULT_WIDTH);
        Self {
            is_terminal,
            is_coloured: !is_unwanted && (is_terminal || is_forced),
            width,
        }
    }

    /// Text in a style, where styles are wanted.
    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        if self.is_coloured {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// Style of the word `error`.
pub(crate) const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
/// Style of the word `warning`.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// Style of what went well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Style of advice.
pub(crate) const HELP: Style = AnsiColor::BrightCyan.on_default().bold();
/// Style of names and totals.
pub(crate) const STRONG: Style = Style::new().bold();

impl Streams {
    pub(crate) fn new(environment: &Environment) -> Self {
        Self {
            out: io::BufWriter::new(io::stdout()),
            out_terminal: Terminal::of(environment, io::stdout().is_terminal()),
            err_terminal: Terminal::of(environment, io::stderr().is_terminal()),
        }
    }

    /// Writes no styles from now on.
    pub(crate) fn become_plain(&mut self) {
        self.out_terminal.is_coloured = false;
        self.err_terminal.is_coloured = false;
    }

    /// What standard output is connected to.
    pub(crate) fn out(&self) -> Terminal {
        self.out_terminal
    }

    /// What standard error is connected to.
    pub(crate) fn err(&self) -> Terminal {
        self.err_terminal
    }

    /// Writes data.
    pub(crate) fn write(&mut self, data: &str) -> Result<(), Failed> {
        self.out.write_all(data.as_bytes()).map_err(Failed::Output)
    }

    /// Writes a line of data.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), Failed> {
        self.write(line)?;
        self.write("\n")
    }

    /// Writes a value as JSON: two-space indent, keys in the order of their declaration.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> Result<(), Failed> {
        serde_json::to_writer_pretty(&mut self.out, value)
            .map_err(|error| Failed::Output(error.into()))?;
        self.write("\n")
    }

    /// Writes what is no data: notes, summaries of machine formats. Data written before comes
    /// first.
    pub(crate) fn note(&mut self, text: &str) -> Result<(), Failed> {
        self.out.flush().map_err(Failed::Output)?;
        writeln!(io::stderr(), "{text}").map_err(Failed::Output)
    }

    /// Writes a warning.
    pub(crate) fn warn(&mut self, message: &str) -> Result<(), Failed> {
        let word = self.err_terminal.paint(WARNING, "warning");
        self.note(&format!("{word}: {}", printable(message)))
    }

    /// Writes an error with its causes and what to do about it, also when the output cannot be
    /// written.
    pub(crate) fn error(
        &mut self,
        message: &str,
        causes: &[String],
        hints: &[String],
    ) -> Result<(), Failed> {
        let mut text = format!(
            "{}: {}",
            self.err_terminal.paint(ERROR, "error"),
            printable(message)
        );
        for cause in causes {
            text.push_str(&format!("\n  cause: {}", printable(cause)));
        }
        for hint in hints {
            let word = self.err_terminal.paint(HELP, "help");
            text.push_str(&format!("\n  {word}: {}", printable(hint)));
        }
        // Whether that worked is asked when the program ends.
        let _ = self.out.flush();
        writeln!(io::stderr(), "{text}").map_err(Failed::Output)
    }

    /// Hands everything to the system.
    pub(crate) fn flush(&mut self) -> Result<(), Failed> {
        self.out.flush().map_err(Failed::Output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_needs_a_terminal_and_nobody_against_it() {
        let is_coloured = |variables: &[(&str, &str)], is_terminal| {
            let environment = variables.iter().copied().collect();
            Terminal::of(&environment, is_terminal).is_coloured
        };
        assert!(is_coloured(&[], true));
        assert!(!is_coloured(&[], false));
        assert!(!is_coloured(&[("NO_COLOR", "1")], true));
        assert!(!is_coloured(&[("TERM", "dumb")], true));
        assert!(is_coloured(&[("CLICOLOR_FORCE", "1")], false));
        assert!(!is_coloured(
            &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
            false
        ));
    }
}
