//! Reading a request, as strictly as the real service.
use actix_web::http::header::HeaderMap;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{pictures, refusal::Refusal};

/// The version of the API this stand-in speaks.
const VERSION: &str = "2023-06-01";
/// Fields of a request that this stand-in knows.
const FIELDS: [&str; 9] =
    ["model", "max_tokens", "system", "messages", "metadata", "output_config", "stop_sequences", "temperature", "stream"];
/// Words of JSON Schema that are refused whatever their value.
const REFUSED_WORDS: [&str; 9] = [
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "maxItems",
    "uniqueItems",
];
/// Blocks that may be marked for the cache.
const CACHE_MARKS: usize = 4;

/// A request that is well formed.
#[derive(Debug)]
pub(crate) struct Asked {
    pub model: String,
    pub max_tokens: usize,
    /// All instructions.
    pub system: String,
    /// The instructions up to the last block that is marked for the cache.
    pub cached_prefix: String,
    /// All text of the messages.
    pub user: String,
    pub images: usize,
    pub user_id: Option<String>,
    pub schema: Option<Value>,
    body: Value,
}

impl Asked {
    /// Instructions and messages.
    pub(crate) fn text(&self) -> String {
        format!("{}\n{}", self.system, self.user)
    }

    /// A number that the same question always has.
    pub(crate) fn seed(&self) -> u64 {
        let mut body = self.body.clone();
        if let Value::Object(fields) = &mut body {
            fields.remove("metadata");
        }
        let digest = Sha256::digest(body.to_string().as_bytes());
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// The body with every picture's bytes left out.
    pub(crate) fn without_pictures(&self) -> String {
        let mut body = self.body.clone();
        pictures::leave_out(&mut body);
        body.to_string()
    }
}

pub(crate) type Read<T> = Result<T, Refusal>;

pub(crate) fn wrong<T>(place: &str, why: &str) -> Read<T> {
    Err(Refusal::invalid(format!("{place}: {why}")))
}

/// Reads a request.
pub(crate) fn read(headers: &HeaderMap, body: &[u8]) -> Read<Asked> {
    if headers.get("x-api-key").is_none_or(|key| key.is_empty()) {
        return Err(Refusal::new(401, "authentication_error", "x-api-key header is required"));
    }
    if headers.get("anthropic-version").is_none_or(|version| version != VERSION) {
        return wrong("anthropic-version", "header is required and must be a known version");
    }
    let Ok(Value::Object(fields)) = serde_json::from_slice::<Value>(body) else {
        return Err(Refusal::invalid("The request body is not valid JSON."));
    };
    if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return wrong(unknown, "Extra inputs are not permitted");
    }
    if fields.get("stream").is_some_and(|stream| stream != false) {
        return wrong("stream", "this stand-in does not stream");
    }
    let Some(model) = fields.get("model").and_then(Value::as_str).filter(|model| !model.is_empty()) else {
        return wrong("model", "Field required");
    };
    let max_tokens = fields.get("max_tokens").and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
    let Some(max_tokens) = max_tokens.filter(|count| *count > 0) else {
        return wrong("max_tokens", "Input should be greater than or equal to 1");
    };
    if fields.get("temperature").is_some_and(|degree| !degree.as_f64().is_some_and(|degree| (0.0..=1.0).contains(&degree))) {
        return wrong("temperature", "Input should be between 0 and 1");
    }
    let (system, cached_prefix) = system(fields.get("system"))?;
    let (user, images) = messages(fields.get("messages"))?;
    let user_id = user_id(fields.get("metadata"))?;
    let schema = fields.get("output_config").map(format).transpose()?;
    Ok(Asked { model: model.to_owned(), max_tokens, system, cached_prefix, user, images, user_id, schema, body: fields.into() })
}

