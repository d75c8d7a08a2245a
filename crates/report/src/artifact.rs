//! An artifact of the contract as a document for the specialist.
use domain::{
    Locale, ServiceId,
    artifact::{Action, Artifact, When, Who},
};
use serde_json::Value;

use crate::{
    docx::{Block, Document},
    png,
};

/// The document of an artifact: what must be checked first, the findings, questions, actions, and a tool's own sections where
/// it has them. A tool's `raw` is read tolerantly: what is absent is left out.
#[must_use]
pub fn from_artifact(artifact: &Artifact, picture: Option<&[u8]>) -> Document {
    let locale = artifact.meta.language;
    let say = |ru: &'static str, en: &'static str| pick(locale, ru, en);
    let mut blocks = Vec::new();
    first_things(artifact, locale, &mut blocks);
    blocks.push(Block::Heading(1, say("Коротко", "In short").into()));
    blocks.push(Block::Paragraph(artifact.summary.one_liner.clone()));
    if !artifact.summary.resource_flags.is_empty() {
        blocks.push(Block::Heading(2, say("Опоры", "What holds").into()));
        blocks.push(Block::Bullets(artifact.summary.resource_flags.clone()));
    }
    if let Some(png) = picture {
        blocks.push(Block::Picture { png: png.to_vec(), width_px: png::WIDTH * 4 / 9, height_px: png::HEIGHT * 4 / 9 });
    }
    structural(artifact, locale, &mut blocks);
    questions(artifact, locale, &mut blocks);
    actions(artifact, locale, &mut blocks);
    answers(artifact, locale, &mut blocks);
    portrait(artifact, locale, &mut blocks);
    if let Some(notes) = artifact.raw.get("notes").and_then(Value::as_str) {
        blocks.push(Block::Heading(1, say("О методе", "About the method").into()));
        blocks.push(Block::Paragraph(notes.to_owned()));
    }
    Document {
        title: title(artifact.meta.service_id, locale).into(),
        subtitle: artifact.meta.created_at.format("%d.%m.%Y").to_string(),
        notice: say(
            "Гипотезы для проверки с клиентом. Не медицинское заключение.",
            "Hypotheses to check with the client. Not a medical opinion.",
        )
        .into(),
        blocks,
        footer: say("PsycheOS · не медицинское заключение", "PsycheOS · not a medical opinion").into(),
    }
}

fn pick(locale: Locale, ru: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Ru => ru,
        Locale::En => en,
    }
}

fn title(service: ServiceId, locale: Locale) -> &'static str {
    match service {
        ServiceId::Screen => pick(locale, "Скрининг перед первой встречей", "Screening before the first session"),
        ServiceId::Interpretator => pick(locale, "Интерпретация", "Interpretation"),
        ServiceId::Conceptualizator => pick(locale, "Концептуализация", "Conceptualisation"),
        ServiceId::Simulator => pick(locale, "Тренировка", "Training"),
        ServiceId::ProGuide => pick(locale, "Гид", "Guide"),
    }
}

fn first_things(artifact: &Artifact, locale: Locale, blocks: &mut Vec<Block>) {
    let mut lines = artifact.summary.risk_flags.clone();
    if let Some(words) = artifact.raw.get("own_words").and_then(Value::as_str) {
        lines.push(format!("{}: «{words}»", pick(locale, "Своими словами", "In own words")));
    }
    if !lines.is_empty() {
        let title = pick(locale, "Сначала: безопасность и слова клиента", "First: safety and the client's own words").into();
        blocks.push(Block::Callout { title, lines });
    }
}

fn structural(artifact: &Artifact, locale: Locale, blocks: &mut Vec<Block>) {
    let Some(text) = artifact.raw.get("structural").and_then(|written| written.get("text")) else { return };
    blocks.push(Block::Heading(1, pick(locale, "Как это устроено сейчас", "How it is organised now").into()));
    let sections = [
        ("central_axis", "Центральная ось", "Central axis"),
        ("organisation", "Организация", "Organisation"),
        ("layers", "Слои", "Layers"),
        ("flexibility", "Гибкость", "Flexibility"),
        ("synthesis", "Вместе", "Together"),
        ("method_note", "Как это читать", "How to read this"),
    ];
    for (name, ru, en) in sections {
        if let Some(section) = text.get(name).and_then(Value::as_str) {
            blocks.push(Block::Heading(2, pick(locale, ru, en).into()));
            blocks.push(Block::Paragraph(section.to_owned()));
        }
    }
}

