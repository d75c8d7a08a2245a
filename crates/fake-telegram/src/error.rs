//! Telegram's refusals.

use serde_json::{Value, json};

/// A refusal as the Bot API states it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    /// HTTP status and `error_code`.
    pub code: u16,
    /// Full description, with its prefix (`Bad Request: …`).
    pub description: String,
    /// Whole seconds to wait, with 429.
    pub retry_after: Option<u64>,
}

/// What a method gives back.
pub(crate) type ApiResult = Result<Value, ApiError>;

impl ApiError {
    fn new(code: u16, prefix: &str, what: &str) -> Self {
        Self { code, description: format!("{prefix}{what}"), retry_after: None }
    }

    pub fn bad_request(what: impl AsRef<str>) -> Self {
        Self::new(400, "Bad Request: ", what.as_ref())
    }

    pub fn forbidden(what: &str) -> Self {
        Self::new(403, "Forbidden: ", what)
    }

    pub fn blocked() -> Self {
        Self::forbidden("bot was blocked by the user")
    }

    pub fn unauthorized() -> Self {
        Self::new(401, "", "Unauthorized")
    }

    pub fn unknown_method() -> Self {
        Self::new(404, "Not Found: ", "method not found")
    }

    pub fn conflict(what: &str) -> Self {
        Self::new(409, "Conflict: ", what)
    }

    pub fn too_large() -> Self {
        Self::new(413, "", "Request Entity Too Large")
    }

    pub fn server(what: &str) -> Self {
        Self::new(500, "Internal Server Error: ", what)
    }

    pub fn custom(code: u16, description: &str) -> Self {
        Self::new(code, "", description)
    }

    pub fn too_many(retry_after: u64) -> Self {
        Self { code: 429, description: format!("Too Many Requests: retry after {retry_after}"), retry_after: Some(retry_after) }
    }

    pub fn old_query() -> Self {
        Self::bad_request("query is too old and response timeout expired or query ID is invalid")
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "ok": false, "error_code": self.code, "description": self.description,
        });
        if let Some(secs) = self.retry_after {
            body["parameters"] = json!({ "retry_after": secs });
        }
        body
    }
}
