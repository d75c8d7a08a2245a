//! What went wrong, as a caller reads it: problem details (RFC 9457). A failure of ours says nothing but the request's id,
//! under which the log knows more.
use std::fmt;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use db::{DbError, usage::Refusal};
use domain::{KeyScope, Stars};
use serde_json::json;
use uuid::Uuid;

/// The header that names a request in its answer.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// The id of one request: ours, never the caller's, so that it is unique and safe to log.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(String);

impl RequestId {
    pub fn new() -> Self {
        Self(Uuid::now_v7().simple().to_string())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a call was not carried out.
#[derive(Debug)]
pub(crate) enum Problem {
    /// No key, or none that is good now.
    NoKey,
    /// The key is good, but not for this.
    MissingScope(KeyScope),
    /// The body or a field of it is not what the route takes.
    BadRequest(String),
    /// The body is too large.
    TooLarge,
    /// The body did not come in time.
    TooSlow,
    /// The body is not said to be JSON.
    NotJson,
    /// There is no such run for this key.
    RunNotFound,
    /// The database function's or the interface's own refusal.
    Refused(Refusal),
    /// There is no such route.
    NotFound,
    /// There is no such method.
    MethodNotAllowed,
    /// The database is away: the same call may be made again soon.
    Away,
    /// A failure of ours.
    Ours,
}

impl From<&DbError> for Problem {
    fn from(error: &DbError) -> Self {
        match error {
            DbError::Away(_) | DbError::Conflict(_) => Self::Away,
            DbError::Config(_) | DbError::Wrong(_) | DbError::Vault(_) | DbError::Corrupt(_) => Self::Ours,
        }
    }
}

impl Problem {
    /// A stable word, and a title that goes with it.
    pub fn code(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoKey => (StatusCode::UNAUTHORIZED, "unauthorized", "A service key is needed"),
            Self::MissingScope(_) => (StatusCode::FORBIDDEN, "missing_scope", "The key may not do this"),
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, "bad_request", "The request cannot be read"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is too large"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too_slow", "The body did not come in time"),
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "The body must be application/json"),
            Self::RunNotFound => (StatusCode::NOT_FOUND, "run_not_found", "There is no such run"),
            Self::Refused(Refusal::NoOperation) => (StatusCode::NOT_FOUND, "operation_not_found", "There is no such operation"),
            Self::Refused(Refusal::RunOver) => (StatusCode::CONFLICT, "run_over", "The run is over"),
            Self::Refused(Refusal::NoArtifact) => (StatusCode::CONFLICT, "no_artifact", "The run has no artifact"),
            Self::Refused(Refusal::Conflict) => {
                (StatusCode::CONFLICT, "conflict", "The operation's key was used with other parameters")
            }
            Self::Refused(Refusal::Insufficient { .. }) => {
                (StatusCode::PAYMENT_REQUIRED, "insufficient_stars", "The wallet has too few Stars")
            }
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "There is no such route"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "The route takes POST"),
            Self::Away => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available at the moment"),
            Self::Ours => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong"),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::NoKey => Some("Send a key that is neither unknown nor revoked as Authorization: Bearer <key>.".into()),
            Self::MissingScope(scope) => Some(format!("The key lacks the scope {scope}.")),
            Self::BadRequest(why) => Some(why.clone()),
            Self::TooLarge => Some("A body has at most 65536 bytes.".into()),
            Self::Refused(refusal) => Some(said(refusal)),
            Self::TooSlow | Self::NotJson | Self::RunNotFound | Self::NotFound | Self::MethodNotAllowed => {
                Some(format!("{}.", self.code().2))
            }
            Self::Away | Self::Ours => None,
        }
    }

    /// The answer.
    pub fn response(&self, request: &RequestId) -> HttpResponse {
        let (status, code, title) = self.code();
        let mut body = json!({
            "type": format!("urn:problem-type:psycheos:{code}"), "title": title, "status": status.as_u16(), "code": code,
            "request_id": request.as_str(),
        });
        if let Some(detail) = self.detail() {
            body["detail"] = json!(detail);
        }
        if let Self::Refused(Refusal::Insufficient { cost: Stars(cost), missing: Stars(missing) }) = self {
            body["cost_stars"] = json!(cost);
            body["missing_stars"] = json!(missing);
        }
        let header = match self {
            Self::NoKey => Some((WWW_AUTHENTICATE, "Bearer")),
            Self::MethodNotAllowed => Some((ALLOW, "POST")),
            Self::Away => Some((RETRY_AFTER, "2")),
            _ => None,
        };
        let mut response = HttpResponse::build(status);
        if let Some(header) = header {
            response.insert_header(header);
        }
        response.insert_header((REQUEST_ID, request.as_str())).content_type("application/problem+json").body(body.to_string())
    }
}

fn said(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoOperation => "The tool has no such operation, or this run has not reserved it.".into(),
        Refusal::RunOver => "Nothing can be reserved for a run that has ended.".into(),
        Refusal::NoArtifact => "Nothing is charged without an artifact; the operation is as it was.".into(),
        Refusal::Conflict => "The idempotency key of this operation belongs to something else.".into(),
        Refusal::Insufficient { cost, missing } => format!("It costs {} Stars; {} are missing.", cost.0, missing.0),
    }
}
