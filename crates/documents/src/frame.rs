//! What parent and child say to each other: a line of JSON, then bytes. Neither side believes the other's lengths.
use serde::{Deserialize, Serialize};

use crate::{Confinement, Hint, Kind, Limits, Read, Unreadable};

/// The longest first line, in bytes.
pub(crate) const LINE: u64 = 2048;
/// A new JPEG is smaller than this, in bytes.
const JPEG: usize = 8 * 1024 * 1024;

/// The parent's first line. A file's name is not in it, nor in the child's arguments, which all of the machine can see.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) expected: Option<Kind>,
    pub(crate) limits: Limits,
    pub(crate) confinement: Confinement,
}

/// The child's first line; text or picture follow.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Text { pages: Option<u32>, truncated: bool, bytes: usize },
    Picture { width: u32, height: u32, bytes: usize },
    Unreadable { code: String },
}

/// Most bytes of an answer, whatever the child is made to say.
pub(crate) fn longest_answer(limits: &Limits) -> u64 {
    let body = limits.text_chars.saturating_mul(4).max(JPEG);
    LINE.saturating_add(u64::try_from(body).unwrap_or(u64::MAX))
}

/// The bytes of an answer.
pub(crate) fn written(read: Result<Read, Unreadable>) -> Option<Vec<u8>> {
    let (answer, body) = match read {
        Ok(Read::Text { text, pages, truncated }) => (Answer::Text { pages, truncated, bytes: text.len() }, text.into_bytes()),
        Ok(Read::Picture { jpeg, width, height }) => (Answer::Picture { width, height, bytes: jpeg.len() }, jpeg),
        Err(decision) => (Answer::Unreadable { code: decision.code().to_owned() }, Vec::new()),
    };
    let mut bytes = serde_json::to_vec(&answer).ok()?;
    bytes.push(b'\n');
    bytes.extend(body);
    Some(bytes)
}

/// An answer, when it is one: a child that a file has taken over can say only what a file may say.
pub(crate) fn understood(bytes: &[u8], hint: Hint, limits: &Limits) -> Option<Result<Read, Unreadable>> {
    let end = bytes.iter().take(usize::try_from(LINE).ok()?).position(|byte| *byte == b'\n')?;
    let (line, body) = (bytes.get(..end)?, bytes.get(end + 1..)?);
    match serde_json::from_slice(line).ok()? {
        Answer::Text { pages, truncated, bytes } if bytes == body.len() => {
            let text = std::str::from_utf8(body).ok()?.to_owned();
            let plain = !text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t'));
            let short = text.chars().count() <= limits.text_chars && pages.is_none_or(|pages| pages <= limits.pages);
            (plain && short && !text.is_empty()).then_some(Ok(Read::Text { text, pages, truncated }))
        }
        Answer::Picture { width, height, bytes } if bytes == body.len() => {
            let sides = 1..=limits.side_out;
            let small = sides.contains(&width) && sides.contains(&height) && body.len() <= JPEG;
            (small && Kind::by_magic(body) == Some(Kind::Jpeg)).then(|| Ok(Read::Picture { jpeg: body.to_vec(), width, height }))
        }
        Answer::Unreadable { code } if body.is_empty() => Unreadable::of_code(&code, hint.expected).map(Err),
        Answer::Text { .. } | Answer::Picture { .. } | Answer::Unreadable { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(read: Result<Read, Unreadable>) -> Option<Result<Read, Unreadable>> {
        understood(&written(read).unwrap(), Hint::default(), &Limits::default())
    }

    #[test]
    fn what_is_written_is_understood() {
        let answers = [
            Ok(Read::Text { text: "Сон\nо море".into(), pages: Some(2), truncated: true }),
            Ok(Read::Picture { jpeg: b"\xFF\xD8\xFF\xE0...".to_vec(), width: 4, height: 3 }),
        ];
        for answer in answers.into_iter().chain(Unreadable::ALL.map(Err)) {
            assert_eq!(round(answer.clone()), Some(answer));
        }
    }

    #[test]
    fn a_child_that_was_taken_over_can_say_only_what_a_file_may_say() {
        let table: [(&str, &[u8]); 9] = [
            ("no line", b"{}"),
            ("no answer", b"{\"text\":1}\n"),
            ("another length", b"{\"text\":{\"pages\":null,\"truncated\":false,\"bytes\":5}}\nabc"),
            ("no text", b"{\"text\":{\"pages\":null,\"truncated\":false,\"bytes\":2}}\n\xFF\xFE"),
            ("control characters", b"{\"text\":{\"pages\":null,\"truncated\":false,\"bytes\":2}}\n\x1B["),
            ("pages", b"{\"text\":{\"pages\":51,\"truncated\":false,\"bytes\":1}}\na"),
            ("no picture", b"{\"picture\":{\"width\":1,\"height\":1,\"bytes\":3}}\nGIF"),
            ("a large picture", b"{\"picture\":{\"width\":1569,\"height\":1,\"bytes\":3}}\n\xFF\xD8\xFF"),
            ("no code", b"{\"unreadable\":{\"code\":\"all is well\"}}\n"),
        ];
        for (name, bytes) in table {
            assert_eq!(understood(bytes, Hint::default(), &Limits::default()), None, "{name}");
        }
        let long = "а".repeat(Limits::default().text_chars + 1);
        assert_eq!(round(Ok(Read::Text { text: long, pages: None, truncated: false })), None);
    }
}
