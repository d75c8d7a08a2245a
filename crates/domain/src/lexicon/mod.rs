//! The deterministic danger check: reads a text and says which signs of danger its words carry.
//!
//! It is the floor under the direct questions and the model's flags (safety.md, section 2), not a detector to rely on: a word
//! list misses about half of what people write. A miss is therefore no statement about a person, and nothing here may be shown
//! as "no danger". Negation, the past and another person lower an urgent sign to an elevated one and never remove it; only the
//! listed idioms ("умираю со смеху") are left out.
//!
//! The words are data, `content/danger.toml`, and wait for a clinician's approval (`clinical/APPROVALS.toml`).
mod context;
mod letters;
mod normalise;
mod phrases;
mod rules;

use std::sync::OnceLock;

pub(crate) use normalise::{Token, canonical, tokens};
pub(crate) use phrases::{Hit, NEGATIONS, Phrases};

use self::{
    context::Context,
    normalise::{from_translit, join_glued, join_spelled_out},
    rules::{Compiled, Lexicon},
};
use crate::{DangerCategory, DangerLevel};

/// The version of `content/danger.toml`, stored with every safety event.
pub const LEXICON_VERSION: &str = "1.0.0-draft";

/// A sign of danger: what it is about and how urgent it is. It quotes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Sign {
    /// What the sign is about.
    pub category: DangerCategory,
    /// How urgent it is.
    pub level: DangerLevel,
}

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| Lexicon::parse(include_str!("../../content/danger.toml")))
}

/// Checks that the whole lexicon compiles. A service asks once at its start and refuses to run otherwise.
///
/// # Errors
/// Names what is wrong with `content/danger.toml`.
pub fn validate() -> Result<(), String> {
    let lexicon = lexicon();
    if !lexicon.errors.is_empty() {
        return Err(lexicon.errors.join("; "));
    }
    if lexicon.version != LEXICON_VERSION {
        return Err(format!("the lexicon is of version {}, the program expects {LEXICON_VERSION}", lexicon.version));
    }
    Ok(())
}

/// The most serious sign in `text`: urgent before elevated, then in the order of [`DangerCategory`].
#[must_use]
pub fn signs(text: &str) -> Option<Sign> {
    all_signs(text).first().copied()
}

/// All signs in `text`, one for each category with its highest level, the most serious first.
#[must_use]
pub fn all_signs(text: &str) -> Vec<Sign> {
    let lexicon = lexicon();
    let (Some(plain), Some(translit)) = (&lexicon.plain, &lexicon.translit) else { return Vec::new() };
    let words = tokens(text, &lexicon.pictures);
    let mut found = Vec::new();
    let mut as_written = rewrite(lexicon, join_spelled_out(&words));
    scan(lexicon, plain, &mut as_written, &mut found);
    if let Some(joined) = join_glued(&words) {
        scan(lexicon, plain, &mut rewrite(lexicon, joined), &mut found);
    }
    // Words already understood as written, English ones above all, are not read as transliterated Russian.
    if as_written.iter().any(|word| word.latin && !word.masked) {
        scan(lexicon, translit, &mut read_as_russian(as_written), &mut found);
    }
    found.sort_by_key(|sign| (sign.level, sign.category));
    let mut seen = Vec::new();
    found.retain(|sign| {
        !seen.contains(&sign.category) && {
            seen.push(sign.category);
            true
        }
    });
    found
}

/// Puts right words in place of known misspellings; one word may become several ("нехочу").
fn rewrite(lexicon: &Lexicon, words: Vec<Token>) -> Vec<Token> {
    let mut out = Vec::with_capacity(words.len());
    for word in words {
        match lexicon.rewrite.get(&word.word) {
            Some(right) => out.extend(right.iter().map(|right| Token { word: right.clone(), ..word.clone() })),
            None => out.push(word),
        }
    }
    out
}

fn read_as_russian(mut words: Vec<Token>) -> Vec<Token> {
    for word in &mut words {
        word.word = if word.latin { from_translit(&word.word) } else { normalise::fold(&word.word) };
    }
    words
}

/// Adds the signs of one reading of the text.
fn scan(lexicon: &Lexicon, compiled: &Compiled, words: &mut [Token], found: &mut Vec<Sign>) {
    for phrases in [&compiled.before, &compiled.rules] {
        let hits = phrases.find(words);
        let context = Context::new(&compiled.context, words);
        for hit in &hits {
            add(lexicon, &context, hit, found);
        }
        mask(words, &hits);
    }
    found.extend(squeezed(lexicon, words));
}

fn add(lexicon: &Lexicon, context: &Context<'_>, hit: &Hit, found: &mut Vec<Sign>) {
    // An idiom is numbered after all rules and adds nothing.
    let Some(rule) = lexicon.rules.get(hit.group) else { return };
    let known = |level| found.contains(&Sign { category: rule.category, level });
    if known(DangerLevel::Urgent) || (rule.level == DangerLevel::Elevated && known(DangerLevel::Elevated)) {
        return;
    }
    // Violence that the person suffers and a child in danger are told with "he" and "she": they lower nothing.
    let about_others = !matches!(rule.category, DangerCategory::AbuseNow | DangerCategory::MinorInDanger);
    let lowered = rule.level == DangerLevel::Urgent && context.lowers(hit, about_others);
    found.push(Sign { category: rule.category, level: if lowered { DangerLevel::Elevated } else { rule.level } });
}

fn mask(words: &mut [Token], hits: &[Hit]) {
    for hit in hits {
        words[hit.first..=hit.last].iter_mut().for_each(|word| word.masked = true);
    }
}

/// Signs that appear only when the spaces between the words are taken away ("хочу уме реть").
fn squeezed(lexicon: &Lexicon, words: &[Token]) -> Vec<Sign> {
    let mut line = String::new();
    let mut sentence = 0;
    for word in words {
        if word.masked || word.sentence != sentence {
            line.push('|');
        }
        if !word.masked {
            line.push_str(&word.word);
        }
        sentence = word.sentence;
    }
    let line = canonical(&line);
    let has = |words: &[String]| words.iter().any(|word| line.contains(&canonical(word)));
    let matching = lexicon.squeezed.iter().filter(|entry| has(&entry.words));
    matching.map(|entry| Sign { category: entry.category, level: entry.level }).collect()
}
