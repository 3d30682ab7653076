//! Shows what a use case reports: warnings at once, progress on a terminal when it takes long.

use std::io::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pacto_app::{Observer, Progress};
use pacto_diagnostic::render::printable;

use crate::streams::{Terminal, WARNING};

/// Nothing is drawn for work that is done sooner.
const PATIENCE: Duration = Duration::from_millis(500);

/// The observer of a terminal session.
#[derive(Debug)]
pub(crate) struct TerminalObserver {
    terminal: Terminal,
    is_progress_wanted: bool,
    /// Warnings already shown: parallel work repeats itself.
    shown: Mutex<Vec<String>>,
}

impl TerminalObserver {
    pub(crate) fn new(terminal: Terminal, is_progress_wanted: bool) -> Self {
        Self {
            terminal,
            is_progress_wanted: is_progress_wanted && terminal.is_terminal,
            shown: Mutex::default(),
        }
    }
}

impl Observer for TerminalObserver {
    fn warn(&self, message: &str) {
        let Ok(mut shown) = self.shown.lock() else {
            return;
        };
        if shown.iter().any(|earlier| earlier == message) {
            return;
        }
        shown.push(message.to_owned());
        let word = self.terminal.paint(WARNING, "warning");
        // A warning that cannot be shown changes nothing.
        let _ = writeln!(std::io::stderr(), "{word}: {}", printable(message));
    }

    fn begin(&self, what: &str, total: Option<u64>) -> Box<dyn Progress> {
        if !self.is_progress_wanted {
            return Box::new(pacto_app::Silent);
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = if total.is_some() {
            "{spinner} {msg} [{bar:24}] {pos}/{len}"
        } else {
            "{spinner} {msg} {pos}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what.to_owned());
        Box::new(Bar {
            bar,
            started: Instant::now(),
        })
    }
}

#[derive(Debug)]
struct Bar {
    bar: ProgressBar,
    started: Instant,
}

impl Bar {
    fn show_when_due(&self) {
        if self.bar.is_hidden() && self.started.elapsed() >= PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(Duration::from_millis(100));
        }
    }
}

impl Progress for Bar {
    fn advance(&self, by: u64) {
        self.bar.inc(by);
        self.show_when_due();
    }

    fn extend(&self, by: u64) {
        self.bar.inc_length(by);
        self.show_when_due();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
