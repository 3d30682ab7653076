//! Timing of whole processes.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A command to be measured.
pub(crate) struct Run {
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    cache: PathBuf,
    before: Option<Box<dyn Fn() -> Result<()>>>,
    numbered: Option<String>,
    /// An exit code that is no failure, beside 0 and 1.
    finding_code: i32,
}

/// Wall times and the largest peak memory of the runs.
pub(crate) struct Measured {
    /// Wall time.
    pub(crate) wall: Figure,
    /// Peak resident memory in KiB; 0 when it could not be read.
    pub(crate) peak_kib: u64,
}

/// Minimum, median and maximum.
pub(crate) struct Figure {
    /// Fastest run.
    pub(crate) minimum: Duration,
    /// The run in the middle.
    pub(crate) median: Duration,
    /// Slowest run.
    pub(crate) maximum: Duration,
}

impl Figure {
    /// The figure of some times.
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |index: usize| times.get(index).copied().unwrap_or_default();
        Self {
            minimum: at(0),
            median: at(times.len() / 2),
            maximum: at(times.len().saturating_sub(1)),
        }
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::milliseconds(&self.wall))?;
        if self.peak_kib > 0 {
            write!(f, ", {:.0} MiB", self.peak_kib as f64 / 1024.0)?;
        }
        Ok(())
    }
}

impl Run {
    /// Prepares a command in a scratch folder, with a home and a cache of its own.
    pub(crate) fn new(program: &Path, arguments: &[&str], folder: &Path) -> Self {
        Self {
            program: program.to_owned(),
            arguments: arguments
                .iter()
                .map(|&argument| argument.to_owned())
                .collect(),
            folder: folder.to_owned(),
            cache: folder.join("cache"),
            before: None,
            numbered: None,
            finding_code: 1,
        }
    }

    /// A program whose exit code for findings is another than 1.
    pub(crate) fn exits_with(mut self, code: i32) -> Self {
        self.finding_code = code;
        self
    }

    /// Uses another cache folder.
    pub(crate) fn cache(mut self, folder: &Path) -> Self {
        self.cache = folder.to_owned();
        self
    }

    /// Does something before each run, outside the measurement.
    pub(crate) fn before(mut self, action: impl Fn() -> Result<()> + 'static) -> Self {
        self.before = Some(Box::new(action));
        self
    }

    /// Replaces the second argument by this text and a number that no run shares.
    pub(crate) fn numbered(mut self, prefix: &str) -> Self {
        self.numbered = Some(prefix.to_owned());
        self
    }

    fn arguments(&self) -> Vec<String> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let mut arguments = self.arguments.clone();
        if let (Some(prefix), Some(target)) = (&self.numbered, arguments.get_mut(1)) {
            *target = format!("{prefix}{}", NEXT.fetch_add(1, Ordering::Relaxed));
        }
        arguments
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(self.arguments());
        self.environment(&mut command);
        command
    }

    fn environment(&self, command: &mut Command) {
        command
            .current_dir(&self.folder)
            .env("HOME", &self.folder)
            .env("PACTO_CACHE_DIR", &self.cache)
            .env("PACTO_NO_UPDATE_CHECK", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
    }

    /// Runs once, unmeasured. Exit code 1 is a finding, not a failure.
    pub(crate) fn once(&self) -> Result<()> {
        self.log().map(drop)
    }

    /// Runs once and gives what is written to standard error.
    fn log(&self) -> Result<String> {
        let output = self
            .command()
            .output()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        let is_expected = [0, 1, self.finding_code]
            .map(Some)
            .contains(&output.status.code());
        if !is_expected {
            bail!(
                "{} {:?} ended with {}: {}",
                self.program.display(),
                self.arguments,
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Time between two messages of the verbose log of one run.
    pub(crate) fn between(&self, first: &str, second: &str) -> Result<Duration> {
        let log = self.log()?;
        let at = |message: &str| {
            let message = format!("msg=\"{message}\"");
            let line = log.lines().find(|line| line.contains(&message));
            let time = line.and_then(|line| line.strip_prefix("time=")?.split(' ').next());
            time.with_context(|| format!("the log has no {message}"))?
                .parse::<jiff::Timestamp>()
                .context("a line of the log has no time")
        };
        Ok(at(second)?.duration_since(at(first)?).unsigned_abs())
    }

    /// One warm-up, then `runs` measured runs, then one for the memory.
    pub(crate) fn measure(&self, runs: usize) -> Result<Measured> {
        let mut times = Vec::with_capacity(runs);
        for run in 0..=runs {
            if let Some(before) = &self.before {
                before()?;
            }
            let start = Instant::now();
            self.once()?;
            if run > 0 {
                times.push(start.elapsed());
            }
        }
        let wall = Figure::of(times);
        if let Some(before) = &self.before {
            before()?;
        }
        Ok(Measured {
            wall,
            peak_kib: self.peak_kib().unwrap_or(0),
        })
    }

    /// Peak memory by GNU time, when it is installed.
    fn peak_kib(&self) -> Option<u64> {
        let mut command = Command::new("/usr/bin/time");
        command
            .args(["-f", "peak %M", "--"])
            .arg(&self.program)
            .args(&self.arguments);
        self.environment(&mut command);
        let output = command.output().ok()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        text.lines()
            .rev()
            .find_map(|line| line.strip_prefix("peak ")?.parse().ok())
    }
}
