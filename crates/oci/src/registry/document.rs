//! Small documents that are in no registry, read with the same proxies and trust roots.

use std::io;
use std::time::Duration;

use bytes::BytesMut;

use super::Registries;
use super::failure::Failure;
use super::transport::Route;

/// Longest time for a whole document.
const PATIENCE: Duration = Duration::from_secs(10);

impl Registries {
    /// Reads the document at an `http` or `https` address, with no credentials, no redirects and
    /// no second try. More than `limit` bytes are an error.
    pub async fn read_document(&self, address: &str, limit: usize) -> io::Result<Vec<u8>> {
        let scheme = address.split(':').next().unwrap_or_default();
        let client = self
            .transport()
            .client(scheme, Route::Registry)
            .map_err(|failure: Failure| io::Error::other(failure.detail()))?;
        let mut response = client
            .get(address)
            .timeout(PATIENCE)
            .send()
            .await
            .map_err(io::Error::other)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(io::Error::other(response.status().to_string()));
        }
        let mut document = BytesMut::new();
        while let Some(piece) = response.chunk().await.map_err(io::Error::other)? {
            document.extend_from_slice(&piece);
            if document.len() > limit {
                return Err(io::Error::from(io::ErrorKind::FileTooLarge));
            }
        }
        Ok(document.into())
    }
}
