//! Writes a tape while a reader walks through a text, and keeps the limits.

use pacto_diagnostic::Span;

use crate::tape::{ITEMS_PER_MARK, LARGE_MAPPING, Record, Tag, Tape};
use crate::{Limits, Number};

/// Why reading stopped, before places are turned into lines and columns.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) message: String,
    pub(crate) span: Option<Span>,
    pub(crate) related: Option<(String, Span)>,
    /// A limit was passed: another reader would pass it too.
    pub(crate) is_limit: bool,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>, span: impl Into<Option<Span>>) -> Self {
        Self {
            message: message.into(),
            span: span.into(),
            related: None,
            is_limit: false,
        }
    }

    pub(crate) fn too_deep(limits: Limits, span: Span) -> Self {
        let levels = limits.depth;
        Self::limit(
            format!("document is nested deeper than {levels} levels"),
            span,
        )
    }

    fn limit(message: String, span: Span) -> Self {
        Self {
            is_limit: true,
            ..Self::new(message, span)
        }
    }
}

/// A container that is not closed yet.
#[derive(Debug)]
struct Open {
    index: u32,
    is_mapping: bool,
    expanded_before: usize,
    text_before: usize,
    /// Levels of containers inside, aliases followed.
    height: usize,
    has_merge: bool,
}

/// A finished node, as an alias needs to know it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Built {
    pub(crate) index: u32,
    /// Number of nodes, itself included, aliases followed.
    pub(crate) size: usize,
    /// Bytes of the scalars in it, aliases followed.
    text: usize,
    /// Levels of containers, itself included; 0 for scalars.
    pub(crate) height: usize,
}

