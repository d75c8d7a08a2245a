//! What went wrong, as a caller reads it: problem details (RFC 9457). A failure of ours says nothing but the request's id,
//! under which the log knows more.
use std::fmt;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{ALLOW, CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use db::{DbError, usage::Refusal};
use domain::{ArtifactId, KeyScope, Stars};
use serde::Serialize;
use utoipa::ToSchema;
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
    /// The body has more than so many bytes.
    TooLarge(usize),
    /// The body did not come in time.
    TooSlow,
    /// The body is not said to be JSON.
    NotJson,
    /// There is no such run for this key.
    RunNotFound,
    /// There is no such case for this key.
    CaseNotFound,
    /// There is no such artifact for this key.
    ArtifactNotFound,
    /// The case takes nobody in.
    CaseClosed,
    /// The run's pass was opened, revoked or has run out: its link cannot be shown again.
    PassGone,
    /// The run's id stands for something else.
    RunTaken,
    /// Nobody has opened the run's pass.
    NotOpened,
    /// Nothing was reserved for a run that costs Stars.
    NotReserved,
    /// Another artifact of this type is stored for the run.
    Differs(ArtifactId),
    /// The artifact does not keep the contract: where and why.
    Contract(String),
    /// A text says what no result may say: where, and by which rule.
    Wording(String),
    /// A client meets Screen only, a specialist the other tools.
    RoleMismatch,
    /// The cursor is not one that was given.
    Cursor,
    /// The key was used too often; again after so many seconds.
    TooMany(i64),
    /// The database function's or the interface's own refusal.
    Refused(Refusal),
    /// There is no such route.
    NotFound,
    /// The route takes another method.
    MethodNotAllowed(&'static str),
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
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is too large"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too_slow", "The body did not come in time"),
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "The body must be application/json"),
            Self::RunNotFound => (StatusCode::NOT_FOUND, "run_not_found", "There is no such run"),
            Self::CaseNotFound => (StatusCode::NOT_FOUND, "case_not_found", "There is no such case"),
            Self::ArtifactNotFound => (StatusCode::NOT_FOUND, "artifact_not_found", "There is no such artifact"),
            Self::CaseClosed => (StatusCode::CONFLICT, "case_closed", "The case takes nobody in"),
            Self::PassGone => (StatusCode::CONFLICT, "pass_gone", "The pass cannot be shown again"),
            Self::RunTaken => (StatusCode::CONFLICT, "run_taken", "The run's id stands for something else"),
            Self::NotOpened => (StatusCode::CONFLICT, "run_not_opened", "Nobody has opened the run's pass"),
            Self::NotReserved => (StatusCode::CONFLICT, "not_reserved", "Nothing is reserved for the run"),
            Self::Differs(_) => (StatusCode::CONFLICT, "artifact_differs", "Another artifact is stored already"),
            Self::Contract(_) => (StatusCode::UNPROCESSABLE_ENTITY, "contract", "The artifact does not keep the contract"),
            Self::Wording(_) => (StatusCode::UNPROCESSABLE_ENTITY, "wording", "A text says what no result may say"),
            Self::RoleMismatch => (StatusCode::UNPROCESSABLE_ENTITY, "role_mismatch", "The tool is not for this role"),
            Self::Cursor => (StatusCode::UNPROCESSABLE_ENTITY, "cursor", "The cursor is not one that was given"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "The key is used too often"),
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
            Self::MethodNotAllowed(_) => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "The route takes another method"),
            Self::Away => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available at the moment"),
            Self::Ours => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong"),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::NoKey => Some("Send a key that is neither unknown nor revoked as Authorization: Bearer <key>.".into()),
            Self::MissingScope(scope) => Some(format!("The key lacks the scope {scope}.")),
            Self::BadRequest(why) => Some(why.clone()),
            Self::TooLarge(bytes) => Some(format!("A body of this route has at most {bytes} bytes.")),
            Self::Refused(refusal) => Some(said(refusal)),
            Self::CaseClosed => Some("The case is in the archive, or its specialist has no access now.".into()),
            Self::PassGone => Some("It was opened, taken back or has run out. A new launch has a run_id of its own.".into()),
            Self::RunTaken => Some("Give each launch a new random run_id; a repetition has the fields of the first call.".into()),
            Self::NotOpened => Some("Verify its pass first.".into()),
            Self::NotReserved => Some("Reserve first: a result that costs Stars is charged when it is stored.".into()),
            Self::Differs(_) => Some("A run has one artifact of each type; the stored one is as it was.".into()),
            Self::Contract(breach) => Some(format!("{breach}.")),
            Self::Wording(found) => Some(format!("{found}. No result makes a diagnosis or gives a verdict about a person.")),
            Self::RoleMismatch => Some("role is client with screen and specialist with every other tool.".into()),
            Self::Cursor => Some("cursor is next_cursor of the page before, or absent.".into()),
            Self::TooMany(secs) => Some(format!("Again after {secs} s.")),
            Self::TooSlow
            | Self::NotJson
            | Self::RunNotFound
            | Self::CaseNotFound
            | Self::ArtifactNotFound
            | Self::NotFound
            | Self::MethodNotAllowed(_) => Some(format!("{}.", self.code().2)),
            Self::Away | Self::Ours => None,
        }
    }

    const fn leaves_the_body_unread(&self) -> bool {
        matches!(
            self,
            Self::NoKey
                | Self::MissingScope(_)
                | Self::TooMany(_)
                | Self::NotJson
                | Self::TooLarge(_)
                | Self::TooSlow
                | Self::NotFound
                | Self::MethodNotAllowed(_)
                | Self::Away
                | Self::Ours
        )
    }

    fn details(&self, request: &RequestId) -> Details {
        let (status, code, title) = self.code();
        let stars = match self {
            Self::Refused(Refusal::Insufficient { cost, missing }) => Some((*cost, *missing)),
            _ => None,
        };
        let artifact_id = match self {
            Self::Differs(artifact) => Some(*artifact),
            _ => None,
        };
        Details {
            kind: format!("urn:problem-type:psycheos:{code}"),
            title,
            status: status.as_u16(),
            code,
            request_id: request.as_str().to_owned(),
            detail: self.detail(),
            cost_stars: stars.map(|(cost, _)| cost),
            missing_stars: stars.map(|(_, missing)| missing),
            artifact_id,
        }
    }

    /// The answer.
    pub fn response(&self, request: &RequestId) -> HttpResponse {
        let mut response = HttpResponse::build(self.code().0);
        match self {
            Self::NoKey => response.insert_header((WWW_AUTHENTICATE, "Bearer")),
            Self::MethodNotAllowed(allowed) => response.insert_header((ALLOW, *allowed)),
            Self::Away => response.insert_header((RETRY_AFTER, "2")),
            Self::TooMany(secs) => response.insert_header((RETRY_AFTER, secs.to_string())),
            _ => &mut response,
        };
        if self.leaves_the_body_unread() {
            // What is left of the request is not read: the caller is told that the connection ends here.
            response.force_close();
        }
        let body = serde_json::to_vec(&self.details(request)).unwrap_or_default();
        response
            .insert_header((REQUEST_ID, request.as_str()))
            .insert_header((CACHE_CONTROL, "no-store"))
            .content_type("application/problem+json")
            .body(body)
    }
}

/// Why a call was not carried out, as problem details (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Details {
    /// `urn:problem-type:psycheos:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// What goes with the code, for people.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// A stable word for programs.
    code: &'static str,
    /// The request's id, under which our log knows more.
    request_id: String,
    /// What is to be done; absent where the failure is ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// With `insufficient_stars`: what it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_stars: Option<Stars>,
    /// With `insufficient_stars`: what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_stars: Option<Stars>,
    /// With `artifact_differs`: the one that is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact_id: Option<ArtifactId>,
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
