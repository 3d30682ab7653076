//! What a registry was asked.

/// One request that a registry saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRequest {
    /// HTTP method.
    pub method: String,
    /// Path without query.
    pub path: String,
    /// Query without `?`; empty when there is none.
    pub query: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// Bytes of the request body.
    pub body_size: usize,
    /// Status of the answer; 0 while the answer is withheld.
    pub status: u16,
}
