//! What differs between two protobuf schemas, and what it breaks.
//!
//! Elements are matched by full name, fields and values by number first and then by name. One
//! edit gives one [`ProtoFinding`]: when several rules see it, the gravest speaks and the others
//! are its aliases. The pages below `deep-rules/protobuf/` class the rules and say at which
//! [`Level`] each begins to count.
//!
//! Paths: `grpc.files[F]`, `grpc.packages[P]`, `grpc.services[S]`, `grpc.rpcs[S.M]`,
//! `grpc.messages[M]`, `grpc.messages[M].fields[f]`, `grpc.enums[E]`, `grpc.enums[E].values[N]`,
//! `grpc.extensions[x]`. Names are those within the package of the file that was asked for; other
//! packages are spelled out.

mod annotations;
mod direction;
mod documents;
mod enums;
mod fields;
mod files;
mod finding;
mod matching;
mod messages;
mod ranges;
mod rule;
mod samples;
mod services;
mod types;
mod witness;

use pacto_spec::protobuf::Schema;

pub(super) use documents::documents;
pub use finding::ProtoFinding;
pub use rule::{Level, ProtoRule, rule, rules};

use direction::Directions;
use finding::Findings;
use matching::Matching;
use witness::{Subject, Work};

use crate::{Class, Direction};

/// Two schemas, what belongs together in them, and what was found so far.
struct Comparer<'s> {
    old: &'s Schema,
    new: &'s Schema,
    matching: Matching,
    directions: Directions,
    findings: Findings,
}

/// Compares two schemas; findings are sorted by kind of element, name and path.
pub fn compare(old: &Schema, new: &Schema, level: Level) -> Vec<ProtoFinding> {
    let directions = Directions::of(old, new, &Matching::of(old, new));
    compare_with(old, new, level, directions)
}

/// The same where it is known from elsewhere who supplies the data.
pub(super) fn compare_in(
    old: &Schema,
    new: &Schema,
    level: Level,
    direction: Direction,
) -> Vec<ProtoFinding> {
    compare_with(old, new, level, Directions::always(direction))
}

fn compare_with(
    old: &Schema,
    new: &Schema,
    level: Level,
    directions: Directions,
) -> Vec<ProtoFinding> {
    let matching = Matching::of(old, new);
    let mut comparer = Comparer {
        old,
        new,
        directions,
        matching,
        findings: Findings::new(level),
    };
    comparer.files();
    comparer.messages();
    comparer.extensions();
    comparer.enums();
    comparer.services();
    let mut work = Work::default();
    let with_witness = |(mut finding, subject): (ProtoFinding, Option<Subject>)| {
        let is_harmless = finding.class == Class::NonBreaking;
        finding.witness = subject
            .filter(|_| !is_harmless)
            .map(|subject| subject.witness((old, new), finding.direction, &mut work));
        finding
    };
    let findings = comparer.findings.sorted();
    findings.into_iter().map(with_witness).collect()
}
