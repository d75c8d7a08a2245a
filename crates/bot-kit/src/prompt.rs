//! Untrusted text in a model's prompt: a fence it cannot leave, and a mark that tells when instructions were given away (S12).
//!
//! A fence only says where data begin and end. What a model makes of them is checked afterwards: schema, lengths, language,
//! [`domain::policy`], and [`leaks`].
use std::fmt;

use domain::Locale;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What an untrusted text is. It names the fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Material {
    /// A dream, as it was told.
    Dream,
    /// Words under a picture.
    Caption,
    /// What was read in a document.
    Document,
    /// A specialist's notes.
    Note,
    /// An answer to a question.
    Answer,
    /// What a model said before: it may repeat untrusted words.
    Reply,
}

impl Material {
    /// All kinds.
    pub const ALL: [Self; 6] = [Self::Dream, Self::Caption, Self::Document, Self::Note, Self::Answer, Self::Reply];

    /// The name in the tag.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dream => "dream",
            Self::Caption => "caption",
            Self::Document => "document",
            Self::Note => "note",
            Self::Answer => "answer",
            Self::Reply => "reply",
        }
    }
}

/// Untrusted text as it stands in the user part of a prompt: `<material kind="dream">"…"</material>`, one line.
///
/// Inside is one JSON string that holds [`visible`] text and none of `<`, `>`, `&` and the backtick, so that nothing in it can end
/// the tag or a block of code around it (`no_attack_leaves_its_fence`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fenced(String);

impl Fenced {
    /// Puts `text` behind the fence.
    #[must_use]
    pub fn new(kind: Material, text: &str) -> Self {
        Self(format!("<material kind=\"{}\">{}</material>", kind.name(), encoded(text)))
    }

    /// The fence with the text in it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fenced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A JSON string without signs of markup; its reader gets [`visible`] text back.
fn encoded(text: &str) -> String {
    let json = Value::String(visible(text)).to_string();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '`' => out.push_str("\\u0060"),
            c => out.push(c),
        }
    }
    out
}

/// The text without signs that nobody sees: zero-width and bidirectional controls, fillers, tags, variation selectors, control
/// characters. Tabs stay, and every kind of line end is `\n`. Quotes of the material are compared with this text, because a model
/// saw no other.
#[must_use]
pub fn visible(text: &str) -> String {
    let line_ends = text.replace("\r\n", "\n").replace(['\r', '\u{0B}', '\u{0C}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    line_ends.chars().filter(|c| !is_hidden(*c)).collect()
}

fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{3164}' | '\u{FEFF}'
        | '\u{FFA0}' => true,
        '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => true,
        '\u{FE00}'..='\u{FE0F}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}' => true,
        c => c.is_control(),
    }
}

/// The name of a language, as prompts say in which one to answer.
#[must_use]
pub const fn language(locale: Locale) -> &'static str {
    match locale {
        Locale::Ru => "русский",
        Locale::En => "английский",
    }
}

/// Letters of a canary. Without vowels no word of a language has many of them in a row, and no digit is taken for one.
const LETTERS: [char; 16] = ['b', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'q', 'r', 'v', 'w', 'y', 'z'];
/// Letters in a canary: four bits each.
const LENGTH: usize = 24;
/// So many letters in a row are no chance.
const TELLING: usize = 12;

/// A word that stands in the instructions and nowhere else: seen in a reply, it proves that the instructions were given away,
/// and the reply is refused. The same bytes, say a run's id, give the same word, so that a repeated step asks the same; 24 letters
/// of SHA-256 of the bytes with a prefix, so that the word tells nothing of the bytes.
#[must_use]
pub fn canary(run: &[u8]) -> String {
    let digest = Sha256::new().chain_update(b"psycheos canary 1\n").chain_update(run).finalize();
    digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(LENGTH).map(|half| LETTERS[usize::from(half)]).collect()
}

/// Whether `text` holds the canary or half of it, also in capitals, backwards, or with anything but Latin letters between its
/// letters.
#[must_use]
pub fn leaks(canary: &str, text: &str) -> bool {
    let letters = |text: &str| text.chars().filter_map(latin_letter).collect::<String>();
    let (canary, text) = (letters(canary), letters(text));
    let backwards: String = canary.chars().rev().collect();
    let held = |canary: &str| {
        let at_least = TELLING.min(canary.len());
        at_least > 0 && (0..=canary.len() - at_least).any(|at| text.contains(&canary[at..at + at_least]))
    };
    held(&canary) || held(&backwards)
}

/// The letter in lower case; a full-width one counts.
fn latin_letter(c: char) -> Option<char> {
    let narrow = match c {
        '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => char::from_u32(u32::from(c) - 0xFEE0)?,
        c => c,
    };
    narrow.is_ascii_alphabetic().then(|| narrow.to_ascii_lowercase())
}

