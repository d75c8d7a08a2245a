//! Plain text: UTF-8, UTF-16 with its mark, or one of the Cyrillic encodings from before.
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, IBM866, KOI8_R, KOI8_U, UTF_8, WINDOWS_1251};

use crate::{Limits, Read, Unreadable, bounded::Bounded, kind::holds};

/// Beginnings of files that are text only by accident.
const NO_PLAIN_TEXT: [&[u8]; 3] = [b"{\\rtf", b"%!PS", b"%PDF-"];
/// So many bytes decide the encoding.
const ENOUGH_TO_TELL: usize = 64 * 1024;

/// Reads bytes that begin like none of the other kinds.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Unreadable> {
    if is_broken_utf8(bytes) {
        return Err(Unreadable::Damaged);
    }
    let text = decoded(bytes).ok_or(Unreadable::NotSupported { expected: None })?;
    let mut bounded = Bounded::new(limits.text_chars);
    for letter in text.chars() {
        bounded.push(letter);
        if bounded.is_full() {
            break;
        }
    }
    let (text, truncated) = bounded.finish();
    if text.is_empty() { Err(Unreadable::Empty) } else { Ok(Read::Text { text, pages: None, truncated }) }
}

/// Whether the bytes are UTF-8 with a break in it, as of a file that was cut. The older encodings define nearly every byte and would
/// make other letters of them; they hold a pair that looks like UTF-8 by chance only.
fn is_broken_utf8(bytes: &[u8]) -> bool {
    let (mut letters, mut breaks) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        breaks += usize::from(!chunk.invalid().is_empty());
    }
    breaks > 0 && letters > breaks * 4
}

/// The text, when it is text: every character is defined, and none is a control character that no writer writes.
fn decoded(bytes: &[u8]) -> Option<String> {
    let beginning = bytes.get(..1024).unwrap_or(bytes);
    if NO_PLAIN_TEXT.iter().any(|mark| beginning.starts_with(mark)) || holds(beginning, b"%PDF-") {
        return None;
    }
    let (encoding, rest) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, bytes.get(mark..)?),
        None => (told(bytes)?, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(rest)?;
    (!text.chars().any(is_binary)).then(|| text.into_owned())
}

/// The encoding of bytes without a mark.
fn told(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.iter().any(|byte| is_binary(char::from(*byte)) && *byte < 0x80) {
        return None;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Some(UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..ENOUGH_TO_TELL).unwrap_or(bytes), true);
    let guess = detector.guess(Some(b"ru"), Utf8Detection::Deny);
    [WINDOWS_1251, KOI8_R, KOI8_U, IBM866].contains(&guess).then_some(guess)
}

/// Control characters that stand in no text. The old mark of a file's end (0x1A) is harmless, yet no writer of today leaves it.
fn is_binary(letter: char) -> bool {
    matches!(letter, '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{7F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const DREAM: &str = "Мне снится длинный коридор. В конце его дверь, и за нею кто-то зовёт меня по имени.";

    fn text_of(bytes: &[u8]) -> Option<String> {
        decoded(bytes)
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let table = [
            ("UTF-8", DREAM.as_bytes().to_vec()),
            ("UTF-8 with its mark", [b"\xEF\xBB\xBF".as_slice(), DREAM.as_bytes()].concat()),
            ("UTF-16LE", utf16(DREAM, u16::to_le_bytes)),
            ("UTF-16BE", utf16(DREAM, u16::to_be_bytes)),
            ("Windows-1251", WINDOWS_1251.encode(DREAM).0.into_owned()),
            ("KOI8-R", KOI8_R.encode(DREAM).0.into_owned()),
            ("IBM866", IBM866.encode(DREAM).0.into_owned()),
        ];
        for (name, bytes) in table {
            assert_eq!(text_of(&bytes).as_deref(), Some(DREAM), "{name}");
        }
    }

    #[test]
    fn a_few_words_in_windows_1251_are_told_too() {
        for words in ["Сон", "Боюсь высоты", "СНИЛОСЬ МОРЕ", "Мама. Папа. Я."] {
            assert_eq!(text_of(&WINDOWS_1251.encode(words).0).as_deref(), Some(words));
        }
    }

    #[test]
    fn utf8_that_was_cut_is_damaged_and_no_other_letters() {
        for cut in 20..DREAM.len() {
            let read = read(&DREAM.as_bytes()[..cut], &Limits::default());
            if DREAM.is_char_boundary(cut) {
                assert!(read.is_ok(), "{cut}");
            } else {
                assert_eq!(read, Err(Unreadable::Damaged), "{cut}");
            }
        }
        // A pair of Windows-1251 that is also a letter of UTF-8.
        assert!(!is_broken_utf8(&WINDOWS_1251.encode("Её зовут Ёлка. Её нет.").0));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let table: [&[u8]; 8] = [
            b"text\0with a zero",
            b"\x7FELF\x02\x01\x01",
            b"MZ\x90\0\x03",
            b"{\\rtf1 rich}",
            b"\n%PDF-1.4 with a line before",
            b"\xFF\xFE\0",        // UTF-16 cut in the middle of a character
            b"\xFF\xFE\0\xD8a\0", // half of a pair
            b"caf\xE9 cr\xE8me br\xFBl\xE9e, d\xE9j\xE0 vu, na\xEFve fa\xE7ade", // another alphabet's encoding
        ];
        for bytes in table {
            assert_eq!(text_of(bytes), None, "{bytes:?}");
        }
    }
}
