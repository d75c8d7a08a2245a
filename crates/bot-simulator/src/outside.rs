//! A specialist's own distress, spoken outside the role (safety.md, section 7).
//!
//! Role lines are full of words about danger, and asking about it is the right move. What is looked for here is a sign of danger
//! that a specialist says of themselves, in the first person. The caller leaves the role, shows contacts and offers a pause;
//! nobody is told.
use domain::lexicon::{self, Sign};

/// Words of the first person, Russian and English.
const FIRST: [&str; 15] =
    ["я", "мне", "меня", "мной", "мною", "сама", "сам", "свою", "своей", "себя", "i", "me", "my", "myself", "im"];
/// Words that speak to the client or of somebody else: the sentence is in the role.
const OTHERS: [&str; 32] = [
    "вы",
    "вас",
    "вам",
    "вами",
    "ваш",
    "ваша",
    "ваше",
    "ваши",
    "вашей",
    "вашу",
    "ты",
    "тебя",
    "тебе",
    "тобой",
    "твой",
    "твоя",
    "он",
    "она",
    "они",
    "клиент",
    "клиентка",
    "клиента",
    "you",
    "your",
    "yours",
    "yourself",
    "he",
    "she",
    "they",
    "client",
    "clients",
    "him",
];
/// A specialist who repeats the client's words or asks says so with these signs.
const QUOTES: [(char, char); 3] = [('«', '»'), ('“', '”'), ('"', '"')];

/// The most serious sign in a specialist's line that is spoken of oneself: in a sentence of the first person that asks nothing,
/// speaks to nobody and of nobody else, and is no quotation.
#[must_use]
pub fn own_distress(line: &str) -> Option<Sign> {
    let spoken = without_quotations(line);
    sentences(&spoken)
        .filter(|sentence| is_of_oneself(sentence))
        .filter_map(lexicon::signs)
        .min_by_key(|sign| (sign.level, sign.category))
}

fn without_quotations(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut closing = None;
    for c in line.chars() {
        match closing {
            Some(end) if c == end => closing = None,
            Some(_) => {}
            None => match QUOTES.iter().find(|(open, _)| *open == c) {
                Some((_, end)) => closing = Some(*end),
                None => out.push(c),
            },
        }
    }
    out
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '!', '?', '…', '\n']).map(str::trim).filter(|sentence| !sentence.is_empty())
}

fn is_of_oneself(sentence: &str) -> bool {
    let words: Vec<String> = sentence
        .to_lowercase()
        .replace(['\'', '’'], "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    !sentence.ends_with('?') && has(&FIRST) && !has(&OTHERS)
}
