//! What a path under `/v2/` names.

/// An endpoint of the distribution specification, with repository and reference.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Ping,
    Manifest {
        repository: String,
        reference: String,
    },
    Blob {
        repository: String,
        digest: String,
    },
    Uploads {
        repository: String,
    },
    Upload {
        repository: String,
        id: String,
    },
    Tags {
        repository: String,
    },
    Referrers {
        repository: String,
        digest: String,
    },
    /// The repository is not a name.
    BadName,
    Unknown,
}

/// Makes an endpoint of a repository and the last segment.
type Maker = fn(String, String) -> Endpoint;

impl Endpoint {
    pub(super) fn parse(path: &str) -> Self {
        let Some(rest) = path.strip_prefix("/v2") else {
            return Self::Unknown;
        };
        let segments: Vec<&str> = match rest {
            "" | "/" => return Self::Ping,
            rest => rest.trim_start_matches('/').split('/').collect(),
        };
        let (repository, endpoint): (&[&str], Maker) = match *segments {
            [ref name @ .., "tags", "list"] => (name, |repository, _| Self::Tags { repository }),
            [ref name @ .., "blobs", "uploads"] | [ref name @ .., "blobs", "uploads", ""] => {
                (name, |repository, _| Self::Uploads { repository })
            }
            [ref name @ .., "blobs", "uploads", _] => {
                (name, |repository, id| Self::Upload { repository, id })
            }
            [ref name @ .., "manifests", _] => (name, |repository, reference| Self::Manifest {
                repository,
                reference,
            }),
            [ref name @ .., "blobs", _] => {
                (name, |repository, digest| Self::Blob { repository, digest })
            }
            [ref name @ .., "referrers", _] => (name, |repository, digest| Self::Referrers {
                repository,
                digest,
            }),
            _ => return Self::Unknown,
        };
        let name = repository.join("/");
        if name.len() > 255 || !repository.iter().all(|part| is_component(part)) {
            return Self::BadName;
        }
        let last = segments.last().copied().unwrap_or_default();
        endpoint(name, last.to_owned())
    }

    /// The repository, where there is one.
    pub(super) fn repository(&self) -> Option<&str> {
        match self {
            Self::Manifest { repository, .. }
            | Self::Blob { repository, .. }
            | Self::Uploads { repository }
            | Self::Upload { repository, .. }
            | Self::Tags { repository }
            | Self::Referrers { repository, .. } => Some(repository),
            Self::Ping | Self::BadName | Self::Unknown => None,
        }
    }
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_component(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    is_word(first)
        && is_word(last)
        && text
            .split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            .all(|separator| {
                matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|b| b == b'-')
            })
}

/// `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`
pub(super) fn is_tag(text: &str) -> bool {
    text.len() <= 128
        && text.bytes().enumerate().all(|(place, byte)| {
            byte.is_ascii_alphanumeric()
                || byte == b'_'
                || (place > 0 && matches!(byte, b'.' | b'-'))
        })
        && !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, is_tag};

    #[test]
    fn repositories_with_slashes_are_told_from_endpoints() {
        assert_eq!(
            Endpoint::parse("/v2/a/blobs/b/manifests/v1"),
            Endpoint::Manifest {
                repository: "a/blobs/b".to_owned(),
                reference: "v1".to_owned()
            }
        );
        assert_eq!(
            Endpoint::parse("/v2/a/blobs/uploads/"),
            Endpoint::Uploads {
                repository: "a".to_owned()
            }
        );
        assert_eq!(Endpoint::parse("/v2/A/tags/list"), Endpoint::BadName);
        assert_eq!(Endpoint::parse("/v2/a..b/tags/list"), Endpoint::BadName);
        assert_eq!(Endpoint::parse("/v2/"), Endpoint::Ping);
    }

    #[test]
    fn a_tag_does_not_begin_with_a_dot() {
        assert!(is_tag("1.0.0-rc.1"));
        assert!(!is_tag(".1"));
        assert!(!is_tag(""));
        assert!(!is_tag("a+b"));
    }
}
