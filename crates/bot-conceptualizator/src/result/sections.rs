//! A model as sections of a document, in its language.
use serde_json::{Value, json};

use super::{
    Payload,
    words::{self, choose},
};
use crate::{
    material::{Asked, Input, Reply},
    model::{Kind, Layer, Status},
};

/// The sections, in order.
pub(super) fn sections(input: &Input, payload: &Payload) -> Vec<Value> {
    let mut sections = vec![leading(input, payload)];
    sections.extend(unfinished(input, payload));
    sections.push(flags(input, payload));
    sections.push(targets(input, payload));
    sections.push(board(input, payload));
    sections.push(hypotheses(input, payload));
    sections.push(dialogue(input));
    sections.push(sources(input));
    sections.into_iter().filter(|section| !section.is_null()).collect()
}

fn leading(input: &Input, payload: &Payload) -> Value {
    let locale = input.locale;
    let model = &payload.model;
    let quotes = |quotes: &[String]| quotes.iter().map(|quote| format!("«{quote}»")).collect::<Vec<_>>().join("\n");
    let loops: Vec<String> = model.loops.iter().map(|steps| format!("{} ↺", steps.join(" → "))).collect();
    let layer = words::layer(model.layer, locale);
    let row = |name: &str, text: String| vec![name.to_owned(), text];
    let mut rows = vec![
        row(choose(locale, "Ведущий слой", "Leading layer"), format!("{layer}: {}", model.layer_reason)),
        row(choose(locale, "Петли", "Loops"), loops.join("\n")),
        row(choose(locale, "Цена для сил", "Cost in strength"), model.cost.energetic.clone()),
        row(choose(locale, "Цена для отношений", "Cost in relations"), model.cost.social.clone()),
        row(choose(locale, "Цена для смысла", "Cost in meaning"), model.cost.semantic.clone()),
        row(choose(locale, "Опирается на слова", "Rests on the words"), quotes(&model.evidence_for)),
    ];
    if !model.evidence_against.is_empty() {
        rows.push(row(choose(locale, "Против говорят слова", "Words against it"), quotes(&model.evidence_against)));
    }
    rows.push(row(choose(locale, "Границы", "Limits"), model.limits.clone()));
    json!({
        "heading": choose(locale, "Рабочая модель", "The working model"),
        "paragraphs": [model.leading],
        "table": {
            "head": [choose(locale, "О модели", "About it"), choose(locale, "Содержание", "Content")],
            "rows": rows,
            "widths": [26, 74],
        },
    })
}

fn unfinished(input: &Input, payload: &Payload) -> Option<Value> {
    if payload.gaps.is_empty() {
        return None;
    }
    let locale = input.locale;
    Some(json!({
        "heading": choose(locale, "Чего модели не хватает", "What the model lacks"),
        "note": choose(locale, "Модель собрана раньше, чем заполнена: решение специалиста.", "Assembled before it was complete: the specialist's decision."),
        "bullets": payload.gaps.iter().map(|gap| words::gap_words(*gap, locale)).collect::<Vec<_>>(),
    }))
}

fn flags(input: &Input, payload: &Payload) -> Value {
    let locale = input.locale;
    if payload.flags.is_empty() {
        return Value::Null;
    }
    let rows: Vec<[String; 3]> = payload
        .flags
        .iter()
        .map(|flag| {
            let head = format!("{}, {}", words::flag_kind(flag.kind, locale), words::severity(flag.severity, locale));
            [head, flag.text.clone(), words::flag_answer(flag.answer, locale).to_owned()]
        })
        .collect();
    json!({
        "heading": choose(locale, "Красные флаги", "Red flags"),
        "table": {
            "head": [choose(locale, "О чём", "About"), choose(locale, "Что", "What"), choose(locale, "Ответ", "Answer")],
            "rows": rows,
            "widths": [26, 52, 22],
        },
    })
}

fn targets(input: &Input, payload: &Payload) -> Value {
    let locale = input.locale;
    let rows: Vec<Vec<String>> = payload
        .targets
        .targets
        .iter()
        .map(|target| {
            vec![
                target.priority.to_string(),
                words::place(target.place, locale),
                format!("{}\n{}", target.direction, target.rationale),
                target.criterion.clone(),
            ]
        })
        .collect();
    json!({
        "heading": choose(locale, "Цели снизу вверх", "Targets, bottom up"),
        "note": choose(locale, "Что должно измениться. Как, решает специалист.", "What is to change. How is the specialist's decision."),
        "paragraphs": [payload.targets.sequence],
        "table": {
            "head": ["№", choose(locale, "Где", "Where"), choose(locale, "Что и почему", "What and why"), choose(locale, "Можно дальше, когда", "Go on when")],
            "rows": rows,
            "widths": [6, 20, 44, 30],
        },
    })
}

