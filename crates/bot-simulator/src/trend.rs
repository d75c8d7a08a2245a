//! A specialist's training over sessions: the profile that Simulator and Pro show, and which case comes next.
use std::collections::BTreeMap;

use bot_kit::Training;
use domain::Locale;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    cases::{Case, CaseKey, CrisisLevel, library},
    engine::{
        Fit, Parameters, RiskEnquiry, Signal, Step, cci,
        risk::{RiskCompetence, RiskKind, Verdict},
        round2,
    },
    texts::Text,
};

/// Sessions at either end of a comparison.
const WINDOW: usize = 3;
/// A change of the mean TSI by less is none.
const NOTICEABLE: f64 = 0.05;
/// A class that makes at least this share of the lines that did not fit is a weak one.
const WEAK_SHARE: f64 = 0.25;
/// Fewest lines that did not fit before a weak class is named.
const WEAK_LINES: u32 = 4;

/// What is kept of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Which case.
    pub case: CaseKey,
    /// Its complexity, 0 to 1.
    pub cci: f64,
    /// How steadily the session was led, 0 to 1.
    pub tsi: f64,
    /// Green, yellow and red lines.
    pub signals: [u32; 3],
    /// Lines of each class.
    pub classes: BTreeMap<Fit, u32>,
    /// How danger was dealt with.
    pub risk: Verdict,
    /// What of danger was missing.
    pub missing: Vec<RiskEnquiry>,
}

impl Record {
    /// The counts of a way through a session.
    #[must_use]
    pub fn of(case: CaseKey, cci: f64, tsi: f64, risk: &RiskCompetence, steps: &[Step]) -> Self {
        let mut classes = BTreeMap::new();
        steps.iter().for_each(|step| *classes.entry(step.reading.fit()).or_insert(0) += 1);
        let signals = signal_counts(steps);
        Self { case, cci, tsi, signals, classes, risk: risk.verdict, missing: risk.missing.clone() }
    }
}

/// Green, yellow and red lines.
#[must_use]
pub fn signal_counts(steps: &[Step]) -> [u32; 3] {
    let mut signals = [0; 3];
    for step in steps {
        match step.signal {
            Signal::Green => signals[0] += 1,
            Signal::Yellow => signals[1] += 1,
            Signal::Red => signals[2] += 1,
        }
    }
    signals
}

/// Where the scores lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Fewer than four sessions.
    TooEarly,
    /// The mean of the last three is higher than that of the first three among the last six by 0.05 or more.
    Rising,
    /// It is lower by as much.
    Falling,
    /// Neither.
    Steady,
}

/// A specialist's profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Sessions that were completed.
    pub sessions: usize,
    /// TSI of each session, the earliest first.
    pub history: Vec<f64>,
    /// Where they lead.
    pub direction: Direction,
    /// Shares of green, yellow and red among all lines, 0 to 1; none before the first line.
    pub signal_shares: Option<[f64; 3]>,
    /// Classes that did not fit and came often, the most frequent first.
    pub weak_classes: Vec<Fit>,
    /// Sessions whose case carried a sign of danger, and those among them in which it was asked about in plain words.
    pub danger_asked: [usize; 2],
    /// A case of the library for the next session.
    pub next_case: Option<CaseKey>,
}

impl Profile {
    /// The number of the case for the next session.
    #[must_use]
    pub fn next_number(&self) -> Option<u8> {
        self.next_case.as_ref().map(CaseKey::number)
    }
}

