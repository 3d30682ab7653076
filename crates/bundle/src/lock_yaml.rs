//! Writing a lock file as YAML: keys in a fixed order, empty fields left out, two spaces deep.

use std::fmt::Write as _;

use crate::lock::{LOCK_VERSION, LockFile, LockedDependency, LockedReference, Pin};

pub(crate) fn write(lock: &LockFile) -> String {
    let mut yaml = format!(
        "lockVersion: {LOCK_VERSION}\npacto:\n  version: {}\nroot:\n  name: {}\n  version: {}\n",
        scalar(&lock.pacto_version),
        scalar(&lock.root.name),
        scalar(&lock.root.version)
    );
    let mut dependencies: Vec<&LockedDependency> = lock.dependencies.iter().collect();
    dependencies.sort();
    if !dependencies.is_empty() {
        yaml.push_str("dependencies:\n");
    }
    for dependency in dependencies {
        let mut entry = Entry::new(&mut yaml);
        entry.field("name", &dependency.name);
        entry.target(&dependency.pin);
        entry.optional("constraint", dependency.constraint.as_deref());
        entry.optional("version", dependency.version.as_deref());
        entry.pinned(&dependency.pin);
        entry.list("dependsOn", &dependency.depends_on);
    }
    let mut references: Vec<&LockedReference> = lock.references.iter().collect();
    references.sort();
    if !references.is_empty() {
        yaml.push_str("references:\n");
    }
    for reference in references {
        let mut entry = Entry::new(&mut yaml);
        entry.field("kind", reference.kind.as_str());
        entry.field("name", &reference.name);
        entry.target(&reference.pin);
        entry.optional("version", reference.version.as_deref());
        entry.pinned(&reference.pin);
    }
    yaml
}

/// One item of a list.
struct Entry<'y> {
    yaml: &'y mut String,
    indent: &'static str,
}

impl<'y> Entry<'y> {
    fn new(yaml: &'y mut String) -> Self {
        Self {
            yaml,
            indent: "  - ",
        }
    }

    fn raw(&mut self, key: &str, value: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.yaml, "{}{key}: {value}", self.indent);
        self.indent = "    ";
    }

    fn field(&mut self, key: &str, value: &str) {
        self.raw(key, &scalar(value));
    }

    fn optional(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.field(key, value);
        }
    }

    fn list(&mut self, key: &str, values: &[String]) {
        if values.is_empty() {
            return;
        }
        let mut values: Vec<&String> = values.iter().collect();
        values.sort();
        let values: Vec<String> = values.into_iter().map(|value| scalar(value)).collect();
        self.raw(key, &format!("[{}]", values.join(", ")));
    }

    fn target(&mut self, pin: &Pin) {
        match pin {
            Pin::Artifact { reference, .. } => {
                self.field("source", "oci");
                self.field("ref", reference);
            }
            Pin::Local { path, .. } => {
                self.field("source", "local");
                self.field("path", path);
            }
        }
    }

    fn pinned(&mut self, pin: &Pin) {
        match pin {
            Pin::Artifact { digest, .. } => self.field("digest", digest.as_str()),
            Pin::Local { content_hash, .. } => self.field("contentHash", content_hash.as_str()),
        }
    }
}

/// A scalar that every YAML reader takes for this text: plain where nobody could take it for
/// anything else, else in double quotes.
fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        // A JSON string is a double-quoted scalar.
        serde_json::Value::from(text).to_string()
    }
}

fn is_plain(text: &str) -> bool {
    let is_ordinary = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._/@:+^~-".contains(&byte));
    if !is_ordinary || text.ends_with(':') {
        return false;
    }
    // Words and numbers that some version of YAML reads as something else.
    let is_word = matches!(
        text.to_ascii_lowercase().as_str(),
        "" | "~" | "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    if is_word {
        return false;
    }
    match text.as_bytes() {
        [b'^' | b'~' | b'/', ..] | [b'.', b'/', ..] | [b'.', b'.', b'/', ..] => true,
        [first, ..] if first.is_ascii_alphabetic() => true,
        // `1.4` is a number, `1.4.0` and `1.4.0-rc.1` are not.
        [first, ..] if first.is_ascii_digit() => {
            let mut parts = text.splitn(3, '.');
            let is_number = |part: Option<&str>| {
                part.is_some_and(|part| {
                    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
                })
            };
            is_number(parts.next())
                && is_number(parts.next())
                && parts.next().is_some_and(|rest| !rest.contains(':'))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_read_as_something_else_is_quoted() {
        for plain in [
            "1.4.0",
            "1.4.0-rc.1",
            "^2.0.0",
            "~1.2",
            "../a",
            "./a",
            "/srv/a",
            "a:1.0",
            "v1",
        ] {
            assert_eq!(scalar(plain), plain);
        }
        for quoted in [
            "", "1", "1.4", "1e3", "0x1f", "~", "null", "Yes", ">=1", "*", "a b", "a: b", "-",
            ".5", "a:", "#a", "é", "12:30:45",
        ] {
            assert_eq!(scalar(quoted), format!("\"{quoted}\""));
        }
        assert_eq!(scalar("a\"\n"), "\"a\\\"\\n\"");
    }
}
