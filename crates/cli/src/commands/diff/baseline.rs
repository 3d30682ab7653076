//! The baseline of a comparison: its flags, and what is said about writing it.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use jiff::civil::Date;
use pacto_app::Context;
use pacto_app::diff::{BaselineOptions, WrittenBaseline};
use pacto_diff::{Engine, FailOn, Options, PathStyle, RulesFile};

use crate::failed::Failed;
use crate::session::Session;

/// Which baseline to write, and what new entries say.
#[derive(Debug, Clone, Args)]
pub struct WriteBaselineArgs {
    /// Accept what reaches `--fail-on` now: write it to this file, or bring the file up to date.
    /// Entries that accept nothing any more go, the others keep reason and last day
    #[arg(long = "write-baseline", value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub file: Option<String>,

    /// Why the entries that are new in the baseline are accepted
    #[arg(long, value_name = "TEXT", requires = "file")]
    pub reason: Option<String>,

    /// Last day of the entries that are new in the baseline, and of those that have expired:
    /// `YYYY-MM-DD`
    #[arg(long, value_name = "DAY", value_parser = day, requires = "file")]
    pub until: Option<Date>,
}

fn day(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "write it as 2026-12-31".to_owned())
}

impl WriteBaselineArgs {
    /// What to write; `None` when no baseline is wanted.
    pub(super) fn options(
        &self,
        fail_on: FailOn,
        comparison: &Options,
        context: &Context,
    ) -> Result<Option<BaselineOptions>, Failed> {
        let Some(file) = &self.file else {
            return Ok(None);
        };
        if fail_on == FailOn::None {
            return Err(Failed::Usage {
                message:
                    "`--write-baseline` records what reaches `--fail-on`, and nothing reaches \
                          `none`"
                        .to_owned(),
                hints: vec![
                    "name the class that is to fail, such as `--fail-on breaking`".to_owned(),
                ],
            });
        }
        if self
            .reason
            .as_deref()
            .is_some_and(|reason| reason.trim().is_empty())
        {
            return Err(Failed::usage("`--reason` says nothing"));
        }
        if let Some(until) = self.until.filter(|until| *until < context.today()) {
            return Err(Failed::usage(format!("`--until {until}` has passed")));
        }
        Ok(Some(BaselineOptions {
            file: file.clone(),
            reason: self.reason.clone(),
            until: self.until,
            fail_on,
            comparison: comparison.clone(),
        }))
    }
}

/// Refuses baselines where records have no fingerprint, or another one. A rules file is not looked
/// at by the base layer, nor is the baseline that it names.
pub(super) fn check(
    args: &super::Args,
    rules: &RulesFile,
    comparison: &Options,
) -> Result<(), Failed> {
    let flag = match (&args.write_baseline.file, args.baseline.first()) {
        (Some(_), _) => Some("`--write-baseline`"),
        (None, Some(_)) => Some("`--baseline`"),
        (None, None) => None,
    };
    let (what, why) = match (comparison.engine, comparison.path_style, flag) {
        (Engine::Base, _, Some(flag)) => {
            (flag, "needs fingerprints, and `--engine base` gives none")
        }
        (Engine::Full, PathStyle::Go, Some(flag)) => (flag, GO_PATHS),
        (Engine::Full, PathStyle::Go, None) if rules.baseline.is_some() => {
            ("the `baseline` of the rules file", GO_PATHS)
        }
        _ => return Ok(()),
    };
    let is_profile = args.engine.is_none() && args.path_style.is_none();
    Err(Failed::Usage {
        message: format!("{what} {why}"),
        hints: vec![
            if is_profile {
                "the rules file asks for that with `profile: go`"
            } else {
                "leave one of the two out"
            }
            .to_owned(),
        ],
    })
}

const GO_PATHS: &str = "knows changes by fingerprints of their canonical paths, which \
                        `--path-style go` spells otherwise";

/// Says what became of the baseline.
pub(super) fn tell(written: &WrittenBaseline, session: &mut Session) -> Result<(), Failed> {
    let WrittenBaseline {
        file,
        added,
        kept,
        unmatched,
        renewed,
        removed,
    } = written;
    let renewed = match renewed {
        0 => String::new(),
        _ => format!("{renewed} renewed, "),
    };
    session.streams.note(&format!(
        "{file}: {added} added, {renewed}{kept} kept, {removed} removed"
    ))?;
    if *unmatched == 0 {
        return Ok(());
    }
    let (noun, verb) = if *unmatched == 1 {
        ("entry", "accepts nothing and is kept")
    } else {
        ("entries", "accept nothing and are kept")
    };
    session.streams.warn(&format!(
        "{file}: {unmatched} {noun} {verb}, because something could not be compared"
    ))
}
