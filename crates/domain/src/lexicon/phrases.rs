//! Finds phrases in a row of words.
//!
//! A phrase is written as words separated by spaces: `слово` this form only; `слов*` every word that begins so; `ПРЛ` in capitals
//! only; `f##` a sign `#` is one digit; `а|б` either; `{set}` a named set of such words; `слово?` may be absent; `~3` before a
//! word lets up to three other words of the sentence stand there; `&` at the beginning lets the words come in either order.
use std::collections::{BTreeMap, HashMap};

use super::normalise::{Token, canonical};

/// Words that turn a statement round.
pub(crate) const NEGATIONS: &[&str] =
    &["не", "нет", "ни", "без", "никогда", "not", "no", "never", "dont", "doesnt", "didnt", "wont", "wouldnt", "cant"];

/// A phrase that was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    /// The number under which the phrase was added.
    pub group: usize,
    /// Index of the first word.
    pub first: usize,
    /// Index of the last word.
    pub last: usize,
    /// A negation stands inside, and it is not part of the phrase.
    pub negated: bool,
}

struct Part {
    class: u32,
    optional: bool,
    gap: usize,
}

struct Phrase {
    group: usize,
    parts: Vec<Part>,
    has_negation: bool,
}

/// A compiled collection of phrases.
pub(crate) struct Phrases {
    sets: BTreeMap<String, String>,
    form: fn(&str) -> String,
    classes: HashMap<String, u32>,
    exact: HashMap<String, Vec<u32>>,
    prefix: HashMap<String, Vec<u32>>,
    starts: HashMap<u32, Vec<usize>>,
    phrases: Vec<Phrase>,
}

impl Phrases {
    /// An empty collection. `sets` are the named sets of words, `form` the form in which words are compared.
    pub(crate) fn new(sets: &BTreeMap<String, String>, form: fn(&str) -> String) -> Self {
        Self {
            sets: sets.clone(),
            form,
            classes: HashMap::new(),
            exact: HashMap::new(),
            prefix: HashMap::new(),
            starts: HashMap::new(),
            phrases: Vec::new(),
        }
    }

    /// Adds a phrase under the number `group`.
    ///
    /// # Errors
    /// When the phrase is not written by the rules of this module.
    pub(crate) fn add(&mut self, group: usize, text: &str) -> Result<(), String> {
        let (either_order, body) = match text.strip_prefix('&') {
            Some(body) => (true, body),
            None => (false, text),
        };
        let mut words: Vec<&str> = Vec::new();
        let mut gaps: Vec<usize> = Vec::new();
        let mut gap = 0;
        for piece in body.split_whitespace() {
            if let Some(number) = piece.strip_prefix('~') {
                gap = number.parse().map_err(|_| format!("not a gap: {piece} in {text}"))?;
            } else {
                words.push(piece);
                gaps.push(std::mem::take(&mut gap));
            }
        }
        if gap > 0 || gaps.first().is_none_or(|first| *first > 0) || words[0].ends_with('?') {
            return Err(format!("a phrase begins and ends with a word that must stand: {text}"));
        }
        self.insert(group, text, words.iter().copied().zip(gaps.iter().copied()))?;
        if either_order {
            if words[words.len() - 1].ends_with('?') {
                return Err(format!("the last word of a phrase in either order must stand: {text}"));
            }
            let mirrored = std::iter::once(0).chain(gaps[1..].iter().rev().copied());
            self.insert(group, text, words.iter().rev().copied().zip(mirrored))?;
        }
        Ok(())
    }

