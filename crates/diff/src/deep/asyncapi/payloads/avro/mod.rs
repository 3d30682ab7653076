//! Avro: what readers with one schema make of data written with the other.
//!
//! What the service sends is read by consumers with the old schema, what it receives was written
//! with the old one. Each rule is what it does to one of the two: *widening* where old readers
//! fail, *narrowing* where the new reader fails on old data.
//!
//! Source: Apache Avro specification 1.12, "Schema Resolution". Records inside each other are
//! compared once per pair of types.

mod sentences;
mod unions;
mod witness;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pacto_document::Node;
use pacto_spec::avro::{
    Default, Enum, Field, Fixed, Logical, Name, Place, Primitive, Record, Schema, Type, TypeId,
    TypeKind,
};
use serde_json::Value;

use crate::deep::asyncapi::Walk;
use crate::deep::finding::{Finding, Order};
use crate::deep::rules;
use crate::deep::schema::delta::bracketed;
use crate::detect::ChangeKind;
use crate::{Class, Direction, SideName};

use witness::{About, Work};

/// Types inside each other, over names as well.
const DEPTH_LIMIT: usize = 256;

/// Pairs of types that are compared.
const PAIRS_LIMIT: usize = 200_000;

impl<'s> Walk<'s> {
    /// Compares two Avro schemas.
    pub(super) fn avro(
        &mut self,
        nodes: (Node<'s>, Node<'s>),
        direction: Direction,
    ) -> Option<Vec<Finding>> {
        let documents = (self.findings.old.documents(), self.findings.new.documents());
        let sides = (
            Schema::read(documents.0, nodes.0),
            Schema::read(documents.1, nodes.1),
        );
        let problems = [
            (SideName::Old, sides.0.as_ref().err()),
            (SideName::New, sides.1.as_ref().err()),
        ];
        for (side, problem) in problems {
            if let Some(problem) = problem {
                let message = problem.kind.to_string();
                self.unreadable(side, problem.kind.code(), message, problem.location.clone());
            }
        }
        let (Ok(old), Ok(new)) = sides else {
            return None;
        };
        for (side, schema) in [(SideName::Old, &old), (SideName::New, &new)] {
            for problem in &schema.problems {
                let message = problem.kind.to_string();
                self.unreadable(side, problem.kind.code(), message, problem.location.clone());
            }
        }
        let mut comparer = Comparer::new(&old, &new, direction);
        comparer.types((old.root, new.root), "", 0);
        if comparer.is_cut_off {
            self.payloads.is_cut_off = true;
            return None;
        }
        Some(comparer.findings)
    }
}

/// The places of something on both sides.
pub(super) type Places = (Option<Place>, Option<Place>);

/// Two types at a place.
#[derive(Clone, Copy)]
struct Pair<'p> {
    pub(super) types: (&'p Type, &'p Type),
    pub(super) path: &'p str,
    pub(super) depth: usize,
}

impl Pair<'_> {
    fn places(&self) -> Places {
        (Some(self.types.0.place), Some(self.types.1.place))
    }
}

struct Comparer<'c, 's> {
    pub(super) old: &'c Schema<'s>,
    pub(super) new: &'c Schema<'s>,
    direction: Direction,
    seen: HashSet<(TypeId, TypeId)>,
    findings: Vec<Finding>,
    is_cut_off: bool,
    /// The types that are being compared, and where.
    current: (TypeId, TypeId),
    current_path: String,
    work: Work,
}

impl<'c, 's> Comparer<'c, 's> {
    fn new(old: &'c Schema<'s>, new: &'c Schema<'s>, direction: Direction) -> Self {
        Self {
            old,
            new,
            direction,
            seen: HashSet::new(),
            findings: Vec::new(),
            is_cut_off: false,
            current: (old.root, new.root),
            current_path: String::new(),
            work: Work::default(),
        }
    }

