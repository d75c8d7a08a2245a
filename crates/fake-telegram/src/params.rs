//! Parameters of one call: JSON, form, query string or multipart, read the same way.

use std::collections::HashMap;

use bytes::Bytes;
use serde_json::Value;

use crate::error::ApiError;
use crate::multipart;

/// A file that came with the request, or from a person.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub file_name: String,
    pub mime_type: Option<String>,
    pub bytes: Bytes,
    /// The size that is told of it, where it is not that of the bytes.
    pub declared_size: Option<u64>,
}

/// Named parameters and files of one call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params {
    fields: HashMap<String, Value>,
    pub files: HashMap<String, Upload>,
}

/// Bytes a request without files may have.
const PLAIN_LIMIT: usize = 1 << 20;

impl Params {
    /// From one JSON object, as a webhook's answer carries it.
    pub fn from_json(value: Value) -> Self {
        let fields = match value {
            Value::Object(map) => map.into_iter().filter(|(_, v)| !v.is_null()).collect(),
            _ => HashMap::new(),
        };
        Self { fields, files: HashMap::new() }
    }

    /// Reads a request; the query string counts too.
    pub fn read(query: &str, content_type: &str, body: &Bytes) -> Result<Self, ApiError> {
        let media = content_type.split(';').next().unwrap_or_default().trim();
        let mut params = match media.to_ascii_lowercase().as_str() {
            "multipart/form-data" => Self::read_multipart(content_type, body)?,
            _ if body.len() > PLAIN_LIMIT => return Err(ApiError::too_large()),
            "application/json" => {
                let value: Value =
                    serde_json::from_slice(body).map_err(|_| ApiError::bad_request("can't parse request as JSON object"))?;
                Self::from_json(value)
            }
            "application/x-www-form-urlencoded" => {
                let mut params = Self::default();
                params.add_pairs(std::str::from_utf8(body).unwrap_or_default());
                params
            }
            _ => Self::default(),
        };
        params.add_pairs(query);
        Ok(params)
    }

    fn read_multipart(content_type: &str, body: &Bytes) -> Result<Self, ApiError> {
        let parts = multipart::parse(content_type, body)
            .ok_or_else(|| ApiError::bad_request("can't parse multipart/form-data request"))?;
        let mut params = Self::default();
        for part in parts {
            match part.file_name {
                Some(file_name) => {
                    let upload = Upload { file_name, mime_type: part.mime_type, bytes: part.bytes, declared_size: None };
                    params.files.insert(part.name, upload);
                }
                None => {
                    let text = String::from_utf8_lossy(&part.bytes).into_owned();
                    params.fields.insert(part.name, Value::String(text));
                }
            }
        }
        Ok(params)
    }

    fn add_pairs(&mut self, encoded: &str) {
        for pair in encoded.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = Value::String(percent_decode(value));
            self.fields.insert(percent_decode(name), value);
        }
    }

    /// The value as text; numbers and booleans are written out, objects as JSON.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.fields.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        }
    }

    /// The value as text; empty where it is absent.
    pub fn text_or_empty(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    /// The value as a whole number, also written as text.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.fields.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The value as a flag: `true`, `yes` and `1` in any case.
    pub fn flag(&self, name: &str) -> bool {
        let text = self.text(name).unwrap_or_default().to_lowercase();
        matches!(text.trim(), "true" | "yes" | "1")
    }

    /// The value as JSON, also when it was sent as text.
    pub fn json(&self, name: &str) -> Result<Option<Value>, ApiError> {
        match self.fields.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| ApiError::bad_request(format!("can't parse {} JSON object", spoken(name)))),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }
}

/// `reply_markup` as Telegram's error texts write it.
fn spoken(name: &str) -> String {
    if name == "reply_markup" {
        return "reply keyboard markup".to_owned();
    }
    name.replace('_', " ")
}

/// Decodes `%41` and `+` of a form or query value.
pub(crate) fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex =
            (byte == b'%').then(|| text.get(at + 1..at + 3)).flatten().and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, hex) {
            (_, Some(decoded)) => {
                out.push(decoded);
                at += 3;
                continue;
            }
            (b'+', None) => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
