//! What is asked.
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::schema::portable;

/// Where the form of a structured answer stands in the body. A gateway that only knows the beta of structured outputs takes it at
/// `["output_format"]`, with [`BETA`] `Some("structured-outputs-2025-11-13")`.
const FORMAT_AT: &[&str] = &["output_config", "format"];
/// The beta that is asked for by header.
pub(crate) const BETA: Option<&str> = None;

/// A question to a model. Instructions stand in `system` only; what people wrote stands in `messages`, as data.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Model, as `claude-haiku-4-5`.
    pub model: String,
    /// Tokens of the answer at most.
    pub max_tokens: u32,
    /// Instructions, the stable ones first.
    pub system: Vec<SystemBlock>,
    /// The conversation.
    pub messages: Vec<Turn>,
    /// The form of the answer.
    pub reply: Reply,
    /// An opaque fingerprint of who asks, never an id.
    pub user: Option<String>,
}

/// A part of the instructions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemBlock {
    /// The text.
    pub text: String,
    /// Everything up to here is the same in many requests: the model may keep it.
    pub cache: bool,
}

/// A turn of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who speaks.
    pub role: Role,
    /// What is said and shown.
    pub content: Vec<Block>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// We.
    User,
    /// The model.
    Assistant,
}

/// A piece of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Text.
    Text(String),
    /// A picture.
    Image {
        /// As `image/png`.
        media_type: String,
        /// The bytes in base64.
        base64: String,
    },
}

/// The form of the answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Plain text.
    Text,
    /// A JSON document that keeps this JSON Schema. The API promises types, required fields and enumerations; lengths, ranges and
    /// counts are told to the model, and are the reader's to check.
    Json {
        /// The schema: an object, or an array, at the top.
        schema: Value,
    },
}

impl Request {
    /// The body as the API takes it.
    #[must_use]
    pub fn body(&self) -> Value {
        let system: Vec<Value> = self
            .system
            .iter()
            .map(|block| {
                let mut value = json!({ "type": "text", "text": block.text });
                if block.cache {
                    value["cache_control"] = json!({ "type": "ephemeral" });
                }
                value
            })
            .collect();
        let messages: Vec<Value> = self
            .messages
            .iter()
            .map(|turn| {
                let role = match turn.role {
                    Role::User => "user",
                    Role::Assistant => "assistant",
                };
                json!({ "role": role, "content": turn.content.iter().map(block).collect::<Vec<_>>() })
            })
            .collect();
        let mut body = Map::new();
        body.insert("model".into(), json!(self.model));
        body.insert("max_tokens".into(), json!(self.max_tokens));
        body.insert("system".into(), json!(system));
        body.insert("messages".into(), json!(messages));
        if let Reply::Json { schema } = &self.reply {
            let format = json!({ "type": "json_schema", "schema": portable(schema) });
            if let [outermost, inner @ ..] = FORMAT_AT {
                let nested = inner.iter().rev().fold(format, |of, name| json!({ *name: of }));
                body.insert((*outermost).to_owned(), nested);
            }
        }
        if let Some(user) = &self.user {
            body.insert("metadata".into(), json!({ "user_id": user }));
        }
        Value::Object(body)
    }
}

fn block(block: &Block) -> Value {
    match block {
        Block::Text(text) => json!({ "type": "text", "text": text }),
        Block::Image { media_type, base64 } => {
            json!({ "type": "image", "source": { "type": "base64", "media_type": media_type, "data": base64 } })
        }
    }
}

/// SHA-256 of the request as JSON with sorted keys, as 64 hexadecimal digits: the same question has the same fingerprint, in every
/// process and whoever asks it.
#[must_use]
pub fn fingerprint(request: &Request) -> String {
    let mut body = request.body();
    if let Value::Object(fields) = &mut body {
        // Who asks changes with the key of the HMAC; what is asked does not.
        fields.remove("metadata");
    }
    let mut text = String::new();
    write_canonical(&body, &mut text);
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes JSON with sorted keys and without blanks. The maps of serde_json are sorted or not by a feature that any crate of the
/// build may turn on, so the order is made here.
fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            out.push('{');
            for (at, name) in names.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write_canonical(fields.get(name).unwrap_or(&Value::Null), out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        simple => out.push_str(&simple.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        Request {
            model: "claude-haiku-4-5".into(),
            max_tokens: 100,
            system: vec![SystemBlock { text: "Правила".into(), cache: true }, SystemBlock { text: "Ещё".into(), cache: false }],
            messages: vec![
                Turn {
                    role: Role::User,
                    content: vec![
                        Block::Image { media_type: "image/png".into(), base64: "aGk=".into() },
                        Block::Text("Что здесь?".into()),
                    ],
                },
                Turn { role: Role::Assistant, content: vec![Block::Text("Дом.".into())] },
            ],
            reply: Reply::Json { schema: json!({ "type": "object", "properties": { "b": { "type": "string" }, "a": {} } }) },
            user: Some("opaque".into()),
        }
    }

    #[test]
    fn the_body_is_what_the_api_takes() {
        let schema = json!({ "type": "object", "properties": { "b": { "type": "string" }, "a": {} },
                             "additionalProperties": false });
        let expected = json!({
            "model": "claude-haiku-4-5",
            "max_tokens": 100,
            "system": [{ "type": "text", "text": "Правила", "cache_control": { "type": "ephemeral" } },
                       { "type": "text", "text": "Ещё" }],
            "messages": [
                { "role": "user", "content": [
                    { "type": "image", "source": { "type": "base64", "media_type": "image/png", "data": "aGk=" } },
                    { "type": "text", "text": "Что здесь?" }] },
                { "role": "assistant", "content": [{ "type": "text", "text": "Дом." }] },
            ],
            "output_config": { "format": { "type": "json_schema", "schema": schema } },
            "metadata": { "user_id": "opaque" },
        });
        assert_eq!(request().body(), expected);
    }

    #[test]
    fn the_fingerprint_names_the_question_and_not_who_asks() {
        let base = fingerprint(&request());
        assert_eq!(base.len(), 64);
        assert_eq!(base, fingerprint(&Request { user: None, ..request() }));
        let changes: [fn(&mut Request); 5] = [
            |request| request.model.push('x'),
            |request| request.max_tokens += 1,
            |request| request.system[1].text.push('x'),
            |request| request.messages[1].content.clear(),
            |request| request.reply = Reply::Text,
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut changed = request();
            change(&mut changed);
            assert_ne!(base, fingerprint(&changed), "change {at}");
        }
    }

    #[test]
    fn the_canonical_form_is_sorted_and_has_no_blanks() {
        let mut text = String::new();
        write_canonical(&json!({ "b": [1, { "d": null, "c": "\"" }], "a": true }), &mut text);
        assert_eq!(text, r#"{"a":true,"b":[1,{"c":"\"","d":null}]}"#);
    }
}