    fn add(
        &mut self,
        rule: &str,
        path: String,
        about: About<'_>,
        places: Places,
        (old_value, new_value): (Option<Value>, Option<Value>),
    ) {
        let judgement = rules::judge(rule, Some(rule), self.direction);
        let kind = match places {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        };
        let witness = (judgement.class != Class::NonBreaking).then(|| self.witness(about));
        let reason = sentences::reason(rule, &self.current_path, &path, (&old_value, &new_value));
        self.findings.push(Finding {
            rule: rule.to_owned(),
            page: judgement.page,
            class: judgement.class,
            direction: self.direction,
            reason,
            path,
            occurrences: Vec::new(),
            kind,
            old_value,
            new_value,
            old_location: places.0.and_then(|place| self.old.location(place)),
            new_location: places.1.and_then(|place| self.new.location(place)),
            witness,
            order: Order::default(),
        });
    }

    /// Compares two types; a pair that was met before is not told again.
    pub(super) fn types(&mut self, ids: (TypeId, TypeId), path: &str, depth: usize) {
        if depth > DEPTH_LIMIT || self.seen.len() > PAIRS_LIMIT {
            self.is_cut_off = true;
            return;
        }
        if !self.seen.insert(ids) {
            return;
        }
        let outer = std::mem::replace(&mut self.current, ids);
        let outer_path = std::mem::replace(&mut self.current_path, path.to_owned());
        self.types_within(ids, path, depth);
        self.current = outer;
        self.current_path = outer_path;
    }

    fn types_within(&mut self, ids: (TypeId, TypeId), path: &str, depth: usize) {
        let types = (self.old.get(ids.0), self.new.get(ids.1));
        let pair = Pair { types, path, depth };
        match (&types.0.kind, &types.1.kind) {
            (TypeKind::Union(_), _) | (_, TypeKind::Union(_)) => self.unions(ids, path, depth),
            (TypeKind::Primitive(one), TypeKind::Primitive(other)) => {
                self.primitives(&pair, (*one, *other));
            }
            (TypeKind::Record(one), TypeKind::Record(other)) => {
                self.names(&pair, (&one.name, &other.name));
                self.records(&pair, (one, other));
            }
            (TypeKind::Enum(one), TypeKind::Enum(other)) => {
                self.names(&pair, (&one.name, &other.name));
                self.enums(&pair, (one, other));
            }
            (TypeKind::Fixed(one), TypeKind::Fixed(other)) => {
                self.names(&pair, (&one.name, &other.name));
                self.fixed(&pair, (one, other));
            }
            (TypeKind::Array(one), TypeKind::Array(other)) => {
                self.types((*one, *other), &format!("{path}.items"), depth + 1);
            }
            (TypeKind::Map(one), TypeKind::Map(other)) => {
                self.types((*one, *other), &format!("{path}.values"), depth + 1);
            }
            _ => self.type_changed(&pair, "asyncapi-avro-type-changed"),
        }
    }

    fn type_changed(&mut self, pair: &Pair<'_>, rule: &str) {
        let values = (pair.types.0.kind.spelled(), pair.types.1.kind.spelled());
        let values = (Some(values.0.into()), Some(values.1.into()));
        self.add(
            rule,
            format!("{}.type", pair.path),
            About::Types,
            pair.places(),
            values,
        );
    }

    fn primitives(&mut self, pair: &Pair<'_>, (old, new): (Primitive, Primitive)) {
        // Numbers that are read as longer ones may still mean something else.
        if new.is_read_as(old) || old.is_read_as(new) {
            self.logical(pair);
        }
        let rule = match (new.is_read_as(old), old.is_read_as(new)) {
            _ if old == new => return,
            (true, true) => "asyncapi-avro-string-bytes-changed",
            (true, false) => "asyncapi-avro-type-narrowed",
            (false, true) => "asyncapi-avro-type-widened",
            (false, false) => "asyncapi-avro-type-changed",
        };
        self.type_changed(pair, rule);
    }