    fn insert<'a>(&mut self, group: usize, text: &str, words: impl Iterator<Item = (&'a str, usize)>) -> Result<(), String> {
        let mut parts = Vec::new();
        let mut has_negation = false;
        for (word, gap) in words {
            let (body, optional) = match word.strip_suffix('?') {
                Some(body) => (body, true),
                None => (word, false),
            };
            has_negation |= body.split('|').any(|w| NEGATIONS.contains(&w)) || body.starts_with("{not_");
            let class = self.class(body).map_err(|error| format!("{error} in {text}"))?;
            parts.push(Part { class, optional, gap });
        }
        let number = self.phrases.len();
        self.starts.entry(parts[0].class).or_default().push(number);
        self.phrases.push(Phrase { group, parts, has_negation });
        Ok(())
    }

    fn class(&mut self, body: &str) -> Result<u32, String> {
        if let Some(known) = self.classes.get(body) {
            return Ok(*known);
        }
        let number = u32::try_from(self.classes.len()).map_err(|error| error.to_string())?;
        let mut pending: Vec<String> = vec![body.to_owned()];
        while let Some(list) = pending.pop() {
            for word in list.split('|').map(str::trim) {
                if let Some(name) = word.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
                    pending.push(self.sets.get(name).ok_or_else(|| format!("no set {name}"))?.clone());
                    continue;
                }
                let (stem, table) = match word.strip_suffix('*') {
                    Some(stem) => (stem, &mut self.prefix),
                    None => (word, &mut self.exact),
                };
                if stem.chars().count() < 1 || stem.contains(['*', '{', '}', ' ', '?']) {
                    return Err(format!("not a word: {word:?}"));
                }
                let shouted = if stem.chars().any(char::is_uppercase) { "^" } else { "" };
                let key = format!("{shouted}{}", (self.form)(&canonical(stem)));
                table.entry(key).or_default().push(number);
            }
        }
        self.classes.insert(body.to_owned(), number);
        Ok(number)
    }

    fn classes_of(&self, token: &Token) -> Vec<u32> {
        if token.masked {
            return Vec::new();
        }
        let mut keys = vec![token.word.clone()];
        if token.upper {
            keys.push(format!("^{}", token.word));
        }
        if token.word.contains(|c: char| c.is_ascii_digit()) {
            keys.push(token.word.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect());
        }
        let mut found = Vec::new();
        for key in &keys {
            found.extend(self.exact.get(key).into_iter().flatten());
            for (at, c) in key.char_indices().take(40) {
                found.extend(self.prefix.get(&key[..at + c.len_utf8()]).into_iter().flatten());
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Every place where a phrase stands.
    pub(crate) fn find(&self, tokens: &[Token]) -> Vec<Hit> {
        let classes: Vec<Vec<u32>> = tokens.iter().map(|token| self.classes_of(token)).collect();
        let mut hits = Vec::new();
        for (first, starting) in classes.iter().enumerate() {
            for number in starting.iter().filter_map(|class| self.starts.get(class)).flatten() {
                let phrase = &self.phrases[*number];
                if let Some(last) = extend(&phrase.parts[1..], tokens, &classes, first) {
                    let negated =
                        !phrase.has_negation && tokens[first..=last].iter().any(|t| NEGATIONS.contains(&t.word.as_str()));
                    hits.push(Hit { group: phrase.group, first, last, negated });
                }
            }
        }
        hits
    }
}

/// The last word of the shortest continuation of a phrase after the word `at`.
fn extend(parts: &[Part], tokens: &[Token], classes: &[Vec<u32>], at: usize) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(at) };
    for next in at + 1..=at + 1 + part.gap {
        let Some(token) = tokens.get(next) else { break };
        if token.sentence != tokens[at].sentence || token.masked {
            break;
        }
        if classes[next].binary_search(&part.class).is_ok()
            && let Some(last) = extend(rest, tokens, classes, next)
        {
            return Some(last);
        }
    }
    if part.optional { extend(rest, tokens, classes, at) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::tokens;

    fn finds(phrase: &str, text: &str) -> bool {
        let sets = BTreeMap::from([("want".to_owned(), "хочу|хоч*".to_owned())]);
        let mut phrases = Phrases::new(&sets, canonical);
        phrases.add(0, phrase).unwrap();
        !phrases.find(&tokens(text, &HashMap::new())).is_empty()
    }

    #[test]
    fn a_phrase_matches_as_it_is_written() {
        assert!(finds("дом*", "Домой!") && !finds("дом", "домой"));
        assert!(finds("{want} ~2 домой", "хочется скорее уже домой") && !finds("{want} ~1 домой", "хочется скорее уже домой"));
        assert!(!finds("{want} ~2 домой", "Чего хочу. Домой"));
        assert!(finds("&{want} домой", "домой хочу") && !finds("{want} домой", "домой хочу"));
        assert!(finds("иду уже? домой", "иду домой") && finds("иду уже? домой", "иду уже домой"));
        assert!(finds("ОКР", "это ОКР") && !finds("ОКР", "наш окр"));
        assert!(finds("f##*", "код F32.1") && !finds("f##*", "клавиша F3"));
    }

    #[test]
    fn a_phrase_that_is_written_wrongly_is_refused() {
        let mut phrases = Phrases::new(&BTreeMap::new(), canonical);
        for wrong in ["", "~2 дом", "дом ~2", "дом? мой", "&дом мой?", "{nobody} дом", "д*м", "дом ~x мой", "дом|"]
        {
            assert!(phrases.add(0, wrong).is_err(), "{wrong:?}");
        }
    }
}
