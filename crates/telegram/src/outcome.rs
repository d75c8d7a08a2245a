//! What an answer of the Bot API means for us.
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

/// Why a call did not give a result, as a decision. Holds nothing of the body but what we matched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It never left this machine: try again.
    #[error("not sent")]
    NotSent,
    /// 429: not done; nothing to this chat before that time.
    #[error("slow down for {}s", after.as_secs())]
    SlowDown {
        /// How long.
        after: Duration,
    },
    /// It was refused and would be refused again.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// Nobody knows whether it was done: a timeout or reset after the request left, 5xx, a body that cannot be read.
    #[error("unknown outcome")]
    Unknown,
}

/// Kinds of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// An edit that changes nothing: as good as done.
    NotModified,
    /// The message to be edited or deleted is gone or too old.
    NoSuchMessage,
    /// Our markup does not parse: once more as plain text.
    BadMarkup,
    /// The person blocked the bot, is deactivated, or never started it.
    Unreachable,
    /// The chat does not exist.
    NoSuchChat,
    /// A press or pre-checkout that was answered too late.
    TooOld,
    /// The payment was refunded before: as good as done.
    AlreadyRefunded,
    /// The token is not valid: nothing of this bot can be sent.
    Unauthorized,
    /// Anything else: our mistake.
    Ours,
}

impl Refusal {
    /// A stable word for rows and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotModified => "not_modified",
            Self::NoSuchMessage => "no_such_message",
            Self::BadMarkup => "bad_markup",
            Self::Unreachable => "blocked_by_user",
            Self::NoSuchChat => "no_such_chat",
            Self::TooOld => "too_old",
            Self::AlreadyRefunded => "already_refunded",
            Self::Unauthorized => "unauthorized",
            Self::Ours => "refused",
        }
    }
}

#[derive(Deserialize)]
struct Body {
    ok: bool,
    result: Option<Value>,
    error_code: Option<i64>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

/// Why a call did not give a result, before anybody decided what a refusal means.
#[derive(Debug)]
pub(crate) enum Setback {
    NotSent,
    SlowDown {
        after: Duration,
    },
    Unknown,
    /// `code` is 0 where the answer did not come from the method.
    Refused {
        code: i64,
        /// In lower case.
        description: String,
    },
}

impl From<Setback> for Failure {
    fn from(setback: Setback) -> Self {
        match setback {
            Setback::NotSent => Self::NotSent,
            Setback::SlowDown { after } => Self::SlowDown { after },
            Setback::Unknown => Self::Unknown,
            Setback::Refused { code, description } => Self::Refused(refusal(code, &description)),
        }
    }
}

/// Reads an answer: status first, then the body.
pub(crate) fn read(status: u16, retry_after_header: Option<u64>, body: &[u8]) -> Result<Value, Setback> {
    let parsed: Option<Body> = serde_json::from_slice(body).ok();
    if status == 429 {
        let from_body = parsed.and_then(|body| body.parameters).and_then(|parameters| parameters.retry_after);
        return Err(Setback::SlowDown { after: wait(from_body.or(retry_after_header)) });
    }
    if status >= 500 {
        return Err(Setback::Unknown);
    }
    let Some(body) = parsed else {
        // A 4xx that is no JSON never reached the method; a 2xx that is none may have done anything.
        let refused = Setback::Refused { code: 0, description: String::new() };
        return Err(if (400..500).contains(&status) { refused } else { Setback::Unknown });
    };
    if body.ok && (200..300).contains(&status) {
        return Ok(body.result.unwrap_or(Value::Null));
    }
    let code = body.error_code.unwrap_or(i64::from(status));
    Err(Setback::Refused { code, description: body.description.unwrap_or_default().to_lowercase() })
}

/// The wait a 429 asks for; a second where it names none.
pub(crate) fn wait(secs: Option<u64>) -> Duration {
    Duration::from_secs(secs.unwrap_or(1))
}

fn refusal(code: i64, description: &str) -> Refusal {
    let says = |part: &str| description.contains(part);
    if says("message is not modified") {
        Refusal::NotModified
    } else if says("message to edit not found")
        || says("message can't be edited")
        || says("message to delete not found")
        || says("message can't be deleted")
    {
        Refusal::NoSuchMessage
    } else if says("can't parse entities") {
        Refusal::BadMarkup
    } else if says("query is too old") {
        Refusal::TooOld
    } else if says("charge_already_refunded") {
        Refusal::AlreadyRefunded
    } else if says("chat not found") || says("peer_id_invalid") {
        Refusal::NoSuchChat
    } else if code == 403 {
        Refusal::Unreachable
    } else if code == 401 || code == 404 {
        Refusal::Unauthorized
    } else {
        Refusal::Ours
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, description: &str) -> Failure {
        let body = serde_json::json!({ "ok": false, "error_code": status, "description": description }).to_string();
        read(status, None, body.as_bytes()).unwrap_err()
    }

    fn read(status: u16, retry_after: Option<u64>, body: &[u8]) -> Result<Value, Failure> {
        super::read(status, retry_after, body).map_err(Failure::from)
    }

    #[test]
    fn each_answer_is_a_decision() {
        let not_modified = "Bad Request: message is not modified: specified new message content and reply markup are exactly \
                            the same as a current content and reply markup of the message";
        let table = [
            (400, not_modified, Refusal::NotModified),
            (400, "Bad Request: message to edit not found", Refusal::NoSuchMessage),
            (400, "Bad Request: message can't be edited", Refusal::NoSuchMessage),
            (400, "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 1", Refusal::BadMarkup),
            (400, "Bad Request: chat not found", Refusal::NoSuchChat),
            (400, "Bad Request: PEER_ID_INVALID", Refusal::NoSuchChat),
            (400, "Bad Request: message text is empty", Refusal::Ours),
            (400, "Bad Request: query is too old and response timeout expired or query ID is invalid", Refusal::TooOld),
            (400, "Bad Request: CHARGE_ALREADY_REFUNDED", Refusal::AlreadyRefunded),
            (403, "Forbidden: bot was blocked by the user", Refusal::Unreachable),
            (401, "Unauthorized", Refusal::Unauthorized),
        ];
        for (status, description, expected) in table {
            assert_eq!(error(status, description), Failure::Refused(expected), "{description}");
        }
    }

    #[test]
    fn a_wait_of_any_length_is_read() {
        let body = br#"{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":86400}}"#;
        assert_eq!(read(429, None, body), Err(Failure::SlowDown { after: Duration::from_secs(86_400) }));
        assert_eq!(read(429, Some(7), b"<html>"), Err(Failure::SlowDown { after: Duration::from_secs(7) }));
    }

    #[test]
    fn what_nobody_knows_is_unknown() {
        assert_eq!(read(502, None, b"<html>bad gateway</html>"), Err(Failure::Unknown));
        assert_eq!(read(200, None, b"{\"ok\":tr"), Err(Failure::Unknown));
        assert_eq!(read(200, None, br#"{"ok":true,"result":{"message_id":5}}"#), Ok(serde_json::json!({"message_id": 5})));
    }
}
