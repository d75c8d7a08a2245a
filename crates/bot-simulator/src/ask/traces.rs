//! By what a person may be recognised in a case made of their material: a check by code, after a model was asked to leave no
//! traces.
//!
//! It is a net, not a proof: the specialist reads the case and confirms it before it is used.
use std::collections::HashSet;

use crate::cases::Case;

/// Words in a row that no two people write by chance.
const VERBATIM: usize = 7;
/// Digits of a telephone number or a document.
const DIGITS: usize = 6;
/// Forms of address, which Russian writes with a capital.
const ADDRESS: [&str; 10] = ["вы", "вас", "вам", "вами", "ваш", "ваша", "ваше", "ваши", "вашу", "вашей"];

/// What may give a person away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trace {
    /// A name of a person, a place or an organisation.
    Name,
    /// A telephone number, an address of mail or of the network.
    Contact,
    /// A date or a year.
    Date,
    /// Words that stand in the material in the same order.
    Verbatim,
}

/// Every field of the case with what in it may give the person of the material away.
#[must_use]
pub fn traces(case: &Case, source: &str) -> Vec<(String, Trace)> {
    let names: Vec<String> = capitalised(source).filter(|word| !word.begins).map(|word| folded(word.text)).collect();
    let source_words: Vec<String> = words(source);
    let rows: HashSet<&[String]> = source_words.windows(VERBATIM).collect();
    let mut found = Vec::new();
    for (field, text) in case.texts() {
        let named = capitalised(text).any(|word| {
            let folded = folded(word.text);
            let russian = folded.chars().any(|c| ('а'..='я').contains(&c));
            (russian && !word.begins) || names.iter().any(|name| alike(name, &folded))
        });
        let copied = words(text).windows(VERBATIM).any(|row| rows.contains(row));
        let checks =
            [(named, Trace::Name), (is_contact(text), Trace::Contact), (is_date(text), Trace::Date), (copied, Trace::Verbatim)];
        found.extend(checks.into_iter().filter(|(is, _)| *is).map(|(_, trace)| (field.clone(), trace)));
    }
    found
}

struct Capitalised<'a> {
    text: &'a str,
    /// It stands where every word has a capital.
    begins: bool,
}

/// Words of three letters and more that begin with a capital.
fn capitalised(text: &str) -> impl Iterator<Item = Capitalised<'_>> {
    let is_letter = |c: char| c.is_alphabetic() || c == '-' || c == '\'';
    let mut at = 0;
    let pieces = text.split(move |c: char| !is_letter(c)).map(move |word| {
        let start = at;
        at += word.len() + text[start + word.len()..].chars().next().map_or(0, char::len_utf8);
        (start, word)
    });
    pieces.filter_map(move |(start, word)| {
        let first = word.chars().next()?;
        let is_name = first.is_uppercase() && word.chars().count() >= 3 && !ADDRESS.contains(&folded(word).as_str());
        let before = text[..start].trim_end_matches([' ', '\t', '-', '*']).chars().next_back();
        let begins =
            before.is_none_or(|c| matches!(c, '.' | '!' | '?' | '…' | ':' | '«' | '"' | '“' | '(' | '—' | '–' | '→' | '\n'));
        is_name.then_some(Capitalised { text: word, begins })
    })
}

fn folded(word: &str) -> String {
    word.to_lowercase().replace('ё', "е")
}

/// Two forms of one name: they begin alike, and their ends differ by an ending.
fn alike(one: &str, other: &str) -> bool {
    let (long, short) = (one.chars().count(), other.chars().count());
    let stem = long.min(short).saturating_sub(if long.min(short) > 4 { 2 } else { 1 });
    long.abs_diff(short) <= 3 && one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count() >= stem.max(2)
}

fn words(text: &str) -> Vec<String> {
    let lower = folded(&bot_kit::prompt::visible(text));
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn is_contact(text: &str) -> bool {
    let lower = text.to_lowercase();
    let linked = ["@", "http", "www.", ".ru", ".com", "t.me"].iter().any(|sign| lower.contains(sign));
    let mut digits = 0;
    let long = text.chars().any(|c| {
        digits = if c.is_ascii_digit() {
            digits + 1
        } else if matches!(c, ' ' | '-' | '(' | ')' | '+') {
            digits
        } else {
            0
        };
        digits >= DIGITS
    });
    linked || long
}

/// A year of four digits, or two numbers with a full stop or a stroke between them.
fn is_date(text: &str) -> bool {
    let numbers: Vec<&str> = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '/'))).collect();
    numbers.iter().any(|number| {
        let parts: Vec<&str> = number.split(['.', '/']).filter(|part| !part.is_empty()).collect();
        let year = parts.iter().any(|part| part.len() == 4 && (part.starts_with("19") || part.starts_with("20")));
        year || (parts.len() >= 2 && parts.iter().all(|part| part.len() <= 2))
    })
}
