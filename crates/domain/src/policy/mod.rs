//! The wording policy: what no text of a model may say (safety.md, section 5).
//!
//! It is applied to every text field of every model answer before storage and display. The words are data,
//! `content/wording.toml`, written by the rules of phrases of the danger lexicon; they wait for a named person's approval.
mod readings;

use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;

use crate::{
    Locale,
    lexicon::{Hit, NEGATIONS, Phrases, Token, canonical},
};

/// The version of `content/wording.toml`.
pub const WORDING_VERSION: &str = "1.1.0-draft";

/// A question says so among so many of its first words.
const ASKS_WITHIN: usize = 3;

/// A forbidden wording in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    /// The rule: `diagnosis`, `certainty`, `pathologising`, `medication`, `danger_verdict`, `harm_method`, `promise`,
    /// `directive`, `norm`, `meaning`, `claims_person`.
    pub rule: &'static str,
    /// First byte of the forbidden words in the text.
    pub start: usize,
    /// The byte after them. `text[start..end]` is the excerpt.
    pub end: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    #[expect(dead_code, reason = "a note for the person who approves the file")]
    status: String,
    sets: BTreeMap<String, String>,
    /// How a question begins.
    asks: Vec<String>,
    /// Phrases that contain forbidden words and are right: disclaimers above all.
    allowed: Vec<String>,
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: String,
    locale: Locale,
    /// The words are free in a question.
    #[serde(default)]
    asking: bool,
    phrases: Vec<String>,
}

struct Policy {
    rules: Vec<Rule>,
    forbidden: Phrases,
    allowed: Phrases,
    asks: Phrases,
    errors: Vec<String>,
}

impl Policy {
    fn parse(text: &str) -> Self {
        let file: Result<File, _> = toml::from_str(text);
        let (file, mut errors) = match file {
            Ok(file) => (Some(file), Vec::new()),
            Err(error) => (None, vec![error.to_string()]),
        };
        let sets = file.as_ref().map(|file| file.sets.clone()).unwrap_or_default();
        let mut forbidden = Phrases::new(&sets, canonical);
        let mut allowed = Phrases::new(&sets, canonical);
        let mut asks = Phrases::new(&sets, canonical);
        let Some(file) = file else { return Self { rules: Vec::new(), forbidden, allowed, asks, errors } };
        for phrase in &file.allowed {
            errors.extend(allowed.add(0, phrase).err());
        }
        for phrase in &file.asks {
            errors.extend(asks.add(0, phrase).err());
        }
        for (number, rule) in file.rule.iter().enumerate() {
            for phrase in &rule.phrases {
                errors.extend(forbidden.add(number, phrase).err());
            }
        }
        if file.version != WORDING_VERSION {
            errors.push(format!("the wording policy is of version {}, the program expects {WORDING_VERSION}", file.version));
        }
        Self { rules: file.rule, forbidden, allowed, asks, errors }
    }
}

fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| Policy::parse(include_str!("../../content/wording.toml")))
}

/// Checks that the whole policy compiles. A service asks once at its start and refuses to run otherwise.
///
/// # Errors
/// Names what is wrong with `content/wording.toml`.
pub fn validate() -> Result<(), String> {
    let policy = policy();
    if policy.errors.is_empty() { Ok(()) } else { Err(policy.errors.join("; ")) }
}

/// The first of [`violations`], or `None`.
#[must_use]
pub fn violation(text: &str, locale: Locale) -> Option<Violation> {
    violations(text, locale).into_iter().next()
}

/// Every forbidden wording in `text`: for a caller who removes the sentences, or names all faults in one request for a repair.
///
/// The rules of both languages apply to every text, because a model may slip into the other one. Those of `locale` come first,
/// then in the order of the text. Findings of one rule that overlap are one.
#[must_use]
pub fn violations(text: &str, locale: Locale) -> Vec<Violation> {
    let policy = policy();
    let mut found: Vec<(usize, Violation)> = Vec::new();
    for mut words in readings::readings(text) {
        let mut free = policy.allowed.find(&words);
        free.retain(|hit| holds(hit, &words));
        for hit in free {
            words[hit.first..=hit.last].iter_mut().for_each(|word| word.masked = true);
        }
        found.extend(policy.forbidden_in(&words, text));
    }
    let foreign = |group: &usize| policy.rules.get(*group).is_none_or(|rule| rule.locale != locale);
    found.sort_by_key(|(group, violation)| (foreign(group), violation.start, *group, violation.end));
    let mut all: Vec<Violation> = Vec::new();
    for (_, next) in found {
        match all.iter_mut().find(|known| known.rule == next.rule && known.start < next.end && next.start < known.end) {
            Some(known) => (known.start, known.end) = (known.start.min(next.start), known.end.max(next.end)),
            None => all.push(next),
        }
    }
    all
}

impl Policy {
    /// Findings in one reading of a text, each with the number of its rule.
    fn forbidden_in(&'static self, words: &[Token], text: &str) -> Vec<(usize, Violation)> {
        let hits = self.forbidden.find(words);
        let asks = self.asks.find(words);
        let begins_as_question = |at: usize| {
            let first = words.partition_point(|word| word.sentence < words[at].sentence);
            asks.iter().any(|ask| ask.first < at && (first..first + ASKS_WITHIN).contains(&ask.first))
        };
        let named = hits.iter().filter_map(|hit| {
            let rule = self.rules.get(hit.group)?;
            let (start, end) = (words[hit.first].span.0, words[hit.last].span.1);
            let free = rule.asking && ends_as_question(&text[end..]) && begins_as_question(hit.first);
            (!free).then_some((hit.group, Violation { rule: rule.id.as_str(), start, end }))
        });
        named.collect()
    }
}

/// A negation reaches to the end of its clause: "не сомневайтесь, диагноз ясен" denies no diagnosis.
fn holds(allowed: &Hit, words: &[Token]) -> bool {
    let (first, last) = (&words[allowed.first], &words[allowed.last]);
    first.clause == last.clause || !NEGATIONS.contains(&first.word.as_str())
}

/// The sentence that goes on with `rest` ends with a question mark.
fn ends_as_question(rest: &str) -> bool {
    rest.find(['.', '!', '?', '…', '\n']).is_some_and(|end| rest[end..].starts_with('?'))
}
