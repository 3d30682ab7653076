//! Tag lists that come in pages.

use std::collections::BTreeSet;

use reqwest::Method;
use serde::Deserialize;
use url::Url;

use super::RegistryRepository;
use super::failure::Failure;
use super::origin::is_same_origin;
use super::repository::web_page;
use super::request::{Answer, Request};
use super::visitor::Action;

/// Tags asked for at once; the largest number that every registry takes.
const PAGE: usize = 1000;

/// Most pages of one list.
const PAGE_LIMIT: usize = 1000;

/// Largest page in bytes.
const PAGE_BYTES: u64 = 8 << 20;

#[derive(Deserialize)]
struct TagList {
    /// Some registries write `null` for an empty list.
    tags: Option<Vec<String>>,
}

impl RegistryRepository {
    /// All tags, page by page.
    pub(super) async fn list_tags(&self) -> Result<Vec<String>, Failure> {
        let path = format!("{}/tags/list?n={PAGE}", self.path);
        let mut next = self.session.address(&path).await?;
        let mut seen = BTreeSet::from([next.to_string()]);
        let mut tags = Vec::new();
        let retry = &self.session.shared.retry;
        for _ in 0..PAGE_LIMIT {
            let (page, following) = retry.run(|| self.read_page(&next)).await?;
            tags.extend(page);
            match following {
                None => return Ok(tags),
                Some(following) => next = following,
            }
            if !seen.insert(next.to_string()) {
                return Err(Failure::server(format!(
                    "the tag list of {} leads back to a page that was read",
                    self.path
                )));
            }
        }
        Err(Failure::server(format!(
            "the tag list of {} has more than {PAGE_LIMIT} pages",
            self.path
        )))
    }

    async fn read_page(&self, page: &Url) -> Result<(Vec<String>, Option<Url>), Failure> {
        let request = Request::new(Method::GET, page.clone());
        let mut answer = self
            .session
            .download(&request, self.purpose(Action::Pull))
            .await?;
        if !answer.status.is_success() {
            return Err(answer.into_failure().await);
        }
        if answer.is_html() {
            return Err(web_page(&answer));
        }
        let following = next_page(&answer, page)?;
        let body = answer.read(PAGE_BYTES).await?;
        let list: TagList = serde_json::from_slice(&body)
            .map_err(|_| Failure::server(format!("{}: not a tag list", answer.what)))?;
        Ok((list.tags.unwrap_or_default(), following))
    }
}

/// The address of `Link: <…>; rel="next"` (RFC 8288), which must lie at the registry.
fn next_page(answer: &Answer, page: &Url) -> Result<Option<Url>, Failure> {
    let Some(target) = answer.headers("link").find_map(next_target) else {
        return Ok(None);
    };
    let next = page
        .join(&target)
        .map_err(|_| Failure::server(format!("{}: the next page is no address", answer.what)))?;
    if !is_same_origin(page, &next) {
        return Err(Failure::refused_for_safety(format!(
            "the tag list goes on at another host, {}",
            next.host_str().unwrap_or("(none)")
        )));
    }
    Ok(Some(next))
}

/// The target of the first link of a header whose relation is `next`.
fn next_target(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        // Parameters go on until the next link begins.
        let parameters = after.split('<').next().unwrap_or_default();
        let is_next = parameters.split([';', ',']).any(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                name.trim().eq_ignore_ascii_case("rel")
                    && value
                        .trim()
                        .trim_matches('"')
                        .split_whitespace()
                        .any(|relation| relation.eq_ignore_ascii_case("next"))
            })
        });
        if is_next {
            return Some(target.to_owned());
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::next_target;

    #[test]
    fn the_next_link_is_found_among_others() {
        for (header, expected) in [
            (
                r#"</v2/a/tags/list?last=x&n=1>; rel="next""#,
                Some("/v2/a/tags/list?last=x&n=1"),
            ),
            ("<https://h/a>; rel=next", Some("https://h/a")),
            (
                r#"</p>; rel="prev", </n>; title="x"; REL="next last""#,
                Some("/n"),
            ),
            (r#"</p>; rel="prev""#, None),
            ("", None),
            ("<", None),
            ("</a", None),
        ] {
            assert_eq!(next_target(header).as_deref(), expected, "{header}");
        }
    }
}
