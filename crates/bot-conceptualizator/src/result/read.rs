//! Reading the three layers.
use bot_material::{
    Quotable,
    reply::{Fault, Why, check, check_canary, count, done, parse},
};

use super::{Letter, Model, Targets};
use crate::{ask::canary_of, material::Input};

/// Most characters of a few sentences.
const SENTENCES: usize = 900;
/// Most characters of a line.
const LINE: usize = 400;
/// Words of a letter.
const LETTER_WORDS: std::ops::RangeInclusive<usize> = 170..=340;

/// Reads layer A.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_model(reply: &str, input: &Input) -> Result<Model, Vec<Fault>> {
    let found: Model = parse(reply)?;
    let mut faults = Vec::new();
    let locale = input.locale;
    check("leading", &found.leading, 20, SENTENCES, locale, &mut faults);
    check("layer_reason", &found.layer_reason, 10, SENTENCES, locale, &mut faults);
    count("loops", found.loops.len(), 1, 3, &mut faults);
    for steps in &found.loops {
        count("loops.steps", steps.len(), 2, 7, &mut faults);
        steps.iter().for_each(|step| check("loops.steps", step, 2, 160, locale, &mut faults));
    }
    let cost =
        [("cost.energetic", &found.cost.energetic), ("cost.social", &found.cost.social), ("cost.semantic", &found.cost.semantic)];
    cost.into_iter().for_each(|(field, text)| check(field, text, 5, LINE, locale, &mut faults));
    count("evidence_for", found.evidence_for.len(), 1, 6, &mut faults);
    count("evidence_against", found.evidence_against.len(), 0, 6, &mut faults);
    let quotable = Quotable::new(&input.quotable());
    if found.evidence_for.iter().chain(&found.evidence_against).any(|quote| !quotable.holds(quote)) {
        faults.push(Fault::new("evidence", Why::NotInMaterial));
    }
    check("limits", &found.limits, 10, SENTENCES, locale, &mut faults);
    check_canary(&canary_of(input), reply, &mut faults);
    done(found, faults)
}

/// Reads layer B. The targets come bottom up, whatever order they were written in, and are counted.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_targets(reply: &str, input: &Input) -> Result<Targets, Vec<Fault>> {
    let mut found: Targets = parse(reply)?;
    let mut faults = Vec::new();
    let locale = input.locale;
    count("targets", found.targets.len(), 3, 5, &mut faults);
    for target in &found.targets {
        check("targets.direction", &target.direction, 10, LINE, locale, &mut faults);
        check("targets.rationale", &target.rationale, 10, LINE, locale, &mut faults);
        check("targets.criterion", &target.criterion, 5, LINE, locale, &mut faults);
    }
    check("sequence", &found.sequence, 10, SENTENCES, locale, &mut faults);
    count("agenda", found.agenda.len(), 2, 5, &mut faults);
    found.agenda.iter().for_each(|line| check("agenda", line, 5, LINE, locale, &mut faults));
    check_canary(&canary_of(input), reply, &mut faults);
    found.targets.sort_by_key(|target| target.place);
    for (number, target) in (1..).zip(&mut found.targets) {
        target.priority = number;
    }
    done(found, faults)
}

/// Reads layer C.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_letter(reply: &str, input: &Input) -> Result<Letter, Vec<Fault>> {
    let found: Letter = parse(reply)?;
    let mut faults = Vec::new();
    let locale = input.locale;
    check("metaphor", &found.metaphor, 5, 100, locale, &mut faults);
    if !(2..=8).contains(&words(&found.metaphor)) {
        faults.push(Fault::new("metaphor", Why::Count { from: 3, to: 6 }));
    }
    check("text", &found.text, 600, 3_500, locale, &mut faults);
    if !LETTER_WORDS.contains(&words(&found.text)) {
        faults.push(Fault::new("text", Why::Count { from: 200, to: 300 }));
    }
    let lower = format!("{} {}", found.metaphor, found.text).to_lowercase();
    let all: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if all.iter().any(|word| is_term(word)) {
        faults.push(Fault::new("text", Why::Terms));
    }
    if !all.iter().any(|word| ADDRESS.contains(word)) {
        faults.push(Fault::new("text", Why::Unaddressed));
    }
    // What the client reads is never a person's words told back.
    let quotable = Quotable::new(&[&found.text]);
    if said_long(input).iter().any(|words| quotable.holds(words)) {
        faults.push(Fault::new("text", Why::Terms));
    }
    check_canary(&canary_of(input), reply, &mut faults);
    done(found, faults)
}

/// Pieces of the material that are long enough to be recognised: each sentence of eight words and more.
fn said_long(input: &Input) -> Vec<String> {
    let sentences = input.quotable().into_iter().flat_map(|text| text.split(['.', '!', '?', '\n', ';']));
    sentences.filter(|sentence| words(sentence) >= 8).map(str::to_owned).collect()
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count()
}

/// Words that address the client.
const ADDRESS: [&str; 12] = ["вы", "вас", "вам", "вами", "ваш", "ваша", "ваше", "ваши", "ваших", "вашей", "you", "your"];

/// Words of the model that mean nothing to a client.
fn is_term(word: &str) -> bool {
    const WHOLE: [&str; 18] = [
        "слой",
        "слоя",
        "слою",
        "слоем",
        "слое",
        "слои",
        "слоев",
        "слоёв",
        "слоям",
        "l0",
        "l1",
        "l2",
        "l3",
        "l4",
        "layer",
        "layers",
        "axis",
        "axes",
    ];
    const STEMS: [&str; 14] = [
        "регуляц",
        "ригидн",
        "аффект",
        "паттерн",
        "гипотез",
        "дисфункц",
        "автоматизм",
        "копинг",
        "триггер",
        "hypothes",
        "pattern",
        "regulat",
        "affect",
        "dysfunc",
    ];
    WHOLE.contains(&word) || STEMS.iter().any(|stem| word.starts_with(stem))
}
