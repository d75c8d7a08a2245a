//! Attempts to make a model obey the text it was only to read (S12). Every bot that asks a model is tried with them.
//!
//! The module needs nothing but `domain`, so a crate that must not reach Postgres includes this file by its path.
use domain::Locale;

/// Where the text comes into a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A dream, as it was told.
    Dream,
    /// Words under a picture or in it.
    Caption,
    /// What was read in a document.
    Document,
    /// A specialist's notes.
    Note,
    /// An answer to a question.
    Answer,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Injection {
    /// The kind of attempt and its number: `role-01`.
    pub id: &'static str,
    /// Where it comes in.
    pub place: Place,
    /// The language in which the prompt asks for an answer.
    pub locale: Locale,
    /// The text, with whatever invisible signs it has.
    pub text: String,
}

/// All attempts, in the order of `data/injections.tsv`.
///
/// # Panics
/// When a row of the file is written wrongly.
#[must_use]
pub fn injections() -> Vec<Injection> {
    let table = include_str!("../data/injections.tsv");
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(row).collect()
}

fn row(line: &'static str) -> Injection {
    let read = || {
        let mut fields = line.split('\t');
        let (id, place, locale, text) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let place = match place {
            "dream" => Place::Dream,
            "caption" => Place::Caption,
            "document" => Place::Document,
            "note" => Place::Note,
            "answer" => Place::Answer,
            _ => return None,
        };
        let whole = fields.next().is_none();
        whole.then_some(Injection { id, place, locale: locale.parse().ok()?, text: unescaped(text)? })
    };
    match read() {
        Some(injection) => injection,
        #[allow(clippy::panic, reason = "the file is part of the tests")]
        None => panic!("data/injections.tsv: {line}"),
    }
}

/// `\n`, `\\` and `\u{200B}`; another backslash stands for itself.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        rest = after;
        if let Some(after) = rest.strip_prefix('n') {
            out.push('\n');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('\\') {
            out.push('\\');
            rest = after;
        } else if let Some((number, after)) = rest.strip_prefix("u{").and_then(|after| after.split_once('}')) {
            out.push(u32::from_str_radix(number, 16).ok().and_then(char::from_u32)?);
            rest = after;
        } else {
            out.push('\\');
        }
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_more_than_a_hundred_attempts_of_all_kinds_in_both_languages_at_every_place() {
        let all = injections();
        assert!(all.len() >= 110, "{}", all.len());
        let kinds: BTreeSet<&str> = all.iter().filter_map(|one| one.id.rsplit_once('-').map(|(kind, _)| kind)).collect();
        assert!(kinds.len() >= 15, "{kinds:?}");
        for locale in [Locale::Ru, Locale::En] {
            assert!(all.iter().filter(|one| one.locale == locale).count() >= 50, "{locale:?}");
        }
        for place in [Place::Dream, Place::Caption, Place::Document, Place::Note, Place::Answer] {
            assert!(all.iter().filter(|one| one.place == place).count() >= 10, "{place:?}");
        }
    }

    #[test]
    fn every_attempt_has_its_own_id_and_text() {
        let all = injections();
        assert_eq!(all.iter().map(|one| one.id).collect::<BTreeSet<_>>().len(), all.len());
        assert_eq!(all.iter().map(|one| one.text.as_str()).collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn escapes_are_read_and_other_backslashes_stay() {
        assert_eq!(unescaped(r#"a\nb\\"\u{200B}\u0022\"#).as_deref(), Some("a\nb\\\"\u{200B}\\u0022\\"));
        assert_eq!(unescaped(r"\u{zz}"), None);
    }
}
