//! Path templates.

/// A template with the names of its parameters erased: `/users/{id}` and `/users/{userId}` are
/// both `/users/{}`.
pub fn template_key(template: &str) -> String {
    let mut key = String::with_capacity(template.len());
    let mut is_inside = false;
    for character in template.chars() {
        match character {
            '{' => {
                is_inside = true;
                key.push('{');
            }
            '}' => {
                is_inside = false;
                key.push('}');
            }
            _ if is_inside => {}
            other => key.push(other),
        }
    }
    key
}

/// A template with the text around its parameters erased as well: `/users/{id}` and
/// `/users/{key}.json` are both `/users/{}`. A verb after a colon, as in `/users/{id}:lock`, says
/// what is done and stays. `None` for a template without parameters.
pub fn layout_key(template: &str) -> Option<String> {
    let segments: Vec<String> = template
        .split('/')
        .map(|segment| {
            let parameters = segment.matches('{').count();
            if parameters == 0 {
                return segment.to_owned();
            }
            let after = segment.rsplit('}').next().unwrap_or("");
            let verb = after.find(':').and_then(|at| after.get(at..)).unwrap_or("");
            format!("{}{verb}", "{}".repeat(parameters))
        })
        .collect();
    template.contains('{').then(|| segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_around_parameters_is_erased_but_verbs_and_other_segments_stay() {
        let same = |one: &str, other: &str| layout_key(one) == layout_key(other);
        assert!(same("/a/{id}", "/a/{key}.json"));
        assert!(same("/a/{x}-{y}/b", "/a/{x}.{y}/b"));
        assert!(!same("/a/{x}-{y}", "/a/{x}"));
        assert!(!same("/a/{id}:lock", "/a/{id}:open"));
        assert!(!same("/a/{id}", "/a/{id}:open"));
        assert!(!same("/a/{id}/x.json", "/a/{id}/x"));
        assert_eq!(layout_key("/a.json"), None);
    }

    #[test]
    fn only_the_names_of_parameters_are_erased() {
        assert_eq!(template_key("/a/{id}.json"), "/a/{}.json");
        assert_eq!(template_key("/a/{id}/b/{x}"), "/a/{}/b/{}");
        assert_ne!(template_key("/a/{id}"), template_key("/a/{id}.json"));
    }
}
