//! JSON Pointers (RFC 6901) and the dotted paths that findings print.

use std::fmt;

/// One step of a pointer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PointerSegment {
    /// A key of a mapping.
    Key(String),
    /// A position in a sequence, from 0.
    Index(usize),
}

/// A way from the root of a document to a node. Displays as RFC 6901 text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pointer(pub Vec<PointerSegment>);

impl Pointer {
    /// The pointer to the root.
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads RFC 6901 text; segments of digits become positions and still match keys of the
    /// same spelling.
    pub fn parse(text: &str) -> Self {
        let segments = text
            .split('/')
            .skip(1)
            .map(|segment| match segment.parse::<usize>() {
                Ok(index) if index.to_string() == segment => PointerSegment::Index(index),
                _ => PointerSegment::Key(segment.replace("~1", "/").replace("~0", "~")),
            });
        Self(segments.collect())
    }

    /// The pointer with one more key.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        let mut segments = self.0.clone();
        segments.push(PointerSegment::Key(key.into()));
        Self(segments)
    }

    /// The pointer with one more position.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        let mut segments = self.0.clone();
        segments.push(PointerSegment::Index(index));
        Self(segments)
    }

    /// Dotted form with bracketed positions: `interfaces[1].port`; the root is empty.
    pub fn to_dotted(&self) -> String {
        let mut text = String::new();
        for segment in &self.0 {
            match segment {
                PointerSegment::Key(key) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(key);
                }
                PointerSegment::Index(index) => {
                    text.push_str(&format!("[{index}]"));
                }
            }
        }
        text
    }

    /// Dotted form with positions as plain segments: `interfaces.1.port`.
    pub fn to_plain_dotted(&self) -> String {
        let segments = self.0.iter().map(|segment| match segment {
            PointerSegment::Key(key) => key.clone(),
            PointerSegment::Index(index) => index.to_string(),
        });
        segments.collect::<Vec<_>>().join(".")
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.0 {
            match segment {
                PointerSegment::Key(key) => {
                    write!(f, "/{}", key.replace('~', "~0").replace('/', "~1"))?;
                }
                PointerSegment::Index(index) => write!(f, "/{index}")?,
            }
        }
        Ok(())
    }
}