/// All instructions, and those that may be kept.
fn system(value: Option<&Value>) -> Read<(String, String)> {
    let blocks = match value {
        None => return Ok(Default::default()),
        Some(Value::String(text)) => return Ok((text.clone(), String::new())),
        Some(Value::Array(blocks)) => blocks,
        Some(_) => return wrong("system", "Input should be a valid string or list"),
    };
    let (mut all, mut kept, mut marks) = (String::new(), String::new(), 0);
    for (at, block) in blocks.iter().enumerate() {
        let place = format!("system.{at}");
        if block.get("type").is_none_or(|kind| kind != "text") {
            return wrong(&place, "Input should be a text block");
        }
        if !all.is_empty() {
            all.push('\n');
        }
        all.push_str(text_of(&place, block)?);
        if block.get("cache_control").is_some() {
            marks += 1;
            kept.clone_from(&all);
        }
    }
    if marks > CACHE_MARKS {
        return wrong("system", "A maximum of 4 blocks with cache_control may be provided");
    }
    Ok((all, kept))
}

fn text_of<'a>(place: &str, block: &'a Value) -> Read<&'a str> {
    match block.get("text").and_then(Value::as_str) {
        None => wrong(place, "text: Field required"),
        Some(text) if text.trim().is_empty() => wrong(place, "text content blocks must be non-empty"),
        Some(text) => Ok(text),
    }
}

/// All text, and how many pictures.
fn messages(value: Option<&Value>) -> Read<(String, usize)> {
    let Some(turns) = value.and_then(Value::as_array) else { return wrong("messages", "Field required") };
    if turns.is_empty() {
        return wrong("messages", "at least one message is required");
    }
    let (mut texts, mut images) = (Vec::new(), 0);
    for (at, turn) in turns.iter().enumerate() {
        let place = format!("messages.{at}");
        if !turn.get("role").is_some_and(|role| role == "user" || role == "assistant") {
            return wrong(&place, "role: Input should be 'user' or 'assistant'");
        }
        match turn.get("content") {
            Some(Value::String(text)) if !text.trim().is_empty() => texts.push(text.as_str()),
            Some(Value::Array(blocks)) if !blocks.is_empty() => {
                for (at, block) in blocks.iter().enumerate() {
                    let place = format!("{place}.content.{at}");
                    match block.get("type").and_then(Value::as_str) {
                        Some("text") => texts.push(text_of(&place, block)?),
                        Some("image") => {
                            pictures::check(&place, block)?;
                            images += 1;
                        }
                        _ => return wrong(&place, "type: Input should be 'text' or 'image'"),
                    }
                }
            }
            _ => return wrong(&place, "content: must be non-empty"),
        }
    }
    Ok((texts.join("\n"), images))
}

fn user_id(metadata: Option<&Value>) -> Read<Option<String>> {
    match metadata.and_then(|metadata| metadata.get("user_id")) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) if id.len() <= 256 => Ok(Some(id.clone())),
        Some(_) => wrong("metadata.user_id", "Input should be a string of at most 256 characters"),
    }
}

fn format(config: &Value) -> Read<Value> {
    let place = "output_config.format";
    if config.pointer("/format/type").is_none_or(|kind| kind != "json_schema") {
        return wrong(place, "type: Input should be 'json_schema'");
    }
    let Some(schema) = config.pointer("/format/schema").filter(|schema| schema.is_object()) else {
        return wrong(place, "schema: Input should be an object");
    };
    check_schema(&format!("{place}.schema"), schema)?;
    Ok(schema.clone())
}

