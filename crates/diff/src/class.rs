//! The three classes of a change.

use pacto_diagnostic::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a change does to those who rely on the contract; later variants weigh more.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Class {
    /// Nobody has to act.
    NonBreaking,
    /// Somebody should look: it breaks some consumers, or it cannot be told.
    PotentialBreaking,
    /// A consumer that relied on the old side fails on the new one.
    Breaking,
}

impl Class {
    /// The spelling of machine formats: `BREAKING`, `POTENTIAL_BREAKING`, `NON_BREAKING`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NonBreaking => "NON_BREAKING",
            Self::PotentialBreaking => "POTENTIAL_BREAKING",
            Self::Breaking => "BREAKING",
        }
    }

    /// The spelling people write in flags and rule pages: `breaking`, `potential`,
    /// `non-breaking`.
    pub fn word(self) -> &'static str {
        match self {
            Self::NonBreaking => "non-breaking",
            Self::PotentialBreaking => "potential",
            Self::Breaking => "breaking",
        }
    }

    /// Reads the spelling people write.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::NonBreaking, Self::PotentialBreaking, Self::Breaking]
            .into_iter()
            .find(|class| class.word() == word)
    }

    /// How findings in machine formats weigh the class: error, warning, note.
    pub fn severity(self) -> Severity {
        match self {
            Self::NonBreaking => Severity::Note,
            Self::PotentialBreaking => Severity::Warning,
            Self::Breaking => Severity::Error,
        }
    }

    /// The highest of some classes; without any, nothing breaks.
    pub fn highest(classes: impl IntoIterator<Item = Self>) -> Self {
        classes.into_iter().max().unwrap_or(Self::NonBreaking)
    }
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The classes in the spelling that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Word {
    /// A consumer that relied on the old side fails on the new one.
    Breaking,
    /// Somebody should look.
    Potential,
    /// Nobody has to act.
    NonBreaking,
}

impl From<Word> for Class {
    fn from(word: Word) -> Self {
        match word {
            Word::Breaking => Self::Breaking,
            Word::Potential => Self::PotentialBreaking,
            Word::NonBreaking => Self::NonBreaking,
        }
    }
}

/// Classes in files that people write.
pub(crate) mod word {
    use serde::{Deserialize as _, Deserializer};

    use super::{Class, Word};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Class, D::Error> {
        Word::deserialize(from).map(Class::from)
    }
}
