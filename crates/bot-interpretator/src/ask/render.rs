//! The material as it stands in a prompt: numbered lines, each untrusted text behind its fence.
use bot_kit::prompt::{Fenced, Material};

use bot_material::Part;

use crate::material::{Input, Reply};

const NONE: &str = "—";

fn lines(texts: Vec<String>) -> String {
    if texts.is_empty() {
        return NONE.to_owned();
    }
    texts.iter().enumerate().map(|(at, text)| format!("{}. {text}", at + 1)).collect::<Vec<_>>().join("\n")
}

pub(super) fn material(input: &Input) -> String {
    let line = |part: &Part| match part {
        Part::Words(text) => Fenced::new(Material::Dream, text).to_string(),
        Part::Document { text, truncated } => {
            let rest = if *truncated { " (документ длиннее, это его начало)" } else { "" };
            format!("{}{rest}", Fenced::new(Material::Document, text))
        }
        Part::Picture { description, caption } => {
            let seen = Fenced::new(Material::Reply, description);
            match caption {
                Some(caption) => format!("изображение, описание: {seen} подпись: {}", Fenced::new(Material::Caption, caption)),
                None => format!("изображение, описание: {seen}"),
            }
        }
    };
    lines(input.parts.iter().map(line).collect())
}

pub(super) fn corrections(input: &Input) -> String {
    lines(input.corrections.iter().map(|text| Fenced::new(Material::Note, text).to_string()).collect())
}

pub(super) fn answers(input: &Input) -> String {
    let line = |answered: &crate::material::Answered| {
        let question = Fenced::new(Material::Reply, &answered.question);
        match &answered.answer {
            Reply::Said(text) => format!("{question} ответ: {}", Fenced::new(Material::Answer, text)),
            Reply::DontKnow => format!("{question} ответ: специалист не знает"),
            Reply::AskClient => format!("{question} ответ: специалист спросит клиента"),
            Reply::Skipped => format!("{question} ответ: пропущено"),
        }
    };
    lines(input.answers.iter().map(line).collect())
}

pub(super) fn earlier(input: &Input) -> String {
    let line = |earlier: &crate::material::Earlier| {
        let text = Fenced::new(Material::Document, &earlier.text);
        format!("{}, {}: {text}", earlier.service, earlier.created_at.format("%Y-%m-%d"))
    };
    lines(input.earlier.iter().map(line).collect())
}
