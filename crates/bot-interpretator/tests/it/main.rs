//! What a model is sent, and what of its replies is taken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../../../test-kit/src/injections.rs"]
mod injections;
mod prompts;
mod results;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{CaseId, Locale, RunId, ServiceId};
use psycheos_bot_interpretator::material::{Answered, Earlier, Input, Part, Reply};
use serde_json::{Value, json};
use uuid::Uuid;

/// A dream with a picture, a correction, an answer and an earlier result.
fn input(locale: Locale) -> Input {
    Input {
        run: RunId(Uuid::from_u128(1)),
        case: CaseId(Uuid::from_u128(2)),
        made_at: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000),
        correlation: "story".into(),
        locale,
        parts: vec![
            Part::Words("Иду по старому дому, лестница рушится, внизу чёрная вода. Проснулась с тревогой.".into()),
            Part::Picture {
                description: "На листе дерево без корней, крона закрашена.".into(), caption: Some("дерево".into())
            },
            Part::Document {
                text: "Запись встречи: клиентка рисовала молча.".into(), truncated: true
            },
        ],
        corrections: vec!["Крона закрашена только слева.".into()],
        answers: vec![
            Answered {
                question: "Что чувствовалось?".into(), answer: Reply::Said("страх и злость".into())
            },
            Answered { question: "Чей это дом?".into(), answer: Reply::AskClient },
        ],
        earlier: vec![Earlier {
            service: ServiceId::Screen,
            created_at: DateTime::UNIX_EPOCH,
            one_liner: "Строка".into(),
            text: "Прежний результат".into(),
        }],
        signs: Vec::new(),
        assessed: true,
    }
}

/// A reply that breaks no rule.
fn good() -> Value {
    let hypothesis = |text: &str, quote: &str, confidence: &str| {
        json!({
            "text": text, "evidence": [quote], "limits": "Неизвестно, что происходит в жизни сейчас.",
            "alternatives": ["Образ может быть откликом на недавний день."],
            "refuted_by": "Клиентка скажет, что дом ей ничего не напоминает.", "confidence": confidence, "layer": "L2", "mode": "defense",
        })
    };
    json!({
        "material_type": "mixed", "completeness": "partial",
        "summary": "Человек идёт по старому дому, лестница рушится, внизу вода. На рисунке дерево без корней.",
        "key_elements": [
            { "element": "лестница, которая рушится", "prominence": "central" },
            { "element": "вода внизу", "prominence": "secondary" },
        ],
        "hypotheses": [
            hypothesis("Возможно, рушащаяся лестница связана с тем, что привычная опора ощущается ненадёжной.", "лестница рушится", "medium"),
            hypothesis("Может быть, дерево без корней связано с темой опоры на себя.", "дерево без корней", "low"),
        ],
        "tension": "Движение вверх теряет опору, а внизу неизвестность.",
        "domains": ["safety_and_protection"],
        "patterns": [{ "pattern": "distancing", "note": "Взгляд со стороны на рисунке.", "confidence": "tentative" }],
        "uncertainty": {
            "level": "moderate", "data_gaps": ["Неизвестно, чей это дом."], "ambiguities": ["Вода может пугать и манить."],
            "cautions": ["Не предлагать готового смысла."],
        },
        "questions": [
            { "q": "Что в этом образе для вас самое живое?", "why": "Начать с важного для клиента.", "priority": "medium" },
            { "q": "Что вы чувствуете, когда рассказываете о нём?", "why": "Услышать чувство от клиента.", "priority": "high" },
            { "q": "С чем в вашей жизни это перекликается?", "why": "Проверить связь с жизнью.", "priority": "low" },
        ],
    })
}
