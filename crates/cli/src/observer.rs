//! Shows what a use case reports: warnings at once, progress on a terminal when it takes long.

use std::io::Write as _;
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

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
            "{spinner} {msg}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what.to_owned());
        Box::new(Bar::show_later(bar))
    }
}

/// A bar that waits for its time on a thread of its own: work that is told only at its end is
/// shown as well.
#[derive(Debug)]
struct Bar {
    bar: ProgressBar,
    /// The waiting thread, with the end of a channel that ends the wait when it is dropped.
    waiting: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
}

impl Bar {
    fn show_later(bar: ProgressBar) -> Self {
        let (done, is_done) = mpsc::channel();
        let shown = bar.clone();
        let thread = std::thread::Builder::new()
            .name("pacto-progress".to_owned())
            .spawn(move || {
                if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    shown.set_draw_target(ProgressDrawTarget::stderr());
                    shown.enable_steady_tick(Duration::from_millis(100));
                }
            });
        Self {
            bar,
            // Without a thread there is no bar.
            waiting: thread.ok().map(|thread| (done, thread)),
        }
    }
}

impl Progress for Bar {
    fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    fn extend(&self, by: u64) {
        self.bar.inc_length(by);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.waiting.take() {
            drop(done);
            // Nothing may be drawn after the bar was cleared.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}
