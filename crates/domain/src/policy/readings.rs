//! The ways in which one text may be read: as it is written, with torn words put together, with look-alike letters put right.
use std::collections::HashMap;

use crate::lexicon::{Token, tokens};

/// So many single letters in a row are one word written letter by letter.
const SPELLED_OUT: usize = 3;
/// The longest word that is looked for in a row of single letters.
const LONGEST: usize = 40;

/// All readings of `text`, the text as it is written first.
pub(super) fn readings(text: &str) -> Vec<Vec<Token>> {
    let written = tokens(text, &HashMap::new());
    let mut all = Vec::new();
    let (together, runs) = put_together(text, &written);
    all.extend(together);
    for run in runs {
        all.extend(starts_of(text, &written[run]));
    }
    all.extend(look_alikes(&written));
    all.insert(0, written);
    all
}

/// The text with words put together that were torn by hyphens, marks or spaces between all letters, if there are any;
/// and where the rows of single letters stand.
fn put_together(text: &str, words: &[Token]) -> (Option<Vec<Token>>, Vec<std::ops::Range<usize>>) {
    let mut out: Vec<Token> = Vec::with_capacity(words.len());
    let mut runs = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let single = words[at..].iter().take_while(|word| is_single_letter(word)).count();
        let torn = 1 + words[at..].windows(2).take_while(|pair| is_torn(text, pair)).count();
        let length = if single >= SPELLED_OUT { single } else { torn };
        if single >= SPELLED_OUT {
            runs.push(at..at + single);
        }
        out.extend(whole(text, &words[at..at + length]));
        at += length;
    }
    ((out.len() < words.len()).then_some(out), runs)
}

/// A row of single letters may hold several words ("у в а с д е п р е с с и я"): every place in it may begin one.
fn starts_of<'a>(text: &'a str, run: &'a [Token]) -> impl Iterator<Item = Vec<Token>> + 'a {
    (1..run.len().saturating_sub(SPELLED_OUT - 1)).map(move |at| {
        let end = run.len().min(at + LONGEST);
        whole(text, &run[at..end]).into_iter().collect()
    })
}

/// The words as one, read anew, because letters of two alphabets are told apart only side by side.
fn whole(text: &str, parts: &[Token]) -> Option<Token> {
    let (first, last) = (parts.first()?, parts.last()?);
    if parts.len() == 1 {
        return Some(first.clone());
    }
    let joined: String = parts.iter().map(|part| &text[part.span.0..part.span.1]).collect();
    let read = tokens(&joined, &HashMap::new()).into_iter().next()?;
    Some(Token { span: (first.span.0, last.span.1), clause: first.clause, sentence: first.sentence, ..read })
}

/// Only marks without a space, or a hyphen at the end of a line, stand between two words.
fn is_torn(text: &str, pair: &[Token]) -> bool {
    let [before, after] = pair else { return false };
    // Two words of one letter, as of "¼", have the same place: nothing stands between them.
    let Some(between) = text.get(before.span.1..after.span.0) else { return false };
    let hyphen = between.starts_with(['-', '\u{2010}', '\u{2011}']);
    after.glued || between == "-" || (hyphen && between.chars().skip(1).all(char::is_whitespace))
}

fn is_single_letter(word: &Token) -> bool {
    let mut letters = word.word.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

/// Words of look-alike Latin letters as Russian ones, in a text that has both languages.
fn look_alikes(words: &[Token]) -> Option<Vec<Token>> {
    let russian = words.iter().any(|word| !word.latin && word.word.chars().any(char::is_alphabetic));
    if !russian || words.iter().all(|word| word.look.is_none()) {
        return None;
    }
    let mut words = words.to_vec();
    for word in &mut words {
        if let Some(look) = word.look.take() {
            (word.word, word.latin) = (look, false);
        }
    }
    Some(words)
}
