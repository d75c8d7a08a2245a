//! Texts and captions of a call, with their formatting.

use serde_json::Value;

use crate::error::ApiError;
use crate::html::{self, Entity, utf16_len};
use crate::model::Body;
use crate::params::Params;

/// Bytes a text may have before its formatting is read.
const RAW_LIMIT: usize = 32_768;

/// Reads `text` with its `parse_mode` or `entities`.
///
/// # Errors
/// `message text is empty`, `message is too long`, `can't parse entities: …`.
pub(super) fn text(params: &Params) -> Result<Body, ApiError> {
    let body = read(params, "text", "entities", 4096, "message is too long")?;
    if body.text.is_empty() {
        return Err(ApiError::bad_request("message text is empty"));
    }
    Ok(body)
}

/// Reads `caption`, which may be empty.
pub(super) fn caption(params: &Params) -> Result<Body, ApiError> {
    let too_long = "message caption is too long";
    read(params, "caption", "caption_entities", 1024, too_long)
}

fn read(params: &Params, name: &str, entities: &str, limit: usize, too_long: &str) -> Result<Body, ApiError> {
    let source = params.text_or_empty(name);
    if source.len() > RAW_LIMIT {
        return Err(ApiError::bad_request(too_long));
    }
    let parse_mode = params.text("parse_mode").filter(|mode| !mode.is_empty());
    let (text, entities) = match parse_mode.as_deref().map(str::to_lowercase).as_deref() {
        Some("html") => html::parse(&source).map_err(|why| ApiError::bad_request(format!("can't parse entities: {why}")))?,
        Some(_) => return Err(ApiError::bad_request("unsupported parse_mode")),
        None => html::trim(source.clone(), given_entities(params, entities)?),
    };
    if utf16_len(&text) > limit {
        return Err(ApiError::bad_request(too_long));
    }
    Ok(Body { text, entities, source, parse_mode })
}

fn given_entities(params: &Params, name: &str) -> Result<Vec<Entity>, ApiError> {
    let given = params.json(name)?;
    let list = given.as_ref().and_then(Value::as_array);
    let read = |value: &Value| {
        let number = |field: &str| usize::try_from(value.get(field)?.as_u64()?).ok();
        let text = |field: &str| value.get(field)?.as_str().map(str::to_owned);
        Some(Entity {
            kind: text("type")?,
            offset: number("offset")?,
            length: number("length")?,
            url: text("url"),
            language: text("language"),
        })
    };
    let all: Option<Vec<_>> = list.map_or(Some(Vec::new()), |list| list.iter().map(read).collect());
    all.ok_or_else(|| ApiError::bad_request("can't parse entities: invalid MessageEntity"))
}

/// The entities Telegram finds in what a person types: commands.
pub(crate) fn person_entities(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    let mut units = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let name = word.trim_end();
        let command = name.strip_prefix('/').is_some_and(|name| {
            let bare = name.split('@').next().unwrap_or_default();
            let valid = |c: char| c.is_ascii_alphanumeric() || c == '_';
            (1..=64).contains(&bare.len()) && bare.chars().all(valid)
        });
        if command {
            found.push(Entity::plain("bot_command", units, utf16_len(name)));
        }
        units += utf16_len(word);
    }
    found
}
