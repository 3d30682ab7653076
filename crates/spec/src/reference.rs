//! How references are spelled, and why they lead nowhere.

/// Why a reference cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// The file is there, the place in it is not.
    #[error("`{0}` leads nowhere")]
    Dangling(String),
    /// A network address; these are never fetched.
    #[error("`{0}` lies outside the bundle and is not fetched")]
    Remote(String),
    /// A path that leaves the bundle.
    #[error("`{0}` leads out of the bundle")]
    OutsideBundle(String),
    /// No such file.
    #[error("`{0}` names a file that is not in the bundle")]
    MissingFile(String),
    /// A file that cannot be read or does not parse.
    #[error("`{file}` cannot be read: {reason}")]
    Unreadable {
        /// Path in the bundle.
        file: String,
        /// What the reader said.
        reason: String,
    },
    /// A `$dynamicRef` whose target depends on how its schema was reached: several are called so.
    #[error("where `{0}` leads depends on the schema that refers to it")]
    Ambiguous(String),
    /// References that only lead to each other.
    #[error("`{0}` leads back to itself")]
    Cycle(String),
}

impl ReferenceError {
    /// The reference as it is written; of a file that cannot be read its path in the bundle.
    pub fn reference(&self) -> &str {
        match self {
            Self::Dangling(text)
            | Self::Remote(text)
            | Self::OutsideBundle(text)
            | Self::MissingFile(text)
            | Self::Unreadable { file: text, .. }
            | Self::Ambiguous(text)
            | Self::Cycle(text) => text,
        }
    }

    /// Stable code of the diagnostic.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Remote(_) => "external-ref-not-compared",
            _ => "ref-unresolved",
        }
    }
}

/// A reference in its two parts, percent escapes decoded.
pub(crate) struct Parts {
    /// File relative to the one that refers; empty for the same file.
    pub(crate) file: String,
    /// What follows `#`.
    pub(crate) fragment: String,
}

/// Splits a reference.
pub(crate) fn parts(reference: &str) -> Result<Parts, ReferenceError> {
    let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let scheme = file.split_once(':').map(|(scheme, _)| scheme);
    let is_remote = file.starts_with("//")
        || scheme.is_some_and(|scheme| {
            scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric())
        });
    if is_remote {
        return Err(ReferenceError::Remote(reference.to_owned()));
    }
    Ok(Parts {
        file: decoded(file),
        fragment: decoded(fragment),
    })
}

/// The file a relative path names, seen from another file of the bundle.
pub(crate) fn join(from: &str, relative: &str) -> Option<String> {
    let mut segments: Vec<&str> = match relative.strip_prefix('/') {
        Some(_) => return None,
        None => from.split('/').collect(),
    };
    segments.pop();
    for segment in relative.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    (!segments.is_empty()).then(|| segments.join("/"))
}

/// A text with its percent escapes decoded; broken escapes stay as they are.
pub(crate) fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut result = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let escape = bytes
            .get(index + 1..index + 3)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let (b'%', Some(value)) = (byte, escape) {
            result.push(value);
            index += 3;
        } else {
            result.push(*byte);
            index += 1;
        }
    }
    String::from_utf8(result).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_bundle() {
        let from = "interfaces/openapi.yaml";
        assert_eq!(
            join(from, "../common/a.yaml").as_deref(),
            Some("common/a.yaml")
        );
        assert_eq!(join(from, "./a.yaml").as_deref(), Some("interfaces/a.yaml"));
        assert_eq!(join(from, "../../a.yaml"), None);
        assert_eq!(join(from, "/etc/passwd"), None);
    }

    #[test]
    fn escapes_are_decoded_and_broken_ones_kept() {
        assert_eq!(decoded("/paths/~1a%7Bid%7D"), "/paths/~1a{id}");
        assert_eq!(decoded("100%"), "100%");
    }

    #[test]
    fn network_addresses_are_told_from_files() {
        assert!(parts("https://example.com/a.json#/x").is_err());
        assert!(parts("//example.com/a.json").is_err());
        assert_eq!(parts("a.json").map(|parts| parts.file), Ok("a.json".into()));
    }
}
