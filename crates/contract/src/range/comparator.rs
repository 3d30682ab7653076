//! One comparator of a range: an operator and a version that may be written in part.

use std::cmp::Ordering;

use semver::Version;

/// What stands before the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `=` or nothing.
    Equal,
    /// `!=`.
    NotEqual,
    /// `>`.
    Greater,
    /// `>=` or `=>`.
    GreaterOrEqual,
    /// `<`.
    Less,
    /// `<=` or `=<`.
    LessOrEqual,
    /// `~` or `~>`.
    Tilde,
    /// `^`.
    Caret,
}

impl Operator {
    /// Splits an operator off the front; the longest spelling wins, no spelling is `Equal`.
    pub(super) fn split(text: &str) -> (Self, &str) {
        const SPELLINGS: [(&str, Operator); 11] = [
            ("!=", Operator::NotEqual),
            (">=", Operator::GreaterOrEqual),
            ("=>", Operator::GreaterOrEqual),
            ("<=", Operator::LessOrEqual),
            ("=<", Operator::LessOrEqual),
            ("~>", Operator::Tilde),
            ("=", Operator::Equal),
            (">", Operator::Greater),
            ("<", Operator::Less),
            ("~", Operator::Tilde),
            ("^", Operator::Caret),
        ];
        SPELLINGS
            .iter()
            .find_map(|(spelling, operator)| Some((*operator, text.strip_prefix(spelling)?)))
            .unwrap_or((Self::Equal, text))
    }
}

/// How much of the version was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    /// `*`: nothing.
    Nothing,
    /// `1` or `1.x`.
    Major,
    /// `1.2` or `1.2.x`.
    Minor,
    /// `1.2.3`.
    Patch,
}

/// An operator with its version; parts that were not written are 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparator {
    pub(super) operator: Operator,
    pub(super) version: Version,
    pub(super) precision: Precision,
}

impl Comparator {
    /// True when the comparator was written with a pre-release part.
    pub(super) fn has_prerelease(&self) -> bool {
        !self.version.pre.is_empty()
    }

    /// True when the version passes; whether pre-releases may is decided by the caller.
    pub(super) fn accepts(&self, version: &Version) -> bool {
        let order = version.cmp_precedence(&self.version);
        match self.operator {
            Operator::Equal if self.precision == Precision::Patch => order == Ordering::Equal,
            Operator::Equal | Operator::Tilde => self.accepts_tilde(version, order),
            Operator::NotEqual => self.accepts_other(version, order),
            Operator::Greater => match self.precision {
                Precision::Major => version.major > self.version.major,
                Precision::Minor => self.compare_minor(version) == Ordering::Greater,
                // A bare wildcard is read as exactly 0.0.0 here.
                Precision::Patch | Precision::Nothing => order == Ordering::Greater,
            },
            Operator::GreaterOrEqual => order != Ordering::Less,
            Operator::Less => order == Ordering::Less,
            Operator::LessOrEqual => match self.precision {
                Precision::Major => version.major <= self.version.major,
                // A bare wildcard is read as 0.0 here.
                Precision::Minor | Precision::Nothing => {
                    self.compare_minor(version) != Ordering::Greater
                }
                Precision::Patch => order != Ordering::Greater,
            },
            Operator::Caret => self.accepts_caret(version, order),
        }
    }

    /// Compares major and minor numbers only.
    fn compare_minor(&self, version: &Version) -> Ordering {
        (version.major, version.minor).cmp(&(self.version.major, self.version.minor))
    }

    fn accepts_other(&self, version: &Version, order: Ordering) -> bool {
        match self.precision {
            Precision::Major => version.major != self.version.major,
            Precision::Minor => {
                self.compare_minor(version) != Ordering::Equal || version.pre != self.version.pre
            }
            Precision::Patch | Precision::Nothing => order != Ordering::Equal,
        }
    }

    fn accepts_tilde(&self, version: &Version, order: Ordering) -> bool {
        if order == Ordering::Less {
            return false;
        }
        let wanted = &self.version;
        let is_zero = (wanted.major, wanted.minor, wanted.patch) == (0, 0, 0);
        match self.precision {
            Precision::Nothing => true,
            // `~0.0.0` accepts everything, by definition of the dialect.
            Precision::Patch if is_zero => true,
            Precision::Major => version.major == wanted.major,
            Precision::Minor | Precision::Patch => self.compare_minor(version) == Ordering::Equal,
        }
    }

    fn accepts_caret(&self, version: &Version, order: Ordering) -> bool {
        let wanted = &self.version;
        if order == Ordering::Less || version.major != wanted.major {
            return false;
        }
        if wanted.major > 0 || self.precision == Precision::Major {
            return true;
        }
        if version.minor != wanted.minor {
            return false;
        }
        wanted.minor > 0 || self.precision == Precision::Minor || version.patch == wanted.patch
    }
}
