//! A case of the specialist's own: material about a real client becomes a virtual client in whom nobody is to be recognised.
use bot_kit::{
    RenderedPrompt,
    prompt::{Fenced, Material},
};
use bot_material::reply::{self, list, object, one_of, text};
use domain::{Locale, RunId, lexicon};
use serde_json::{Map, Value, json};

use super::{
    Fault, OWN_CASE, canary_of,
    fault::{check_canary, done, flags_of, parse},
    language, render, traces,
};
use crate::{
    cases::{Case, TEXT_CHARS},
    engine::{Goal, Layer, RiskEnquiry, risk::RiskKind},
};

/// The key of a case of one's own. The library has none such.
pub const OWN_KEY: &str = "CASE_00_OWN";

/// Material for a case of one's own.
#[derive(Clone, Copy)]
pub struct OwnCaseAsk<'a> {
    /// The launch; it makes the mark of the prompt.
    pub run: RunId,
    /// Language of the case.
    pub locale: Locale,
    /// Texts of documents and of the case's results, in order.
    pub material: &'a [&'a str],
}

impl std::fmt::Debug for OwnCaseAsk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OwnCaseAsk {{ parts: {} }}", self.material.len())
    }
}

/// The request to make a case of material.
#[must_use]
pub fn own_case_prompt(ask: &OwnCaseAsk<'_>) -> RenderedPrompt {
    let canary = canary_of(ask.run);
    let numbered = |(at, text): (usize, &&str)| format!("{}. {}", at + 1, Fenced::new(Material::Document, text));
    let material: Vec<String> = ask.material.iter().enumerate().map(numbered).collect();
    let values = [("canary", canary.as_str()), ("language", language(ask.locale)), ("material", &material.join("\n"))];
    render(&OWN_CASE, &values, schema())
}

fn schema() -> Value {
    let number = json!({ "type": "number" });
    let texts = |names: &[&str]| object(&names.iter().map(|name| (*name, text())).collect::<Vec<_>>());
    let layer = one_of(&Layer::ALL);
    let degree = one_of(&["low", "moderate", "high"]);
    let window = one_of(&["narrow", "moderate", "wide"]);
    let of_layer = object(&[("text", text()), ("markers", list(&text())), ("triggers", list(&text()))]);
    let parameters = object(&[
        ("dominant_layer", layer.clone()),
        ("tension", number.clone()),
        ("cognitive_access", number.clone()),
        ("uncertainty", number.clone()),
        ("trust", number.clone()),
        ("l0_reactivity", degree.clone()),
        ("l2_strength", degree.clone()),
        ("l3_access", degree.clone()),
        ("interpretation_tolerance", degree.clone()),
        ("uncertainty_tolerance", degree),
        ("window", window.clone()),
        ("escalation", one_of(&["slow", "moderate", "fast"])),
        ("intervention_range", window),
        ("recovery", number.clone()),
        ("volatility", number),
    ]);
    let client = object(&[
        ("gender", one_of(&["f", "m"])),
        ("age", json!({ "type": "integer" })),
        ("request", text()),
        ("facts", list(&text())),
        ("speech", text()),
    ]);
    let risk = object(&[
        ("kind", one_of(&["none", "false_signal", "true_risk"])),
        ("signal", text()),
        ("meaning", text()),
        ("when_asked", text()),
        ("protective_factors", list(&text())),
        ("called_for", list(&one_of(&RiskEnquiry::ALL))),
        ("when_missed", text()),
    ]);
    object(&[
        ("title", text()),
        ("title_en", text()),
        ("summary_en", text()),
        ("difficulty", one_of(&["MEDIUM", "HIGH", "VERY_HIGH"])),
        ("crisis", one_of(&["NONE", "MODERATE", "HIGH"])),
        ("goals", list(&one_of(&Goal::ALL))),
        ("opening", text()),
        ("opening_en", text()),
        ("sensitive_zones", list(&text())),
        ("client", client),
        ("parameters", parameters),
        ("layers", object(&Layer::ALL.map(|layer| (layer.code(), of_layer.clone())))),
        ("layer_a", texts(&["hypothesis", "dominant_because", "loop", "cost", "against"])),
        ("layer_b", list(&object(&[("layer", layer), ("direction", text()), ("criterion", text())]))),
        ("layer_c", texts(&["metaphor", "text"])),
        ("trajectories", texts(&["ahead", "ignores_dominant", "tightens_control", "escalates"])),
        ("risk", risk),
    ])
}

