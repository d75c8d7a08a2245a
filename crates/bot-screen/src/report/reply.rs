//! Reading a model's reply: structure, lengths, and what may not be said. A reply is taken whole or not at all.
use domain::{Locale, policy};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Fault;

/// Most words of the explanation for the specialist.
const STRUCTURAL_WORDS: usize = 600;
/// Fewest words of one of its sections.
const SECTION_WORDS: usize = 5;
/// Most words of the portrait.
const PORTRAIT_WORDS: usize = 350;
/// Fewest words of the portrait.
const PORTRAIT_LEAST_WORDS: usize = 40;
/// Most characters of a question or of its reason.
const QUESTION_CHARS: usize = 300;
/// How many questions there may be.
const QUESTION_COUNT: std::ops::RangeInclusive<usize> = 6..=8;

/// The explanation for the specialist, in six sections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Structural {
    /// Which axis stands out.
    pub central_axis: String,
    /// How the other axes stand around it.
    pub organisation: String,
    /// Which layers answer louder and quieter.
    pub layers: String,
    /// How far the ways change from situation to situation.
    pub flexibility: String,
    /// One working hypothesis.
    pub synthesis: String,
    /// What it rests on.
    pub method_note: String,
}

impl Structural {
    /// Names of the sections, in order.
    pub const FIELDS: [&'static str; 6] = ["central_axis", "organisation", "layers", "flexibility", "synthesis", "method_note"];

    /// Sections with their names, in order.
    #[must_use]
    pub fn sections(&self) -> [(&'static str, &str); 6] {
        let [axis, organisation, layers, flexibility, synthesis, method] = Self::FIELDS;
        [
            (axis, &self.central_axis),
            (organisation, &self.organisation),
            (layers, &self.layers),
            (flexibility, &self.flexibility),
            (synthesis, &self.synthesis),
            (method, &self.method_note),
        ]
    }

    /// Everything that is wrong with it.
    #[must_use]
    pub fn faults(&self, locale: Locale) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (field, text) in self.sections() {
            if words(text) < SECTION_WORDS {
                faults.push(Fault::TooShort { field });
            }
            if text.chars().any(char::is_numeric) {
                faults.push(Fault::Digits { field });
            }
            check(field, text, locale, &mut faults);
        }
        if self.sections().iter().map(|(_, text)| words(text)).sum::<usize>() > STRUCTURAL_WORDS {
            faults.push(Fault::TooManyWords { at_most: STRUCTURAL_WORDS });
        }
        faults
    }
}

/// A question for the session and its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The question.
    pub q: String,
    /// What it checks.
    pub why: String,
}

/// Questions for the session, in three groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// They check what shows on the axes.
    pub verify_axes: Vec<Asked>,
    /// They explore the layers.
    pub explore_layers: Vec<Asked>,
    /// They ask about the client's life.
    pub life_context: Vec<Asked>,
}