    /// How the same values are to be understood.
    fn logical(&mut self, pair: &Pair<'_>) {
        let sides = (pair.types.0.logical.as_ref(), pair.types.1.logical.as_ref());
        if sides.0 == sides.1 {
            return;
        }
        let mut places = pair.places();
        let rule = match sides {
            (None, _) => {
                places.0 = None;
                "asyncapi-avro-logical-type-added"
            }
            (_, None) => {
                places.1 = None;
                "asyncapi-avro-logical-type-removed"
            }
            (Some(one), Some(other)) if one.name == other.name => "asyncapi-avro-decimal-changed",
            _ => "asyncapi-avro-logical-type-changed",
        };
        let word = |logical: &Logical| match logical.decimal {
            Some((precision, scale)) => format!("{}({precision}, {scale})", logical.name),
            None => logical.name.clone(),
        };
        let values = (
            sides.0.map(|it| word(it).into()),
            sides.1.map(|it| word(it).into()),
        );
        self.add(
            rule,
            format!("{}.logicalType", pair.path),
            About::NoData("the same data is read, and means something else"),
            places,
            values,
        );
    }

    fn names(&mut self, pair: &Pair<'_>, (old, new): (&Name, &Name)) {
        if old.full == new.full {
            return;
        }
        let is_read = (
            old.aliases.contains(&new.full),
            new.aliases.contains(&old.full),
        );
        let rule = match is_read {
            // Readers of some languages compare names with their namespace.
            _ if old.local() == new.local() => "asyncapi-avro-namespace-changed",
            (true, true) => "asyncapi-avro-name-changed-between-aliases",
            (true, false) => "asyncapi-avro-name-changed-to-alias",
            (false, true) => "asyncapi-avro-name-changed-with-alias",
            (false, false) => "asyncapi-avro-name-changed",
        };
        let values = (
            Some(old.full.as_str().into()),
            Some(new.full.as_str().into()),
        );
        self.add(
            rule,
            format!("{}.name", pair.path),
            About::Types,
            pair.places(),
            values,
        );
    }

    fn records(&mut self, pair: &Pair<'_>, (old, new): (&Record, &Record)) {
        let by_name = |record: &Record| -> BTreeMap<String, usize> {
            let names = record.fields.iter().enumerate();
            names.map(|(at, field)| (field.name.clone(), at)).collect()
        };
        let (before, after) = (by_name(old), by_name(new));
        // The old fields that go, by all their names: each belongs to at most one new field.
        let mut gone: BTreeMap<&str, &Field> = BTreeMap::new();
        let is_gone = |field: &&Field| !after.contains_key(&field.name);
        for field in old.fields.iter().filter(is_gone) {
            gone.insert(&field.name, field);
            for alias in &field.aliases {
                gone.entry(alias).or_insert(field);
            }
        }
        let mut renamed = BTreeSet::new();
        for field in &new.fields {
            let path = format!("{}.fields[{}]", pair.path, bracketed(&field.name));
            let kept = before.get(&field.name).and_then(|at| old.fields.get(*at));
            if let Some(other) = kept {
                self.field(pair, (other, field), &path);
                continue;
            }
            let names = [&field.name].into_iter().chain(&field.aliases);
            let candidates = names.filter_map(|name| gone.get(name.as_str()).copied());
            let is_same = |other: &&Field| {
                let is_known =
                    field.aliases.contains(&other.name) || other.aliases.contains(&field.name);
                is_known && !renamed.contains(&other.name)
            };
            if let Some(other) = candidates.into_iter().find(is_same) {
                renamed.insert(other.name.clone());
                self.renamed((other, field), &path);
                self.field(pair, (other, field), &path);
                continue;
            }
            let rule = match field.default {
                Some(_) => "asyncapi-avro-field-added",
                None => "asyncapi-avro-field-added-without-default",
            };
            let about = About::Field(&field.name, &field.name);
            let places = (None, Some(field.place));
            self.add(rule, path.clone(), about, places, (None, None));
            if field.default.as_ref().is_some_and(|it| !it.fits) {
                self.defaults((None, field.default.as_ref()), &path);
            }
        }
        for field in old.fields.iter().filter(is_gone) {
            if renamed.contains(&field.name) {
                continue;
            }
            let path = format!("{}.fields[{}]", pair.path, bracketed(&field.name));
            let rule = match field.default {
                Some(_) => "asyncapi-avro-field-removed",
                None => "asyncapi-avro-field-removed-without-default",
            };
            let about = About::Field(&field.name, &field.name);
            self.add(rule, path, about, (Some(field.place), None), (None, None));
        }
    }

