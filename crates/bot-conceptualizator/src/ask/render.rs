//! Data as it stands in a prompt: each untrusted text behind its fence.
use bot_kit::prompt::{Fenced, Material};
use bot_material::Part;
use serde_json::{Value, json};

use crate::{
    material::{Asked, Input, Reply},
    model::{Board, Card, Flag},
};

const NONE: &str = "—";

pub(super) fn lines(texts: Vec<String>) -> String {
    if texts.is_empty() {
        return NONE.to_owned();
    }
    texts.iter().enumerate().map(|(at, text)| format!("{}. {text}", at + 1)).collect::<Vec<_>>().join("\n")
}

pub(super) fn material(input: &Input) -> String {
    let line = |part: &Part| match part {
        Part::Words(text) => Fenced::new(Material::Note, text).to_string(),
        Part::Document { text, truncated } => {
            let rest = if *truncated { " (документ длиннее, это его начало)" } else { "" };
            format!("{}{rest}", Fenced::new(Material::Document, text))
        }
        Part::Picture { description, .. } => Fenced::new(Material::Reply, description).to_string(),
    };
    lines(input.parts.iter().map(line).collect())
}

pub(super) fn earlier(input: &Input) -> String {
    let line = |earlier: &crate::material::Earlier| {
        let text = Fenced::new(Material::Document, &earlier.text);
        format!("{}, {}: {text}", earlier.service, earlier.created_at.format("%Y-%m-%d"))
    };
    lines(input.earlier.iter().map(line).collect())
}

/// Everything the specialist did not reject.
pub(super) fn board(board: &Board) -> String {
    let cards: Vec<String> = board.cards.iter().filter(|card| card.status != crate::model::Status::Rejected).map(card).collect();
    if cards.is_empty() { NONE.to_owned() } else { cards.join("\n") }
}

/// A card: our codes outside the fence, everybody's words inside.
pub(super) fn card(card: &Card) -> String {
    let layers: Vec<&str> = card.layers.iter().map(|layer| layer.code()).collect();
    let words = json!({
        "formulation": card.formulation, "evidence_for": card.evidence_for, "evidence_against": card.evidence_against,
        "alternatives": card.alternatives, "function": card.function, "maintained_by": card.maintained_by,
    });
    let head =
        format!("№{} {} {} {} {}", card.id, card.kind.as_str(), layers.join("+"), card.confidence.as_str(), card.status.as_str());
    format!("{head}: {}", Fenced::new(Material::Reply, &words.to_string()))
}

pub(super) fn asked(asked: &Asked) -> String {
    let question = Fenced::new(Material::Reply, &asked.question);
    match &asked.answer {
        Some(Reply::Said(text)) => format!("{question} ответ: {}", Fenced::new(Material::Answer, text)),
        Some(Reply::Skipped) => format!("{question} ответ: пропущено"),
        None => question.to_string(),
    }
}

pub(super) fn flags(flags: &[Flag]) -> String {
    let line = |flag: &Flag| {
        let answer = flag.answer.map_or("open", |answer| answer.as_str());
        format!("{} {} {answer}: {}", flag.kind.as_str(), flag.severity.as_str(), Fenced::new(Material::Reply, &flag.text))
    };
    lines(flags.iter().map(line).collect())
}

/// What a model wrote before, as data.
pub(super) fn own(value: &Value) -> String {
    Fenced::new(Material::Reply, &value.to_string()).to_string()
}
