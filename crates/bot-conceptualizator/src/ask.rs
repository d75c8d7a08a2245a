//! What a model is told and asked. It gets the material behind fences, no names, no ids, no labels (S12).
mod board;
mod ours;
mod render;

use std::sync::OnceLock;

use bot_kit::{Prompt, RenderedPrompt, prompt::canary};
use bot_material::reply::{self, Fault, object};
use domain::Locale;
use serde_json::{Value, json};

pub use board::{Found, read_changes, read_extract, read_question};

use crate::{
    material::{Asked, Input},
    model::{Ask, Confidence, Density, FlagKind, Kind, Layer, Severity, Tension},
    result::{Model, Target},
};

const EXTRACT: &str = include_str!("../prompts/extract.md");
const STEP: &str = include_str!("../prompts/step.md");
const QUESTION: &str = include_str!("../prompts/question.md");
const MODEL: &str = include_str!("../prompts/model.md");
const TARGETS: &str = include_str!("../prompts/targets.md");
const LETTER: &str = include_str!("../prompts/letter.md");
const REPAIR: &str = include_str!("../prompts/repair.md");

const FILES: [(&str, &str); 6] =
    [("extract", EXTRACT), ("step", STEP), ("question", QUESTION), ("model", MODEL), ("targets", TARGETS), ("letter", LETTER)];

/// Checks that every prompt file parses.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn check_prompts() -> Result<(), String> {
    FILES.iter().try_for_each(|(name, file)| Prompt::parse(file).map(drop).map_err(|why| format!("prompts/{name}.md: {why}")))
}

/// A parsed file. One that does not parse gives an empty prompt, which the model's side refuses; [`check_prompts`] tells it at the
/// start.
fn render(at: usize, input: &Input, values: &[(&str, &str)], schema: Value) -> RenderedPrompt {
    static PROMPTS: [OnceLock<Prompt>; 6] = [const { OnceLock::new() }; 6];
    let (_, file) = FILES[at];
    let mark = canary_of(input);
    let language = match input.locale {
        Locale::Ru => "русский",
        Locale::En => "английский",
    };
    let all: Vec<(&str, &str)> = values.iter().copied().chain([("canary", mark.as_str()), ("language", language)]).collect();
    PROMPTS[at].get_or_init(|| Prompt::parse(file).unwrap_or_default()).render(file, &all, schema)
}

/// The mark of a run's prompts: seen in a reply, it proves that instructions were given away.
pub(crate) fn canary_of(input: &Input) -> String {
    canary(input.run.0.as_bytes())
}

/// The same prompt with the faulty reply and what to mend; asked once.
#[must_use]
pub fn repair_request(prompt: &RenderedPrompt, reply: &str, faults: &[Fault]) -> RenderedPrompt {
    reply::repair_request(prompt, reply, faults, REPAIR)
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn one_of(codes: Vec<&str>) -> Value {
    json!({ "type": "string", "enum": codes })
}

macro_rules! codes {
    ($name:ident) => {
        one_of($name::ALL.iter().map(|value| value.code()).collect())
    };
}

fn card_schema() -> Value {
    object(&[
        ("kind", codes!(Kind)),
        ("layers", list(codes!(Layer))),
        ("formulation", text()),
        ("confidence", codes!(Confidence)),
        ("evidence_for", list(text())),
        ("evidence_against", list(text())),
        ("alternatives", list(text())),
        ("function", text()),
        ("maintained_by", text()),
    ])
}

/// Hypotheses, layers and red flags from the material.
#[must_use]
pub fn extract_prompt(input: &Input) -> RenderedPrompt {
    let mark = object(&[("layer", codes!(Layer)), ("tension", codes!(Tension)), ("density", codes!(Density))]);
    let flag = object(&[("kind", codes!(FlagKind)), ("severity", codes!(Severity)), ("text", text())]);
    let schema = object(&[("hypotheses", list(card_schema())), ("marks", list(mark)), ("flags", list(flag))]);
    let values = [("material", render::material(input)), ("earlier", render::earlier(input))];
    render(0, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
}

/// What the newest answer changes on the board.
#[must_use]
pub fn step_prompt(input: &Input) -> RenderedPrompt {
    let change = object(&[("of", json!({ "type": "integer" })), ("card", card_schema())]);
    let schema = object(&[("changes", list(change))]);
    let answer = input.dialogue.iter().rev().find(|asked| asked.answer.is_some());
    let values = [
        ("board", render::board(&input.board)),
        ("answer", answer.map(render::asked).unwrap_or_default()),
        ("material", render::material(input)),
    ];
    render(1, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
}

/// Words for a question. Never asked about safety: those words are fixed.
#[must_use]
pub fn question_prompt(input: &Input, ask: Ask) -> RenderedPrompt {
    let schema = object(&[("question", text()), ("why", text())]);
    let card = ask.card.and_then(|id| input.board.card(id)).map(render::card).unwrap_or_else(|| "—".to_owned());
    let asked: Vec<String> = input.dialogue.iter().map(render::asked).collect();
    let values = [
        ("direction", ask.direction.code().to_owned()),
        ("card", card),
        ("board", render::board(&input.board)),
        ("asked", render::lines(asked)),
    ];
    render(2, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
}

/// Layer A: the technical model.
#[must_use]
pub fn model_prompt(input: &Input) -> RenderedPrompt {
    let cost = object(&[("energetic", text()), ("social", text()), ("semantic", text())]);
    let schema = object(&[
        ("leading", text()),
        ("layer", codes!(Layer)),
        ("layer_reason", text()),
        ("loops", list(list(text()))),
        ("cost", cost),
        ("evidence_for", list(text())),
        ("evidence_against", list(text())),
        ("limits", text()),
    ]);
    let answers: Vec<String> = input.dialogue.iter().map(render::asked).collect();
    let values =
        [("board", render::board(&input.board)), ("answers", render::lines(answers)), ("material", render::material(input))];
    render(3, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
}

/// Layer B: targets, their order and the next session.
#[must_use]
pub fn targets_prompt(input: &Input, model: &Model) -> RenderedPrompt {
    let place = one_of(crate::result::Place::ALL.iter().map(|place| place.code()).collect());
    let target = object(&[("place", place), ("direction", text()), ("rationale", text()), ("criterion", text())]);
    let schema = object(&[("targets", list(target)), ("sequence", text()), ("agenda", list(text()))]);
    let values =
        [("model", render::own(&json!(model))), ("board", render::board(&input.board)), ("flags", render::flags(&input.flags))];
    render(4, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
}

/// Layer C: a draft of a letter to the client.
#[must_use]
pub fn letter_prompt(input: &Input, model: &Model, targets: &[Target]) -> RenderedPrompt {
    let schema = object(&[("metaphor", text()), ("text", text())]);
    let values = [("model", render::own(&json!(model))), ("targets", render::own(&json!(targets)))];
    render(5, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
}

/// The open question, with fixed words: for a dialogue without a model. A direction that was asked before is asked in other words.
#[must_use]
pub fn our_asked(ask: Ask, input: &Input) -> Asked {
    let formulation = ask.card.and_then(|id| input.board.card(id)).map(|card| card.formulation.as_str());
    let times = input.dialogue.iter().filter(|asked| asked.direction == ask.direction).count();
    let (question, why) = ours::words(ask.direction, times, input.locale);
    let question = match formulation {
        Some(about) => format!("«{}». {question}", bot_kit::shorten(about.trim_end_matches('.'), 110)),
        None => question.to_owned(),
    };
    Asked { direction: ask.direction, card: ask.card, question, why: why.to_owned(), answer: None }
}
