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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_parameters_are_erased() {
        assert_eq!(template_key("/a/{id}.json"), "/a/{}.json");
        assert_eq!(template_key("/a/{id}/b/{x}"), "/a/{}/b/{}");
        assert_ne!(template_key("/a/{id}"), template_key("/a/{id}.json"));
    }
}
