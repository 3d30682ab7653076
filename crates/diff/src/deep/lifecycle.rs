//! Announced ends and stability levels of operations, parameters and properties.

use std::str::FromStr;

use jiff::civil::Date;
use pacto_document::Node;

use crate::options::{OpenApiOptions, StabilityOptions, SunsetOptions};

/// Extension with the day something ends.
const SUNSET: &str = "x-sunset";

/// How settled something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) enum Level {
    /// Not offered yet.
    Draft,
    /// May change at any time.
    Alpha,
    /// Nearly settled.
    Beta,
    /// Settled; also what says nothing.
    #[default]
    Stable,
}

impl Level {
    /// Reads a level as documents and rules files write it.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "draft" => Self::Draft,
            "alpha" => Self::Alpha,
            "beta" => Self::Beta,
            "stable" => Self::Stable,
            _ => return None,
        })
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Alpha => "alpha",
            Self::Beta => "beta",
            Self::Stable => "stable",
        }
    }
}

/// The day an end is announced for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sunset {
    /// No day is named.
    Missing,
    /// What is named is no day.
    Unreadable,
    /// A day.
    Day(Date),
}

/// What became of an announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Announcement {
    /// Deprecated now, without a day.
    DayMissing,
    /// The day cannot be read.
    DayUnreadable,
    /// Deprecated now, and the day comes too soon.
    TooSoon,
    /// The day moved to one that comes too soon.
    MovedTooSoon,
    /// Still deprecated, and no day is named any more.
    DayDropped,
}

/// What users are told now about something that is on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Advice {
    /// To move on.
    Deprecated,
    /// To move on before a day that is named.
    DeprecatedWithDay,
    /// That they may stay.
    Reactivated,
}

impl Advice {
    /// What changed in the advice; `None` when it is the same.
    pub(crate) fn between(old: Node<'_>, new: Node<'_>) -> Option<Self> {
        match (is_deprecated(old), is_deprecated(new)) {
            (false, true) if sunset(new) == Sunset::Missing => Some(Self::Deprecated),
            (false, true) => Some(Self::DeprecatedWithDay),
            (true, false) => Some(Self::Reactivated),
            _ => None,
        }
    }
}

/// How something that is gone had been announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removal {
    /// Not at all.
    Unannounced,
    /// Deprecated before.
    Announced,
    /// Deprecated before, and the announced day has passed.
    Over,
    /// The announced day has not come.
    TooEarly,
    /// The announced day cannot be read.
    Unreadable,
}

/// What announcements and levels are held against.
#[derive(Debug, Clone)]
pub(crate) struct Lifecycle {
    today: Option<Date>,
    sunset: Option<SunsetOptions>,
    stability: Option<StabilityOptions>,
    /// Extension that names the level.
    pub(crate) extension: String,
}

impl Lifecycle {
    pub(crate) fn new(options: &OpenApiOptions, today: Option<Date>) -> Self {
        let stability = options.stability.clone();
        let extension = stability.as_ref().map_or_else(
            || StabilityOptions::default().extension,
            |it| it.extension.clone(),
        );
        Self {
            today,
            sunset: options.sunset,
            stability,
            extension,
        }
    }

    /// Whether announcements are looked at.
    pub(crate) fn asks_for_notice(&self) -> bool {
        self.sunset.is_some()
    }

    /// The level of an operation or property; `None` when what it says is no level.
    pub(crate) fn level(&self, node: Node<'_>) -> Option<Level> {
        match node.get(&self.extension) {
            None => Some(Level::Stable),
            Some(level) => level.as_str().and_then(Level::from_word),
        }
    }

    /// The highest class that changes of something of this level get; `None` for no limit.
    pub(crate) fn cap(&self, level: Level) -> Option<crate::Class> {
        let stability = self.stability.as_ref()?;
        let below = Level::from_word(&stability.below)?;
        (level < below).then_some(stability.treat_as)
    }

    /// What changed for the worse in the announcement of something that is on both sides.
    pub(crate) fn announcement(
        &self,
        old: Node<'_>,
        new: Node<'_>,
        level: Level,
    ) -> Option<Announcement> {
        let notice = self.notice(level)?;
        if !is_deprecated(new) {
            return None;
        }
        let (before, after) = (sunset(old), sunset(new));
        let is_too_soon = |day: Date| {
            let days = self.today.and_then(|today| day.since(today).ok());
            days.is_some_and(|days| days.get_days() < notice)
        };
        if !is_deprecated(old) {
            return match after {
                Sunset::Missing => (notice > 0).then_some(Announcement::DayMissing),
                Sunset::Unreadable => Some(Announcement::DayUnreadable),
                Sunset::Day(day) => is_too_soon(day).then_some(Announcement::TooSoon),
            };
        }
        match (before, after) {
            (Sunset::Missing, Sunset::Missing) | (Sunset::Unreadable, Sunset::Unreadable) => None,
            (_, Sunset::Missing) => Some(Announcement::DayDropped),
            (_, Sunset::Unreadable) => Some(Announcement::DayUnreadable),
            (Sunset::Day(before), Sunset::Day(after)) => {
                (after < before && is_too_soon(after)).then_some(Announcement::MovedTooSoon)
            }
            _ => None,
        }
    }