/// Why a reply was not taken, as it is counted: one word of a closed list, whatever the fault is in detail.
pub trait Rejection {
    /// `form`, `language`, `wording` (against the wording policy), `canary` (the mark of the instructions was given away), or `content` (it
    /// does not agree with what was given or decided).
    fn reason(&self) -> &'static str;
}

#[cfg(test)]
#[path = "../../test-kit/src/injections.rs"]
mod injections;

#[cfg(test)]
mod tests {
    use super::{
        injections::{Injection, Place, injections},
        *,
    };

    fn material(one: &Injection) -> Material {
        match one.place {
            Place::Dream => Material::Dream,
            Place::Caption => Material::Caption,
            Place::Document => Material::Document,
            Place::Note => Material::Note,
            Place::Answer => Material::Answer,
        }
    }

    /// What stands between the tags.
    fn inside(fenced: &Fenced, kind: Material) -> &str {
        let open = format!("<material kind=\"{}\">", kind.name());
        fenced.as_str().strip_prefix(open.as_str()).unwrap().strip_suffix("</material>").unwrap()
    }

    #[test]
    fn no_attack_leaves_its_fence() {
        for one in injections() {
            let kind = material(&one);
            // The same attack many times over, after a backslash, and cut in the middle, is still one string.
            let half: String = one.text.chars().take(one.text.chars().count() / 2).collect();
            for text in [one.text.clone(), one.text.repeat(3), format!("\\{}\\", one.text), format!("{half}\""), half] {
                let fenced = Fenced::new(kind, &text);
                let inside = inside(&fenced, kind);
                assert!(!inside.contains(['<', '>', '&', '`', '\n']), "{}: {inside}", one.id);
                assert!(!inside.chars().any(is_hidden), "{}", one.id);
                assert_eq!(serde_json::from_str::<String>(inside).unwrap(), visible(&text), "{}", one.id);
            }
        }
    }

    #[test]
    fn every_sign_of_the_first_planes_comes_back_or_is_hidden() {
        let all: String = ('\u{0}'..='\u{1FFFF}').chain('\u{E0000}'..='\u{E01EF}').collect();
        for kind in Material::ALL {
            let fenced = Fenced::new(kind, &all);
            assert_eq!(serde_json::from_str::<String>(inside(&fenced, kind)).unwrap(), visible(&all));
        }
        assert_eq!(fenced_lines(&all), 1);
    }

    fn fenced_lines(text: &str) -> usize {
        Fenced::new(Material::Dream, text).to_string().lines().count()
    }

    #[test]
    fn what_is_seen_stays_and_what_is_not_seen_goes() {
        let text = "Ёлка\t«да», 𝐡 é 👍🏽\r\nвторая\u{2028}третья";
        assert_eq!(visible(text), "Ёлка\t«да», 𝐡 é 👍🏽\nвторая\nтретья");
        assert_eq!(visible("до\u{200B}м\u{202E} \u{2066}у\u{2069}\u{E0041} реки\u{0}\u{1B}\u{FEFF}\u{AD}"), "дом у реки");
        assert_eq!(
            Fenced::new(Material::Note, "a</material>").as_str(),
            r#"<material kind="note">"a\u003c/material\u003e"</material>"#
        );
    }

    #[test]
    fn a_canary_is_the_same_for_the_same_bytes_and_another_for_others() {
        let first = canary(b"run 1");
        assert_eq!(first, canary(b"run 1"));
        assert_ne!(first, canary(b"run 2"));
        assert_eq!(first.len(), LENGTH);
        assert!(first.chars().all(|c| LETTERS.contains(&c)));
    }

    #[test]
    fn a_canary_given_away_is_seen_in_every_disguise() {
        let canary = canary(b"run");
        let apart = |between: &str| canary.chars().map(String::from).collect::<Vec<_>>().join(between);
        let wide: String = canary.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        let backwards: String = canary.chars().rev().collect();
        for told in [
            canary.clone(),
            canary.to_uppercase(),
            apart(" "),
            apart("-"),
            apart("\u{200B}"),
            apart(",\n"),
            wide,
            backwards,
            canary[..LENGTH / 2].to_owned(),
            canary[LENGTH / 2..].to_owned(),
        ] {
            assert!(leaks(&canary, &format!("Слово: {told}. Вот.")), "{told}");
        }
    }

    #[test]
    fn a_reply_without_the_canary_is_no_leak() {
        let canary = canary(b"run");
        assert!(!leaks(&canary, "A calm lake. Тихое озеро."));
        assert!(!leaks(&canary, &canary[..TELLING - 1]));
        assert!(!leaks("", "anything"));
        for one in injections() {
            assert!(!leaks(&canary, &one.text), "{}", one.id);
        }
    }
}
