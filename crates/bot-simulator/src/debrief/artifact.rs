//! From a debrief to the artifact of the contract.
use bot_kit::{SecondReading, shorten};
use bot_material::SeenSign;
use chrono::{DateTime, Utc};
use domain::{
    CaseId, Locale, RunId, ServiceId,
    artifact::{Action, Artifact, CONTRACT_VERSION, Marker, Meta, Summary, When, Who},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Debrief, Picture, picture, sections::sections};
use crate::{
    ask::DebriefText,
    cases::{Case, CaseKey},
    engine::{Session, Step, risk::Verdict},
    trend::Record,
    words::{self, choose},
};

/// Characters of the artifact's sentence.
const ONE_LINER: usize = 280;

/// Who wrote the words of a debrief.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A model; checked.
    Model,
    /// This program, because no reply of a model could be used.
    Template,
}

/// Everything an artifact is made of.
#[derive(Debug, Clone, Copy)]
pub struct DebriefInput<'a> {
    /// The launch.
    pub run: RunId,
    /// The case of the practice in which the launch was made.
    pub context: CaseId,
    /// The moment of the result.
    pub made_at: DateTime<Utc>,
    /// Joins the result with logs.
    pub correlation: &'a str,
    /// Language of the texts.
    pub locale: Locale,
    /// The virtual client.
    pub case: &'a Case,
    /// The session, for the log of numbers.
    pub session: &'a Session,
    /// What was computed of it.
    pub debrief: &'a Debrief,
    /// Its words.
    pub text: &'a DebriefText,
    /// Who wrote them.
    pub by: By,
    /// Signs of danger in the material of a case of one's own; none for a case of the library.
    pub signs: &'a [SeenSign],
    /// Fields and rules that a model's replies broke, without any text.
    pub flags: &'a [String],
}

impl DebriefInput<'_> {
    /// What is kept of the session in the specialist's profile.
    #[must_use]
    pub fn record(&self) -> Record {
        let debrief = self.debrief;
        let steps: Vec<Step> = debrief.lines.iter().map(|line| line.step).collect();
        Record::of(self.case.key.clone(), debrief.cci.cci, debrief.tsi.value, &debrief.risk, &steps)
    }
}

/// Simulator's own part of an artifact: the contents of `raw`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// What the reader must know about the result.
    pub notes: String,
    /// Signs of danger in the material of a case of one's own, apart from everything else; absent for a case of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safety: Option<Safety>,
    /// Which virtual client.
    pub case: CaseKey,
    /// Who wrote the words.
    pub by: By,
    /// Fields and rules that a model's replies broke, without any text.
    pub policy_flags: Vec<String>,
    /// The log of numbers, with all branches: replayed, it gives the debrief again.
    pub session: Session,
    /// What was computed, with the transcript.
    pub debrief: Debrief,
    /// The words.
    pub text: DebriefText,
    /// The variables over the lines.
    pub picture: Picture,
    /// The same as sections for documents.
    pub sections: Vec<Value>,
}

/// Signs of danger, without any text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Safety {
    /// Each kind once.
    pub signs: Vec<SeenSign>,
    /// No model has read the material for signs besides the lexicon.
    pub second_reading: SecondReading,
}

impl Payload {
    /// The payload of an artifact; `None` when `raw` is not Simulator's.
    #[must_use]
    pub fn from_raw(raw: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value(Value::Object(raw.clone())).ok()
    }
}

/// The artifact of a session. It tells of the specialist's training, so it carries none of the contract's markers about a client.
#[must_use]
pub fn compose(input: &DebriefInput<'_>) -> Artifact {
    let (locale, debrief) = (input.locale, input.debrief);
    let marker = |name: &str, value: String| Marker { name: name.to_owned(), value };
    let code = |value: Value| value.as_str().unwrap_or_default().to_owned();
    let payload = payload(input);
    Artifact {
        meta: Meta {
            service_id: ServiceId::Simulator,
            artifact_version: CONTRACT_VERSION.to_owned(),
            context_id: input.context,
            run_id: input.run,
            created_at: input.made_at,
            language: locale,
            correlation_id: input.correlation.to_owned(),
        },
        summary: Summary {
            one_liner: one_liner(input),
            risk_flags: input.signs.iter().map(|sign| sign_flag(sign, locale)).collect(),
            resource_flags: Vec::new(),
        },
        markers: vec![
            marker("tsi", format!("{:.2}", debrief.tsi.value)),
            marker("tsi_band", code(serde_json::json!(debrief.tsi.band))),
            marker("cci", format!("{:.2}", debrief.cci.cci)),
            marker("risk_competence", code(serde_json::json!(debrief.risk.verdict))),
        ],
        questions_for_session: Vec::new(),
        actions: actions(input),
        raw: raw_of(&payload),
    }
}