fn case_of(reply: &str) -> Result<Case, Vec<Fault>> {
    let mut found: Map<String, Value> = parse(reply)?;
    found.insert("key".to_owned(), Value::from(OWN_KEY));
    serde_json::from_value(Value::Object(found)).map_err(|_| vec![reply::Fault::new("", reply::Why::Shape).into()])
}

/// Reads a case of one's own. It is what any case must be, in the language asked for and under the wording policy, without
/// [`traces`] of its person, and it loses no sign of danger that the lexicon sees in the material.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_own_case(reply: &str, ask: &OwnCaseAsk<'_>) -> Result<Case, Vec<Fault>> {
    let case = case_of(reply)?;
    let mut faults = faults_of(&case, ask);
    check_canary(&canary_of(ask.run), reply, &mut faults);
    done(case, faults)
}

fn faults_of(case: &Case, ask: &OwnCaseAsk<'_>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = case.faults().into_iter().map(Fault::Case).collect();
    for (field, text) in case.texts() {
        faults.extend(faults_of_text(&field, text, ask.locale));
    }
    let source = ask.material.join("\n\n");
    faults.extend(traces(case, &source).into_iter().map(|(field, _)| Fault::Trace(field)));
    if case.risk.kind == RiskKind::None && lexicon::signs(&source).is_some() {
        faults.push(Fault::DangerLost);
    }
    faults
}

fn faults_of_text(field: &str, text: &str, locale: Locale) -> Vec<Fault> {
    let locale = if field.ends_with("_en") { Locale::En } else { locale };
    let mut found = Vec::new();
    reply::check("", text, 1, TEXT_CHARS, locale, &mut found);
    let named = |fault: reply::Fault| Fault::Case(format!("{field}: {}", fault.instruction().trim_start_matches("ответ: ")));
    found.into_iter().map(named).collect()
}

/// Keeps of a case that broke the rules twice what can be kept: entries of lists that break a rule are left out. `None` when what
/// is left is still no case, or may let its person be recognised: then there is no case of one's own, and the library is offered.
/// The flags name rules that were broken, without any text.
#[must_use]
pub fn mend_own_case(reply: &str, ask: &OwnCaseAsk<'_>) -> Option<(Case, Vec<String>)> {
    let mut case = case_of(reply).ok()?;
    let mut leaked = Vec::new();
    check_canary(&canary_of(ask.run), reply, &mut leaked);
    let faults = faults_of(&case, ask);
    let source = ask.material.join("\n\n");
    let traced: Vec<String> = traces(&case, &source).into_iter().map(|(field, _)| field).collect();
    let thin = |name: &str, list: &mut Vec<String>| {
        let mut at = 0;
        list.retain(|text| {
            let field = format!("{name}[{at}]");
            at += 1;
            faults_of_text(name, text, ask.locale).is_empty() && !traced.contains(&field)
        });
        list.truncate(crate::cases::LIST_MOST);
    };
    thin("sensitive_zones", &mut case.sensitive_zones);
    thin("client.facts", &mut case.client.facts);
    thin("risk.protective_factors", &mut case.risk.protective_factors);
    for layer in Layer::ALL {
        let of = case.layers.get_mut(layer);
        thin(&format!("layers.{}.markers", layer.code()), &mut of.markers);
        thin(&format!("layers.{}.triggers", layer.code()), &mut of.triggers);
    }
    let kept = leaked.is_empty() && faults_of(&case, ask).is_empty();
    kept.then(|| (case, flags_of(&faults)))
}
