//! The wording policy: what no text of a model may say (safety.md, section 5).
//!
//! It is applied to every text field of every model answer before storage and display. The words are data,
//! `content/wording.toml`, written by the rules of phrases of the danger lexicon; they wait for a named person's approval.
use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

use serde::Deserialize;

use crate::{
    Locale,
    lexicon::{Phrases, canonical, tokens},
};

/// The version of `content/wording.toml`.
pub const WORDING_VERSION: &str = "1.0.0-draft";

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
    /// Phrases that contain forbidden words and are right: disclaimers above all.
    allowed: Vec<String>,
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: String,
    locale: Locale,
    phrases: Vec<String>,
}

struct Policy {
    rules: Vec<Rule>,
    forbidden: Phrases,
    allowed: Phrases,
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
        let Some(file) = file else { return Self { rules: Vec::new(), forbidden, allowed, errors } };
        for phrase in &file.allowed {
            errors.extend(allowed.add(0, phrase).err());
        }
        for (number, rule) in file.rule.iter().enumerate() {
            for phrase in &rule.phrases {
                errors.extend(forbidden.add(number, phrase).err());
            }
        }
        if file.version != WORDING_VERSION {
            errors.push(format!("the wording policy is of version {}, the program expects {WORDING_VERSION}", file.version));
        }
        Self { rules: file.rule, forbidden, allowed, errors }
    }
}

fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| Policy::parse(include_str!("../content/wording.toml")))
}

/// Checks that the whole policy compiles. A service asks once at its start and refuses to run otherwise.
///
/// # Errors
/// Names what is wrong with `content/wording.toml`.
pub fn validate() -> Result<(), String> {
    let policy = policy();
    if policy.errors.is_empty() { Ok(()) } else { Err(policy.errors.join("; ")) }
}

/// The first forbidden wording in `text`, or `None`.
///
/// The rules of both languages apply to every text, because a model may slip into the other one; those of `locale` are reported
/// first.
#[must_use]
pub fn violation(text: &str, locale: Locale) -> Option<Violation> {
    let policy = policy();
    let mut words = tokens(text, &HashMap::new());
    for hit in policy.allowed.find(&words) {
        words[hit.first..=hit.last].iter_mut().for_each(|word| word.masked = true);
    }
    let hits = policy.forbidden.find(&words);
    let named = hits.iter().filter_map(|hit| policy.rules.get(hit.group).map(|rule| (rule, hit)));
    let first = named.min_by_key(|(rule, hit)| (rule.locale != locale, hit.first, hit.group))?;
    let (rule, hit) = first;
    Some(Violation { rule: rule.id.as_str(), start: words[hit.first].span.0, end: words[hit.last].span.1 })
}
