//! `WWW-Authenticate` (RFC 9110, section 11.6.1).

/// What a registry asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// User and password with every request.
    Basic,
    /// A token from `realm`.
    Bearer {
        /// Where tokens are given out.
        realm: String,
        /// What the token is for.
        service: Option<String>,
        /// What the token must allow, as the registry sees it; blank-separated in the header.
        scopes: Vec<String>,
    },
}

impl Challenge {
    /// Chooses among the challenges of all headers: Bearer before Basic, others are unknown.
    pub(super) fn choose<'h>(headers: impl IntoIterator<Item = &'h str>) -> Option<Self> {
        let mut basic = None;
        for header in headers {
            for (scheme, parameters) in challenges(header) {
                if scheme.eq_ignore_ascii_case("bearer") {
                    if let Some(bearer) = Self::bearer(&parameters) {
                        return Some(bearer);
                    }
                } else if scheme.eq_ignore_ascii_case("basic") {
                    basic = Some(Self::Basic);
                }
            }
        }
        basic
    }

    fn bearer(parameters: &[(String, String)]) -> Option<Self> {
        let get = |name: &str| {
            parameters
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.clone())
        };
        Some(Self::Bearer {
            realm: get("realm")?,
            service: get("service"),
            scopes: get("scope")
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        })
    }
}

type Parameters = Vec<(String, String)>;

/// Splits a header into schemes with their parameters. Text that makes no sense ends the reading.
fn challenges(header: &str) -> Vec<(String, Parameters)> {
    let mut found: Vec<(String, Parameters)> = Vec::new();
    let mut rest = header.trim_start_matches([' ', ',', '\t']);
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c == ',' || c.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let after = after.trim_start_matches([' ', '\t']);
        if let Some(value) = after.strip_prefix('=') {
            let (value, after) = read_value(value.trim_start_matches([' ', '\t']));
            match found.last_mut() {
                Some((_, parameters)) => parameters.push((word.to_owned(), value)),
                None => return found,
            }
            rest = after;
        } else {
            if word.is_empty() {
                return found;
            }
            found.push((word.to_owned(), Vec::new()));
            rest = after;
        }
        rest = rest.trim_start_matches([' ', ',', '\t']);
    }
    found
}

/// A token or quoted text, and what follows it.
fn read_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text
            .find(|c: char| c == ',' || c.is_ascii_whitespace())
            .unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return (value, quoted.get(place + 1..).unwrap_or_default()),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::Challenge;

    fn bearer(realm: &str, service: Option<&str>, scopes: &[&str]) -> Challenge {
        Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.map(str::to_owned),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        }
    }

    #[test]
    fn the_usual_bearer_challenge_is_read() {
        let header = r#"Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a/b:pull,push repository:c:pull",error="insufficient_scope""#;
        assert_eq!(
            Challenge::choose([header]),
            Some(bearer(
                "https://auth.example.com/token",
                Some("registry"),
                &["repository:a/b:pull,push", "repository:c:pull"]
            ))
        );
    }

    #[test]
    fn case_blanks_tokens_and_escapes_do_not_matter() {
        assert_eq!(
            Challenge::choose([r#"bEARER  Realm = "https://a/\"x" , service=r"#]),
            Some(bearer("https://a/\"x", Some("r"), &[]))
        );
    }

    #[test]
    fn bearer_is_preferred_wherever_it_stands() {
        let expected = Some(bearer("https://a", None, &[]));
        assert_eq!(
            Challenge::choose([r#"Basic realm="x", Bearer realm="https://a""#]),
            expected
        );
        assert_eq!(
            Challenge::choose([r#"Basic realm="x""#, r#"Bearer realm="https://a""#]),
            expected
        );
    }

    #[test]
    fn a_bearer_challenge_without_realm_is_none() {
        assert_eq!(Challenge::choose(["Bearer service=x"]), None);
        assert_eq!(Challenge::choose(["Negotiate"]), None);
        assert_eq!(Challenge::choose(["", "=", "\"", ",,,"]), None);
        assert_eq!(
            Challenge::choose(["Bearer service=x", "Basic"]),
            Some(Challenge::Basic)
        );
    }
}
