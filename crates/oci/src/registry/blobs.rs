//! Blobs: read with their digest checked, written only when they are missing.

use bytes::Bytes;
use pacto_bundle::Descriptor;
use pacto_bundle::artifact::Blob;
use reqwest::{Method, StatusCode};
use url::Url;

use super::RegistryRepository;
use super::digest::Verifier;
use super::failure::{Failure, FailureKind};
use super::origin::follow_at_home;
use super::repository::web_page;
use super::request::Request;
use super::visitor::Action;

/// Bytes that are set aside before anything was received: a descriptor may lie.
const FIRST_CAPACITY: u64 = 1 << 20;

impl RegistryRepository {
    async fn blob_address(&self, digest: &str) -> Result<Url, Failure> {
        let path = format!("{}/blobs/{digest}", self.path);
        self.session.address(&path).await
    }

    /// One attempt to read a blob. Stops at the first byte too many.
    pub(super) async fn read_blob(&self, descriptor: &Descriptor) -> Result<Bytes, Failure> {
        let address = self.blob_address(descriptor.digest.as_str()).await?;
        let request = Request::new(Method::GET, address);
        let mut answer = self
            .session
            .download(&request, self.purpose(Action::Pull))
            .await?;
        if answer.status != StatusCode::OK {
            return Err(answer.into_failure().await);
        }
        if answer.is_html() {
            return Err(web_page(&answer));
        }
        let wrong_size = |actual: String| {
            Failure::lasting(FailureKind::Mismatch {
                expected: format!("{} bytes", descriptor.size),
                actual,
            })
        };
        if let Some(length) = answer.length().filter(|length| *length != descriptor.size) {
            return Err(wrong_size(format!("{length} bytes")));
        }
        let mut verifier = Verifier::of(&descriptor.digest);
        let mut content = Vec::with_capacity(descriptor.size.min(FIRST_CAPACITY) as usize);
        while let Some(chunk) = answer.chunk().await? {
            if (content.len() + chunk.len()) as u64 > descriptor.size {
                return Err(wrong_size("more".to_owned()));
            }
            verifier.update(&chunk);
            content.extend_from_slice(&chunk);
        }
        if content.len() as u64 != descriptor.size {
            return Err(wrong_size(format!("{} bytes", content.len())));
        }
        let actual = verifier.finish();
        if actual != descriptor.digest.as_str() {
            return Err(Failure::lasting(FailureKind::Mismatch {
                expected: descriptor.digest.to_string(),
                actual,
            }));
        }
        Ok(content.into())
    }

    /// One attempt to see to it that the registry has a blob.
    pub(super) async fn ensure_blob(&self, blob: &Blob) -> Result<(), Failure> {
        let digest = blob.descriptor.digest.as_str();
        if self.has_blob(digest).await? {
            return Ok(());
        }
        let uploads = self
            .session
            .address(&format!("{}/blobs/uploads/", self.path))
            .await?;
        let request = Request::new(Method::POST, uploads);
        let purpose = self.purpose(Action::Push);
        let answer = self.session.send(&request, purpose).await?;
        if answer.status != StatusCode::ACCEPTED {
            let failure = answer.into_failure().await;
            return Err(match failure.kind {
                // Nothing was asked for yet that could be missing, but the repository.
                FailureKind::NotFound(detail) => Failure::lasting(FailureKind::Refused(format!(
                    "{detail}; where repositories are not made by pushing, create it first"
                ))),
                _ => failure,
            });
        }
        let location = answer
            .header("location")
            .ok_or_else(|| Failure::server(format!("{}: no address to upload to", answer.what)))?;
        let mut target =
            follow_at_home(&answer.url, location).map_err(Failure::refused_for_safety)?;
        drop(answer);
        // What the query holds already is the registry's own state.
        target.query_pairs_mut().append_pair("digest", digest);
        let request =
            Request::new(Method::PUT, target).body("application/octet-stream", blob.bytes.clone());
        let answer = self.session.send(&request, purpose).await?;
        if answer.status.is_success() {
            Ok(())
        } else {
            Err(answer.into_failure().await)
        }
    }

    async fn has_blob(&self, digest: &str) -> Result<bool, Failure> {
        let request = Request::new(Method::HEAD, self.blob_address(digest).await?);
        // The token for writing serves here as well and is needed next.
        let answer = self
            .session
            .download(&request, self.purpose(Action::Push))
            .await?;
        match answer.status {
            status if status.is_success() => Ok(true),
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Ok(false),
            _ => Err(answer.into_failure().await),
        }
    }
}