/// The profile of a specialist whose sessions these are, the earliest first.
#[must_use]
pub fn profile(records: &[Record]) -> Profile {
    let history: Vec<f64> = records.iter().map(|record| record.tsi).collect();
    let mut signals = [0_u32; 3];
    let mut misses: BTreeMap<Fit, u32> = BTreeMap::new();
    for record in records {
        signals.iter_mut().zip(record.signals).for_each(|(all, one)| *all += one);
        for (class, lines) in record.classes.iter().filter(|(class, _)| !class.helps()) {
            *misses.entry(*class).or_insert(0) += lines;
        }
    }
    let lines: u32 = signals.iter().sum();
    let signed = records.iter().filter(|record| record.risk != Verdict::NotCalledFor);
    let asked = signed.clone().filter(|record| record.risk != Verdict::NotAsked).count();
    Profile {
        sessions: records.len(),
        direction: direction(&history),
        signal_shares: (lines > 0).then(|| signals.map(|count| round2(f64::from(count) / f64::from(lines)))),
        weak_classes: weak_classes(&misses),
        danger_asked: [signed.count(), asked],
        next_case: next_case(records),
        history,
    }
}

/// What a specialist is shown of their training. `history` is a list of [`Record`]s, the earliest first; `sessions` counts those too that
/// are not kept any more. `None` when there is none that can be read.
#[must_use]
pub fn shown(history: Value, sessions: usize, locale: Locale) -> Option<Training> {
    let records = records(history);
    if records.is_empty() {
        return None;
    }
    let profile = profile(&records);
    let html = Text::Profile { profile: &profile, sessions }.html(locale);
    Some(Training { html, sessions, next: profile.next_number() })
}

/// The records of a kept history; one that cannot be read is left out.
#[must_use]
pub fn records(history: Value) -> Vec<Record> {
    let Value::Array(history) = history else { return Vec::new() };
    history.into_iter().filter_map(|record| serde_json::from_value(record).ok()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Means of the first and of the last three among the last six sessions; with four or five sessions they overlap.
fn direction(history: &[f64]) -> Direction {
    if history.len() <= WINDOW {
        return Direction::TooEarly;
    }
    let recent = &history[history.len().saturating_sub(2 * WINDOW)..];
    let change = mean(&recent[recent.len() - WINDOW..]) - mean(&recent[..WINDOW]);
    match change {
        change if change >= NOTICEABLE - 1e-9 => Direction::Rising,
        change if change <= 1e-9 - NOTICEABLE => Direction::Falling,
        _ => Direction::Steady,
    }
}

fn weak_classes(misses: &BTreeMap<Fit, u32>) -> Vec<Fit> {
    let all: u32 = misses.values().sum();
    if all < WEAK_LINES {
        return Vec::new();
    }
    let mut weak: Vec<(u32, Fit)> = misses
        .iter()
        .filter(|(_, lines)| f64::from(**lines) / f64::from(all) >= WEAK_SHARE)
        .map(|(class, lines)| (*lines, *class))
        .collect();
    weak.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    weak.into_iter().map(|(_, class)| class).collect()
}

/// The next case: after a sign of danger that was not asked about, one that carries a sign; after a session from 0.70, the
/// nearest more complex one; below 0.50, the nearest simpler one; else the nearest. A case not yet played goes first. A first
/// session begins with the simplest.
fn next_case(records: &[Record]) -> Option<CaseKey> {
    let complexity = |parameters: &Parameters| cci::cci(&cci::CciInput::from(parameters)).cci;
    let Some(last) = records.last() else {
        let calm = library().iter().filter(|case| case.crisis == CrisisLevel::None);
        return calm.min_by(|a, b| complexity(&a.parameters).total_cmp(&complexity(&b.parameters))).map(|case| case.key.clone());
    };
    let missed = last.risk == Verdict::NotAsked;
    let played = |key: &CaseKey| records.iter().any(|record| record.case == *key);
    let others = library().iter().filter(|case| case.key != last.case);
    let rank = |case: &Case| {
        let away = complexity(&case.parameters) - last.cci;
        let beside = match last.tsi {
            tsi if tsi >= 0.70 => away < 0.0,
            tsi if tsi < 0.50 => away > 0.0,
            _ => false,
        };
        let calm = missed && case.risk.kind == RiskKind::None;
        (calm, beside, played(&case.key), away.abs())
    };
    let best = others.min_by(|a, b| {
        let (a, b) = (rank(a), rank(b));
        (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)).then(a.3.total_cmp(&b.3))
    });
    best.map(|case| case.key.clone())
}
