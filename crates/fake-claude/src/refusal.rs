//! Errors as the API writes them.
use actix_web::{HttpResponse, http::StatusCode};
use serde_json::json;

/// Why a request is not answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub status: u16,
    pub kind: &'static str,
    pub message: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, message: message.into() }
    }

    /// 400.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// The response to the request with this number.
    pub(crate) fn response(&self, seq: u64) -> HttpResponse {
        let id = request_id(seq);
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        HttpResponse::build(status).insert_header(("request-id", id.as_str())).json(json!({
            "type": "error",
            "error": { "type": self.kind, "message": self.message },
            "request_id": id,
        }))
    }
}

/// The name of the request with this number.
pub(crate) fn request_id(seq: u64) -> String {
    format!("req_fake{seq:08}")
}
