//! What is asked.
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

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
    /// A JSON document that keeps this JSON Schema.
    Json {
        /// The schema.
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
            body.insert("output_config".into(), json!({ "format": { "type": "json_schema", "schema": schema } }));
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

/// SHA-256 of the request as JSON with sorted keys, hexadecimal: the same question has the same fingerprint.
#[must_use]
pub fn fingerprint(request: &Request) -> String {
    // Maps of serde_json are sorted by key, so the text is canonical.
    Sha256::digest(request.body().to_string().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
