//! From the three layers to the artifact of the contract.
use bot_kit::{PortraitText, SecondReading, shorten};
use bot_material::{SeenSign, words::danger_flag};
use domain::{
    Locale, ServiceId,
    artifact::{Action, Artifact, CONTRACT_VERSION, Marker, Meta, SessionQuestion, Summary, When, Who},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Letter, Model, Targets, Version,
    sections::sections,
    words::{self, choose},
};
use crate::{
    material::{Asked, Input},
    model::{Board, Flag, Gap, Mark, Severity, readiness},
};

/// Characters of the artifact's sentence.
const ONE_LINER: usize = 280;

/// The three layers as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Layer A.
    pub model: Model,
    /// Layer B.
    pub targets: Targets,
    /// Layer C; none when no usable letter came.
    pub letter: Option<Letter>,
}

/// Conceptualizator's own part of an artifact: the contents of `raw`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// What the reader must know about the result.
    pub notes: String,
    /// Signs of danger in the material, apart from everything else.
    pub safety: Value,
    /// The full board.
    pub board: Board,
    /// Layers in the material.
    pub marks: Vec<Mark>,
    /// Red flags with their answers.
    pub flags: Vec<Flag>,
    /// The dialogue.
    pub dialogue: Vec<Asked>,
    /// What was missing when it was finished; empty: the model was ready.
    pub gaps: Vec<Gap>,
    /// Layer A.
    pub model: Model,
    /// Layer B.
    pub targets: Targets,
    /// The image of the letter.
    pub metaphor: Option<String>,
    /// The letter to the client; the client sees it when the specialist releases it.
    pub portrait: Option<Value>,
    /// The letter's language.
    pub portrait_locale: Locale,
    /// What changed since the version before.
    pub comparison: Option<Value>,
    /// The same as sections for documents.
    pub sections: Vec<Value>,
}

/// The artifact of a model. `before` is the case's version before, if there is one.
#[must_use]
pub fn compose(input: &Input, written: &Written, before: Option<&Version>) -> Artifact {
    let locale = input.locale;
    let mut payload = payload(input, written);
    payload.sections = sections(input, &payload);
    payload.comparison = before.and_then(|before| comparison(before, &payload, locale));
    let marker = |name: &str, value: &str| Marker { name: name.to_owned(), value: value.to_owned() };
    let uncertainty = match payload.gaps.len() {
        0 => "low",
        1 | 2 => "medium",
        _ => "high",
    };
    Artifact {
        meta: Meta {
            service_id: ServiceId::Conceptualizator,
            artifact_version: CONTRACT_VERSION.to_owned(),
            context_id: input.case,
            run_id: input.run,
            created_at: input.made_at,
            language: locale,
            correlation_id: input.correlation.clone(),
        },
        summary: Summary {
            one_liner: shorten(&written.model.leading, ONE_LINER),
            risk_flags: risk_flags(input),
            resource_flags: Vec::new(),
        },
        markers: vec![marker("layer_hint", written.model.layer.code()), marker("uncertainty", uncertainty)],
        questions_for_session: questions(&payload, locale),
        actions: actions(&payload, locale),
        raw: raw_of(&payload),
    }
}

fn risk_flags(input: &Input) -> Vec<String> {
    let signs = input.signs.iter().map(|sign| danger_flag(sign.category, sign.level, input.locale));
    let serious = input.flags.iter().filter(|flag| flag.severity != Severity::Warning && !flag.danger);
    signs.chain(serious.map(|flag| flag.text.clone())).collect()
}

fn payload(input: &Input, written: &Written) -> Payload {
    let assessed = if input.assessed { SecondReading::Assessed } else { SecondReading::NotAssessed };
    let signs: &[SeenSign] = &input.signs;
    Payload {
        notes: choose(
            input.locale,
            "Гипотезы предложила языковая модель, подтвердил специалист, выдержки проверила программа. Это рабочая модель, не медицинское \
             заключение.",
            "A language model proposed the hypotheses, the specialist confirmed them, a program checked the quotations. It is a working model, no \
             medical opinion.",
        )
        .to_owned(),
        safety: json!({ "signs": signs, "second_reading": assessed }),
        board: input.board.clone(),
        marks: input.marks.clone(),
        flags: input.flags.clone(),
        dialogue: input.dialogue.clone(),
        gaps: readiness(&input.board, &input.flags).gaps,
        model: written.model.clone(),
        targets: written.targets.clone(),
        metaphor: written.letter.as_ref().map(|letter| letter.metaphor.clone()),
        portrait: written.letter.as_ref().map(|letter| json!({ "text": letter.text })),
        portrait_locale: input.locale,
        comparison: None,
        sections: Vec::new(),
    }
}

