//! One line: from a snapshot and a reading to the next snapshot.
use serde::{Deserialize, Serialize};

use super::{
    Facts, Fit, Hidden, Layer, Level, MoveReading, Parameters, Pattern, ReplyLength, RiskEnquiries, SessionState, Setup, Signal,
    Tally,
    change::{Meeting, Mood},
    draw::draw,
    next_state,
};

/// Tension above this is a warning, and a line that does not fit passes a crisis by.
pub const HIGH_TENSION: Level = Level::whole(75);
/// Cognitive access below this leaves the client with the body only.
pub const LOW_ACCESS: Level = Level::whole(20);

/// Everything the engine knows at one moment of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The hidden variables.
    pub hidden: Hidden,
    /// The layer on which the client is at this moment.
    pub active: Layer,
    /// Where the session stands; never S7, which is the session's own.
    pub state: SessionState,
    /// The hidden variables with which the state began.
    pub entered: Hidden,
    /// Signals counted within the state.
    pub tally: Tally,
    /// Two yellows were followed by no green line yet.
    pub sensitised: bool,
    /// The signal of the last line; none at the start.
    pub last: Option<Signal>,
    /// What of danger was asked about or settled so far.
    pub covered: RiskEnquiries,
}

impl Snapshot {
    /// The moment before the first line: S1, the active layer is L0.
    #[must_use]
    pub const fn start(parameters: &Parameters) -> Self {
        let hidden = parameters.start();
        Self {
            hidden,
            active: Layer::L0,
            state: SessionState::Contact,
            entered: hidden,
            tally: Tally { greens: 0, misses: 0, reds: 0 },
            sensitised: false,
            last: None,
            covered: RiskEnquiries::NONE,
        }
    }

    /// Whether the client is in a crisis: in S4, or with tension above 75. It is the warning that a specialist sees.
    #[must_use]
    pub fn warns(&self) -> bool {
        self.state == SessionState::Crisis || self.hidden.tension > HIGH_TENSION
    }

    /// How long the client's answer is.
    #[must_use]
    pub fn reply_length(&self) -> ReplyLength {
        ReplyLength::of(self.hidden.cognitive_access)
    }
}

/// A line that was spoken, and what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its place in its branch, from 1.
    pub turn: u16,
    /// What the model said about it.
    pub reading: MoveReading,
    /// The layer on which the client was when it was spoken.
    pub met: Layer,
    /// Its signal.
    pub signal: Signal,
    /// What the signal means together with the one before.
    pub pattern: Option<Pattern>,
    /// The moment after it.
    pub after: Snapshot,
}

/// What a line does. `turn` is its place in the branch, from 1.
///
/// The signal is found first, as the client would take the line by itself; if it makes a cascade or restores contact with the
/// signal before, the numbers are those of that pattern. The signal stays.
#[must_use]
pub fn advance(setup: &Setup, before: &Snapshot, turn: u16, reading: MoveReading) -> Step {
    let parameters = &setup.parameters;
    let plain = if before.sensitised { Mood::Sensitised } else { Mood::Plain };
    let meet = |mood| {
        let meeting = Meeting { parameters, before: &before.hidden, last: before.last, reading: &reading, mood };
        meeting.after(|variable| draw(setup.run, turn, variable))
    };
    let taken = meet(plain);
    let signal = Signal::of(&before.hidden, &taken, &reading, before.warns());
    let pattern = Pattern::of(before.last, signal);
    let hidden = match pattern {
        Some(Pattern::Cascade) => meet(Mood::Cascade),
        Some(Pattern::ContactRestored) => meet(Mood::Restored),
        Some(Pattern::HeightenedSensitivity) | None => taken,
    };
    let tally = before.tally.with(signal, pattern);
    let covered = before.covered.and(reading.enquiries());
    let facts = Facts {
        hidden,
        entered: before.entered,
        fit: reading.fit(),
        regulatory_match: reading.regulatory_match(),
        goal_relevance: reading.goal_relevance(),
        signal,
        tally,
        goal: setup.goal,
        covered,
    };
    let state = next_state(before.state, &facts);
    let stays = state == before.state;
    let sensitised = match signal {
        Signal::Green => false,
        Signal::Yellow | Signal::Red => before.sensitised || pattern.is_some(),
    };
    let after = Snapshot {
        hidden,
        active: active_layer(parameters.dominant_layer, before.active, &hidden, state, signal),
        state,
        entered: if stays { before.entered } else { hidden },
        tally: if stays { tally } else { Tally::default() },
        sensitised,
        last: Some(signal),
        covered,
    };
    Step { turn, reading, met: before.active, signal, pattern, after }
}

/// The layer on which the client is after a line. Crisis, stabilisation, high tension and lost access lead to the body at once.
/// Else a green line leads one layer up, a red one one layer down, and none above what access and the case allow: L2 below 40,
/// L3 below 60, and never above the dominant layer.
fn active_layer(dominant: Layer, before: Layer, hidden: &Hidden, state: SessionState, signal: Signal) -> Layer {
    let overwhelmed = hidden.tension > HIGH_TENSION || hidden.cognitive_access < LOW_ACCESS;
    if overwhelmed || matches!(state, SessionState::Crisis | SessionState::Stabilisation) {
        return Layer::L0;
    }
    let within_reach = match hidden.cognitive_access {
        access if access < Level::whole(40) => Layer::L2,
        access if access < Level::whole(60) => Layer::L3,
        _ => Layer::L4,
    };
    let wished = match signal {
        Signal::Green => before.above(),
        Signal::Yellow => before,
        Signal::Red => before.below(),
    };
    wished.min(within_reach).min(dominant)
}

/// The class that helps at this moment: steadying while the body is in alarm, meeting the client otherwise. It is what hints
/// and alternative trajectories use.
#[must_use]
pub fn helpful_class(now: &Snapshot) -> Fit {
    let alarmed = now.warns() || now.hidden.cognitive_access < LOW_ACCESS || now.state == SessionState::Stabilisation;
    if alarmed { Fit::StabilizesL0 } else { Fit::Matches }
}
