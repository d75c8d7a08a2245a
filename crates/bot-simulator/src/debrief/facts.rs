//! What is computed of a session. The same session always gives the same debrief.
use serde::{Deserialize, Serialize};

use crate::{
    ask::Exchange,
    cases::Case,
    engine::{
        Branch, Fit, Goal, Hidden, Layer, Level, LineId, MIN_CHARGED_LINES, Session, SessionState, Setup, Signal, Step, Variable,
        alternatives,
        cci::{Cci, CciInput, cci},
        risk::RiskCompetence,
        tsi::{Components, Tsi},
    },
    trend::signal_counts,
};

/// Whether a session is charged: it has at least three lines, over all branches.
#[must_use]
pub const fn is_charged(session: &Session) -> bool {
    session.lines_spoken() >= MIN_CHARGED_LINES
}

/// What was said at a line of the session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spoken {
    /// Which line.
    pub id: LineId,
    /// The words.
    pub said: Exchange,
    /// What the line did, as the specialist in training was told.
    pub explanation: String,
}

impl std::fmt::Debug for Spoken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Spoken {{ {:?} {:?} }}", self.id, self.said)
    }
}

/// A line of the way that is talked through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number in the session.
    pub id: LineId,
    /// The words; empty ones when they are not kept any more.
    pub said: Exchange,
    /// What it did, in words.
    pub explanation: String,
    /// The hidden variables before it.
    pub before: Hidden,
    /// What it was and did.
    pub step: Step,
}

impl Line {
    /// By how many points the line moved each variable, those it moved by at least half a point.
    #[must_use]
    pub fn moved(&self) -> Vec<(Variable, f64)> {
        let moved = |variable| (variable, self.step.after.hidden.moved(&self.before, variable));
        Variable::ALL.into_iter().map(moved).filter(|(_, by)| by.abs() >= 0.5).collect()
    }
}

/// How a layer was worked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerWork {
    /// Which.
    pub layer: Layer,
    /// Lines that spoke to it.
    pub lines: u32,
    /// Lines that spoke to it while the client was on it.
    pub met: u32,
    /// Green, yellow and red ones among them.
    pub signals: [u32; 3],
}

/// The course of uncertainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncertainty {
    /// At the start.
    pub start: Level,
    /// The highest.
    pub highest: Level,
    /// At the end.
    pub end: Level,
    /// Lines after which it was lower, or at 0.
    pub clearer: u32,
}

/// Where a way ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// The state.
    pub state: SessionState,
    /// The hidden variables.
    pub hidden: Hidden,
    /// How steadily the way was led, 0 to 1.
    pub tsi: f64,
}

impl End {
    fn of(setup: &Setup, steps: &[Step]) -> Option<Self> {
        let last = steps.last()?.after;
        let tsi = Components::of(&setup.parameters.start(), steps)?.tsi().value;
        Some(Self { state: last.state, hidden: last.hidden, tsi })
    }
}

/// How the session might have gone: the same lines, but for one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AlternativeEnd {
    /// The place of the line, from 1.
    pub turn: u16,
    /// The class it was.
    pub was: Fit,
    /// The class it is here.
    pub instead: Fit,
    /// Where it would have led.
    pub end: End,
}

/// Another way that the specialist tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherWay {
    /// Its lines.
    pub lines: Vec<LineId>,
    /// Where it led.
    pub end: End,
}

/// Everything that is computed of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Debrief {
    /// What was practised.
    pub goal: Goal,
    /// The complexity of the case.
    pub cci: Cci,
    /// The states in the order in which they came, S1 first.
    pub path: Vec<SessionState>,
    /// The way that is talked through: the one the specialist ended on.
    pub lines: Vec<Line>,
    /// Green, yellow and red lines.
    pub signals: [u32; 3],
    /// Layers that were spoken to, lowest first.
    pub layers: Vec<LayerWork>,
    /// The course of uncertainty.
    pub uncertainty: Uncertainty,
    /// How steadily the session was led.
    pub tsi: Tsi,
    /// How danger was dealt with.
    pub risk: RiskCompetence,
    /// Up to three ways that were not gone.
    pub alternatives: Vec<AlternativeEnd>,
    /// Ways that were tried besides.
    pub others: Vec<OtherWay>,
    /// Where the way ended.
    pub end: End,
}

