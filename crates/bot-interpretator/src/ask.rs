//! What a model is told and asked, and how its shorter replies are read. It gets the material behind fences, no names, no ids, no
//! labels (S12); what it gives back is checked by code, field by field.
mod render;

use bot_kit::{
    PromptFile, RenderedPrompt,
    prompt::{Fenced, Material, language},
};
pub use bot_material::reply::{Fault, Why};
use bot_material::{
    Part,
    reply::{self, check, check_canary, done, list, object, parse, text},
};
use domain::Locale;
use serde::Deserialize;

use crate::{material::Input, result};

static VISION: PromptFile = PromptFile::new("vision", include_str!("../prompts/vision.md"));
static QUESTIONS: PromptFile = PromptFile::new("questions", include_str!("../prompts/questions.md"));
static INTERPRETATION: PromptFile = PromptFile::new("interpretation", include_str!("../prompts/interpretation.md"));
const REPAIR: &str = include_str!("../prompts/repair.md");

/// Most characters of a picture's description.
const DESCRIPTION_CHARS: usize = 900;
/// Most characters of a question to the specialist.
const QUESTION_CHARS: usize = 200;

/// Checks that every prompt file parses.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn check_prompts() -> Result<(), String> {
    [&VISION, &QUESTIONS, &INTERPRETATION].into_iter().try_for_each(PromptFile::check)
}

/// What is to be seen on pictures; the caller adds them to [`RenderedPrompt::pictures`], in the order of the captions.
#[must_use]
pub fn vision_prompt(captions: &[Option<String>], locale: Locale) -> RenderedPrompt {
    let caption = |(number, caption): (usize, &Option<String>)| match caption {
        Some(caption) => format!("{}. {}", number + 1, Fenced::new(Material::Caption, caption)),
        None => format!("{}. —", number + 1),
    };
    let captions: Vec<String> = captions.iter().enumerate().map(caption).collect();
    let schema = object(&[("descriptions", list(&text()))]);
    let canary = canary(VISION_SEED);
    let values = [
        ("canary", canary.as_str()),
        ("language", language(locale)),
        ("count", &captions.len().to_string()),
        ("captions", &captions.join("\n")),
    ];
    VISION.render(&values, schema)
}

/// A run has no part in what is to be seen, so that the same pictures are described once.
const VISION_SEED: &[u8] = b"interpretator vision";

fn canary(seed: &[u8]) -> String {
    bot_kit::prompt::canary(seed)
}

/// The mark of a run's prompts: seen in a reply, it proves that instructions were given away.
pub(crate) fn canary_of(input: &Input) -> String {
    canary(input.run.0.as_bytes())
}

#[derive(Deserialize)]
struct Descriptions {
    descriptions: Vec<String>,
}

/// Reads descriptions of `count` pictures, in their order.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_vision(reply: &str, count: usize, locale: Locale) -> Result<Vec<String>, Vec<Fault>> {
    let Descriptions { descriptions } = parse(reply)?;
    let mut faults = Vec::new();
    if descriptions.len() != count {
        faults.push(Fault::new("descriptions", Why::Count { from: count, to: count }));
    }
    for text in &descriptions {
        check("descriptions", text, 20, DESCRIPTION_CHARS, locale, &mut faults);
    }
    check_canary(&canary(VISION_SEED), reply, &mut faults);
    done(descriptions, faults)
}

/// Questions to the specialist about what the material lacks.
#[must_use]
pub fn questions_prompt(input: &Input) -> RenderedPrompt {
    let canary = canary_of(input);
    let values = [("canary", canary.as_str()), ("language", language(input.locale)), ("material", &render::material(input))];
    QUESTIONS.render(&values, object(&[("questions", list(&text()))]))
}

#[derive(Deserialize)]
struct Questions {
    questions: Vec<String>,
}

/// Reads three or four questions to the specialist.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_questions(reply: &str, locale: Locale) -> Result<Vec<String>, Vec<Fault>> {
    let Questions { questions } = parse(reply)?;
    let field = "questions";
    let mut faults = Vec::new();
    if !(3..=4).contains(&questions.len()) {
        faults.push(Fault::new(field, Why::Count { from: 3, to: 4 }));
    }
    for question in &questions {
        check(field, question, 8, QUESTION_CHARS, locale, &mut faults);
        if !question.trim_end().ends_with('?') || question.matches('?').count() != 1 {
            faults.push(Fault::new(field, Why::NoQuestion));
        }
    }
    done(questions, faults)
}

/// Questions without a model: about feelings, the body or the making, the most vivid element, and life.
#[must_use]
pub fn fallback_questions(input: &Input) -> Vec<String> {
    let drawn = input.parts.iter().any(|part| matches!(part, Part::Picture { .. }));
    let questions: &[&str] = match (input.locale, drawn) {
        (Locale::Ru, false) => &[
            "Что чувствовал клиент во сне и сразу после пробуждения?",
            "Какое место образа самое живое для клиента?",
            "Повторялся ли этот образ раньше, и что в нём менялось?",
            "Что происходит в жизни клиента сейчас, рядом с этим образом?",
        ],
        (Locale::Ru, true) => &[
            "Что клиент говорил о рисунке, пока рисовал или показывал его?",
            "С чего клиент начал рисунок и чем закончил?",
            "Какое место на рисунке самое важное для клиента?",
            "Что происходит в жизни клиента сейчас, рядом с этим рисунком?",
        ],
        (Locale::En, false) => &[
            "What did the client feel in the dream and right after waking?",
            "Which part of the image is the most vivid for the client?",
            "Has this image come before, and what changed in it?",
            "What is going on in the client's life around this image?",
        ],
        (Locale::En, true) => &[
            "What did the client say about the drawing while making or showing it?",
            "What did the client begin the drawing with, and what came last?",
            "Which place on the drawing matters most to the client?",
            "What is going on in the client's life around this drawing?",
        ],
    };
    questions.iter().map(|question| (*question).to_owned()).collect()
}

/// The result.
#[must_use]
pub fn interpretation_prompt(input: &Input) -> RenderedPrompt {
    let little =
        if input.is_little() { "\nДанных мало: ровно одна гипотеза, confidence low.\n" } else { "" };
    let canary = canary_of(input);
    let values = [
        ("canary", canary.as_str()),
        ("language", language(input.locale)),
        ("low_data", little),
        ("material", &render::material(input)),
        ("corrections", &render::corrections(input)),
        ("answers", &render::answers(input)),
        ("earlier", &render::earlier(input)),
    ];
    INTERPRETATION.render(&values, result::schema())
}

/// The same prompt with the faulty reply and what to mend; asked once.
#[must_use]
pub fn repair_request(prompt: &RenderedPrompt, reply: &str, faults: &[Fault]) -> RenderedPrompt {
    reply::repair_request(prompt, reply, faults, REPAIR)
}
