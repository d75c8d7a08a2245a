//! The words of the debrief. Everything that is counted is computed before and stands beside them; a model explains.
use bot_kit::{
    RenderedPrompt,
    prompt::{Fenced, Material},
};
use bot_material::reply::{list, object, one_of, text};
use domain::{Locale, RunId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    DEBRIEF, Fault, canary_of,
    card::card,
    fault::{check, check_canary, done, flags_of, parse},
    language, render,
};
use crate::{
    cases::Case,
    debrief::Debrief,
    engine::{Layer, Signal},
    words::{self, choose},
};

const OVERVIEW: std::ops::RangeInclusive<usize> = 60..=900;
const SENTENCES: std::ops::RangeInclusive<usize> = 10..=500;
const LAYERS: usize = 5;
const NOTES: usize = 8;
const POINTS: usize = 4;

/// What the debrief is asked for with.
#[derive(Debug, Clone, Copy)]
pub struct DebriefAsk<'a> {
    /// The launch; it makes the mark of the prompt.
    pub run: RunId,
    /// Language of the texts.
    pub locale: Locale,
    /// The client.
    pub case: &'a Case,
    /// What was computed.
    pub debrief: &'a Debrief,
}

/// How a layer was worked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerNote {
    /// Which.
    pub layer: Layer,
    /// How.
    pub text: String,
}

/// What a line did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineNote {
    /// Its place on the way that is talked through, from 1.
    pub turn: u16,
    /// What it did.
    pub text: String,
}

/// The words of a debrief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DebriefText {
    /// The course of the session.
    pub overview: String,
    /// Layers, each at most once.
    pub layers: Vec<LayerNote>,
    /// Lines, each at most once.
    pub notes: Vec<LineNote>,
    /// What went well.
    pub strengths: Vec<String>,
    /// Where to train on.
    pub growth: Vec<String>,
    /// What to try next.
    pub next_step: String,
}

/// A debrief in which something was left out or replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MendedDebrief {
    /// It breaks no rule.
    pub text: DebriefText,
    /// Fields and rules that were broken, without any text.
    pub flags: Vec<String>,
}

/// The request for the words of a debrief.
#[must_use]
pub fn debrief_prompt(ask: &DebriefAsk<'_>) -> RenderedPrompt {
    let canary = canary_of(ask.run);
    let debrief = ask.debrief;
    let path: Vec<&str> = debrief.path.iter().map(|state| state.code()).collect();
    let line = |line: &crate::debrief::Line| {
        let step = &line.step;
        let moved: Vec<String> = line.moved().iter().map(|(variable, by)| format!("{} {by:+.0}", variable.name())).collect();
        let reading = &step.reading;
        format!(
            "{}. fit {}, слой {}, клиент на {}, сигнал {}, {}; {}",
            step.turn,
            reading.fit().as_str(),
            reading.addressed().code(),
            step.met.code(),
            words::signal(step.signal, Locale::Ru),
            step.after.state.code(),
            moved.join(", ")
        )
    };
    let lines: Vec<String> = debrief.lines.iter().map(line).collect();
    let said = |line: &crate::debrief::Line| {
        let (specialist, client) = (Fenced::new(Material::Note, &line.said.line), Fenced::new(Material::Reply, &line.said.reply));
        format!("{}. специалист: {specialist} клиент: {client}", line.step.turn)
    };
    let said: Vec<String> = debrief.lines.iter().map(said).collect();
    let values = [
        ("canary", canary.as_str()),
        ("language", language(ask.locale)),
        ("card", &card(ask.case)),
        ("goal", words::goal(debrief.goal, Locale::Ru)),
        ("path", &path.join(" → ")),
        ("lines", &lines.join("\n")),
        ("said", &said.join("\n")),
    ];
    render(&DEBRIEF, &values, schema())
}

fn schema() -> Value {
    object(&[
        ("overview", text()),
        ("layers", list(&object(&[("layer", one_of(&Layer::ALL)), ("text", text())]))),
        ("notes", list(&object(&[("turn", json!({ "type": "integer" })), ("text", text())]))),
        ("strengths", list(&text())),
        ("growth", list(&text())),
        ("next_step", text()),
    ])
}

