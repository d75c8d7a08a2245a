//! Pictures in a request: checked as the real service checks them, and never kept.
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use crate::asked::{Read, wrong};

/// Kinds of pictures the model can see.
const KINDS: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];
/// Most bytes of one picture. The service counts them in base64, so that a picture of 3.9 MB is refused.
const MOST: usize = 5 << 20;

/// Refuses what the service refuses.
pub(crate) fn check(place: &str, block: &Value) -> Read<()> {
    let field = |name: &str| block.pointer(&format!("/source/{name}")).and_then(Value::as_str);
    let data = field("data").filter(|_| field("type") == Some("base64"));
    let (Some(data), true) = (data, field("media_type").is_some_and(|kind| KINDS.contains(&kind))) else {
        return wrong(place, "source: Input should be a base64 image in JPEG, PNG, GIF or WebP");
    };
    let place = format!("{place}.image.source.base64");
    if data.is_empty() {
        return wrong(&place, "image cannot be empty");
    }
    if data.len() > MOST {
        return wrong(&place, &format!("image exceeds 5 MB maximum: {} bytes > {MOST} bytes", data.len()));
    }
    if BASE64_STANDARD.decode(data).is_err() {
        return wrong(&place, "invalid base64 data");
    }
    Ok(())
}

/// Takes the bytes of every picture out of a request, also of one that is wrong.
pub(crate) fn leave_out(request: &mut Value) {
    match request {
        Value::Object(fields) => {
            if let Some(data) = fields.get_mut("source").and_then(|source| source.get_mut("data")) {
                *data = Value::Null;
            }
            fields.values_mut().for_each(leave_out);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(source: Value) -> Option<String> {
        check("messages.0.content.1", &json!({ "type": "image", "source": source })).err().map(|refusal| refusal.message)
    }

    fn png(data: &str) -> Value {
        json!({ "type": "base64", "media_type": "image/png", "data": data })
    }

    #[test]
    fn a_picture_is_base64_of_at_most_five_megabytes() {
        let at = |why: &str| Some(format!("messages.0.content.1.image.source.base64: {why}"));
        assert_eq!(refusal(png("aGk=")), None);
        assert_eq!(refusal(png(&"a".repeat(5_242_880))), None);
        assert_eq!(refusal(png(&"a".repeat(5_242_884))), at("image exceeds 5 MB maximum: 5242884 bytes > 5242880 bytes"));
        assert_eq!(refusal(png("")), at("image cannot be empty"));
        for wrong in ["aGk", "a Gk=", "data:image/png;base64,aGk=", "a_-="] {
            assert_eq!(refusal(png(wrong)), at("invalid base64 data"), "{wrong}");
        }
        for wrong in [json!({ "type": "url", "url": "https://example.org/" }), json!(null)] {
            assert!(refusal(wrong).unwrap().starts_with("messages.0.content.1: source: "));
        }
        assert!(refusal(json!({ "type": "base64", "media_type": "image/bmp", "data": "aGk=" })).is_some());
    }

    #[test]
    fn no_bytes_of_a_picture_are_left() {
        let mut request =
            json!({ "source": { "data": "aGk=" }, "messages": [{ "content": [{ "source": png("aGk=") }, "text"] }] });
        leave_out(&mut request);
        assert!(!request.to_string().contains("aGk"));
        assert_eq!(request["messages"][0]["content"][1], "text");
    }
}
