//! One repository of a registry, as a store of artifacts.

use std::sync::Arc;

use bytes::Bytes;
use pacto_bundle::artifact::Blob;
use pacto_bundle::manifest::{MAX_MANIFEST_BYTES, media_type};
use pacto_bundle::{
    Artifact, Descriptor, Existing, FetchedManifest, Published, Selector, Store, StoreError, sha256,
};
use pacto_contract::Digest;
use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Method, StatusCode};

use super::Referrer;
use super::digest::digest_like;
use super::failure::{Failure, FailureKind};
use super::request::{Answer, Request};
use super::session::Session;
use super::visitor::{Action, Purpose, Visitor};

/// One repository of a registry.
#[derive(Debug, Clone)]
pub struct RegistryRepository {
    pub(super) session: Arc<Session>,
    pub(super) visitor: Arc<Visitor>,
    /// Path below the registry.
    pub(super) path: String,
    /// Registry and repository as the user wrote them.
    name: String,
}

impl RegistryRepository {
    pub(super) fn new(session: Arc<Session>, path: String, name: String) -> Self {
        Self {
            visitor: session.visitor(&path),
            session,
            path,
            name,
        }
    }

    pub(super) fn purpose(&self, action: Action) -> Purpose<'_> {
        Purpose {
            visitor: &self.visitor,
            action,
        }
    }

    async fn manifest_request(&self, method: Method, reference: &str) -> Result<Request, Failure> {
        let path = format!("{}/manifests/{reference}", self.path);
        let mut request = Request::new(method, self.session.address(&path).await?);
        for kind in media_type::READABLE_MANIFESTS {
            request = request.header(ACCEPT, HeaderValue::from_static(kind));
        }
        Ok(request)
    }

    /// One attempt to read a manifest.
    pub(super) async fn read_manifest(
        &self,
        selector: &Selector,
    ) -> Result<FetchedManifest, Failure> {
        let reference = match selector {
            Selector::Tag(tag) => tag.as_str(),
            Selector::Digest(digest) => digest.as_str(),
        };
        let request = self.manifest_request(Method::GET, reference).await?;
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
        let announced = answer
            .header("docker-content-digest")
            .and_then(|text| Digest::parse(text).ok());
        let bytes = answer.read(MAX_MANIFEST_BYTES).await?;
        let digest = match selector {
            Selector::Digest(digest) => verified(digest, &bytes)?,
            Selector::Tag(_) => match announced {
                Some(digest) => verified(&digest, &bytes)?,
                None => sha256(&bytes),
            },
        };
        Ok(FetchedManifest { digest, bytes })
    }

    /// One attempt to learn what a tag names.
    async fn head_tag(&self, tag: &str, action: Action) -> Result<Option<Digest>, Failure> {
        let request = self.manifest_request(Method::HEAD, tag).await?;
        let answer = self
            .session
            .download(&request, self.purpose(action))
            .await?;
        match answer.status {
            StatusCode::NOT_FOUND => return Ok(None),
            StatusCode::METHOD_NOT_ALLOWED => {}
            status if status.is_success() => {
                let announced = answer
                    .header("docker-content-digest")
                    .and_then(|text| Digest::parse(text).ok());
                if let Some(digest) = announced {
                    return Ok(Some(digest));
                }
            }
            _ => return Err(answer.into_failure().await),
        }
        drop(answer);
        match self.read_manifest(&Selector::Tag(tag.to_owned())).await {
            Ok(fetched) => Ok(Some(fetched.digest)),
            Err(failure) if failure.is_not_found() => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    async fn find_tag_for(&self, tag: &str, action: Action) -> Result<Option<Digest>, StoreError> {
        let retry = &self.session.shared.retry;
        retry
            .run(|| self.head_tag(tag, action))
            .await
            .map_err(|failure| failure.at(&format!("{}:{tag}", self.name)))
    }

    /// One attempt to write a manifest under a tag or digest. Tells whether the registry knows
    /// about referrers.
    pub(super) async fn write_manifest(
        &self,
        reference: &str,
        kind: &str,
        bytes: &Bytes,
    ) -> Result<bool, Failure> {
        let path = format!("{}/manifests/{reference}", self.path);
        let request =
            Request::new(Method::PUT, self.session.address(&path).await?).body(kind, bytes.clone());
        let answer = self
            .session
            .send(&request, self.purpose(Action::Push))
            .await?;
        if !answer.status.is_success() {
            let status = answer.status;
            return Err(immutable(answer.into_failure().await, status, reference));
        }
        if answer.is_html() {
            return Err(web_page(&answer));
        }
        // Some registries name neither location nor digest.
        if let Some(digest) = answer
            .header("docker-content-digest")
            .and_then(|text| Digest::parse(text).ok())
        {
            verified(&digest, bytes)?;
        }
        Ok(answer.header("oci-subject").is_some())
    }

    /// What is attached to an artifact; with `artifact_type` only what has that type. Registries
    /// without the referrers API are asked for the tag that stands in for it.
    pub async fn referrers(
        &self,
        digest: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Vec<Referrer>, StoreError> {
        let retry = &self.session.shared.retry;
        retry
            .run(|| self.read_referrers(digest, artifact_type))
            .await
            .map_err(|failure| failure.at(&format!("{}@{digest}", self.name)))
    }

    async fn upload(&self, blob: &Blob) -> Result<(), Failure> {
        let retry = &self.session.shared.retry;
        retry.run(|| self.ensure_blob(blob)).await
    }

    async fn publish_all(&self, tag: &str, artifact: &Artifact) -> Result<(), Failure> {
        futures::try_join!(self.upload(&artifact.config), self.upload(&artifact.layer))?;
        let retry = &self.session.shared.retry;
        let knows_referrers = retry
            .run(|| self.write_manifest(tag, media_type::IMAGE_MANIFEST, &artifact.manifest))
            .await?;
        if !knows_referrers {
            self.list_as_referrer(artifact).await?;
        }
        Ok(())
    }
}

impl Store for RegistryRepository {
    fn repository(&self) -> String {
        self.name.clone()
    }

    async fn tags(&self) -> Result<Vec<String>, StoreError> {
        self.list_tags()
            .await
            .map_err(|failure| failure.at(&self.name))
    }

    async fn find_tag(&self, tag: &str) -> Result<Option<Digest>, StoreError> {
        self.find_tag_for(tag, Action::Pull).await
    }

    async fn fetch_manifest(&self, selector: &Selector) -> Result<FetchedManifest, StoreError> {
        let retry = &self.session.shared.retry;
        retry
            .run(|| self.read_manifest(selector))
            .await
            .map_err(|failure| failure.at(&selector.reference(&self.name)))
    }

    async fn fetch_blob(&self, descriptor: &Descriptor) -> Result<Bytes, StoreError> {
        let retry = &self.session.shared.retry;
        retry
            .run(|| self.read_blob(descriptor))
            .await
            .map_err(|failure| failure.at(&format!("{}@{}", self.name, descriptor.digest)))
    }

    async fn publish(
        &self,
        tag: &str,
        artifact: &Artifact,
        existing: Existing,
    ) -> Result<Published, StoreError> {
        if existing == Existing::Keep
            // Registries that make a repository on the first push say 401 to those who only want
            // to read one that is not there yet.
            && let Some(digest) = self.find_tag_for(tag, Action::Push).await?
        {
            return Ok(Published::Existed { digest });
        }
        self.publish_all(tag, artifact)
            .await
            .map_err(|failure| failure.at(&format!("{}:{tag}", self.name)))?;
        Ok(Published::Written {
            digest: artifact.digest.clone(),
        })
    }
}

/// The digest, when the bytes have it.
pub(super) fn verified(digest: &Digest, bytes: &[u8]) -> Result<Digest, Failure> {
    let actual = digest_like(digest, bytes);
    if actual == digest.as_str() {
        return Ok(digest.clone());
    }
    Err(Failure::lasting(FailureKind::Mismatch {
        expected: digest.to_string(),
        actual,
    }))
}

pub(super) fn web_page(answer: &Answer) -> Failure {
    Failure::server(format!(
        "{}: {} with a web page instead of an answer of a registry",
        answer.what,
        answer.status.as_u16()
    ))
}

/// Registries refuse to move a tag in several ways; all of them mean that it is immutable.
fn immutable(failure: Failure, status: StatusCode, tag: &str) -> Failure {
    let FailureKind::Refused(detail) = &failure.kind else {
        return failure;
    };
    let words = detail.to_ascii_lowercase();
    let is_about_the_tag = matches!(
        status,
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED
    ) || (status == StatusCode::BAD_REQUEST
        && ["immutable", "tag_invalid", "overwrit", "already exists"]
            .iter()
            .any(|word| words.contains(word)));
    if !is_about_the_tag {
        return failure;
    }
    Failure::lasting(FailureKind::Refused(format!(
        "tag `{tag}` exists and is immutable there; publish another version ({detail})"
    )))
}
