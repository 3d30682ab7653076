//! What happens when somebody asks the program to end.

#[cfg(unix)]
use std::sync::{Mutex, PoisonError};

/// The settings of the terminal from before a question that hides its answer.
#[cfg(unix)]
static TERMINAL: Mutex<Option<rustix::termios::Termios>> = Mutex::new(None);

/// Asks something that changes the settings of the terminal. Whoever asks puts them back; when the
/// program is to end meanwhile, they are put back too.
#[cfg(unix)]
pub(crate) fn while_terminal_is_changed<T>(ask: impl FnOnce() -> T) -> T {
    let settings = terminal().and_then(|terminal| rustix::termios::tcgetattr(terminal).ok());
    keep(settings);
    let answer = ask();
    keep(None);
    answer
}

/// Asks something that changes the settings of the terminal.
#[cfg(not(unix))]
pub(crate) fn while_terminal_is_changed<T>(ask: impl FnOnce() -> T) -> T {
    ask()
}

#[cfg(unix)]
fn terminal() -> Option<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).open("/dev/tty").ok()
}

#[cfg(unix)]
fn keep(settings: Option<rustix::termios::Termios>) {
    *TERMINAL.lock().unwrap_or_else(PoisonError::into_inner) = settings;
}

/// Puts the settings back and leaves the line of the question.
#[cfg(unix)]
fn restore_terminal() {
    use std::io::Write as _;
    let mut kept = TERMINAL.lock().unwrap_or_else(PoisonError::into_inner);
    if let (Some(settings), Some(mut terminal)) = (kept.take(), terminal()) {
        let now = rustix::termios::OptionalActions::Now;
        let _ = rustix::termios::tcsetattr(&terminal, now, &settings);
        let _ = writeln!(terminal);
    }
}

/// From now on, an interruption removes what is half-written before the program ends.
///
/// Other commands do not need this: the system ends them at once, and nothing is left.
#[cfg(unix)]
pub(crate) fn watch() {
    // Where no thread can be started, the next run clears what is left.
    let _ = std::thread::Builder::new()
        .name("pacto-signals".to_owned())
        .spawn(wait_and_end);
}

/// From now on, an interruption removes what is half-written before the program ends.
#[cfg(not(unix))]
pub(crate) fn watch() {}

#[cfg(unix)]
#[expect(
    clippy::exit,
    reason = "the work that was interrupted is in the middle of something on another thread"
)]
fn wait_and_end() {
    use futures::future::select_all;
    use tokio::signal::unix::{SignalKind, signal};

    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
    else {
        return;
    };
    let ignored = ignored();
    let number = runtime.block_on(async {
        let kinds = [
            SignalKind::hangup(),
            SignalKind::interrupt(),
            SignalKind::terminate(),
        ];
        let waits: Vec<_> = kinds
            .into_iter()
            .map(|kind| kind.as_raw_value())
            .filter(|number| ignored & (1 << (number - 1)) == 0)
            .filter_map(|number| {
                let mut stream = signal(SignalKind::from_raw(number)).ok()?;
                Some(Box::pin(async move {
                    stream.recv().await;
                    number
                }))
            })
            .collect();
        if waits.is_empty() {
            return None;
        }
        Some(select_all(waits).await.0)
    });
    if let Some(number) = number {
        pacto_oci::disk::discard_unfinished();
        restore_terminal();
        std::process::exit(128 + number);
    }
}

/// The signals that this process was started to ignore, as `nohup` has it: a bit for each, the
/// lowest for signal 1. Known on Linux only.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}
