//! Reads `content/danger.toml` and compiles it.
use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::{
    context::Kind,
    normalise::{canonical, fold},
    phrases::Phrases,
};
use crate::{DangerCategory, DangerLevel};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    #[expect(dead_code, reason = "a note for the person who approves the file")]
    status: String,
    swaps: Vec<String>,
    pictures: BTreeMap<String, String>,
    rewrite: BTreeMap<String, String>,
    sets: BTreeMap<String, String>,
    context: Vec<ContextRule>,
    idiom: Vec<Idiom>,
    rule: Vec<Rule>,
    squeezed: Vec<Squeezed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextRule {
    kind: Kind,
    phrases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Idiom {
    phrases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) category: DangerCategory,
    pub(super) level: DangerLevel,
    /// The words belong to this rule alone: a longer phrase that says less than the shorter one inside it.
    #[serde(default)]
    pub(super) alone: bool,
    phrases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Squeezed {
    pub(super) category: DangerCategory,
    pub(super) level: DangerLevel,
    pub(super) words: Vec<String>,
}

/// Phrases compiled for one form of words.
pub(super) struct Compiled {
    /// Idioms (numbered after all rules) and the rules whose words belong to them alone.
    pub(super) before: Phrases,
    /// All other rules.
    pub(super) rules: Phrases,
    /// What lowers a finding.
    pub(super) context: Phrases,
}

/// The compiled lexicon.
#[derive(Default)]
pub(super) struct Lexicon {
    pub(super) version: String,
    pub(super) rules: Vec<Rule>,
    pub(super) plain: Option<Compiled>,
    pub(super) translit: Option<Compiled>,
    pub(super) pictures: HashMap<char, String>,
    pub(super) rewrite: HashMap<String, Vec<String>>,
    pub(super) squeezed: Vec<Squeezed>,
    /// What is wrong with the file. Good rules work in spite of bad ones.
    pub(super) errors: Vec<String>,
}

impl Lexicon {
    pub(super) fn parse(text: &str) -> Self {
        let file: File = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => return Self { errors: vec![error.to_string()], ..Self::default() },
        };
        let mut errors = Vec::new();
        let plain = compile(&file, canonical, &mut errors);
        let translit = compile(&file, fold, &mut errors);
        Self {
            version: file.version.clone(),
            plain: Some(plain),
            translit: Some(translit),
            pictures: file.pictures.iter().filter_map(|(sign, word)| Some((sign.chars().next()?, word.clone()))).collect(),
            rewrite: rewrites(&file),
            rules: file.rule,
            squeezed: file.squeezed,
            errors,
        }
    }
}

fn compile(file: &File, form: fn(&str) -> String, errors: &mut Vec<String>) -> Compiled {
    let mut before = Phrases::new(&file.sets, form);
    let mut rules = Phrases::new(&file.sets, form);
    let mut context = Phrases::new(&file.sets, form);
    let mut note = |outcome: Result<(), String>| errors.extend(outcome.err());
    for (number, rule) in file.rule.iter().enumerate() {
        let target = if rule.alone { &mut before } else { &mut rules };
        rule.phrases.iter().for_each(|phrase| note(target.add(number, phrase)));
    }
    for phrase in file.idiom.iter().flat_map(|idiom| &idiom.phrases) {
        note(before.add(file.rule.len(), phrase));
    }
    for rule in &file.context {
        let number = Kind::ALL.iter().position(|kind| *kind == rule.kind).unwrap_or(Kind::ALL.len());
        rule.phrases.iter().for_each(|phrase| note(context.add(number, phrase)));
    }
    Compiled { before, rules, context }
}

/// Misspellings and the words they stand for: those listed, and every swap of two neighbouring letters of a key word.
fn rewrites(file: &File) -> HashMap<String, Vec<String>> {
    let mut map = HashMap::new();
    for key in &file.swaps {
        let right = canonical(key);
        let letters: Vec<char> = right.chars().collect();
        for at in 1..letters.len() {
            let mut swapped = letters.clone();
            swapped.swap(at - 1, at);
            let wrong = canonical(&swapped.iter().collect::<String>());
            if wrong != right && !file.swaps.iter().any(|other| canonical(other) == wrong) {
                map.insert(wrong, vec![right.clone()]);
            }
        }
    }
    for (wrong, right) in &file.rewrite {
        map.insert(canonical(wrong), right.split_whitespace().map(canonical).collect());
    }
    map
}
