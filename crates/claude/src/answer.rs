//! What comes back.
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::request::Reply;

/// An answer that keeps the form that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The text.
    pub text: String,
    /// The document, when one was asked for.
    pub json: Option<Value>,
    /// Why the model stopped.
    pub stop_reason: String,
    /// The model that answered.
    pub model: String,
    /// Tokens.
    pub usage: Usage,
    /// Milliseconds from the request to the whole answer.
    pub latency_ms: u32,
}

/// Tokens of a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Read, beyond the cache.
    pub input: u64,
    /// Written.
    pub output: u64,
    /// Read from the cache.
    pub cache_read: u64,
    /// Written to the cache.
    pub cache_write: u64,
}

/// Why there is no answer, as a decision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The service is busy: wait that long; it is nobody's failure.
    #[error("overloaded for {}s", after.as_secs())]
    Overloaded {
        /// How long.
        after: Duration,
    },
    /// No answer in time.
    #[error("timed out")]
    TimedOut,
    /// The service cannot be reached or failed.
    #[error("unreachable")]
    Unreachable,
    /// The request is wrong or not permitted: our mistake.
    #[error("rejected with {status}")]
    Rejected {
        /// HTTP status.
        status: u16,
    },
    /// The model declined.
    #[error("refused")]
    Refused,
    /// The answer was cut off.
    #[error("truncated")]
    Truncated,
    /// The answer is not of the form it must have.
    #[error("garbled")]
    Garbled,
}

impl Failure {
    /// A stable word for rows and logs.
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
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    content: Vec<Content>,
    stop_reason: Option<String>,
    #[serde(default)]
    model: String,
    #[serde(default)]
    usage: Tokens,
}

#[derive(Deserialize)]
struct Content {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize, Default)]
struct Tokens {
    #[serde(default)]
    input_tokens: u64,
    #[serde(default)]
    output_tokens: u64,
    #[serde(default)]
    cache_read_input_tokens: Option<u64>,
    #[serde(default)]
    cache_creation_input_tokens: Option<u64>,
}

/// Waits this long when an overloaded service does not say.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);

/// The failure of a status, if it is one.
pub(crate) fn status_failure(status: u16, retry_after: Option<Duration>) -> Option<Failure> {
    match status {
        200..=299 => None,
        429 | 503 | 529 => Some(Failure::Overloaded { after: retry_after.unwrap_or(DEFAULT_WAIT) }),
        408 | 504 => Some(Failure::TimedOut),
        400..=499 => Some(Failure::Rejected { status }),
        _ => Some(Failure::Unreachable),
    }
}

/// Reads a body; why the model stopped is looked at before its text.
pub(crate) fn read(body: &[u8], reply: &Reply, latency_ms: u32) -> Result<Answer, Failure> {
    let body: Body = serde_json::from_slice(body).map_err(|_| Failure::Garbled)?;
    let stop_reason = body.stop_reason.ok_or(Failure::Garbled)?;
    match stop_reason.as_str() {
        "refusal" => return Err(Failure::Refused),
        "max_tokens" | "model_context_window_exceeded" => return Err(Failure::Truncated),
        _ => {}
    }
    let text: String = body.content.iter().filter(|block| block.kind == "text").map(|block| block.text.as_str()).collect();
    if text.trim().is_empty() {
        return Err(Failure::Garbled);
    }
    let json = match reply {
        Reply::Text => None,
        Reply::Json { .. } => {
            let value: Value = serde_json::from_str(&text).map_err(|_| Failure::Garbled)?;
            Some(value).filter(Value::is_object).map(Some).ok_or(Failure::Garbled)?
        }
    };
    let usage = Usage {
        input: body.usage.input_tokens,
        output: body.usage.output_tokens,
        cache_read: body.usage.cache_read_input_tokens.unwrap_or(0),
        cache_write: body.usage.cache_creation_input_tokens.unwrap_or(0),
    };
    Ok(Answer { text, json, stop_reason, model: body.model, usage, latency_ms })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(stop: &str, text: &str) -> Vec<u8> {
        json!({ "content": [{ "type": "text", "text": text }], "stop_reason": stop, "model": "m",
                "usage": { "input_tokens": 3, "output_tokens": 4 } })
        .to_string()
        .into_bytes()
    }

    #[test]
    fn why_the_model_stopped_comes_before_what_it_said() {
        let wanted = Reply::Json { schema: json!({}) };
        assert_eq!(read(&body("refusal", "{}"), &wanted, 1), Err(Failure::Refused));
        assert_eq!(read(&body("max_tokens", "{\"a\":"), &wanted, 1), Err(Failure::Truncated));
        assert_eq!(read(&body("end_turn", "no json"), &wanted, 1), Err(Failure::Garbled));
        assert_eq!(read(&body("end_turn", "[1]"), &wanted, 1), Err(Failure::Garbled));
        assert_eq!(read(&body("end_turn", " "), &Reply::Text, 1), Err(Failure::Garbled));
        assert_eq!(read(b"<html>", &wanted, 1), Err(Failure::Garbled));
        let answer = read(&body("end_turn", "{\"a\":1}"), &wanted, 1).unwrap();
        assert_eq!(answer.json, Some(json!({"a": 1})));
        assert_eq!((answer.usage.input, answer.usage.output), (3, 4));
    }

    #[test]
    fn each_status_is_a_decision() {
        let after = Some(Duration::from_secs(7));
        assert_eq!(status_failure(429, after), Some(Failure::Overloaded { after: Duration::from_secs(7) }));
        assert_eq!(status_failure(529, None), Some(Failure::Overloaded { after: DEFAULT_WAIT }));
        assert_eq!(status_failure(500, None), Some(Failure::Unreachable));
        assert_eq!(status_failure(401, None), Some(Failure::Rejected { status: 401 }));
        assert_eq!(status_failure(200, None), None);
    }
}
