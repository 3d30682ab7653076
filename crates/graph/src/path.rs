//! Slash paths, joined and compared as text. Links are not followed: nothing is read here.

/// Joins a path to a directory and drops `.`, `..` and double slashes. An absolute path stays on
/// its own.
pub(crate) fn join(directory: &str, path: &str) -> String {
    let is_absolute = path.starts_with('/') || directory.starts_with('/');
    let base = if path.starts_with('/') { "" } else { directory };
    let mut elements: Vec<&str> = Vec::new();
    for element in base.split('/').chain(path.split('/')) {
        match element {
            "" | "." => {}
            ".." => match elements.last() {
                Some(&last) if last != ".." => {
                    elements.pop();
                }
                _ if is_absolute => {}
                _ => elements.push(".."),
            },
            element => elements.push(element),
        }
    }
    let joined = elements.join("/");
    if is_absolute {
        format!("/{joined}")
    } else if joined.is_empty() {
        ".".to_owned()
    } else {
        joined
    }
}

/// The way from one absolute directory to another, `.` when they are equal.
pub(crate) fn relative(from: &str, to: &str) -> String {
    let elements = |path| {
        let joined = join("/", path);
        joined
            .split('/')
            .filter(|element| !element.is_empty())
            .map(ToOwned::to_owned)
            .collect::<Vec<_>>()
    };
    let (from, to) = (elements(from), elements(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let ups = from.iter().skip(shared).map(|_| "..");
    let downs = to.iter().skip(shared).map(String::as_str);
    let path = ups.chain(downs).collect::<Vec<_>>().join("/");
    if path.is_empty() {
        ".".to_owned()
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_paths_are_clean() {
        for (directory, path, expected) in [
            ("/a/b", "../c", "/a/c"),
            ("/a/b", "./c/", "/a/b/c"),
            ("/a/b", "/c//d", "/c/d"),
            ("/a", "../../..", "/"),
            ("a", "../../b", "../b"),
            ("a", "..", "."),
        ] {
            assert_eq!(join(directory, path), expected, "{directory} + {path}");
        }
    }

    #[test]
    fn the_relative_path_leads_from_one_to_the_other() {
        for (from, to, expected) in [
            ("/a/b", "/a/c", "../c"),
            ("/a/b", "/a/b/c/d", "c/d"),
            ("/a/b", "/a/b", "."),
            ("/a/b", "/x", "../../x"),
        ] {
            assert_eq!(relative(from, to), expected);
            assert_eq!(join(from, expected), to);
        }
    }
}
