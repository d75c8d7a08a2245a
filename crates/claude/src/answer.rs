//! What comes back.
use serde::Deserialize;
use serde_json::Value;

use crate::{failure::Failure, request::Reply};

/// An answer that keeps the form that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The text, never blank.
    pub text: String,
    /// The document, when one was asked for: the text, parsed. It is of the type its schema names; more is not checked here.
    pub json: Option<Value>,
    /// Why the model stopped: `end_turn` or `stop_sequence`.
    pub stop_reason: String,
    /// The model that answered; empty when the service does not say.
    pub model: String,
    /// Tokens.
    pub usage: Usage,
    /// The service's name for the call, to be told to its support.
    pub request_id: Option<String>,
    /// Milliseconds from the request to the whole answer.
    pub latency_ms: u32,
}

/// Tokens of a call, each counted once.
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

/// A whole response, before it is understood.
pub(crate) struct Received {
    pub body: Vec<u8>,
    pub request_id: Option<String>,
    pub latency_ms: u32,
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
#[serde(default)]
struct Tokens {
    input_tokens: u64,
    output_tokens: u64,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
}

/// Reads a response; why the model stopped is looked at before its text.
pub(crate) fn read(received: Received, reply: &Reply) -> Result<Answer, Failure> {
    let body: Body = serde_json::from_slice(&received.body).map_err(|_| Failure::Garbled)?;
    let stop_reason = body.stop_reason.ok_or(Failure::Garbled)?;
    match stop_reason.as_str() {
        "end_turn" | "stop_sequence" => {}
        "refusal" => return Err(Failure::Refused),
        "max_tokens" | "model_context_window_exceeded" => return Err(Failure::Truncated),
        // Tools and pauses are never asked for.
        _ => return Err(Failure::Garbled),
    }
    let text: String = body.content.iter().filter(|block| block.kind == "text").map(|block| block.text.as_str()).collect();
    if text.trim().is_empty() {
        return Err(Failure::Garbled);
    }
    let json = match reply {
        Reply::Text => None,
        Reply::Json { schema } => Some(document(&text, schema).ok_or(Failure::Garbled)?),
    };
    let usage = Usage {
        input: body.usage.input_tokens,
        output: body.usage.output_tokens,
        cache_read: body.usage.cache_read_input_tokens.unwrap_or(0),
        cache_write: body.usage.cache_creation_input_tokens.unwrap_or(0),
    };
    let Received { request_id, latency_ms, .. } = received;
    Ok(Answer { text, json, stop_reason, model: body.model, usage, request_id, latency_ms })
}

/// The document, if the text is one of the type that the schema names; an object when it names none.
fn document(text: &str, schema: &Value) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    let fits = match schema.get("type").and_then(Value::as_str) {
        Some("array") => value.is_array(),
        _ => value.is_object(),
    };
    fits.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn received(body: &str) -> Received {
        Received { body: body.as_bytes().to_vec(), request_id: None, latency_ms: 1 }
    }

    fn stopped(stop: &str, text: &str) -> Received {
        let body = json!({ "content": [{ "type": "thinking" }, { "type": "text", "text": text }], "stop_reason": stop,
            "model": "m", "usage": { "input_tokens": 3, "output_tokens": 4, "cache_read_input_tokens": null } });
        received(&body.to_string())
    }

    #[test]
    fn why_the_model_stopped_comes_before_what_it_said() {
        let wanted = Reply::Json { schema: json!({ "type": "object" }) };
        let table = [
            ("refusal", "{}", Failure::Refused),
            ("max_tokens", "{}", Failure::Truncated),
            ("model_context_window_exceeded", "{}", Failure::Truncated),
            ("tool_use", "{}", Failure::Garbled),
            ("end_turn", "no json", Failure::Garbled),
            ("end_turn", "{\"a\":1} and more", Failure::Garbled),
            ("end_turn", "[1]", Failure::Garbled),
            ("end_turn", " ", Failure::Garbled),
        ];
        for (stop, text, failure) in table {
            assert_eq!(read(stopped(stop, text), &wanted), Err(failure), "{stop} {text}");
        }
    }

    #[test]
    fn a_body_that_is_no_message_is_garbled() {
        for body in ["<html>", "", "{}", "[]", r#"{"stop_reason":null,"content":[]}"#, r#"{"stop_reason":"end_turn"}"#] {
            assert_eq!(read(received(body), &Reply::Text), Err(Failure::Garbled), "{body}");
        }
    }

    #[test]
    fn a_document_is_of_the_type_its_schema_names() {
        let answer = read(stopped("end_turn", "{\"a\":1}"), &Reply::Json { schema: json!({ "type": "object" }) }).unwrap();
        assert_eq!(answer.json, Some(json!({ "a": 1 })));
        assert_eq!(answer.usage, Usage { input: 3, output: 4, cache_read: 0, cache_write: 0 });
        let list = Reply::Json { schema: json!({ "type": "array" }) };
        assert_eq!(read(stopped("stop_sequence", "[1]"), &list).unwrap().json, Some(json!([1])));
        assert_eq!(read(stopped("end_turn", "{}"), &list), Err(Failure::Garbled));
    }
}
