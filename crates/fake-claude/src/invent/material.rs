//! What people wrote, as a request shows it, and pieces of it.
use std::ops::Range;

use super::limits::TextLimits;

const OPEN: &str = "<material kind=\"";
const CLOSE: &str = "</material>";
/// The kind of what a model said before.
const REPLY: &str = "reply";
/// Characters of a quotation, where nothing asks for more.
const QUOTATION: usize = 80;
/// Words from which a piece of a text says something.
const TELLING: usize = 3;

/// A request's text, taken apart at its fences: `<material kind="…">"…"</material>` around one JSON string.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Material {
    /// The first text behind a fence that says something, decoded; of a model's replies only where nobody else says anything.
    /// Without fences the longest run of plain words, which stands in any encoding.
    text: String,
    /// The last text behind a fence, but for a model's replies.
    pub last: String,
    /// What stands outside of the fences.
    pub frame: String,
}

impl Material {
    pub(crate) fn of(request: &str) -> Self {
        let (mut said, mut replies, mut frame) = (Vec::new(), Vec::new(), String::new());
        let mut rest = request;
        while let Some((before, after)) = rest.split_once(OPEN) {
            frame.push_str(before);
            rest = match fence(after) {
                Some((kind, text, behind)) => {
                    if kind == REPLY { &mut replies } else { &mut said }.push(text);
                    behind
                }
                None => {
                    frame.push_str(OPEN);
                    after
                }
            };
        }
        frame.push_str(rest);
        let telling = |texts: Vec<String>| {
            let first = texts.iter().position(|text| words(text) >= TELLING);
            texts.into_iter().nth(first.unwrap_or(0))
        };
        let last = said.last().cloned().unwrap_or_default();
        let text = telling(said).or_else(|| telling(replies)).unwrap_or_else(|| {
            let runs = request.split(|c: char| !(c.is_alphabetic() || matches!(c, ' ' | ',' | '-')));
            runs.map(str::trim).max_by_key(|run| run.chars().count()).unwrap_or_default().to_owned()
        });
        Self { text, last, frame }
    }

    /// The `number`th piece of the material, exactly as it stands there; never longer than the limits, shorter only where the
    /// material is. Pieces that were used up begin again with a word less.
    pub(crate) fn quotation(&self, number: usize, limits: &TextLimits) -> Option<String> {
        let text = self.text.as_str();
        let mut pieces: Vec<Range<usize>> = sentences(text).collect();
        let most = pieces.iter().map(|place| words(&text[place.clone()])).max()?;
        pieces.retain(|place| words(&text[place.clone()]) >= TELLING.min(most));
        let place = pieces.get(number % pieces.len())?;
        let piece = without_words(&text[place.clone()], number / pieces.len());
        let candidates = [piece, &text[place.start..], text];
        let long_enough = candidates.into_iter().find(|piece| limits.are_reached(piece));
        let piece = head(long_enough.unwrap_or(text), limits);
        (!piece.is_empty()).then(|| piece.to_owned())
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The piece without its first `count` words, as long as enough of it is left.
fn without_words(piece: &str, count: usize) -> &str {
    let mut left = piece;
    for _ in 0..count {
        match left.split_once(char::is_whitespace) {
            Some((_, behind)) if words(behind) >= TELLING => left = behind.trim_start(),
            _ => break,
        }
    }
    left
}

/// The kind of a fence, its text and what follows it; `None` where it is none.
fn fence(after_open: &str) -> Option<(&str, String, &str)> {
    let (kind, inside) = after_open.split_once("\">")?;
    let (json, behind) = inside.split_once(CLOSE)?;
    Some((kind, serde_json::from_str(json).ok()?, behind))
}

/// Where the sentences of a text stand, without the signs around them.
fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    text.split_inclusive(['.', '!', '?', '…', ';', '\n']).filter_map(move |part| {
        let is_outer = |c: char| !c.is_alphanumeric();
        let start = next + part.len() - part.trim_start_matches(is_outer).len();
        next += part.len();
        let length = part.trim_matches(is_outer).len();
        (length > 0).then(|| start..start + length)
    })
}

/// The beginning of a piece within the limits, cut between words where that is possible.
fn head<'a>(piece: &'a str, limits: &TextLimits) -> &'a str {
    let most = QUOTATION.max(limits.least_chars).min(limits.most_chars);
    let ends: Vec<usize> = piece.char_indices().map(|(at, c)| at + c.len_utf8()).take(most).collect();
    let hard = ends.last().map_or("", |end| &piece[..*end]);
    let is_whole = hard.len() == piece.len() || piece[hard.len()..].starts_with(|c: char| !c.is_alphanumeric());
    let soft = if is_whole { hard } else { hard.rsplit_once(char::is_whitespace).map_or("", |(whole, _)| whole) };
    let soft = first_words(soft, limits.most_words);
    let soft = soft.trim_end_matches(|c: char| !c.is_alphanumeric());
    if soft.is_empty() || !limits.are_reached(soft) { hard } else { soft }
}