/// Whether a text names what only the program computes: a decimal, a percentage, points, a score's name.
pub(super) fn names_a_number(text: &str) -> bool {
    let lower = text.to_lowercase();
    let signs: Vec<char> = text.chars().collect();
    let decimal = signs.windows(3).any(|three| {
        let [a, b, c] = three else { return false };
        a.is_ascii_digit() && matches!(b, '.' | ',') && c.is_ascii_digit()
    });
    decimal || ["%", "процент", "percent", "tsi", "cci", "балл"].iter().any(|sign| lower.contains(sign))
}

fn faults_of_text(field: &'static str, text: &str, lengths: std::ops::RangeInclusive<usize>, locale: Locale) -> Vec<Fault> {
    let mut faults = Vec::new();
    check(field, text, lengths, locale, &mut faults);
    if names_a_number(text) {
        faults.push(Fault::Number(field));
    }
    faults
}

fn count(field: &'static str, found: usize, from: usize, to: usize, faults: &mut Vec<Fault>) {
    let mut wrong = Vec::new();
    bot_material::reply::count(field, found, from, to, &mut wrong);
    faults.extend(wrong.into_iter().map(Fault::from));
}

fn faults_of(found: &DebriefText, ask: &DebriefAsk<'_>) -> Vec<Fault> {
    let locale = ask.locale;
    let mut faults = faults_of_text("overview", &found.overview, OVERVIEW, locale);
    count("layers", found.layers.len(), 1, LAYERS, &mut faults);
    count("notes", found.notes.len(), 1, NOTES, &mut faults);
    count("strengths", found.strengths.len(), 1, POINTS, &mut faults);
    count("growth", found.growth.len(), 1, POINTS, &mut faults);
    faults.extend(found.layers.iter().flat_map(|note| faults_of_text("layers", &note.text, SENTENCES, locale)));
    faults.extend(found.notes.iter().flat_map(|note| faults_of_text("notes", &note.text, SENTENCES, locale)));
    faults.extend(found.strengths.iter().flat_map(|text| faults_of_text("strengths", text, SENTENCES, locale)));
    faults.extend(found.growth.iter().flat_map(|text| faults_of_text("growth", text, SENTENCES, locale)));
    faults.extend(faults_of_text("next_step", &found.next_step, SENTENCES, locale));
    let mut layers: Vec<Layer> = found.layers.iter().map(|note| note.layer).collect();
    layers.sort_unstable();
    layers.dedup();
    if layers.len() != found.layers.len() {
        faults.push(Fault::Named("layers"));
    }
    let mut turns: Vec<u16> = found.notes.iter().map(|note| note.turn).collect();
    turns.sort_unstable();
    turns.dedup();
    if turns.len() != found.notes.len() || turns.iter().any(|turn| !is_said(ask.debrief, *turn)) {
        faults.push(Fault::Named("notes"));
    }
    faults
}

fn is_said(debrief: &Debrief, turn: u16) -> bool {
    debrief.lines.iter().any(|line| line.step.turn == turn)
}

/// Reads the words of a debrief.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_debrief(reply: &str, ask: &DebriefAsk<'_>) -> Result<DebriefText, Vec<Fault>> {
    let found: DebriefText = parse(reply)?;
    let mut faults = faults_of(&found, ask);
    check_canary(&canary_of(ask.run), reply, &mut faults);
    done(found, faults)
}

