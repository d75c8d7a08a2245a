//! Why there is no answer.
use std::time::Duration;

use serde_json::Value;

/// Why there is no answer, as a decision. Nothing in it comes from the service's body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The service is busy: wait that long; it is nobody's failure and uses up no attempt.
    #[error("overloaded for {}s", after.as_secs())]
    Overloaded {
        /// How long, an hour at most.
        after: Duration,
    },
    /// No whole answer in time.
    #[error("timed out")]
    TimedOut,
    /// The service cannot be reached, cut the connection, or failed.
    #[error("unreachable")]
    Unreachable,
    /// The request is wrong or not permitted: our mistake, and the same request will fail again.
    #[error("rejected with {status}")]
    Rejected {
        /// HTTP status.
        status: u16,
    },
    /// The model declined.
    #[error("refused")]
    Refused,
    /// The answer was cut off: at `max_tokens`, or because the context is full.
    #[error("truncated")]
    Truncated,
    /// The answer is not of the form it must have.
    #[error("garbled")]
    Garbled,
}

impl Failure {
    /// A stable word for rows, logs and the label `outcome`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Overloaded { .. } => "overloaded",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::Rejected { .. } => "rejected",
            Self::Refused => "refused",
            Self::Truncated => "truncated",
            Self::Garbled => "garbled",
        }
    }

    /// Whether the same request, unchanged, may well be answered later. An answer that came but cannot be used was paid for, and
    /// asking the same again would mostly buy the same.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Overloaded { .. } | Self::TimedOut | Self::Unreachable => true,
            Self::Rejected { .. } | Self::Refused | Self::Truncated | Self::Garbled => false,
        }
    }
}

/// Wait when an overloaded service does not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);
/// The longest wait that is believed.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// The failure of a status other than 2xx.
pub(crate) fn of_status(status: u16, retry_after: Option<Duration>) -> Failure {
    match status {
        429 | 503 | 529 => Failure::Overloaded { after: retry_after.unwrap_or(DEFAULT_WAIT).min(LONGEST_WAIT) },
        408 | 504 => Failure::TimedOut,
        // A redirect is a wrong base URL, and is never followed.
        300..=499 => Failure::Rejected { status },
        _ => Failure::Unreachable,
    }
}

/// Whether the body of a 429 says that the month's spending limit is reached. It comes without `retry-after`, and lasts until the
/// first of the month, so that waiting is no answer to it.
pub(crate) fn is_spending_limit(body: &[u8]) -> bool {
    let code: Option<Value> =
        serde_json::from_slice::<Value>(body).ok().and_then(|body| body.pointer("/error/details/error_code").cloned());
    code.is_some_and(|code| code == "enforced_spend_limit_reached")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_is_a_decision() {
        let wait = |secs| Failure::Overloaded { after: Duration::from_secs(secs) };
        let table = [
            (429, Some(7), wait(7)),
            (429, None, wait(5)),
            (503, None, wait(5)),
            (529, Some(1_000_000), wait(3600)),
            (408, None, Failure::TimedOut),
            (504, None, Failure::TimedOut),
            (500, None, Failure::Unreachable),
            (502, None, Failure::Unreachable),
            (307, None, Failure::Rejected { status: 307 }),
            (400, None, Failure::Rejected { status: 400 }),
            (401, None, Failure::Rejected { status: 401 }),
            (403, None, Failure::Rejected { status: 403 }),
            (404, None, Failure::Rejected { status: 404 }),
            (413, None, Failure::Rejected { status: 413 }),
        ];
        for (status, after, failure) in table {
            assert_eq!(of_status(status, after.map(Duration::from_secs)), failure, "{status}");
        }
    }

    #[test]
    fn only_what_may_change_by_itself_is_retryable() {
        for failure in [Failure::TimedOut, Failure::Unreachable, Failure::Overloaded { after: DEFAULT_WAIT }] {
            assert!(failure.is_retryable(), "{failure}");
        }
        for failure in [Failure::Refused, Failure::Truncated, Failure::Garbled, Failure::Rejected { status: 400 }] {
            assert!(!failure.is_retryable(), "{failure}");
        }
    }

    #[test]
    fn a_spending_limit_is_known_by_its_code_only() {
        assert!(is_spending_limit(br#"{"error":{"details":{"error_code":"enforced_spend_limit_reached"}}}"#));
        assert!(!is_spending_limit(br#"{"error":{"message":"enforced_spend_limit_reached"}}"#));
        assert!(!is_spending_limit(b"<html>"));
    }
}
