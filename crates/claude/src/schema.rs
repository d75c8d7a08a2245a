//! JSON Schema as the API takes it.
//!
//! Structured answers are made from a part of JSON Schema; a schema that uses more is refused with 400. What is more is moved into
//! the description, as Anthropic's own SDKs do it, so that the model reads it, and our reader of the answer checks it.
//! Source: platform.claude.com, "Structured outputs", JSON Schema limitations and how SDK transformation works.
use serde_json::{Map, Value};

/// Words that a schema may use as they are; the values of some are schemas themselves.
const KNOWN: [&str; 12] =
    ["type", "const", "enum", "description", "title", "required", "properties", "items", "anyOf", "allOf", "format", "minItems"];

/// Formats of strings that the API knows.
const FORMATS: [&str; 10] = ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];

/// The schema in the part of JSON Schema the API takes: unknown words stand in the description as `{maxLength: 300}`, objects
/// admit no other fields, `oneOf` becomes `anyOf`.
pub(crate) fn portable(schema: &Value) -> Value {
    let Value::Object(fields) = schema else { return schema.clone() };
    let mut kept = Map::new();
    let mut moved = Vec::new();
    for (word, value) in fields {
        match (word.as_str(), value) {
            ("properties", Value::Object(of)) => {
                let of = of.iter().map(|(name, schema)| (name.clone(), portable(schema))).collect();
                kept.insert(word.clone(), Value::Object(of));
            }
            ("items", of) => {
                kept.insert(word.clone(), portable(of));
            }
            ("anyOf" | "allOf" | "oneOf", Value::Array(of)) => {
                let word = if word == "oneOf" { "anyOf" } else { word };
                kept.insert(word.to_owned(), of.iter().map(portable).collect());
            }
            // Written anew for every object.
            ("additionalProperties", _) => {}
            (known, value) if KNOWN.contains(&known) && is_taken(known, value) => {
                kept.insert(word.clone(), value.clone());
            }
            (word, value) => moved.push(format!("{word}: {value}")),
        }
    }
    if kept.get("type").is_some_and(|kind| kind == "object") {
        kept.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    if !moved.is_empty() {
        // Sorted, so that the fingerprint does not depend on the order in which the map keeps its words.
        moved.sort();
        let mut text = kept.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&format!("{{{}}}", moved.join(", ")));
        kept.insert("description".to_owned(), Value::String(text));
    }
    Value::Object(kept)
}

/// Whether a known word is taken with this value.
fn is_taken(word: &str, value: &Value) -> bool {
    match word {
        "minItems" => value.as_u64().is_some_and(|count| count <= 1),
        "format" => value.as_str().is_some_and(|format| FORMATS.contains(&format)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_api_does_not_take_stands_in_the_description() {
        let schema = json!({ "type": "object", "required": ["list"], "properties": {
            "list": { "type": "array", "minItems": 3, "maxItems": 7, "items": { "type": "string", "maxLength": 300 } },
            "one": { "type": "array", "minItems": 1, "items": { "type": "integer", "description": "A share", "minimum": 0 } },
            "maxLength": { "oneOf": [{ "type": "string", "format": "poem" }, { "type": "null" }] },
            "day": { "type": "string", "format": "date" },
        } });
        let expected = json!({ "type": "object", "required": ["list"], "additionalProperties": false, "properties": {
            "list": { "type": "array", "description": "{maxItems: 7, minItems: 3}",
                      "items": { "type": "string", "description": "{maxLength: 300}" } },
            "one": { "type": "array", "minItems": 1,
                     "items": { "type": "integer", "description": "A share\n\n{minimum: 0}" } },
            "maxLength": { "anyOf": [{ "type": "string", "description": "{format: \"poem\"}" }, { "type": "null" }] },
            "day": { "type": "string", "format": "date" },
        } });
        assert_eq!(portable(&schema), expected);
        assert_eq!(portable(&expected), expected, "a schema that is taken stays as it is");
    }
}
