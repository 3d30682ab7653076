//! Paths of API schemas as people say them.

/// `POST /charges request .currency required` for
/// `openapi.paths[/charges].methods[POST].request-body.schema.required[currency]`; `None` for
/// paths that are not about an operation.
pub(super) fn spoken(path: &str) -> Option<String> {
    let mut steps = Steps(path.strip_prefix("openapi")?);
    let ("paths", Some(template)) = steps.next()? else {
        return None;
    };
    let ("methods", Some(method)) = steps.next()? else {
        return None;
    };
    let mut text = format!("{method} {template}");
    let mut value = String::new();
    let mut after = String::new();
    for (name, key) in steps {
        match (name, key) {
            ("request-body", None) => text.push_str(" request"),
            ("responses", Some(status)) => text.push_str(&format!(" response {status}")),
            ("parameters", Some(parameter)) => {
                let (name, place) = parameter.rsplit_once(':').unwrap_or((parameter, ""));
                text.push_str(&format!(" {place} parameter {name}"));
            }
            ("headers", Some(header)) => text.push_str(&format!(" header {header}")),
            ("content", Some(media_type)) => text.push_str(&format!(" {media_type}")),
            ("schema", None) => {}
            ("properties", Some(property)) => value.push_str(&format!(".{property}")),
            ("items", None) => value.push_str("[]"),
            ("required", Some(property)) => {
                value.push_str(&format!(".{property}"));
                after.push_str(" required");
            }
            (name, Some(key)) => after.push_str(&format!(" {name} {key}")),
            (name, None) => after.push_str(&format!(" {name}")),
        }
    }
    if !value.is_empty() {
        text.push(' ');
        text.push_str(&value);
    }
    text.push_str(&after);
    Some(text)
}

/// The steps of a path, `.name` or `.name[key]`; a key may hold brackets and escaped ones.
struct Steps<'p>(&'p str);

impl<'p> Iterator for Steps<'p> {
    type Item = (&'p str, Option<&'p str>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0.strip_prefix('.')?;
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let Some(inner) = rest.strip_prefix('[') else {
            self.0 = rest;
            return Some((name, None));
        };
        let mut is_escaped = false;
        let close = inner.char_indices().find(|(_, character)| {
            let is_end = *character == ']' && !is_escaped;
            is_escaped = *character == '\\' && !is_escaped;
            is_end
        });
        let (end, _) = close?;
        self.0 = inner.get(end + 1..)?;
        Some((name, inner.get(..end)))
    }
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn a_path_says_operation_place_and_value() {
        let said = |path: &str| spoken(path).expect("a path of an operation");
        assert_eq!(
            said("openapi.paths[/a.b/{id}].methods[POST].request-body.schema.required[currency]"),
            "POST /a.b/{id} request .currency required"
        );
        assert_eq!(
            said(
                "openapi.paths[/u].methods[GET].responses[200].schema.items.properties[s].enum[x]"
            ),
            "GET /u response 200 [].s enum x"
        );
        assert_eq!(
            said("openapi.paths[/u].methods[GET].parameters[sort:query].schema.maxLength"),
            "GET /u query parameter sort maxLength"
        );
        assert_eq!(spoken("openapi.security[oauth]"), None);
        assert_eq!(spoken("configuration.properties[a]"), None);
    }
}
