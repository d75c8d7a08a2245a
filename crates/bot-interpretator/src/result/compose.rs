//! From a checked reply to the artifact of the contract.
use bot_kit::{SecondReading, shorten};
use bot_material::{SeenSign, words::danger_flag};
use domain::{
    Locale, ServiceId,
    artifact::{Action, Artifact, CONTRACT_VERSION, Marker, Meta, SessionQuestion, Summary, When, Who},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Interpretation, Level, read::is_low_data, sections::sections, words::choose};
use crate::material::Input;

/// Characters of the artifact's sentence.
const ONE_LINER: usize = 280;

/// Interpretator's own part of an artifact: the contents of `raw`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// What the reader must know about the result.
    pub notes: String,
    /// Signs of danger in the material, apart from everything else.
    pub safety: Safety,
    /// There was too little for more than one hypothesis.
    pub low_data: bool,
    /// Fields and rules that a model's reply broke twice, without any text.
    pub policy_flags: Vec<String>,
    /// What the model made of the material, checked.
    pub interpretation: Interpretation,
    /// How many questions were answered in words, and how many were asked.
    pub answered: [usize; 2],
    /// The same as sections for documents.
    pub sections: Vec<Value>,
}

/// Signs of danger, without any text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Safety {
    /// Each kind once.
    pub signs: Vec<SeenSign>,
    /// Whether a model has read the material for signs besides the lexicon.
    pub second_reading: SecondReading,
}

/// The artifact of a result. `flags` name what was left out of a model's reply.
#[must_use]
pub fn compose(input: &Input, found: &Interpretation, flags: &[String]) -> Artifact {
    let locale = input.locale;
    let payload = payload(input, found, flags);
    let first = found.hypotheses.first();
    let marker = |name: &str, value: &str| Marker { name: name.to_owned(), value: value.to_owned() };
    let mut markers = Vec::new();
    if let Some(first) = first {
        markers.push(marker("mode", first.mode.as_str()));
        markers.push(marker("layer_hint", first.layer.code()));
    }
    markers.push(marker("uncertainty", uncertainty(found.uncertainty.level)));
    let mut questions: Vec<SessionQuestion> = found
        .questions
        .iter()
        .map(|asked| SessionQuestion { q: asked.q.clone(), why: asked.why.clone(), priority: asked.priority.number() })
        .collect();
    questions.sort_by_key(|question| question.priority);
    Artifact {
        meta: Meta {
            service_id: ServiceId::Interpretator,
            artifact_version: CONTRACT_VERSION.to_owned(),
            context_id: input.case,
            run_id: input.run,
            created_at: input.made_at,
            language: locale,
            correlation_id: input.correlation.clone(),
        },
        summary: Summary {
            one_liner: one_liner(found, payload.low_data, locale),
            risk_flags: input.signs.iter().map(|(sign, _)| danger_flag(sign.category, sign.level, locale)).collect(),
            resource_flags: Vec::new(),
        },
        markers,
        questions_for_session: questions,
        actions: actions(input, locale),
        raw: raw_of(&payload),
    }
}

fn payload(input: &Input, found: &Interpretation, flags: &[String]) -> Payload {
    let signs = input.signs.iter().map(|(sign, source)| SeenSign::of(*sign, *source));
    let said = input.answers.iter().filter(|answered| matches!(answered.answer, crate::material::Reply::Said(_))).count();
    Payload {
        notes: choose(
            input.locale,
            "Гипотезы предложила языковая модель, проверила программа: слова в кавычках есть в материале. Это не медицинское заключение.",
            "A language model proposed the hypotheses, a program checked them: the words in quotes are in the material. This is not a medical \
             opinion.",
        )
        .to_owned(),
        safety: Safety {
            signs: signs.collect(),
            second_reading: if input.assessed { SecondReading::Assessed } else { SecondReading::NotAssessed },
        },
        low_data: is_low_data(found, input),
        policy_flags: flags.to_vec(),
        interpretation: found.clone(),
        answered: [said, input.answers.len()],
        sections: sections(input, found),
    }
}

fn raw_of(payload: &Payload) -> Map<String, Value> {
    match serde_json::to_value(payload) {
        Ok(Value::Object(raw)) => raw,
        // The payload has only string keys, so it always becomes an object; the contract still gets its notes.
        Ok(_) | Err(_) => Map::from_iter([("notes".to_owned(), Value::String(payload.notes.clone()))]),
    }
}

impl Payload {
    /// The payload of an artifact; `None` when `raw` is not Interpretator's.
    #[must_use]
    pub fn from_raw(raw: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value(Value::Object(raw.clone())).ok()
    }
}

fn one_liner(found: &Interpretation, low_data: bool, locale: Locale) -> String {
    let text = found.hypotheses.first().map(|hypothesis| hypothesis.text.as_str()).unwrap_or_default();
    let head = if low_data { choose(locale, "Данных мало. ", "Little to go by. ") } else { "" };
    shorten(&format!("{head}{text}"), ONE_LINER)
}

/// The contract's word for a level.
fn uncertainty(level: Level) -> &'static str {
    match level {
        Level::Low => "low",
        Level::Moderate => "medium",
        Level::High => "high",
    }
}

fn actions(input: &Input, locale: Locale) -> Vec<Action> {
    let action =
        |what: &str, when, goal: &str| Action { who: Who::Therapist, what: what.to_owned(), when, goal: goal.to_owned() };
    let mut actions = Vec::new();
    if !input.signs.is_empty() {
        actions.push(action(
            choose(locale, "Спросить клиента прямо о безопасности", "Ask the client directly about safety"),
            When::InSession,
            choose(locale, "Узнать, образ это или жизнь", "Learn whether it is image or life"),
        ));
    }
    actions.push(action(
        choose(locale, "Выбрать один-два вопроса для начала", "Choose a question or two to begin with"),
        When::Pre,
        choose(locale, "Идти за клиентом, а не за гипотезой", "Follow the client, not the hypothesis"),
    ));
    actions.push(action(
        choose(locale, "Отметить, что опроверглось", "Note what was refuted"),
        When::Post,
        choose(locale, "Оставить только подтверждённое клиентом", "Keep only what the client confirmed"),
    ));
    actions
}
