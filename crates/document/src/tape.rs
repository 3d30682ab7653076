//! The flat form of a parsed tree.
//!
//! One record per node, in document order; a container knows where its content ends, so that
//! skipping it is one step. Entries of a mapping are a key record followed by the value.

use crate::Number;

/// What a record stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Null,
    False,
    True,
    Integer,
    Unsigned,
    Float,
    /// Text at offsets `a..b` of the source.
    Plain,
    /// Text at offsets `a..b` of the side buffer.
    Buffered,
    /// Items follow up to index `a`; there are `b` of them.
    Sequence,
    /// Entries follow up to index `a`; there are `b` of them, merge keys not counted.
    Mapping,
    /// The node is the record at index `a`, which is no alias.
    Alias,
    /// The key `<<` of a mapping: it and its value are no entry.
    MergeKey,
}

/// One node: its place in the source and a payload that depends on the tag.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) tag: Tag,
}

impl Record {
    /// What is read beyond the end of a tape.
    const NULL: Self = Self {
        start: 0,
        end: 0,
        a: 0,
        b: 0,
        tag: Tag::Null,
    };

    /// A record for a number.
    pub(crate) fn number(start: u32, end: u32, number: Number) -> Self {
        let (tag, bits) = match number {
            Number::Integer(value) => (Tag::Integer, value as u64),
            Number::Unsigned(value) => (Tag::Unsigned, value),
            Number::Float(value) => (Tag::Float, value.to_bits()),
        };
        Self {
            start,
            end,
            a: bits as u32,
            b: (bits >> 32) as u32,
            tag,
        }
    }

    /// The number, when the record is one.
    pub(crate) fn as_number(self) -> Option<Number> {
        let bits = u64::from(self.b) << 32 | u64::from(self.a);
        match self.tag {
            Tag::Integer => Some(Number::Integer(bits as i64)),
            Tag::Unsigned => Some(Number::Unsigned(bits)),
            Tag::Float => Some(Number::Float(f64::from_bits(bits))),
            _ => None,
        }
    }
}

/// Nodes in document order, containers followed by their content.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tape {
    pub(crate) records: Vec<Record>,
    /// Text that does not stand in the source as it is.
    pub(crate) buffer: String,
    /// Key records of each large mapping, sorted by text, one run after the other.
    pub(crate) sorted_keys: Vec<u32>,
    /// Index of each large mapping and where its run in `sorted_keys` begins, sorted.
    pub(crate) large_mappings: Vec<(u32, u32)>,
    /// Every [`ITEMS_PER_MARK`]th item of each large sequence, the first one left out, one run
    /// after the other.
    pub(crate) item_marks: Vec<u32>,
    /// Index of each large sequence and where its run in `item_marks` begins, sorted.
    pub(crate) large_sequences: Vec<(u32, u32)>,
}

/// Looking up an item of a sequence takes at most this many steps.
pub(crate) const ITEMS_PER_MARK: u32 = 64;

/// From this number of entries on, a mapping has its keys sorted for lookups.
pub(crate) const LARGE_MAPPING: usize = 17;

impl Tape {
    /// The record at an index.
    pub(crate) fn record(&self, index: u32) -> Record {
        self.records
            .get(index as usize)
            .copied()
            .unwrap_or(Record::NULL)
    }

    /// Index of the node itself, behind an alias.
    pub(crate) fn resolve(&self, index: u32) -> u32 {
        let record = self.record(index);
        if record.tag == Tag::Alias {
            record.a
        } else {
            index
        }
    }

    /// Index after a node and its content.
    pub(crate) fn after(&self, index: u32) -> u32 {
        let record = self.record(index);
        match record.tag {
            Tag::Sequence | Tag::Mapping => record.a,
            _ => index + 1,
        }
    }

    /// Index of the item at a position of the sequence at an index.
    pub(crate) fn item(&self, sequence: u32, position: usize) -> Option<u32> {
        let record = self.record(sequence);
        let position = u32::try_from(position).ok()?;
        if record.tag != Tag::Sequence || position >= record.b {
            return None;
        }
        let mark = position / ITEMS_PER_MARK;
        let mut index = sequence + 1;
        let mut steps = position;
        if mark > 0
            && let Ok(found) = self
                .large_sequences
                .binary_search_by_key(&sequence, |(index, _)| *index)
        {
            let (_, start) = *self.large_sequences.get(found)?;
            index = *self.item_marks.get((start + mark - 1) as usize)?;
            steps = position % ITEMS_PER_MARK;
        }
        for _ in 0..steps {
            index = self.after(index);
        }
        Some(index)
    }

    /// The text of a string record.
    pub(crate) fn text<'t>(&'t self, source: &'t str, index: u32) -> Option<&'t str> {
        let record = self.record(self.resolve(index));
        let range = record.a as usize..record.b as usize;
        match record.tag {
            Tag::Plain => source.get(range),
            Tag::Buffered => self.buffer.get(range),
            Tag::MergeKey => Some("<<"),
            _ => None,
        }
    }

    /// Finds the key record of an entry in the mapping at an index.
    pub(crate) fn find_key(&self, source: &str, mapping: u32, key: &str) -> Option<u32> {
        let record = self.record(mapping);
        if record.tag != Tag::Mapping {
            return None;
        }
        if record.b as usize >= LARGE_MAPPING
            && let Ok(position) = self
                .large_mappings
                .binary_search_by_key(&mapping, |(index, _)| *index)
        {
            let (_, start) = *self.large_mappings.get(position)?;
            let start = start as usize;
            let keys = self.sorted_keys.get(start..start + record.b as usize)?;
            let position = keys
                .binary_search_by(|index| self.text(source, *index).unwrap_or_default().cmp(key))
                .ok()?;
            return keys.get(position).copied();
        }
        let mut next = mapping + 1;
        while next < record.a {
            let is_merge = self.record(next).tag == Tag::MergeKey;
            if !is_merge && self.text(source, next) == Some(key) {
                return Some(next);
            }
            next = self.after(next + 1);
        }
        None
    }
}
