//! Reading what a model proposes for the board. Quotations that are not in the material are refused.
use bot_material::{
    Quotable,
    reply::{Fault, Why, check, check_canary, count, done, parse},
};
use domain::Locale;
use serde::Deserialize;

use super::canary_of;
use crate::{
    material::Input,
    model::{Card, Change, Confidence, Flag, FlagKind, Kind, Layer, Mark, Severity, Status},
};

/// Most characters of a formulation.
const FORMULATION: usize = 400;
/// Most characters of a short line.
const LINE: usize = 300;

#[derive(Deserialize)]
struct RawCard {
    kind: Kind,
    layers: Vec<Layer>,
    formulation: String,
    confidence: Confidence,
    evidence_for: Vec<String>,
    evidence_against: Vec<String>,
    alternatives: Vec<String>,
    function: String,
    maintained_by: String,
}

impl RawCard {
    fn card(self) -> Card {
        let mut layers = self.layers;
        layers.sort_unstable();
        layers.dedup();
        Card {
            id: 0,
            kind: self.kind,
            layers,
            formulation: self.formulation,
            confidence: self.confidence,
            evidence_for: self.evidence_for,
            evidence_against: self.evidence_against,
            alternatives: self.alternatives,
            function: self.function,
            maintained_by: self.maintained_by,
            status: Status::Proposed,
            since: 0,
        }
    }
}

/// What is wrong with a card by itself.
fn faults_of(card: &Card, at_least_quotes: usize, quotable: &Quotable, locale: Locale) -> Vec<Fault> {
    let mut faults = Vec::new();
    check("hypotheses.formulation", &card.formulation, 10, FORMULATION, locale, &mut faults);
    count("hypotheses.layers", card.layers.len(), 1, 5, &mut faults);
    count("hypotheses.evidence_for", card.evidence_for.len(), at_least_quotes, 4, &mut faults);
    count("hypotheses.evidence_against", card.evidence_against.len(), 0, 4, &mut faults);
    for quote in card.evidence_for.iter().chain(&card.evidence_against) {
        if !quotable.holds(quote) {
            faults.push(Fault::new("hypotheses.evidence", Why::NotInMaterial));
        }
    }
    count("hypotheses.alternatives", card.alternatives.len(), 0, 4, &mut faults);
    card.alternatives.iter().for_each(|text| check("hypotheses.alternatives", text, 3, LINE, locale, &mut faults));
    for (field, text) in [("hypotheses.function", &card.function), ("hypotheses.maintained_by", &card.maintained_by)] {
        if !text.trim().is_empty() {
            check(field, text, 3, LINE, locale, &mut faults);
        }
    }
    faults
}

#[derive(Deserialize)]
struct Extract {
    hypotheses: Vec<RawCard>,
    marks: Vec<Mark>,
    flags: Vec<RawFlag>,
}

#[derive(Deserialize)]
struct RawFlag {
    kind: FlagKind,
    severity: Severity,
    text: String,
}

/// What the material gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Hypotheses, not yet on a board.
    pub cards: Vec<Card>,
    /// Layers.
    pub marks: Vec<Mark>,
    /// Red flags, not answered.
    pub flags: Vec<Flag>,
}