/// Keeps of a reply that broke the rules twice what breaks none, and fills the rest with [`fallback_debrief`]. `None` when it
/// cannot be read at all or gives the instructions away: then the fallback is all there is.
#[must_use]
pub fn mend_debrief(reply: &str, ask: &DebriefAsk<'_>) -> Option<MendedDebrief> {
    let mut found: DebriefText = parse(reply).ok()?;
    let mut leaked = Vec::new();
    check_canary(&canary_of(ask.run), reply, &mut leaked);
    if !leaked.is_empty() {
        return None;
    }
    let flags = flags_of(&faults_of(&found, ask));
    let ours = fallback_debrief(ask);
    let locale = ask.locale;
    let good = |text: &str| faults_of_text("", text, SENTENCES, locale).is_empty();
    let mut layers = std::collections::BTreeSet::new();
    found.layers.retain(|note| good(&note.text) && layers.insert(note.layer));
    let mut turns = std::collections::BTreeSet::new();
    found.notes.retain(|note| good(&note.text) && is_said(ask.debrief, note.turn) && turns.insert(note.turn));
    found.strengths.retain(|text| good(text));
    found.growth.retain(|text| good(text));
    found.notes.truncate(NOTES);
    found.strengths.truncate(POINTS);
    found.growth.truncate(POINTS);
    if !faults_of_text("", &found.overview, OVERVIEW, locale).is_empty() {
        found.overview = ours.overview;
    }
    if !good(&found.next_step) {
        found.next_step = ours.next_step;
    }
    let or_ours = |texts: Vec<String>, ours: Vec<String>| if texts.is_empty() { ours } else { texts };
    found.strengths = or_ours(found.strengths, ours.strengths);
    found.growth = or_ours(found.growth, ours.growth);
    if found.layers.is_empty() {
        found.layers = ours.layers;
    }
    if found.notes.is_empty() {
        found.notes = ours.notes;
    }
    Some(MendedDebrief { text: found, flags })
}

/// The words of a debrief from what was computed alone: a debrief always comes.
#[must_use]
pub fn fallback_debrief(ask: &DebriefAsk<'_>) -> DebriefText {
    let (locale, debrief) = (ask.locale, ask.debrief);
    let names: Vec<&str> = debrief.path.iter().map(|state| words::state(*state, locale)).collect();
    let path = names.join(" → ");
    let overview = match locale {
        Locale::Ru => {
            format!("Беседа прошла так: {path}. Ниже стоят реплики с их сигналами и то, как менялось состояние клиента.")
        }
        Locale::En => {
            format!("The session went this way: {path}. Below are the lines with their signals and how the client's state moved.")
        }
    };
    let layer = |work: &crate::debrief::LayerWork| {
        let name = words::layer(work.layer, locale);
        let text = match locale {
            Locale::Ru => format!("К слою «{name}» обращено реплик: {}, из них зелёных: {}.", work.lines, work.signals[0]),
            Locale::En => {
                format!("Lines that spoke to the layer of {name}: {}, green ones among them: {}.", work.lines, work.signals[0])
            }
        };
        LayerNote { layer: work.layer, text }
    };
    let note = |line: &crate::debrief::Line| {
        let fit = words::fit(line.step.reading.fit(), locale);
        let text = match locale {
            Locale::Ru => format!("Похоже, эта реплика {fit}."),
            Locale::En => format!("This line probably {fit}."),
        };
        LineNote { turn: line.step.turn, text }
    };
    let mut marked: Vec<&crate::debrief::Line> = debrief.lines.iter().collect();
    marked.sort_by_key(|line| match line.step.signal {
        Signal::Red => 0,
        Signal::Yellow => 1,
        Signal::Green => 2,
    });
    marked.truncate(NOTES);
    marked.sort_by_key(|line| line.step.turn);
    let green = debrief.signals[0] > 0;
    let strength = if green {
        choose(
            locale,
            "Есть реплики, после которых клиенту становилось яснее: к ним стоит вернуться.",
            "There are lines after which things became clearer: they are worth a second look.",
        )
    } else {
        choose(
            locale,
            "Беседа доведена до разбора: это уже материал для следующей попытки.",
            "The session was brought to its debrief: that is material for another try.",
        )
    };
    let growth = choose(
        locale,
        "Сравнить отмеченные реплики с другими траекториями ниже и выбрать одну для новой попытки.",
        "Compare the marked lines with the other trajectories below and choose one for another try.",
    );
    let next = choose(
        locale,
        "Повторить беседу с того места, где сигнал впервые сменился.",
        "Repeat the session from where the signal first changed.",
    );
    DebriefText {
        overview,
        layers: debrief.layers.iter().map(layer).collect(),
        notes: marked.into_iter().map(note).collect(),
        strengths: vec![strength.to_owned()],
        growth: vec![growth.to_owned()],
        next_step: next.to_owned(),
    }
}