/// The tape so far and the containers that are open.
pub(crate) struct Builder<'t> {
    text: &'t str,
    limits: Limits,
    tape: Tape,
    open: Vec<Open>,
    expanded: usize,
    /// Bytes of scalars so far, aliases followed.
    expanded_text: usize,
    /// Scratch space for the keys of the mapping being closed.
    keys: Vec<u32>,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(text: &'t str, limits: Limits) -> Self {
        let mut tape = Tape::default();
        // Dense JSON has a node every dozen bytes; large texts start near their final size.
        tape.records.reserve((text.len() / 16).min(limits.nodes));
        Self {
            text,
            limits,
            tape,
            open: Vec::new(),
            expanded: 0,
            expanded_text: 0,
            keys: Vec::new(),
        }
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// Whether the innermost open container is a mapping; `None` at the root.
    pub(crate) fn innermost_is_mapping(&self) -> Option<bool> {
        self.open.last().map(|open| open.is_mapping)
    }

    /// The place of a record.
    pub(crate) fn span_of(&self, index: u32) -> Span {
        let record = self.tape.record(index);
        Span::new(record.start, record.end)
    }

    /// Whether a record holds text, possibly behind an alias.
    pub(crate) fn is_text(&self, index: u32) -> bool {
        let tag = self.tape.record(self.tape.resolve(index)).tag;
        matches!(tag, Tag::Plain | Tag::Buffered)
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Problem> {
        self.expanded = self.expanded.saturating_add(nodes);
        if self.expanded > self.limits.nodes {
            let limit = self.limits.nodes;
            return Err(Problem::limit(
                format!("document has more than {limit} nodes"),
                span,
            ));
        }
        Ok(())
    }

    fn push(&mut self, record: Record) -> Result<Built, Problem> {
        self.count(1, Span::new(record.start, record.end))?;
        let text = match record.tag {
            Tag::Plain | Tag::Buffered => record.b.saturating_sub(record.a),
            Tag::Integer | Tag::Unsigned | Tag::Float => record.end.saturating_sub(record.start),
            _ => 0,
        } as usize;
        self.expanded_text += text;
        let index = self.tape.records.len() as u32;
        self.tape.records.push(record);
        Ok(Built {
            index,
            size: 1,
            text,
            height: 0,
        })
    }

    /// Adds a null or boolean.
    pub(crate) fn word(&mut self, span: Span, tag: Tag) -> Result<Built, Problem> {
        self.push(Record {
            start: span.start,
            end: span.end,
            a: 0,
            b: 0,
            tag,
        })
    }

    /// Adds a number.
    pub(crate) fn number(&mut self, span: Span, number: Number) -> Result<Built, Problem> {
        self.push(Record::number(span.start, span.end, number))
    }

    /// Adds text that stands in the source as it is.
    pub(crate) fn plain(&mut self, span: Span, content: Span) -> Result<Built, Problem> {
        self.push(Record {
            start: span.start,
            end: span.end,
            a: content.start,
            b: content.end,
            tag: Tag::Plain,
        })
    }

    /// Adds text that stands in the source in another form.
    pub(crate) fn buffered(&mut self, span: Span, value: &str) -> Result<Built, Problem> {
        let a = self.tape.buffer.len();
        self.tape.buffer.push_str(value);
        let b = self.tape.buffer.len();
        if b > u32::MAX as usize {
            return Err(Problem::limit("document is too large".to_owned(), span));
        }
        self.push(Record {
            start: span.start,
            end: span.end,
            a: a as u32,
            b: b as u32,
            tag: Tag::Buffered,
        })
    }

    /// Adds a node that stands for a finished one.
    pub(crate) fn alias(&mut self, span: Span, target: Built) -> Result<Built, Problem> {
        self.count(target.size.saturating_sub(1), span)?;
        self.check_depth(target.height, span)?;
        // Copies of one long text are small in nodes only.
        self.expanded_text = self.expanded_text.saturating_add(target.text);
        if target.text > 0 && self.expanded_text > self.limits.bytes.saturating_mul(2) {
            let limit = self.limits.bytes;
            return Err(Problem::limit(
                format!("document is larger than {limit} bytes when its aliases are followed"),
                span,
            ));
        }
        if let Some(open) = self.open.last_mut() {
            open.height = open.height.max(target.height);
        }
        let built = self.push(Record {
            start: span.start,
            end: span.end,
            a: self.tape.resolve(target.index),
            b: 0,
            tag: Tag::Alias,
        })?;
        Ok(Built {
            index: built.index,
            ..target
        })
    }

    /// Adds the key `<<`.
    pub(crate) fn merge_key(&mut self, span: Span) -> Result<Built, Problem> {
        if let Some(open) = self.open.last_mut() {
            open.has_merge = true;
        }
        self.word(span, Tag::MergeKey)
    }

    fn check_depth(&self, more: usize, span: Span) -> Result<(), Problem> {
        if self.open.len() + more > self.limits.depth {
            return Err(Problem::too_deep(self.limits, span));
        }
        Ok(())
    }

    /// Opens a container.
    pub(crate) fn open(&mut self, start: u32, is_mapping: bool) -> Result<(), Problem> {
        let span = Span::new(start, start);
        self.check_depth(1, span)?;
        let expanded_before = self.expanded;
        let text_before = self.expanded_text;
        let built = self.push(Record {
            start,
            end: start,
            a: 0,
            b: 0,
            tag: if is_mapping {
                Tag::Mapping
            } else {
                Tag::Sequence
            },
        })?;
        self.open.push(Open {
            index: built.index,
            is_mapping,
            expanded_before,
            text_before,
            height: 0,
            has_merge: false,
        });
        Ok(())
    }

    /// Closes the innermost container; `end` is the offset after it.
    pub(crate) fn close(&mut self, end: u32) -> Result<Built, Problem> {
        let Some(open) = self.open.pop() else {
            return Err(Problem::new("nothing to close", Span::new(end, end)));
        };
        let count = if open.is_mapping {
            self.check_keys(&open)?
        } else {
            let marks_before = self.tape.item_marks.len() as u32;
            let mut count = 0;
            let mut next = open.index + 1;
            while (next as usize) < self.tape.records.len() {
                if count > 0 && count % ITEMS_PER_MARK == 0 {
                    self.tape.item_marks.push(next);
                }
                count += 1;
                next = self.tape.after(next);
            }
            if self.tape.item_marks.len() as u32 > marks_before {
                self.tape.large_sequences.push((open.index, marks_before));
            }
            count
        };
        let content_end = self.tape.records.len() as u32;
        if let Some(record) = self.tape.records.get_mut(open.index as usize) {
            record.end = end.max(record.start);
            record.a = content_end;
            record.b = count;
        }
        let height = open.height + 1;
        if let Some(parent) = self.open.last_mut() {
            parent.height = parent.height.max(height);
        }
        Ok(Built {
            index: open.index,
            size: self.expanded - open.expanded_before,
            text: self.expanded_text - open.text_before,
            height,
        })
    }

    /// Refuses duplicate keys, adds merged entries, sorts the keys of a large mapping; returns the
    /// number of entries.
    fn check_keys(&mut self, open: &Open) -> Result<u32, Problem> {
        let mut keys = std::mem::take(&mut self.keys);
        self.collect_keys(open.index, self.tape.records.len() as u32, &mut keys);
        self.check_duplicates(&mut keys)?;
        if open.has_merge {
            self.merge(&keys)?;
            self.collect_keys(open.index, self.tape.records.len() as u32, &mut keys);
            keys.retain(|key| self.tape.record(*key).tag != Tag::MergeKey);
            if keys.len() >= LARGE_MAPPING {
                self.sort_keys(&mut keys);
            }
        }
        if keys.len() >= LARGE_MAPPING {
            let start = self.tape.sorted_keys.len() as u32;
            self.tape.sorted_keys.extend_from_slice(&keys);
            self.tape.large_mappings.push((open.index, start));
        }
        let count = keys.len() as u32;
        self.keys = keys;
        Ok(count)
    }

    fn collect_keys(&self, mapping: u32, end: u32, keys: &mut Vec<u32>) {
        keys.clear();
        let mut next = mapping + 1;
        while next < end {
            keys.push(next);
            next = self.tape.after(next + 1);
        }
    }

    fn key_text(&self, key: u32) -> &str {
        self.tape.text(self.text, key).unwrap_or_default()
    }

    fn sort_keys(&self, keys: &mut [u32]) {
        keys.sort_by(|left, right| self.key_text(*left).cmp(self.key_text(*right)));
    }

    fn check_duplicates(&self, keys: &mut [u32]) -> Result<(), Problem> {
        let duplicate = if keys.len() < LARGE_MAPPING {
            keys.iter().enumerate().find_map(|(position, key)| {
                let text = self.key_text(*key);
                let first = keys
                    .iter()
                    .take(position)
                    .find(|first| self.key_text(**first) == text)?;
                Some((*first, *key))
            })
        } else {
            self.sort_keys(keys);
            keys.array_windows()
                .filter(|[first, second]| self.key_text(*first) == self.key_text(*second))
                .map(|[first, second]| (*first, *second))
                .min_by_key(|(_, second)| *second)
        };
        let Some((first, second)) = duplicate else {
            return Ok(());
        };
        let (first_span, span) = (self.span_of(first), self.span_of(second));
        let before = self.text.get(..first_span.start as usize).unwrap_or("");
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let key = self.key_text(second);
        Err(Problem {
            related: Some(("first defined here".to_owned(), first_span)),
            ..Problem::new(
                format!("mapping key \"{key}\" already defined at line {line}"),
                span,
            )
        })
    }

    /// Appends the entries that merge keys bring in: explicit keys win over merged ones, earlier
    /// merged mappings over later ones.
    fn merge(&mut self, keys: &[u32]) -> Result<(), Problem> {
        let mut sources = Vec::new();
        for key in keys {
            if self.tape.record(*key).tag == Tag::MergeKey {
                self.merge_sources(key + 1, &mut sources)?;
            }
        }
        let mut seen: std::collections::BTreeSet<String> = keys
            .iter()
            .filter(|key| self.tape.record(**key).tag != Tag::MergeKey)
            .map(|key| self.key_text(*key).to_owned())
            .collect();
        let mut merged = Vec::new();
        for source in sources {
            let mut entries = Vec::new();
            self.collect_keys(source, self.tape.record(source).a, &mut entries);
            for key in entries {
                if self.tape.record(key).tag != Tag::MergeKey
                    && seen.insert(self.key_text(key).to_owned())
                {
                    merged.push(key);
                }
            }
        }
        for index in merged.into_iter().flat_map(|key| [key, key + 1]) {
            // Their nodes were counted with the value of the merge key.
            let target = self.tape.resolve(index);
            let span = self.span_of(index);
            self.tape.records.push(Record {
                start: span.start,
                end: span.end,
                a: target,
                b: 0,
                tag: Tag::Alias,
            });
        }
        Ok(())
    }

    /// The mappings that the value of a merge key names.
    fn merge_sources(&self, value: u32, sources: &mut Vec<u32>) -> Result<(), Problem> {
        let wrong = |index| {
            Problem::new(
                "map merge requires map or sequence of maps as the value",
                self.span_of(index),
            )
        };
        let node = self.tape.resolve(value);
        let record = self.tape.record(node);
        match record.tag {
            Tag::Mapping => sources.push(node),
            Tag::Sequence => {
                let mut next = node + 1;
                while next < record.a {
                    let item = self.tape.resolve(next);
                    if self.tape.record(item).tag != Tag::Mapping {
                        return Err(wrong(next));
                    }
                    sources.push(item);
                    next = self.tape.after(next);
                }
            }
            _ => return Err(wrong(value)),
        }
        Ok(())
    }

    /// The finished tape.
    pub(crate) fn finish(mut self) -> Tape {
        self.tape.large_mappings.sort_unstable();
        self.tape.large_sequences.sort_unstable();
        self.tape.records.shrink_to_fit();
        self.tape
    }
}