/// Four kinds by five layers, with how many held hypotheses there are; gaps are visible.
fn board(input: &Input, payload: &Payload) -> Value {
    let locale = input.locale;
    let mut head = vec![String::new()];
    head.extend(Layer::ALL.iter().map(|layer| words::layer(*layer, locale).to_owned()));
    let rows: Vec<Vec<String>> = Kind::ALL
        .iter()
        .map(|kind| {
            let cell = |layer: &Layer| match payload.board.count(*kind, *layer) {
                0 => "·".to_owned(),
                count => count.to_string(),
            };
            std::iter::once(words::kind(*kind, locale).to_owned()).chain(Layer::ALL.iter().map(cell)).collect()
        })
        .collect();
    json!({
        "heading": choose(locale, "Доска", "The board"),
        "note": choose(locale, "Сколько принятых гипотез; точка: пусто.", "How many accepted hypotheses; a dot: none."),
        "table": { "head": head, "rows": rows, "widths": [20, 16, 16, 16, 16, 16] },
    })
}

fn hypotheses(input: &Input, payload: &Payload) -> Value {
    let locale = input.locale;
    let status = |status| match status {
        Status::Accepted => choose(locale, "принята", "accepted"),
        Status::Edited => choose(locale, "исправлена", "edited"),
        Status::Proposed => choose(locale, "отложена", "put off"),
        Status::Rejected => choose(locale, "отклонена", "rejected"),
    };
    let rows: Vec<[String; 3]> = payload
        .board
        .cards
        .iter()
        .map(|card| {
            let layers: Vec<&str> = card.layers.iter().map(|layer| words::layer(*layer, locale)).collect();
            let mut text = card.formulation.clone();
            for (name, words) in [
                (choose(locale, "чему служит", "what it is for"), &card.function),
                (choose(locale, "чем поддерживается", "what keeps it going"), &card.maintained_by),
            ] {
                if !words.trim().is_empty() {
                    text.push_str(&format!("\n{name}: {words}"));
                }
            }
            let quotes = card.evidence_for.iter().map(|quote| format!("\n«{quote}»")).collect::<String>();
            [
                format!("{}. {}", card.id, words::kind(card.kind, locale)),
                format!("{text}{quotes}"),
                format!("{}; {}\n{}", layers.join(", "), words::confidence(card.confidence, locale), status(card.status)),
            ]
        })
        .collect();
    if rows.is_empty() {
        return Value::Null;
    }
    json!({
        "heading": choose(locale, "Все гипотезы", "All hypotheses"),
        "table": {
            "head": [choose(locale, "Тип", "Kind"), choose(locale, "Гипотеза и слова", "Hypothesis and words"), choose(locale, "Слои, уверенность", "Layers, confidence")],
            "rows": rows,
            "widths": [22, 52, 26],
        },
    })
}

fn dialogue(input: &Input) -> Value {
    let locale = input.locale;
    let row = |asked: &Asked| {
        let answer = match &asked.answer {
            Some(Reply::Said(text)) => text.as_str(),
            Some(Reply::Skipped) | None => choose(locale, "пропущено", "passed over"),
        };
        [asked.question.clone(), answer.to_owned()]
    };
    let rows: Vec<[String; 2]> = input.dialogue.iter().map(row).collect();
    if rows.is_empty() {
        return Value::Null;
    }
    json!({
        "heading": choose(locale, "Диалог", "The dialogue"),
        "table": { "head": [choose(locale, "Вопрос", "Question"), choose(locale, "Ответ", "Answer")], "rows": rows, "widths": [50, 50] },
    })
}

fn sources(input: &Input) -> Value {
    let locale = input.locale;
    let earlier: Vec<String> =
        input.earlier.iter().map(|earlier| format!("{} {}", earlier.service, earlier.created_at.format("%d.%m.%Y"))).collect();
    let mut paragraphs = vec![format!("{}: {}.", choose(locale, "Частей материала", "Parts of the material"), input.parts.len())];
    if !earlier.is_empty() {
        paragraphs.push(format!(
            "{}: {}.",
            choose(locale, "Учтены прежние результаты", "Earlier results that were known"),
            earlier.join(", ")
        ));
    }
    json!({ "heading": choose(locale, "На чём основано", "What it is based on"), "paragraphs": paragraphs })
}