fn questions(artifact: &Artifact, locale: Locale, blocks: &mut Vec<Block>) {
    if artifact.questions_for_session.is_empty() {
        return;
    }
    blocks.push(Block::Heading(1, pick(locale, "Спросить на встрече", "To ask in the session").into()));
    let mut asked: Vec<_> = artifact.questions_for_session.iter().collect();
    asked.sort_by_key(|question| question.priority);
    blocks.push(Block::Table {
        head: vec![pick(locale, "Вопрос", "Question").into(), pick(locale, "Зачем", "Why").into()],
        rows: asked.iter().map(|question| vec![question.q.clone(), question.why.clone()]).collect(),
        widths: vec![58, 42],
    });
}

fn actions(artifact: &Artifact, locale: Locale, blocks: &mut Vec<Block>) {
    if artifact.actions.is_empty() {
        return;
    }
    blocks.push(Block::Heading(1, pick(locale, "Что сделать", "What to do").into()));
    let line = |action: &Action| {
        let when = match action.when {
            When::Pre => pick(locale, "до встречи", "before the session"),
            When::InSession => pick(locale, "на встрече", "in the session"),
            When::Post => pick(locale, "после встречи", "after the session"),
        };
        let who = match action.who {
            Who::Therapist => pick(locale, "специалист", "specialist"),
            Who::Client => pick(locale, "клиент", "client"),
        };
        format!("{} ({who}, {when}) — {}", action.what, action.goal)
    };
    blocks.push(Block::Bullets(artifact.actions.iter().map(line).collect()));
}

fn answers(artifact: &Artifact, locale: Locale, blocks: &mut Vec<Block>) {
    let Some(rows) = artifact.raw.get("answers").and_then(Value::as_array) else { return };
    blocks.push(Block::Heading(1, pick(locale, "Ответы", "Answers").into()));
    let cell = |row: &Value| {
        if row.get("skipped").and_then(Value::as_bool).unwrap_or(false) {
            return pick(locale, "пропущено", "passed over").to_owned();
        }
        if row.get("none_fits").and_then(Value::as_bool).unwrap_or(false) {
            return pick(locale, "ничего не подходит", "none fits").to_owned();
        }
        let ticked = row.get("ticked").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let texts: Vec<&str> = ticked.iter().filter_map(|option| option.get("text").and_then(Value::as_str)).collect();
        let mut said = texts.join("; ");
        if row.get("contradicts").and_then(Value::as_array).is_some_and(|axes| !axes.is_empty()) {
            said.push_str(pick(locale, " ⇄ тянет в обе стороны", " ⇄ pulls both ways"));
        }
        said
    };
    let text = |row: &Value| row.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
    blocks.push(Block::Table {
        head: vec![pick(locale, "Вопрос", "Question").into(), pick(locale, "Ответ", "Answer").into()],
        rows: rows.iter().map(|row| vec![text(row), cell(row)]).collect(),
        widths: vec![45, 55],
    });
}

fn portrait(artifact: &Artifact, locale: Locale, blocks: &mut Vec<Block>) {
    let Some(text) = artifact.raw.get("portrait").and_then(|written| written.get("text")) else { return };
    let said = text
        .as_str()
        .or_else(|| text.get("portrait").and_then(Value::as_str))
        .or_else(|| text.get("text").and_then(Value::as_str));
    let Some(said) = said else { return };
    let title =
        pick(locale, "Портрет для клиента (клиент его ещё не видел)", "Portrait for the client (not shown to the client yet)");
    blocks.push(Block::Heading(1, title.into()));
    blocks.push(Block::Paragraph(said.to_owned()));
}
