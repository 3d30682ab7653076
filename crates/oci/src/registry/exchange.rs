//! Sending requests: authorized, bounded in number, following redirects.

use std::sync::Arc;

use reqwest::StatusCode;
use tokio::sync::OwnedSemaphorePermit;

use super::challenge::Challenge;
use super::failure::Failure;
use super::origin::is_same_origin;
use super::request::{Answer, Request};
use super::session::Session;
use super::transport::Route;
use super::visitor::Purpose;
use crate::secret::Secret;

/// Most redirects that a download follows.
const REDIRECT_LIMIT: usize = 5;

impl Session {
    /// Sends one request to the registry itself and returns any answer but failed
    /// authentication. Not repeated: whoever reads the body decides that.
    ///
    /// The answer counts as a transfer until it is dropped, so drop it before sending more.
    pub(super) async fn send(
        &self,
        request: &Request,
        purpose: Purpose<'_>,
    ) -> Result<Answer, Failure> {
        // Before a permit is taken: the first request may wait for others of the same login.
        self.entry().await?;
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| Failure::server("the client was shut down"))?;
        self.send_permitted(request, purpose, permit).await
    }

    async fn send_permitted(
        &self,
        request: &Request,
        purpose: Purpose<'_>,
        permit: OwnedSemaphorePermit,
    ) -> Result<Answer, Failure> {
        let entry = self.entry().await?;
        let authorization = self.authorization(entry, purpose).await?;
        let answer = self.send_home(request, authorization.as_ref()).await?;
        if !is_denied(&answer) {
            return Ok(answer.holding(permit));
        }
        let challenge = Challenge::choose(answer.headers("www-authenticate"));
        let status = answer.status;
        let failure = answer.into_failure().await;
        let renewed = self
            .renew(entry, purpose, status, challenge, authorization.as_ref())
            .await?;
        let failure = match renewed {
            None => failure,
            Some(authorization) => {
                let answer = self.send_home(request, Some(&authorization)).await?;
                if !is_denied(&answer) {
                    return Ok(answer.holding(permit));
                }
                answer.into_failure().await
            }
        };
        let note = purpose.visitor.state.lock().await.note.clone();
        Err(failure.with_note(note.as_deref()))
    }

    async fn send_home(
        &self,
        request: &Request,
        authorization: Option<&Secret>,
    ) -> Result<Answer, Failure> {
        self.shared
            .transport
            .send(request, authorization, Route::Registry)
            .await
    }

    /// Sends a reading request and follows redirects. Nothing that identifies the user goes to
    /// another origin, and never again once it was left.
    pub(super) async fn download(
        &self,
        request: &Request,
        purpose: Purpose<'_>,
    ) -> Result<Answer, Failure> {
        let mut answer = self.send(request, purpose).await?;
        let mut request = request.clone();
        let mut is_home = true;
        for _ in 0..REDIRECT_LIMIT {
            if !answer.status.is_redirection() {
                return Ok(answer);
            }
            let target = answer
                .header("location")
                .and_then(|location| answer.url.join(location).ok())
                .ok_or_else(|| {
                    Failure::server(format!("{}: a redirect to nowhere", answer.what))
                })?;
            is_home = is_home && is_same_origin(&self.entry().await?.base, &target);
            let from = std::mem::replace(&mut request.url, target);
            let Some(permit) = answer.release() else {
                return Err(Failure::server("a transfer without permission"));
            };
            answer = if is_home {
                self.send_permitted(&request, purpose, permit).await?
            } else {
                let route = self.route_away(&from, &request.url).await?;
                self.shared
                    .transport
                    .send(&request, None, route)
                    .await?
                    .holding(permit)
            };
        }
        if answer.status.is_redirection() {
            return Err(Failure::server(format!(
                "{}: more than {REDIRECT_LIMIT} redirects",
                answer.what
            )));
        }
        Ok(answer)
    }
}

fn is_denied(answer: &Answer) -> bool {
    matches!(
        answer.status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    )
}
