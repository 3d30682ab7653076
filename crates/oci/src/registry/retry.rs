//! When and how often to ask again.

use std::future::Future;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use super::failure::{Failure, Retry};

/// How failed requests are repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Pause before each repetition; their number is the number of repetitions.
    pub waits: Vec<Duration>,
    /// Largest part of a pause that is added or taken away at random, in percent.
    pub jitter_percent: u32,
    /// Longest pause that a server may ask for; beyond it the failure is final.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    /// Three attempts with pauses of one and three seconds, ten percent jitter, and at most a
    /// minute on request of the server.
    fn default() -> Self {
        Self {
            waits: vec![Duration::from_secs(1), Duration::from_secs(3)],
            jitter_percent: 10,
            longest_wait: Duration::from_mins(1),
        }
    }
}

impl RetryPolicy {
    /// Runs an operation until it succeeds, fails for good, or the repetitions are used up.
    pub(super) async fn run<T, F, O>(&self, mut operation: O) -> Result<T, Failure>
    where
        O: FnMut() -> F,
        F: Future<Output = Result<T, Failure>>,
    {
        let mut waits = self.waits.iter();
        loop {
            let failure = match operation().await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            let Some(pause) = self.pause(failure.retry, waits.next().copied()) else {
                return Err(failure);
            };
            tracing::debug!(
                failure = %failure.detail(),
                pause_ms = pause.as_millis() as u64,
                "request failed, repeating"
            );
            tokio::time::sleep(pause).await;
        }
    }

    fn pause(&self, retry: Retry, planned: Option<Duration>) -> Option<Duration> {
        let planned = self.jitter(planned?);
        match retry {
            Retry::Never => None,
            Retry::Soon => Some(planned),
            Retry::After(asked) if asked > self.longest_wait => None,
            // Never sooner than the server asks for; jitter only on top.
            Retry::After(asked) => Some(asked.max(planned)),
        }
    }

    fn jitter(&self, pause: Duration) -> Duration {
        let percent = self.jitter_percent.min(100);
        // Each `RandomState` has its own keys: enough to keep clients apart.
        let random = RandomState::new().hash_one(()) % u64::from(2 * percent + 1);
        pause * (100 - percent + random as u32) / 100
    }
}

/// The pause of a `Retry-After` header in either form (RFC 9110, section 10.2.3): seconds, or a
/// date, of which nothing remains when it is past.
pub(super) fn retry_after(value: &str) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    let pause = date.duration_since(jiff::Timestamp::now());
    Some(Duration::try_from(pause).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> RetryPolicy {
        RetryPolicy::default()
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        assert_eq!(retry_after("120"), Some(Duration::from_mins(2)));
        assert_eq!(
            retry_after("Wed, 21 Oct 2015 07:28:00 GMT"),
            Some(Duration::ZERO)
        );
        let later = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(100);
        let text = jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&later)
            .expect("a date");
        let pause = retry_after(&text).expect("a pause");
        assert!((90..=100).contains(&pause.as_secs()), "{pause:?}");
        assert_eq!(retry_after("soon"), None);
    }

    #[test]
    fn the_jitter_stays_within_ten_percent() {
        for _ in 0..100 {
            let pause = policy().jitter(Duration::from_secs(1));
            assert!((900..=1100).contains(&pause.as_millis()), "{pause:?}");
        }
    }

    #[test]
    fn a_server_may_ask_for_more_patience_within_bounds() {
        let planned = Some(Duration::from_millis(1));
        let asked = |seconds| Retry::After(Duration::from_secs(seconds));
        assert_eq!(
            policy().pause(asked(5), planned),
            Some(Duration::from_secs(5))
        );
        assert_eq!(policy().pause(asked(3600), planned), None);
        assert_eq!(policy().pause(Retry::Never, planned), None);
        assert_eq!(policy().pause(Retry::Soon, None), None);
    }
}