fn comparison(before: &Version, now: &Payload, locale: Locale) -> Option<Value> {
    let lines = before.changes(now, locale);
    let note = match (locale, lines.is_empty()) {
        (Locale::Ru, false) => format!("С версии от {}.", before.date),
        (Locale::Ru, true) => format!("С версии от {} ничего существенного не изменилось.", before.date),
        (Locale::En, false) => format!("Since the version of {}.", before.date),
        (Locale::En, true) => format!("Nothing essential has changed since the version of {}.", before.date),
    };
    let lines = if lines.is_empty() { vec![note.clone()] } else { lines };
    Some(json!({ "title": choose(locale, "Что изменилось", "What has changed"), "note": note, "lines": lines }))
}

fn raw_of(payload: &Payload) -> Map<String, Value> {
    match serde_json::to_value(payload) {
        Ok(Value::Object(raw)) => raw,
        // The payload has only string keys, so it always becomes an object; the contract still gets its notes.
        Ok(_) | Err(_) => Map::from_iter([("notes".to_owned(), Value::String(payload.notes.clone()))]),
    }
}

impl Payload {
    /// The payload of an artifact; `None` when `raw` is not Conceptualizator's.
    #[must_use]
    pub fn from_raw(raw: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value(Value::Object(raw.clone())).ok()
    }
}

/// The letter of an artifact, in the client's language.
#[must_use]
pub fn letter_of(raw: &Map<String, Value>) -> Option<PortraitText> {
    let text = raw.get("portrait")?.get("text")?.as_str().filter(|text| !text.trim().is_empty())?;
    let locale = raw.get("portrait_locale").and_then(Value::as_str).and_then(|code| code.parse().ok()).unwrap_or(Locale::Ru);
    Some(PortraitText { text: text.to_owned(), locale, letter: true })
}

/// What to ask in the session: open flags and gaps first, then each target's criterion.
fn questions(payload: &Payload, locale: Locale) -> Vec<SessionQuestion> {
    let mut questions = Vec::new();
    if payload.flags.iter().any(|flag| flag.answer.is_none_or(|answer| answer == crate::model::FlagAnswer::WillCheck)) {
        questions.push(SessionQuestion {
            q: choose(
                locale,
                "Что сейчас с вашей безопасностью и здоровьем, о чём важно сказать первым?",
                "What about your safety and health matters most to say first?",
            )
            .to_owned(),
            why: choose(locale, "Красный флаг ещё не проверен.", "A red flag was not checked yet.").to_owned(),
            priority: 1,
        });
    }
    let gaps = payload.gaps.iter().take(2).map(|gap| SessionQuestion {
        q: choose(
            locale,
            "Расскажите, пожалуйста, о недавнем случае, когда это было заметно: что было до, во время и после?",
            "Please tell me about a recent time when it showed: what was before, during and after?",
        )
        .to_owned(),
        why: words::gap_words(*gap, locale),
        priority: 2,
    });
    questions.extend(gaps.take(1));
    let ask = |q: &str, why: String| SessionQuestion { q: q.to_owned(), why, priority: 3 };
    questions.extend(payload.targets.targets.first().map(|target| {
        ask(
            choose(
                locale,
                "По чему вы сами заметите, что стало немного иначе?",
                "What will tell you that it has become a little different?",
            ),
            format!("{}: {}", words::place(target.place, locale), target.criterion),
        )
    }));
    questions.extend(payload.model.loops.first().map(|steps| {
        ask(
            choose(
                locale,
                "Когда этот круг в последний раз не замкнулся: что было иначе?",
                "When did this circle last not close: what was different?",
            ),
            steps.join(" → "),
        )
    }));
    questions.push(ask(
        choose(locale, "Что из этого похоже на вас, а что совсем нет?", "What of this is like you, and what is not at all?"),
        choose(locale, "Модель проверяет сам клиент.", "It is the client who checks the model.").to_owned(),
    ));
    questions.truncate(5);
    questions
}

fn actions(payload: &Payload, locale: Locale) -> Vec<Action> {
    let mut actions: Vec<Action> = payload
        .targets
        .agenda
        .iter()
        .map(|line| Action {
            who: Who::Therapist,
            what: line.clone(),
            when: When::InSession,
            goal: choose(locale, "Ближайшая встреча", "The next session").to_owned(),
        })
        .collect();
    if payload.portrait.is_some() {
        actions.push(Action {
            who: Who::Therapist,
            what: choose(locale, "Прочитать письмо и решить, отдавать ли его", "Read the letter and decide whether to give it")
                .to_owned(),
            when: When::Post,
            goal: choose(locale, "Клиент видит письмо только по вашему решению", "The client sees it only if you decide so")
                .to_owned(),
        });
    }
    actions
}
