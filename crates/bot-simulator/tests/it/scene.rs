//! What the tests begin with.
use domain::RunId;
use psycheos_bot_simulator::{
    ask::{Exchange, LineAsk},
    cases::{self, Case},
    debrief::Spoken,
    engine::{Fit, Goal, Layer, LineId, MoveReading, RawReading, RiskEnquiry, Session, Setup},
};
use uuid::Uuid;

/// A case of the library by a part of its key.
pub fn case(word: &str) -> &'static Case {
    cases::library().iter().find(|case| case.key.as_str().contains(word)).unwrap()
}

/// A session with a case of the library.
pub fn setup(word: &str, goal: Goal) -> Setup {
    Setup { run: RunId(Uuid::from_u128(7)), goal, parameters: case(word).parameters }
}

/// A line of a class, with its usual match.
pub fn line(fit: Fit) -> MoveReading {
    line_asking(fit, &[])
}

/// A line of a class that asks about danger.
pub fn line_asking(fit: Fit, asked: &[RiskEnquiry]) -> MoveReading {
    let raw = RawReading {
        addressed_layer: if fit == Fit::StabilizesL0 { Layer::L0 } else { Layer::L2 },
        fit,
        risk_enquiry: asked.iter().copied().collect(),
        goal_relevance: 0.8,
        regulatory_match: fit.usual_match().value(),
    };
    raw.try_into().unwrap()
}

/// A session in which these lines were said.
pub fn session(word: &str, goal: Goal, lines: &[MoveReading]) -> Session {
    let mut session = Session::new(setup(word, goal));
    for line in lines {
        session.say(*line).unwrap();
    }
    session
}

/// A reply about a line that breaks no rule.
pub fn good_turn() -> serde_json::Value {
    serde_json::json!({
        "addressed_layer": "L2", "fit": "matches", "risk_enquiry": [], "goal_relevance": 0.7, "regulatory_match": 0.8,
        "client_words": "Наверное… стыдно, что не могу просто взять и выбрать.",
        "explanation": "Реплика, похоже, назвала чувство и оставила клиенту место.",
    })
}

/// What is asked about a line.
pub fn line_ask<'a>(case: &'a Case, now: &'a psycheos_bot_simulator::engine::Snapshot, line: &'a str) -> LineAsk<'a> {
    let run = RunId(Uuid::from_u128(7));
    LineAsk { run, locale: domain::Locale::Ru, case, goal: Goal::AffectWork, now, turn: 1, said: &[], line }
}

/// What was said at each line of a session.
pub fn spoken(session: &Session) -> Vec<Spoken> {
    let of = |number: usize| Spoken {
        id: LineId(u16::try_from(number).unwrap()),
        said: Exchange {
            line: format!("Слова специалиста {number}."), reply: format!("Слова клиента {number}.")
        },
        explanation: format!("Пояснение {number}."),
    };
    (1..=session.lines_spoken()).map(of).collect()
}

/// The words of a debrief that break no rule.
pub fn good_debrief() -> serde_json::Value {
    serde_json::json!({
        "overview": "Беседа началась осторожно; после отражения клиент стал говорить больше, затем спор вернул напряжение.",
        "layers": [
            { "layer": "L0", "text": "К телу обращались мало, хотя оно подавало знаки." },
            { "layer": "L2", "text": "Чувство было названо и, похоже, выдержано." },
        ],
        "notes": [
            { "turn": 1, "text": "Здесь клиента услышали, и контакт окреп." },
            { "turn": 2, "text": "Возможно, упрёк прозвучал раньше, чем появилась опора." },
        ],
        "strengths": ["Реплики отражали чувство коротко и бережно."],
        "growth": ["Замечать миг, когда хочется поспорить, и возвращаться к телу."],
        "next_step": "Попробовать ту же беседу, начав с опоры на дыхание и темп.",
    })
}