impl Debrief {
    /// The debrief of a session; `None` when nothing was said. The way talked through is the current one, or, when the specialist
    /// went back to before the first line, the one walked last.
    #[must_use]
    pub fn of(case: &Case, session: &Session, spoken: &[Spoken]) -> Option<Self> {
        let setup = session.setup();
        let mut ways: Vec<Branch> = session.branches();
        ways.retain(|way| !way.lines.is_empty());
        let way = ways.pop()?;
        let steps = way.steps();
        let start = setup.parameters.start();
        let mut before = start;
        let lines = way.lines.iter().map(|line| {
            let words = spoken.iter().find(|spoken| spoken.id == line.id);
            let said = words.map_or_else(|| Exchange { line: String::new(), reply: String::new() }, |spoken| spoken.said.clone());
            let explanation = words.map(|spoken| spoken.explanation.clone()).unwrap_or_default();
            let was = std::mem::replace(&mut before, line.step.after.hidden);
            Line { id: line.id, said, explanation, before: was, step: line.step }
        });
        let other = |way: &Branch| {
            let lines = way.lines.iter().map(|line| line.id).collect();
            End::of(setup, &way.steps()).map(|end| OtherWay { lines, end })
        };
        let alternative = |one: &crate::engine::Alternative| {
            let was = steps.get(usize::from(one.turn).checked_sub(1)?)?.reading.fit();
            End::of(setup, &one.steps).map(|end| AlternativeEnd { turn: one.turn, was, instead: one.instead, end })
        };
        Some(Self {
            goal: setup.goal,
            cci: cci(&CciInput::from(&setup.parameters)),
            path: path(&steps),
            lines: lines.collect(),
            signals: signal_counts(&steps),
            layers: layers(&steps),
            uncertainty: uncertainty(&start, &steps)?,
            tsi: Components::of(&start, &steps)?.tsi(),
            risk: RiskCompetence::of(case.risk.kind, case.risk.called_for, &steps),
            alternatives: alternatives(setup, &steps).iter().filter_map(alternative).collect(),
            others: ways.iter().filter_map(other).collect(),
            end: End::of(setup, &steps)?,
        })
    }
}

fn path(steps: &[Step]) -> Vec<SessionState> {
    let mut path = vec![SessionState::Contact];
    path.extend(steps.iter().map(|step| step.after.state));
    path.dedup();
    path
}

fn layers(steps: &[Step]) -> Vec<LayerWork> {
    let work = |layer| {
        let mut work = LayerWork { layer, lines: 0, met: 0, signals: [0; 3] };
        for step in steps.iter().filter(|step| step.reading.addressed() == layer) {
            work.lines += 1;
            work.met += u32::from(step.met == layer);
            work.signals[match step.signal {
                Signal::Green => 0,
                Signal::Yellow => 1,
                Signal::Red => 2,
            }] += 1;
        }
        work
    };
    Layer::ALL.into_iter().map(work).filter(|work| work.lines > 0).collect()
}

fn uncertainty(start: &Hidden, steps: &[Step]) -> Option<Uncertainty> {
    let levels: Vec<Level> =
        std::iter::once(start.uncertainty).chain(steps.iter().map(|step| step.after.hidden.uncertainty)).collect();
    let clearer = levels.windows(2).filter(|two| two[1] < two[0] || two[1] == Level::MIN).count();
    let highest = levels.iter().copied().max()?;
    Some(Uncertainty { start: start.uncertainty, highest, end: *levels.last()?, clearer: u32::try_from(clearer).ok()? })
}