/// The first `count` words, with what stands between them.
fn first_words(text: &str, count: usize) -> &str {
    let mut left = count;
    let end = text.match_indices(char::is_whitespace).map(|(at, _)| at).find(|at| {
        let ends_a_word = !text[..*at].ends_with(char::is_whitespace);
        left -= usize::from(ends_a_word && left > 0);
        left == 0
    });
    end.map_or(text, |end| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn limits(schema: &serde_json::Value) -> TextLimits {
        TextLimits::of(schema)
    }

    fn quotes(request: &str, count: usize) -> Vec<String> {
        let material = Material::of(request);
        (0..count).filter_map(|at| material.quotation(at, &limits(&json!({})))).collect()
    }

    const REQUEST: &str = "Правила: <material kind=\"…\"> это данные.\n\
        <material kind=\"reply\">\"Описание картинки от модели\"</material> <material kind=\"caption\">\"Дом\"</material>\n\
        <material kind=\"dream\">\"Мне снился \\\"дом\\\", 12 комнат.\\nПотом \\u003cсвет\\u003e погас! Да.\"</material>\n\
        <material kind=\"note\">\"Клиентка говорит тихо\"</material>\nЯзык ответа: английский.";

    #[test]
    fn fences_are_taken_out_and_what_only_looks_like_one_stays() {
        let found = Material::of(REQUEST);
        assert_eq!(found.text, "Мне снился \"дом\", 12 комнат.\nПотом <свет> погас! Да.");
        assert_eq!(found.frame, "Правила: <material kind=\"…\"> это данные.\n \n\n\nЯзык ответа: английский.");
        for torn in ["<material kind=\"dream\">", "<material kind=\"dream\">no json</material>", "<material kind=\"x"] {
            assert_eq!(Material::of(torn).frame, torn);
        }
    }

    #[test]
    fn quotations_stand_in_the_decoded_material_and_differ() {
        let expected = ["Мне снился \"дом\", 12 комнат", "Потом <свет> погас", "снился \"дом\", 12 комнат", "Потом <свет> погас"];
        assert_eq!(quotes(REQUEST, 4), expected);
        assert_eq!(quotes("<material kind=\"answer\">\"Да\"</material>", 2), ["Да", "Да"]);
        let seen = "<material kind=\"reply\">\"Дом без окон\"</material>";
        assert_eq!(quotes(seen, 1), ["Дом без окон"]);
        assert_eq!(quotes("{\"words\": \"тихий дом, пустой\"}", 1), ["тихий дом, пустой"]);
        for nothing in ["", "7: 8", "<material kind=\"answer\">\"…\"</material>"] {
            assert_eq!(quotes(nothing, 1), [""; 0], "{nothing}");
        }
    }

    #[test]
    fn quotations_keep_their_limits_as_far_as_the_material_goes() {
        let long = format!("<material kind=\"dream\">\"{}\"</material>", "Идём по лесу, темно. ".repeat(30));
        let text = "Идём по лесу, темно. ".repeat(30);
        let table = [
            (json!({ "maxLength": 7 }), "Идём по"),
            (json!({ "maxLength": 6 }), "Идём"),
            (json!({ "maxLength": 2 }), "Ид"),
            (json!({ "description": "≤ 3 words" }), "Идём по лесу"),
            (json!({ "minLength": 22, "maxLength": 30 }), "Идём по лесу, темно. Идём по"),
        ];
        for (schema, expected) in table {
            assert_eq!(Material::of(&long).quotation(0, &limits(&schema)).as_deref(), Some(expected), "{schema}");
        }
        for number in [0, 29] {
            let quote = Material::of(&long).quotation(number, &limits(&json!({ "minLength": 200, "maxLength": 300 }))).unwrap();
            assert!((200..=300).contains(&quote.chars().count()) && text.contains(&quote), "{quote}");
        }
    }
}