fn payload(input: &DebriefInput<'_>) -> Payload {
    let safety =
        (!input.signs.is_empty()).then(|| Safety { signs: input.signs.to_vec(), second_reading: SecondReading::NotAsked });
    Payload {
        notes: choose(
            input.locale,
            "Учебная беседа с вымышленным клиентом. Числа посчитала программа по записи реплик, слова к ним написаны \
             отдельно. Это не медицинское заключение и не оценка специалиста.",
            "A training session with a fictional client. A program computed the numbers from the log of lines; the words \
             were written apart. This is no medical opinion and no rating of a specialist.",
        )
        .to_owned(),
        safety,
        case: input.case.key.clone(),
        by: input.by,
        policy_flags: input.flags.to_vec(),
        session: input.session.clone(),
        debrief: input.debrief.clone(),
        text: input.text.clone(),
        picture: picture(input.debrief, input.locale),
        sections: sections(input),
    }
}

fn raw_of(payload: &Payload) -> Map<String, Value> {
    match serde_json::to_value(payload) {
        Ok(Value::Object(raw)) => raw,
        // The payload has only string keys, so it always becomes an object; the contract still gets its notes.
        Ok(_) | Err(_) => Map::from_iter([("notes".to_owned(), Value::String(payload.notes.clone()))]),
    }
}

fn one_liner(input: &DebriefInput<'_>) -> String {
    let (locale, debrief) = (input.locale, input.debrief);
    let title = input.case.title_in(locale);
    let (lines, tsi, band) = (debrief.lines.len(), debrief.tsi.value, words::band(debrief.tsi.band, locale));
    let missed = match debrief.risk.verdict {
        Verdict::NotAsked => choose(locale, " О безопасности прямо не спросили.", " Safety was not asked about in plain words."),
        Verdict::NotCalledFor | Verdict::Incomplete | Verdict::Complete | Verdict::CompleteAndOvertaken => "",
    };
    let text = match locale {
        Locale::Ru => format!("Тренировка «{title}»: реплик {lines}, TSI {tsi:.2}, {band}.{missed}"),
        Locale::En => format!("Training “{title}”: {lines} lines, TSI {tsi:.2}, {band}.{missed}"),
    };
    shorten(&text, ONE_LINER)
}

fn sign_flag(sign: &SeenSign, locale: Locale) -> String {
    let category = sign.sign().0.category.as_str();
    match locale {
        Locale::Ru => format!("знак опасности в материале своего кейса ({category}): спросить клиента прямо"),
        Locale::En => format!("a sign of danger in the material of the own case ({category}): ask the client directly"),
    }
}

fn actions(input: &DebriefInput<'_>) -> Vec<Action> {
    let (locale, debrief) = (input.locale, input.debrief);
    let action = |what: String, when, goal: &str| Action { who: Who::Therapist, what, when, goal: goal.to_owned() };
    let mut actions = Vec::new();
    if !input.signs.is_empty() {
        actions.push(action(
            choose(locale, "Спросить своего клиента прямо о безопасности", "Ask the own client directly about safety").to_owned(),
            When::InSession,
            choose(
                locale,
                "Знак стоит в настоящем материале, а не в тренировке",
                "The sign is in real material, not in the training",
            ),
        ));
    }
    if debrief.risk.verdict == Verdict::NotAsked {
        actions.push(action(
            choose(locale, "Повторить тренировку и задать прямой вопрос", "Repeat the session and ask the plain question")
                .to_owned(),
            When::Post,
            choose(locale, "Чтобы слова были готовы до встречи", "To have the words ready before a meeting"),
        ));
    }
    if let Some(first) = debrief.alternatives.first() {
        let what = match locale {
            Locale::Ru => format!("Попробовать заново реплику {}", first.turn),
            Locale::En => format!("Try line {} anew", first.turn),
        };
        actions.push(action(
            what,
            When::Post,
            choose(locale, "Увидеть, куда ведёт другая линия", "See where another line leads"),
        ));
    }
    actions
}
