//! Screen's own part of the artifact: the contents of `raw`.
use bot_kit::{PortraitText, SecondReading};
use domain::{Clinical, Locale};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Comparison, Contradiction, Portrait, Questions, ReportInput, Structural, Texts, Written, contradictions};
use crate::{
    bank::{QuestionId, bank},
    collected::{HomeSafety, LifeThoughts, SeenSign},
    engine::{Answer, Axis, Results, v2, v3},
    wording::Words,
};

/// The contents of `raw`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// What the reader must know about the report.
    pub notes: String,
    /// Answers about safety, apart from everything else.
    pub safety: SafetyPart,
    /// The client's own words.
    pub own_words: Option<Clinical<String>>,
    /// The explanation for the specialist.
    pub structural: Written<Structural>,
    /// Questions for the session.
    pub questions: Written<Questions>,
    /// The portrait for the client; the client sees it when the specialist releases it.
    pub portrait: Written<Portrait>,
    /// The portrait's language.
    pub portrait_locale: Locale,
    /// Every question with what was ticked, in order.
    pub answers: Vec<AnsweredRow>,
    /// Axes with ticked options of opposite sign.
    pub contradictions: Vec<Contradiction>,
    /// What the engines made of the answers.
    pub engine: KeptResults,
    /// The case's previous screening beside this one, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

/// The engines' results as an artifact keeps them. Each names its version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptResults {
    /// The pinned formula.
    pub v2: v2::Profile,
    /// The default; the words of the report come from it. Artifacts from before it have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub v3: Option<v3::Profile>,
}

impl From<&Results> for KeptResults {
    fn from(results: &Results) -> Self {
        Self { v2: results.v2.clone(), v3: Some(results.v3.clone()) }
    }
}

/// Answers about safety. They enter no score, and no model sees or rephrases them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SafetyPart {
    /// Thoughts of not living.
    pub thoughts: LifeThoughts,
    /// Safety at home.
    pub home: HomeSafety,
    /// Signs of danger seen on the way, without any text.
    pub signs: Vec<SeenSign>,
    /// Whether a model has read the client's own words for signs besides the lexicon.
    #[serde(default)]
    pub second_reading: SecondReading,
}

/// A row of the answers table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnsweredRow {
    /// Which question.
    pub question: QuestionId,
    /// Its text in the bank: its meaning.
    pub text: String,
    /// The words the client read instead, in the client's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_as: Option<String>,
    /// What was ticked.
    pub ticked: Vec<TickedRow>,
    /// The question was passed over.
    pub skipped: bool,
    /// "None of these fits".
    pub none_fits: bool,
    /// Axes which the ticked options of this one question pull in both directions.
    pub contradicts: Vec<Axis>,
}

/// A ticked option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TickedRow {
    /// Its number as the client saw it, from 1.
    pub number: u8,
    /// Its text.
    pub text: String,
}

impl Payload {
    /// The payload of a report.
    pub(super) fn of(input: &ReportInput, texts: &Texts, notes: String) -> Self {
        let collected = &input.collected;
        let locale = collected.specialist_locale;
        Self {
            notes,
            safety: SafetyPart {
                thoughts: collected.thoughts,
                home: collected.home,
                signs: collected.signs.clone(),
                second_reading: input.second_reading,
            },
            own_words: collected.own_words.clone(),
            structural: texts.structural.clone(),
            questions: texts.questions.clone(),
            portrait: texts.portrait.clone(),
            portrait_locale: collected.locale,
            answers: collected.answers.0.iter().map(|answer| row(answer, &collected.reworded, locale)).collect(),
            contradictions: contradictions(&collected.answers, locale),
            engine: KeptResults::from(&input.results),
            comparison: input.previous.as_ref().map(|previous| Comparison::of(previous, &input.results.v3, locale)),
        }
    }

    /// The payload as `raw`.
    pub(super) fn to_raw(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(raw)) => raw,
            // The payload has only string keys, so it always becomes an object; the contract still gets its notes.
            Ok(_) | Err(_) => Map::from_iter([("notes".to_owned(), Value::String(self.notes.clone()))]),
        }
    }

    /// The payload of an artifact; `None` when `raw` is not Screen's.
    #[must_use]
    pub fn from_raw(raw: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value(Value::Object(raw.clone())).ok()
    }
}

/// The client's portrait of a screening's artifact, in the client's language, however old the artifact is.
#[must_use]
pub fn portrait_of(raw: &Map<String, Value>) -> Option<PortraitText> {
    let kept = raw.get("portrait")?.get("text")?;
    let text = kept.as_str().or_else(|| kept.get("text").and_then(Value::as_str)).filter(|text| !text.trim().is_empty())?;
    let locale = raw.get("portrait_locale").and_then(Value::as_str).and_then(|code| code.parse().ok()).unwrap_or(Locale::Ru);
    Some(PortraitText { text: text.to_owned(), locale, letter: false })
}

fn row(answer: &Answer, reworded: &Words, locale: Locale) -> AnsweredRow {
    let ticked = answer.chosen().map(|(number, option)| TickedRow { number: number + 1, text: option.text(locale).to_owned() });
    let pulled = |axis: Axis, side: fn(f64) -> bool| answer.chosen().any(|(_, option)| side(option.axis[axis]));
    let both = |axis: &Axis| pulled(*axis, |x| x < 0.0) && pulled(*axis, |x| x > 0.0);
    AnsweredRow {
        question: answer.question,
        text: bank().question(answer.question).text(locale).to_owned(),
        asked_as: reworded.get(&answer.question).cloned(),
        ticked: ticked.collect(),
        skipped: answer.skipped,
        none_fits: answer.none_fits,
        contradicts: Axis::ALL.into_iter().filter(both).collect(),
    }
}