/// Reads hypotheses, layers and red flags. With `mended`, what breaks a rule is left out instead of refused; the error then means that
/// nothing at all could be read.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_extract(reply: &str, input: &Input, mended: bool) -> Result<Found, Vec<Fault>> {
    let Extract { hypotheses, marks, flags } = parse(reply)?;
    let quotable = Quotable::new(&input.quotable());
    let mut faults = Vec::new();
    check_canary(&canary_of(input), reply, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut cards: Vec<Card> = hypotheses.into_iter().map(RawCard::card).collect();
    let mut flags: Vec<Flag> = flags
        .into_iter()
        .map(|raw| Flag { kind: raw.kind, severity: raw.severity, text: raw.text, danger: false, answer: None })
        .collect();
    let wrong_flag = |flag: &Flag| {
        let mut faults = Vec::new();
        check("flags.text", &flag.text, 5, LINE, input.locale, &mut faults);
        faults
    };
    if mended {
        for card in &mut cards {
            card.evidence_for.retain(|quote| quotable.holds(quote));
            card.evidence_against.retain(|quote| quotable.holds(quote));
        }
        cards.retain(|card| faults_of(card, 1, &quotable, input.locale).is_empty());
        cards.truncate(8);
        // A model's flag may raise and never lowers: one that cannot be shown in its words stays in ours.
        for flag in flags.iter_mut().filter(|flag| !wrong_flag(flag).is_empty()) {
            flag.text = our_flag(flag.kind, input.locale).to_owned();
        }
        flags.sort_by_key(|flag| std::cmp::Reverse(flag.severity));
        flags.truncate(5);
    } else {
        count("hypotheses", cards.len(), 0, 8, &mut faults);
        cards.iter().for_each(|card| faults.extend(faults_of(card, 1, &quotable, input.locale)));
        count("flags", flags.len(), 0, 5, &mut faults);
        flags.iter().for_each(|flag| faults.extend(wrong_flag(flag)));
    }
    // One dominant hypothesis at most: the others hang on it.
    let mut dominant = false;
    for card in cards.iter_mut().filter(|card| card.confidence == Confidence::Dominant) {
        if std::mem::replace(&mut dominant, true) {
            card.confidence = Confidence::Working;
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    let marks = marks.into_iter().filter(|mark| seen.insert(mark.layer)).collect();
    done(Found { cards, marks, flags }, faults)
}

/// What a red flag says when its own words cannot be shown.
const fn our_flag(kind: FlagKind, locale: Locale) -> &'static str {
    match (kind, locale) {
        (FlagKind::Clinical, Locale::Ru) => {
            "В материале есть то, что стоит проверить прежде всего: здоровье и безопасность клиента."
        }
        (FlagKind::Architectural, Locale::Ru) => {
            "В самой модели есть место, которое стоит проверить прежде, чем на неё опираться."
        }
        (FlagKind::Procedural, Locale::Ru) => "В том, как ведётся работа, есть место, которое стоит проверить.",
        (FlagKind::Clinical, Locale::En) => {
            "The material holds something to check before all else: the client's health and safety."
        }
        (FlagKind::Architectural, Locale::En) => "The model itself has a place to check before it is relied on.",
        (FlagKind::Procedural, Locale::En) => "The way of working has a place to check.",
    }
}

#[derive(Deserialize)]
struct Changes {
    changes: Vec<RawChange>,
}

#[derive(Deserialize)]
struct RawChange {
    of: u32,
    card: RawCard,
}

/// Reads what an answer changes. With `mended`, a change that breaks a rule is left out.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_changes(reply: &str, input: &Input, mended: bool) -> Result<Vec<Change>, Vec<Fault>> {
    let Changes { changes } = parse(reply)?;
    let quotable = Quotable::new(&input.quotable());
    let mut faults = Vec::new();
    check_canary(&canary_of(input), reply, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut changes: Vec<Change> =
        changes.into_iter().map(|raw| Change { of: (raw.of > 0).then_some(raw.of), card: raw.card.card() }).collect();
    if mended {
        for Change { card, .. } in &mut changes {
            card.evidence_for.retain(|quote| quotable.holds(quote));
            card.evidence_against.retain(|quote| quotable.holds(quote));
        }
        changes.retain(|change| faults_of(&change.card, 0, &quotable, input.locale).is_empty());
        changes.truncate(3);
    } else {
        count("changes", changes.len(), 0, 3, &mut faults);
        changes.iter().for_each(|change| faults.extend(faults_of(&change.card, 0, &quotable, input.locale)));
    }
    done(changes, faults)
}

#[derive(Deserialize)]
struct Question {
    question: String,
    why: String,
}

/// Reads the words of a question and what it is for.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_question(reply: &str, input: &Input) -> Result<(String, String), Vec<Fault>> {
    let Question { question, why } = parse(reply)?;
    let mut faults = Vec::new();
    check("question", &question, 8, LINE, input.locale, &mut faults);
    if !question.trim_end().ends_with('?') || question.matches('?').count() != 1 {
        faults.push(Fault::new("question", Why::NoQuestion));
    }
    check("why", &why, 5, LINE, input.locale, &mut faults);
    check_canary(&canary_of(input), reply, &mut faults);
    done((question, why), faults)
}
