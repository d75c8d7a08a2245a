//! What a model is told and asked. It gets words, no numbers: no ids, no names, no labels, and no answers to the safety items.
use bot_kit::{RenderedPrompt, fenced, fill, prompt::visible};
use domain::Locale;
use serde_json::{Value, json};

use super::{
    Fault, PromptKind, ReportInput, contradictions,
    phrases::{Name, Phrase, Value as Word},
    prompt::REPAIR,
};
use crate::{
    bank::bank,
    engine::{Axis, Horizontal, Layer, Pole},
};

/// The longest part of a faulty reply that is sent back, in characters.
const REPLY_CHARS: usize = 8000;

/// The prompt for one of the three texts; `None` when the client did not allow a model to see the answers.
#[must_use]
pub fn prompt(kind: PromptKind, input: &ReportInput) -> Option<RenderedPrompt> {
    if !input.collected.ai_allowed {
        return None;
    }
    let locale = input.locale(kind);
    let data = match kind {
        PromptKind::Structural | PromptKind::Questions => for_specialist(input, locale),
        PromptKind::Portrait => for_client(input, locale),
    };
    let values = [("language", Phrase::Language.text(locale)), ("data", &fenced(&data))];
    Some(kind.render(&values, schema(kind)))
}

/// The same prompt with the faulty reply and what to mend; asked once.
#[must_use]
pub fn repair_request(prompt: &RenderedPrompt, reply: &str, faults: &[Fault]) -> RenderedPrompt {
    let reply: String = reply.chars().take(REPLY_CHARS).collect();
    let faults: Vec<String> = faults.iter().map(|fault| format!("- {}", fault.instruction())).collect();
    let request = fill(REPAIR, &[("reply", &fenced(&Value::String(reply))), ("faults", &faults.join("\n"))]);
    RenderedPrompt { user: format!("{}\n\n{}", prompt.user, request.trim()), ..prompt.clone() }
}

fn for_specialist(input: &ReportInput, locale: Locale) -> Value {
    let profile = &input.results.v3;
    let axes: Vec<Value> = Axis::ALL
        .into_iter()
        .map(|axis| {
            let pole = profile.axis_pole[axis];
            let strength = (pole != Pole::Neutral).then(|| Word::Intensity(profile.axis_intensity[axis]).text(locale));
            json!({
                "axis": Name::Axis(axis).text(locale),
                "leans_to": Name::Tendency(axis, pole).text(locale),
                "strength": strength,
            })
        })
        .collect();
    let layers_that = |is: &dyn Fn(Layer) -> bool| {
        Layer::ALL.into_iter().filter(|layer| is(*layer)).map(|layer| Name::Layer(layer).text(locale)).collect::<Vec<_>>()
    };
    let side = |layer: Layer| profile.layer_pole[layer];
    let both_sides = contradictions(&input.collected.answers, locale);
    json!({
        "axes": axes,
        "axis_through_several_layers": profile.vertical_profile.axis.map(|axis| Name::Axis(axis).text(locale)),
        "layers_louder": layers_that(&|layer| side(layer) == Pole::Positive),
        "layers_quieter": layers_that(&|layer| side(layer) == Pole::Negative),
        "layers_pulled_apart": layers_that(&|layer| profile.horizontal_profile[layer] != Horizontal::Coherent),
        "axes_with_answers_at_both_poles":
            both_sides.iter().map(|found| Name::Axis(found.axis).text(locale)).collect::<Vec<_>>(),
        "flexibility": Word::Rigid(profile.rigidity_label).text(locale),
        "reliability": Word::Sureness(profile.sureness).text(locale),
        "answers": answers(input, locale),
        "client_words": input.collected.own_words.as_ref().map(|words| visible(&words.0)),
    })
}

fn for_client(input: &ReportInput, locale: Locale) -> Value {
    let profile = &input.results.v3;
    let seen: Vec<&str> = Axis::ALL.into_iter().map(|axis| Name::ToClient(axis, profile.axis_pole[axis]).text(locale)).collect();
    let loud = Layer::ALL.into_iter().filter(|layer| profile.layer_pole[*layer] == Pole::Positive);
    json!({
        "observations": seen,
        "noticeable": loud.map(|layer| Name::LayerToClient(layer).text(locale)).collect::<Vec<_>>(),
        "answers": answers(input, locale),
        "client_words": input.collected.own_words.as_ref().map(|words| visible(&words.0)),
    })
}

fn answers(input: &ReportInput, locale: Locale) -> Vec<Value> {
    let told = |answer: &crate::engine::Answer| {
        let ticked: Vec<&str> = answer.chosen().map(|(_, option)| option.text(locale)).collect();
        json!({
            "question": bank().question(answer.question).text(locale),
            "ticked": ticked,
            "none_fits": answer.none_fits,
            "skipped": answer.skipped,
        })
    };
    input.collected.answers.0.iter().map(told).collect()
}

fn schema(kind: PromptKind) -> Value {
    let text = json!({ "type": "string" });
    let object = |fields: &[&str], of: &Value| {
        let properties: serde_json::Map<String, Value> = fields.iter().map(|field| ((*field).to_owned(), of.clone())).collect();
        json!({ "type": "object", "properties": properties, "required": fields, "additionalProperties": false })
    };
    match kind {
        PromptKind::Structural => object(&super::Structural::FIELDS, &text),
        PromptKind::Questions => {
            object(&super::Questions::FIELDS, &json!({ "type": "array", "items": object(&["q", "why"], &text) }))
        }
        PromptKind::Portrait => object(&["text"], &text),
    }
}
