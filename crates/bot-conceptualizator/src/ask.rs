//! What a model is told and asked. It gets the material behind fences, no names, no ids, no labels (S12).
mod board;
mod ours;
mod render;

use bot_kit::{
    PromptFile, RenderedPrompt,
    prompt::{canary, language},
};
use bot_material::reply::{self, Fault, list, object, one_of, text};
use serde_json::{Value, json};

pub use board::{Found, read_changes, read_extract, read_question};

use crate::{
    material::{Asked, Input},
    model::{Ask, Confidence, Density, FlagKind, Kind, Layer, Severity, Tension},
    result::{Model, Place, Target},
};

static EXTRACT: PromptFile = PromptFile::new("extract", include_str!("../prompts/extract.md"));
static STEP: PromptFile = PromptFile::new("step", include_str!("../prompts/step.md"));
static QUESTION: PromptFile = PromptFile::new("question", include_str!("../prompts/question.md"));
static MODEL: PromptFile = PromptFile::new("model", include_str!("../prompts/model.md"));
static TARGETS: PromptFile = PromptFile::new("targets", include_str!("../prompts/targets.md"));
static LETTER: PromptFile = PromptFile::new("letter", include_str!("../prompts/letter.md"));
const REPAIR: &str = include_str!("../prompts/repair.md");

/// Checks that every prompt file parses.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn check_prompts() -> Result<(), String> {
    [&EXTRACT, &STEP, &QUESTION, &MODEL, &TARGETS, &LETTER].into_iter().try_for_each(PromptFile::check)
}

fn render(file: &PromptFile, input: &Input, values: &[(&str, &str)], schema: Value) -> RenderedPrompt {
    let mark = canary_of(input);
    let common = [("canary", mark.as_str()), ("language", language(input.locale))];
    let all: Vec<(&str, &str)> = values.iter().copied().chain(common).collect();
    file.render(&all, schema)
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

fn card_schema() -> Value {
    object(&[
        ("kind", one_of(Kind::ALL)),
        ("layers", list(&one_of(&Layer::ALL))),
        ("formulation", text()),
        ("confidence", one_of(Confidence::ALL)),
        ("evidence_for", list(&text())),
        ("evidence_against", list(&text())),
        ("alternatives", list(&text())),
        ("function", text()),
        ("maintained_by", text()),
    ])
}

/// Hypotheses, layers and red flags from the material.
#[must_use]
pub fn extract_prompt(input: &Input) -> RenderedPrompt {
    let mark = object(&[("layer", one_of(&Layer::ALL)), ("tension", one_of(Tension::ALL)), ("density", one_of(Density::ALL))]);
    let flag = object(&[("kind", one_of(FlagKind::ALL)), ("severity", one_of(Severity::ALL)), ("text", text())]);
    let schema = object(&[("hypotheses", list(&card_schema())), ("marks", list(&mark)), ("flags", list(&flag))]);
    let values = [("material", render::material(input)), ("earlier", render::earlier(input))];
    render(&EXTRACT, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
}

/// What the newest answer changes on the board.
#[must_use]
pub fn step_prompt(input: &Input) -> RenderedPrompt {
    let change = object(&[("of", json!({ "type": "integer" })), ("card", card_schema())]);
    let schema = object(&[("changes", list(&change))]);
    let answer = input.dialogue.iter().rev().find(|asked| asked.answer.is_some());
    let values = [
        ("board", render::board(&input.board)),
        ("answer", answer.map(render::asked).unwrap_or_default()),
        ("material", render::material(input)),
    ];
    render(&STEP, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
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
    render(&QUESTION, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
}

/// Layer A: the technical model.
#[must_use]
pub fn model_prompt(input: &Input) -> RenderedPrompt {
    let cost = object(&[("energetic", text()), ("social", text()), ("semantic", text())]);
    let schema = object(&[
        ("leading", text()),
        ("layer", one_of(&Layer::ALL)),
        ("layer_reason", text()),
        ("loops", list(&list(&text()))),
        ("cost", cost),
        ("evidence_for", list(&text())),
        ("evidence_against", list(&text())),
        ("limits", text()),
    ]);
    let answers: Vec<String> = input.dialogue.iter().map(render::asked).collect();
    let values =
        [("board", render::board(&input.board)), ("answers", render::lines(answers)), ("material", render::material(input))];
    render(&MODEL, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
}

/// Layer B: targets, their order and the next session.
#[must_use]
pub fn targets_prompt(input: &Input, model: &Model) -> RenderedPrompt {
    let place = one_of(Place::ALL);
    let target = object(&[("place", place), ("direction", text()), ("rationale", text()), ("criterion", text())]);
    let schema = object(&[("targets", list(&target)), ("sequence", text()), ("agenda", list(&text()))]);
    let values =
        [("model", render::own(&json!(model))), ("board", render::board(&input.board)), ("flags", render::flags(&input.flags))];
    render(&TARGETS, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
}

/// Layer C: a draft of a letter to the client.
#[must_use]
pub fn letter_prompt(input: &Input, model: &Model, targets: &[Target]) -> RenderedPrompt {
    let schema = object(&[("metaphor", text()), ("text", text())]);
    let values = [("model", render::own(&json!(model))), ("targets", render::own(&json!(targets)))];
    render(&LETTER, input, &values.each_ref().map(|(name, text)| (*name, text.as_str())), schema)
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
