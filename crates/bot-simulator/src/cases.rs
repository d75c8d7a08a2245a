//! The case library: virtual clients as data, `content/cases/*.toml`.
//!
//! The files are read once. [`validate`] tells what is wrong with them; a service asks at its start, and a test keeps them right,
//! so that nothing at run time has to fail. A case that a specialist brings along is the same [`Case`] and passes the same
//! [`Case::faults`] and [`Case::forbidden_wording`].
mod check;
mod parts;

use std::{fmt, sync::OnceLock};

use serde::{Deserialize, Serialize};

pub use check::{LIST_MOST, TEXT_CHARS, TITLE_CHARS};
pub use parts::{
    Client, CrisisLevel, Difficulty, Gender, LayerText, Narrative, RiskProfile, Target, TechnicalModel, Trajectories,
};

use crate::engine::{Goal, Parameters, PerLayer};

/// The files, in the order of the library.
const FILES: [&str; 11] = [
    include_str!("../content/cases/01_neurotic.toml"),
    include_str!("../content/cases/02_instability.toml"),
    include_str!("../content/cases/03_crisis.toml"),
    include_str!("../content/cases/04_grief.toml"),
    include_str!("../content/cases/05_panic.toml"),
    include_str!("../content/cases/06_adolescent.toml"),
    include_str!("../content/cases/07_couple.toml"),
    include_str!("../content/cases/08_burnout.toml"),
    include_str!("../content/cases/09_prodrome.toml"),
    include_str!("../content/cases/10_acute.toml"),
    include_str!("../content/cases/11_substance.toml"),
];

/// The name of a case in data and buttons: `CASE_`, two digits, `_`, a word; it is never shown to people, since the words of
/// the first three come from a vocabulary that the wording policy keeps out of texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseKey(String);

/// A text that is no [`CaseKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotACaseKey;

impl fmt::Display for NotACaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a case's key is CASE_, two digits, _ and up to 20 capital letters")
    }
}

impl std::error::Error for NotACaseKey {}

impl CaseKey {
    /// Its number, which does not change when the library grows.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.0.get(5..7).and_then(|digits| digits.parse().ok()).unwrap_or_default()
    }

    /// The text that stands for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CaseKey {
    type Error = NotACaseKey;
    fn try_from(text: String) -> Result<Self, NotACaseKey> {
        let parts = text.strip_prefix("CASE_").and_then(|rest| rest.split_once('_'));
        let right = parts.is_some_and(|(number, word)| {
            let digits = number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit());
            digits && (1..=20).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase())
        });
        if right { Ok(Self(text)) } else { Err(NotACaseKey) }
    }
}

impl From<CaseKey> for String {
    fn from(key: CaseKey) -> Self {
        key.0
    }
}

impl fmt::Display for CaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A virtual client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name in data.
    pub key: CaseKey,
    /// What a specialist reads in the list.
    pub title: String,
    /// The title in English.
    pub title_en: String,
    /// The case in one or two English sentences.
    pub summary_en: String,
    /// How demanding it is.
    pub difficulty: Difficulty,
    /// How near a crisis the client is.
    pub crisis: CrisisLevel,
    /// Goals that can be practised with it.
    pub goals: Vec<Goal>,
    /// The client's first words.
    pub opening: String,
    /// The client's first words in English. The other texts of the library are Russian; a client who is to speak English is
    /// played from them.
    pub opening_en: String,
    /// What should be approached with care.
    pub sensitive_zones: Vec<String>,
    /// Who the client is.
    pub client: Client,
    /// Start values and how strongly the client answers.
    pub parameters: Parameters,
    /// The five layers.
    pub layers: PerLayer<LayerText>,
    /// Layer A: the technical model.
    pub layer_a: TechnicalModel,
    /// Layer B: targets, in the order of work.
    pub layer_b: Vec<Target>,
    /// Layer C: the client's own picture.
    pub layer_c: Narrative,
    /// What typical errors lead to.
    pub trajectories: Trajectories,
    /// What of danger it carries.
    pub risk: RiskProfile,
}

impl Case {
    /// The title in a language.
    #[must_use]
    pub fn title_in(&self, locale: domain::Locale) -> &str {
        match locale {
            domain::Locale::Ru => &self.title,
            domain::Locale::En => &self.title_en,
        }
    }

    /// The client's first words in a language.
    #[must_use]
    pub fn opening_in(&self, locale: domain::Locale) -> &str {
        match locale {
            domain::Locale::Ru => &self.opening,
            domain::Locale::En => &self.opening_en,
        }
    }

    /// Reads a case and checks it.
    ///
    /// # Errors
    /// Says what is wrong with the text: its form, or the first of [`Case::faults`].
    pub fn parse(text: &str) -> Result<Self, String> {
        let case: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        match case.faults().into_iter().next() {
            Some(fault) => Err(format!("{}: {fault}", case.key)),
            None => Ok(case),
        }
    }
}

/// Reads all files anew.
///
/// # Errors
/// Says what is wrong: a file that does not read, a case out of order or doubled, a forbidden wording.
fn load() -> Result<Vec<Case>, String> {
    ordered(FILES.into_iter().map(Case::parse).collect::<Result<_, _>>()?)
}

/// The cases of a library, if they are in order and say nothing forbidden.
fn ordered(cases: Vec<Case>) -> Result<Vec<Case>, String> {
    if !cases.is_sorted_by(|a, b| a.key < b.key) {
        return Err("the cases of the library are not in the order of their keys, each once".to_owned());
    }
    for case in &cases {
        if let Some((field, violation)) = case.forbidden_wording() {
            return Err(format!("{}: {field} breaks the wording rule {}", case.key, violation.rule));
        }
    }
    Ok(cases)
}

/// Checks the whole library. A service asks once at its start and refuses to run otherwise.
///
/// # Errors
/// Names the first thing that is wrong with a file of `content/cases`.
pub fn validate() -> Result<(), String> {
    load().map(|_| ())
}

/// The cases of the library, in the order of their keys; none if the library is broken, which [`validate`] tells at the start.
#[must_use]
pub fn library() -> &'static [Case] {
    static LIBRARY: OnceLock<Vec<Case>> = OnceLock::new();
    LIBRARY.get_or_init(|| load().unwrap_or_default())
}

/// The case of a key, if the library has it.
#[must_use]
pub fn find(key: &CaseKey) -> Option<&'static Case> {
    library().iter().find(|case| case.key == *key)
}

/// The case of a number, if the library has it.
#[must_use]
pub fn find_number(number: u8) -> Option<&'static Case> {
    library().iter().find(|case| case.key.number() == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_out_of_order_or_with_a_forbidden_wording_does_not_start() {
        assert!(ordered(library().to_vec()).is_ok());
        let doubled = [library().to_vec(), library()[..1].to_vec()].concat();
        assert!(ordered(doubled).is_err());
        let mut spoiled = library().to_vec();
        spoiled[4].client.speech = "У него депрессия.".to_owned();
        assert!(ordered(spoiled).unwrap_err().contains("client.speech breaks the wording rule diagnosis"));
    }
}