    /// How something that is gone had been announced.
    pub(crate) fn removal(&self, node: Node<'_>) -> Removal {
        if !is_deprecated(node) {
            return Removal::Unannounced;
        }
        match (sunset(node), self.today) {
            (Sunset::Unreadable, _) if self.asks_for_notice() => Removal::Unreadable,
            (Sunset::Day(day), Some(today)) if day < today => Removal::Over,
            (Sunset::Day(day), Some(today)) if day > today && self.asks_for_notice() => {
                Removal::TooEarly
            }
            _ => Removal::Announced,
        }
    }

    /// Days of notice that something of this level has to give; `None` when nobody asks.
    fn notice(&self, level: Level) -> Option<i32> {
        let sunset = self.sunset?;
        let days = match level {
            Level::Draft | Level::Alpha => 0,
            Level::Beta => sunset.min_days_beta,
            Level::Stable => sunset.min_days_stable,
        };
        Some(i32::try_from(days).unwrap_or(i32::MAX))
    }
}

/// Whether users are told to move on.
pub(crate) fn is_deprecated(node: Node<'_>) -> bool {
    node.get("deprecated").and_then(Node::as_bool) == Some(true)
}

/// The day something ends. A time of day is left out.
fn sunset(node: Node<'_>) -> Sunset {
    let Some(sunset) = node.get(SUNSET) else {
        return Sunset::Missing;
    };
    let text = sunset.as_str().unwrap_or_else(|| sunset.raw());
    let day = match text.split_once(['T', 't']) {
        // RFC 3339, section 5.6: only a whole date and time counts as one.
        Some((day, _)) => jiff::Timestamp::from_str(text).ok().and(Some(day)),
        None => Some(text),
    };
    day.and_then(|day| Date::strptime("%Y-%m-%d", day).ok())
        .map_or(Sunset::Unreadable, Sunset::Day)
}

#[cfg(test)]
mod tests {
    use pacto_diagnostic::SourceText;
    use pacto_document::{Document, Limits, Syntax};

    use super::*;

    fn read<T>(text: &str, look: impl Fn(Node<'_>) -> T) -> T {
        let source = SourceText::new("f.yaml", text);
        let document = Document::parse(source, Syntax::Detect, Limits::default());
        look(document.expect("a document").root())
    }

    fn lifecycle() -> Lifecycle {
        let options = OpenApiOptions {
            sunset: Some(SunsetOptions::default()),
            ..OpenApiOptions::default()
        };
        Lifecycle::new(&options, Some(Date::constant(2026, 6, 1)))
    }

    #[test]
    fn days_and_times_are_read_and_anything_else_is_unreadable() {
        let day = |text: &str| read(&format!("{{x-sunset: {text}}}"), sunset);
        let first = Sunset::Day(Date::constant(2026, 7, 1));
        assert_eq!(day("2026-07-01"), first);
        assert_eq!(day("\"2026-07-01\""), first);
        assert_eq!(day("\"2026-07-01T10:00:00Z\""), first);
        for text in ["soon", "2026-7", "2026-13-01", "2026-07-01T99", "7"] {
            assert_eq!(day(text), Sunset::Unreadable, "{text}");
        }
        assert_eq!(read("{}", sunset), Sunset::Missing);
    }

    #[test]
    fn the_notice_is_counted_in_days_and_to_the_day() {
        let announced = |days: &str| {
            let text = format!("{{deprecated: true, x-sunset: {days}}}");
            read("{}", |old| {
                read(&text, |new| lifecycle().announcement(old, new, Level::Beta))
            })
        };
        assert_eq!(announced("2026-07-01"), None);
        assert_eq!(announced("2026-06-30"), Some(Announcement::TooSoon));
        assert_eq!(announced("2027-06-30"), None);
    }

    #[test]
    fn nobody_asks_for_notice_by_default() {
        let lifecycle = Lifecycle::new(&OpenApiOptions::default(), None);
        let text = "{deprecated: true}";
        let found = read("{}", |old| {
            read(text, |new| lifecycle.announcement(old, new, Level::Stable))
        });
        assert_eq!(found, None);
        assert_eq!(
            read(text, |node| lifecycle.removal(node)),
            Removal::Announced
        );
    }
}