impl Questions {
    /// Names of the groups, in order.
    pub const FIELDS: [&'static str; 3] = ["verify_axes", "explore_layers", "life_context"];

    /// Groups with their names, in order.
    #[must_use]
    pub fn groups(&self) -> [(&'static str, &[Asked]); 3] {
        let [axes, layers, context] = Self::FIELDS;
        [(axes, &self.verify_axes), (layers, &self.explore_layers), (context, &self.life_context)]
    }

    /// Everything that is wrong with them.
    #[must_use]
    pub fn faults(&self, locale: Locale) -> Vec<Fault> {
        let mut faults = Vec::new();
        let found = self.groups().iter().map(|(_, group)| group.len()).sum();
        if !QUESTION_COUNT.contains(&found) {
            faults.push(Fault::WrongCount { found });
        }
        for (field, group) in self.groups() {
            if group.is_empty() {
                faults.push(Fault::EmptyGroup { field });
            }
            for asked in group {
                if !asked.q.trim_end().ends_with('?') {
                    faults.push(Fault::NoQuestion { field });
                }
                for text in [&asked.q, &asked.why] {
                    if words(text) < 2 {
                        faults.push(Fault::TooShort { field });
                    }
                    if text.chars().count() > QUESTION_CHARS {
                        faults.push(Fault::TooLong { field, at_most: QUESTION_CHARS });
                    }
                    check(field, text, locale, &mut faults);
                }
            }
        }
        faults
    }
}

/// The portrait for the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portrait {
    /// Paragraphs separated by empty lines.
    pub text: String,
}

impl Portrait {
    /// Everything that is wrong with it.
    #[must_use]
    pub fn faults(&self, locale: Locale) -> Vec<Fault> {
        let field = "text";
        let mut faults = Vec::new();
        let count = words(&self.text);
        if count < PORTRAIT_LEAST_WORDS {
            faults.push(Fault::TooShort { field });
        }
        if count > PORTRAIT_WORDS {
            faults.push(Fault::TooManyWords { at_most: PORTRAIT_WORDS });
        }
        let lower = self.text.to_lowercase();
        let all: Vec<&str> = lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        if !all.iter().any(|word| ADDRESS.contains(word)) {
            faults.push(Fault::NotAddressed { field });
        }
        let is_term = |word: &str| TERMS.contains(&word) || TERM_STEMS.iter().any(|stem| word.starts_with(stem));
        if all.iter().any(|word| is_term(word)) {
            faults.push(Fault::Terms { field });
        }
        check(field, &self.text, locale, &mut faults);
        faults
    }
}

/// Words that address the client.
const ADDRESS: [&str; 12] = ["вы", "вас", "вам", "вами", "ваш", "ваша", "ваше", "ваши", "ваших", "вашей", "you", "your"];

/// Words of the model that mean nothing to a client.
const TERMS: [&str; 16] = [
    "слой",
    "слоя",
    "слою",
    "слоем",
    "слое",
    "слои",
    "слоёв",
    "слоев",
    "слоям",
    "осью",
    "axis",
    "axes",
    "layer",
    "layers",
    "pole",
    "poles",
];

/// Beginnings of such words.
const TERM_STEMS: [&str; 16] = [
    "регуляц",
    "ригидн",
    "активаци",
    "аффект",
    "полюс",
    "паттерн",
    "нарратив",
    "метаболи",
    "автоматизм",
    "поляриз",
    "regulat",
    "rigid",
    "activation",
    "affect",
    "metabol",
    "polari",
];

/// Reads the explanation for the specialist.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_structural(reply: &str, locale: Locale) -> Result<Structural, Vec<Fault>> {
    read(reply, |text: &Structural| text.faults(locale))
}

/// Reads the questions for the session.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_questions(reply: &str, locale: Locale) -> Result<Questions, Vec<Fault>> {
    read(reply, |text: &Questions| text.faults(locale))
}

/// Reads the portrait for the client.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_portrait(reply: &str, locale: Locale) -> Result<Portrait, Vec<Fault>> {
    read(reply, |text: &Portrait| text.faults(locale))
}

/// Reads the JSON object of a reply, also when a model wrapped it in a fenced block, and checks it.
fn read<T: DeserializeOwned>(reply: &str, faults: impl FnOnce(&T) -> Vec<Fault>) -> Result<T, Vec<Fault>> {
    let reply = reply.trim();
    let inner = reply.strip_prefix("```json").or_else(|| reply.strip_prefix("```")).and_then(|rest| rest.strip_suffix("```"));
    let json: serde_json::Value = serde_json::from_str(inner.unwrap_or(reply)).map_err(|_| vec![Fault::NotJson])?;
    let text: T = serde_json::from_value(json).map_err(|_| vec![Fault::WrongShape])?;
    let mut faults = faults(&text);
    let mut seen = std::collections::HashSet::new();
    faults.retain(|fault| seen.insert(*fault));
    if faults.is_empty() { Ok(text) } else { Err(faults) }
}

/// Words of a text; a dash or a number is none.
fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count()
}

/// What holds for every text of every reply: the language, no codes, and the wording policy.
fn check(field: &'static str, text: &str, locale: Locale, faults: &mut Vec<Fault>) {
    if has_code(text) {
        faults.push(Fault::Codes { field });
    }
    let is_cyrillic = |c: &char| ('\u{400}'..='\u{4ff}').contains(c);
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let cyrillic = text.chars().filter(is_cyrillic).count();
    let of_language = match locale {
        Locale::Ru => cyrillic,
        Locale::En => letters - cyrillic,
    };
    if of_language * 2 < letters {
        faults.push(Fault::WrongLanguage { field });
    }
    // All at once, because there is one request for a repair.
    faults.extend(policy::violations(text, locale).iter().map(|found| Fault::Forbidden { field, rule: found.rule }));
}

/// An axis or layer by its code, in either alphabet.
fn has_code(text: &str) -> bool {
    let is_code = |word: &str| {
        let mut chars = word.chars();
        matches!(chars.next(), Some('A' | 'А' | 'L' | 'Л')) && matches!(chars.next(), Some('0'..='4')) && chars.next().is_none()
    };
    text.split(|c: char| !c.is_alphanumeric()).any(is_code)
}