/// Structured answers are made from a part of JSON Schema only.
fn check_schema(place: &str, schema: &Value) -> Read<()> {
    let Some(fields) = schema.as_object() else { return Ok(()) };
    if let Some(word) = fields.keys().find(|word| REFUSED_WORDS.contains(&word.as_str()) || word.as_str() == "oneOf") {
        return wrong(place, &format!("property '{word}' is not supported"));
    }
    if fields.get("minItems").is_some_and(|count| count.as_u64().is_none_or(|count| count > 1)) {
        return wrong(place, "'minItems' values other than 0 or 1 are not supported");
    }
    if fields.get("type").is_some_and(|kind| kind == "object") && fields.get("additionalProperties") != Some(&Value::Bool(false))
    {
        return wrong(place, "For 'object' type, 'additionalProperties' must be explicitly set to false");
    }
    let none = Map::new();
    let properties = fields.get("properties").and_then(Value::as_object).unwrap_or(&none);
    for (name, schema) in properties {
        check_schema(&format!("{place}.properties.{name}"), schema)?;
    }
    for word in ["anyOf", "allOf"] {
        for schema in fields.get(word).and_then(Value::as_array).into_iter().flatten() {
            check_schema(&format!("{place}.{word}"), schema)?;
        }
    }
    fields.get("items").map_or(Ok(()), |schema| check_schema(&format!("{place}.items"), schema))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};
    use serde_json::json;

    fn headers() -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("x-api-key"), HeaderValue::from_static("key"));
        headers.insert(HeaderName::from_static("anthropic-version"), HeaderValue::from_static(VERSION));
        headers
    }

    fn good() -> Value {
        json!({ "model": "m", "max_tokens": 10, "metadata": { "user_id": "opaque" },
            "system": [{ "type": "text", "text": "a", "cache_control": { "type": "ephemeral" } }, { "type": "text", "text": "b" }],
            "messages": [{ "role": "user", "content": [
                { "type": "image", "source": { "type": "base64", "media_type": "image/png", "data": "aGk=" } },
                { "type": "text", "text": "c" }] }] })
    }

    #[test]
    fn a_good_request_is_read_whole() {
        let asked = read(&headers(), good().to_string().as_bytes()).unwrap();
        assert_eq!((asked.system.as_str(), asked.cached_prefix.as_str(), asked.user.as_str()), ("a\nb", "a", "c"));
        assert_eq!((asked.images, asked.user_id.as_deref(), asked.max_tokens), (1, Some("opaque"), 10));
        assert!(!asked.without_pictures().contains("aGk="));
    }

    #[test]
    fn what_the_service_refuses_is_refused() {
        let schema = |schema: Value| json!({ "format": { "type": "json_schema", "schema": schema } });
        let table = [
            ("model", json!("")),
            ("max_tokens", json!(0)),
            ("max_tokens", json!("10")),
            ("temperature", json!(1.5)),
            ("messages", json!([])),
            ("messages", json!([{ "role": "system", "content": "x" }])),
            ("messages", json!([{ "role": "user", "content": " " }])),
            ("messages", json!([{ "role": "user", "content": [{ "type": "text", "text": "" }] }])),
            ("messages", json!([{ "role": "user", "content": [{ "type": "image", "source": { "type": "url" } }] }])),
            ("system", json!([{ "type": "text" }])),
            ("metadata", json!({ "user_id": 7 })),
            ("output_format", json!({})),
            ("output_config", json!({ "format": { "type": "text" } })),
            ("output_config", schema(json!({ "type": "object", "properties": {} }))),
            ("output_config", schema(json!({ "type": "array", "items": { "type": "string", "maxLength": 5 } }))),
            ("output_config", schema(json!({ "type": "array", "minItems": 2 }))),
            ("output_config", schema(json!({ "anyOf": [{ "type": "integer", "minimum": 1 }] }))),
        ];
        for (name, value) in table {
            let mut body = good();
            body[name] = value.clone();
            let refusal = read(&headers(), body.to_string().as_bytes()).unwrap_err();
            assert_eq!((refusal.status, refusal.kind), (400, "invalid_request_error"), "{name} {value}");
            assert!(refusal.message.starts_with(name), "{}", refusal.message);
        }
        assert_eq!(read(&headers(), b"{").unwrap_err().status, 400);
        let mut without = headers();
        without.remove("anthropic-version");
        assert_eq!(read(&without, good().to_string().as_bytes()).unwrap_err().status, 400);
        without.remove("x-api-key");
        assert_eq!(read(&without, good().to_string().as_bytes()).unwrap_err().status, 401);
    }
}
