//! A reader of `multipart/form-data` bodies that are already in memory.

use bytes::Bytes;

/// One part of a body.
#[derive(Debug, PartialEq)]
pub(crate) struct Part {
    pub name: String,
    pub file_name: Option<String>,
    pub mime_type: Option<String>,
    pub bytes: Bytes,
}

/// Splits a body at the boundary its content type names; `None` where either is malformed.
pub(crate) fn parse(content_type: &str, body: &Bytes) -> Option<Vec<Part>> {
    let boundary = attribute(content_type, "boundary")?;
    let delimiter = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut at = find(body, delimiter.as_bytes(), 0)? + delimiter.len();
    loop {
        if body.get(at..at + 2)? == b"--" {
            return Some(parts);
        }
        let head_at = at + 2;
        let head_end = find(body, b"\r\n\r\n", head_at)?;
        let content_at = head_end + 4;
        let marker = format!("\r\n{delimiter}");
        let content_end = find(body, marker.as_bytes(), content_at)?;
        let head = String::from_utf8_lossy(body.get(head_at..head_end)?).into_owned();
        parts.push(part(&head, body.slice(content_at..content_end))?);
        at = content_end + marker.len();
    }
}

fn part(head: &str, bytes: Bytes) -> Option<Part> {
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition")?;
    Some(Part {
        name: attribute(&disposition, "name")?,
        file_name: attribute(&disposition, "filename"),
        mime_type: header("content-type"),
        bytes,
    })
}

/// The value of `name=value` or `name="value"` among a header's attributes; also the
/// percent-encoded form `name*=utf-8''value`.
fn attribute(header: &str, name: &str) -> Option<String> {
    let mut quoted = false;
    // A semicolon inside quotes is part of a value.
    let attributes = header.split(|c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    for attribute in attributes.skip(1) {
        let Some((key, value)) = attribute.trim().split_once('=') else {
            continue;
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value.trim_matches('"').replace("%22", "\""));
        }
        if key.strip_suffix('*') == Some(name) {
            let encoded = value.rsplit('\'').next().unwrap_or(value);
            return Some(crate::params::percent_decode(encoded));
        }
    }
    None
}

fn find(haystack: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let tail = haystack.get(from..)?;
    let first = *needle.first()?;
    let mut at = 0;
    while let Some(step) = tail.get(at..)?.iter().position(|b| *b == first) {
        at += step;
        if tail.get(at..)?.starts_with(needle) {
            return Some(from + at);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_names_types_and_bytes() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n7\r\n\
             --b\r\ncontent-disposition: form-data; name=\"document\"; filename=\"a; b.txt\"\r\n\
             Content-Type: text/plain\r\n\r\n-\r\n--b\r\n\
             Content-Disposition: form-data; name=f; filename*=utf-8''%D0%B0.txt\r\n\r\n\r\n--b--\r\n";
        let parts = parse("multipart/form-data; boundary=\"b\"", &Bytes::from_static(body.as_bytes()));
        let parts = parts.unwrap();
        let part = |name: &str, file_name: Option<&str>, mime_type: Option<&str>, bytes: &'static str| Part {
            name: name.to_owned(),
            file_name: file_name.map(str::to_owned),
            mime_type: mime_type.map(str::to_owned),
            bytes: Bytes::from_static(bytes.as_bytes()),
        };
        let expected = [
            part("chat_id", None, None, "7"),
            part("document", Some("a; b.txt"), Some("text/plain"), "-"),
            part("f", Some("а.txt"), None, ""),
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn a_body_without_its_last_boundary_is_refused() {
        let body = Bytes::from_static(b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n7");
        assert_eq!(parse("multipart/form-data; boundary=b", &body), None);
        assert_eq!(parse("multipart/form-data", &body), None);
    }
}
