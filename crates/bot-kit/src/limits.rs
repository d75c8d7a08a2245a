//! Telegram's limits, in one place.
use crate::Html;

/// Longest message after entity parsing, in UTF-16 units.
pub const MESSAGE_UNITS: usize = 4096;
/// Longest caption after entity parsing, in UTF-16 units.
pub const CAPTION_UNITS: usize = 1024;
/// Longest data of a button, in bytes.
pub const BUTTON_BYTES: usize = 64;
/// Longest answer to a press, in characters.
pub const PRESS_ANSWER_CHARS: usize = 200;

/// Length as Telegram counts it: UTF-16 units.
#[must_use]
pub fn utf16_units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// `text` cut to at most `chars` characters, with an ellipsis when something was cut.
#[must_use]
pub fn shorten(text: &str, chars: usize) -> String {
    let clean = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if clean.chars().count() <= chars {
        return clean;
    }
    let mut out: String = clean.chars().take(chars.saturating_sub(1)).collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// Paragraphs as messages, as many to each as fit; a paragraph that is too long by itself stays as it is.
#[must_use]
pub fn as_messages(paragraphs: Vec<Html>) -> Vec<Html> {
    let mut messages: Vec<Html> = Vec::new();
    for paragraph in paragraphs {
        match messages.last_mut() {
            Some(last) if utf16_units(&last.visible()) + utf16_units(&paragraph.visible()) + 2 <= MESSAGE_UNITS => {
                *last = std::mem::take(last).paragraph(&paragraph);
            }
            Some(_) | None => messages.push(paragraph),
        }
    }
    messages
}

/// Splits plain text into parts of at most `units` UTF-16 units: at a paragraph, else a line, a sentence, a word; a word
/// longer than a part is cut between characters, never inside one. Nothing but white space at the cuts is lost.
#[must_use]
pub fn split_text(text: &str, units: usize) -> Vec<String> {
    let units = units.max(2);
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while utf16_units(rest) > units {
        let mut used = 0;
        let mut end = 0;
        for (at, c) in rest.char_indices() {
            used += c.len_utf16();
            if used > units {
                break;
            }
            end = at + c.len_utf8();
        }
        let window = &rest[..end];
        let cut = ["\n\n", "\n", ". ", " "]
            .iter()
            .filter_map(|mark| window.rfind(mark).map(|at| at + mark.trim_end().len()))
            .find(|at| *at > end / 3)
            .filter(|at| *at > 0)
            .unwrap_or(end);
        parts.push(rest[..cut].trim_end().to_owned());
        rest = rest[cut..].trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// A long plain text as messages, each within Telegram's limit.
#[must_use]
pub fn messages_of(text: &str) -> Vec<Html> {
    split_text(text, MESSAGE_UNITS).iter().map(|part| Html::text(part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_split_between_words_and_nothing_is_lost() {
        let text = "Первое предложение. Второе предложение 🙂 с эмодзи.\n\nНовый абзац ".repeat(200);
        let parts = split_text(&text, 300);
        assert!(parts.iter().all(|part| utf16_units(part) <= 300 && !part.is_empty()));
        let squeeze = |s: &str| s.split_whitespace().collect::<String>();
        assert_eq!(squeeze(&parts.concat()), squeeze(&text));
    }

    #[test]
    fn a_word_longer_than_a_part_is_cut_between_characters() {
        let parts = split_text(&"🙂".repeat(10), 5);
        assert_eq!(parts.concat(), "🙂".repeat(10));
        assert!(parts.iter().all(|part| utf16_units(part) <= 5));
    }
}