    fn renamed(&mut self, (old, new): (&Field, &Field), path: &str) {
        let old_reads = old.aliases.contains(&new.name) || old.default.is_some();
        let new_reads = new.aliases.contains(&old.name) || new.default.is_some();
        let rule = match (old_reads, new_reads) {
            (true, true) => "asyncapi-avro-field-renamed",
            (false, _) => "asyncapi-avro-field-renamed-with-alias",
            (true, false) => "asyncapi-avro-field-renamed-to-alias",
        };
        let values = (
            Some(old.name.as_str().into()),
            Some(new.name.as_str().into()),
        );
        self.add(
            rule,
            format!("{path}.name"),
            About::Field(&old.name, &new.name),
            (Some(old.place), Some(new.place)),
            values,
        );
    }

    fn field(&mut self, pair: &Pair<'_>, (old, new): (&Field, &Field), path: &str) {
        self.defaults((old.default.as_ref(), new.default.as_ref()), path);
        self.types((old.field_type, new.field_type), path, pair.depth + 1);
    }

    fn defaults(&mut self, (old, new): (Option<&Default>, Option<&Default>), path: &str) {
        let rule = match (old, new) {
            (one, Some(other)) if !other.fits && one.is_none_or(|one| one.fits) => {
                "asyncapi-avro-default-invalid"
            }
            (Some(one), Some(other)) if one.value != other.value => "asyncapi-avro-default-changed",
            (None, Some(_)) => "asyncapi-avro-default-added",
            (Some(_), None) => "asyncapi-avro-default-removed",
            _ => return,
        };
        let place = |side: Option<&Default>| side.map(|it| it.place);
        let value = |side: Option<&Default>| side.map(|it| it.value.clone());
        let values = (value(old), value(new));
        self.add(
            rule,
            format!("{path}.default"),
            About::NoData("only data of writers that do not know the field shows it"),
            (place(old), place(new)),
            values,
        );
    }

    fn enums(&mut self, pair: &Pair<'_>, (old, new): (&Enum, &Enum)) {
        let names = |declared: &Enum| -> BTreeMap<String, Place> {
            let symbols = declared.symbols.iter();
            symbols
                .map(|symbol| (symbol.name.clone(), symbol.place))
                .collect()
        };
        let (before, after) = (names(old), names(new));
        let path = |symbol: &str| format!("{}.symbols[{}]", pair.path, bracketed(symbol));
        for (symbol, place) in before
            .iter()
            .filter(|(symbol, _)| !after.contains_key(*symbol))
        {
            let rule = match new.default {
                Some(_) => "asyncapi-avro-enum-symbol-removed-with-default",
                None => "asyncapi-avro-enum-symbol-removed",
            };
            let value = Some(symbol.as_str().into());
            let about = About::Symbol(symbol);
            self.add(
                rule,
                path(symbol),
                about,
                (Some(*place), None),
                (value, None),
            );
        }
        for (symbol, place) in after
            .iter()
            .filter(|(symbol, _)| !before.contains_key(*symbol))
        {
            let rule = match old.default {
                Some(_) => "asyncapi-avro-enum-symbol-added-with-default",
                None => "asyncapi-avro-enum-symbol-added",
            };
            let value = Some(symbol.as_str().into());
            let about = About::Symbol(symbol);
            self.add(
                rule,
                path(symbol),
                about,
                (None, Some(*place)),
                (None, value),
            );
        }
        self.defaults((old.default.as_ref(), new.default.as_ref()), pair.path);
    }

    fn fixed(&mut self, pair: &Pair<'_>, (old, new): (&Fixed, &Fixed)) {
        if old.size == new.size {
            self.logical(pair);
            return;
        }
        let values = (Some(old.size.into()), Some(new.size.into()));
        let path = format!("{}.size", pair.path);
        self.add(
            "asyncapi-avro-fixed-size-changed",
            path,
            About::Types,
            pair.places(),
            values,
        );
    }
}
