//! Faults on demand.
use std::{net::Shutdown, time::Duration};

use actix_web::{HttpRequest, HttpResponse, web::Bytes};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::refusal::{Refusal, request_id};

/// A client that waits longer than this has no time limit.
const FOREVER: Duration = Duration::from_secs(600);

/// A fault on demand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fault {
    /// Which.
    pub kind: FaultKind,
    /// Seconds, for 429 and 529; a 429 without it says one second, a 529 nothing.
    #[serde(default)]
    pub retry_after: Option<u64>,
    /// How many times; always without it.
    #[serde(default)]
    pub times: Option<u32>,
    /// Only for requests whose text holds this.
    #[serde(rename = "match", default)]
    pub matching: Option<String>,
}

impl Fault {
    /// This fault once, for whichever request comes next.
    #[must_use]
    pub const fn once(kind: FaultKind) -> Self {
        Self { kind, retry_after: None, times: Some(1), matching: None }
    }
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// 429 with `retry-after`.
    #[serde(alias = "429")]
    RateLimited,
    /// 429 without `retry-after`: the month's money is spent.
    SpendingLimit,
    /// 529.
    #[serde(alias = "529")]
    Overloaded,
    /// 500.
    #[serde(alias = "500")]
    ServerError,
    /// 400.
    #[serde(alias = "400")]
    Invalid,
    /// 401.
    #[serde(alias = "401")]
    Unauthorized,
    /// 307 to the same place.
    #[serde(alias = "307")]
    Redirect,
    /// No answer at all.
    Timeout,
    /// Headers and the beginning of the body, then nothing.
    Stall,
    /// The connection is cut before anything is answered.
    Reset,
    /// Cut off at `max_tokens`.
    Truncation,
    /// Cut off because the context is full.
    ContextExceeded,
    /// The model declines, although the text is whole.
    Refusal,
    /// A body that is no JSON.
    Garbage,
    /// A document of another shape.
    Nonsense,
    /// English where Russian is asked for, and the other way round.
    #[serde(alias = "other language")]
    OtherLanguage,
    /// A good answer, and five megabytes of blanks behind it.
    Huge,
}

impl FaultKind {
    /// Its name, as in the log.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::RateLimited => "rate_limited",
            Self::SpendingLimit => "spending_limit",
            Self::Overloaded => "overloaded",
            Self::ServerError => "server_error",
            Self::Invalid => "invalid",
            Self::Unauthorized => "unauthorized",
            Self::Redirect => "redirect",
            Self::Timeout => "timeout",
            Self::Stall => "stall",
            Self::Reset => "reset",
            Self::Truncation => "truncation",
            Self::ContextExceeded => "context_exceeded",
            Self::Refusal => "refusal",
            Self::Garbage => "garbage",
            Self::Nonsense => "nonsense",
            Self::OtherLanguage => "other_language",
            Self::Huge => "huge",
        }
    }
}

/// A second handle on the socket of a connection, by which it can be cut.
pub(crate) struct Socket(pub std::net::TcpStream);

/// What is sent instead of a message; `None` where the fault lies in the message.
pub(crate) async fn instead(fault: &Fault, request: &HttpRequest, seq: u64) -> Option<HttpResponse> {
    let response = match fault.kind {
        FaultKind::RateLimited => {
            let refusal = Refusal::new(429, "rate_limit_error", "This request would exceed your organization's rate limit.");
            with_wait(refusal.response(seq), Some(fault.retry_after.unwrap_or(1)))
        }
        FaultKind::Overloaded => with_wait(Refusal::new(529, "overloaded_error", "Overloaded").response(seq), fault.retry_after),
        FaultKind::SpendingLimit => HttpResponse::TooManyRequests().json(json!({
            "type": "error",
            "error": { "type": "rate_limit_error", "message": "You have reached your spending limit.",
                       "details": { "error_code": "enforced_spend_limit_reached" } },
            "request_id": request_id(seq),
        })),
        FaultKind::ServerError => Refusal::new(500, "api_error", "Internal server error").response(seq),
        FaultKind::Invalid => Refusal::invalid("messages: the request is not accepted").response(seq),
        FaultKind::Unauthorized => Refusal::new(401, "authentication_error", "invalid x-api-key").response(seq),
        FaultKind::Redirect => HttpResponse::TemporaryRedirect().insert_header(("location", "/v1/messages")).finish(),
        FaultKind::Timeout => {
            tokio::time::sleep(FOREVER).await;
            Refusal::new(504, "timeout_error", "The request timed out.").response(seq)
        }
        FaultKind::Stall => {
            let begun = stream::iter([Ok::<_, actix_web::Error>(Bytes::from_static(b"{\"type\":"))]);
            HttpResponse::Ok().content_type("application/json").streaming(begun.chain(stream::pending()))
        }
        FaultKind::Reset => {
            if let Some(Socket(socket)) = request.conn_data::<Socket>() {
                // A connection that is gone already is cut as well.
                let _ = socket.shutdown(Shutdown::Both);
            }
            HttpResponse::InternalServerError().finish()
        }
        FaultKind::Garbage => HttpResponse::Ok().content_type("application/json").body("{\"content\": [<html>"),
        FaultKind::Truncation
        | FaultKind::ContextExceeded
        | FaultKind::Refusal
        | FaultKind::Nonsense
        | FaultKind::OtherLanguage
        | FaultKind::Huge => return None,
    };
    Some(response)
}

fn with_wait(mut response: HttpResponse, secs: Option<u64>) -> HttpResponse {
    if let Some(value) = secs.and_then(|secs| secs.to_string().parse().ok()) {
        response.headers_mut().insert(actix_web::http::header::RETRY_AFTER, value);
    }
    response
}
