//! Green, yellow, red; and what two of them in a row mean.
use serde::{Deserialize, Serialize};

use super::{Hidden, MoveReading, Variable};

/// A rise of tension by so many points in one line is sharp.
pub const SHARP_RISE: f64 = 12.0;
/// A fall of trust by so many points in one line is a rupture.
pub const RUPTURE: f64 = 8.0;

/// What a line did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// It fits, and uncertainty falls.
    Green,
    /// Drift: neither of the others.
    Yellow,
    /// It destabilises: escalation, a sharp rise of tension, a rupture, or a crisis that was passed by.
    Red,
}

impl Signal {
    /// The signal of a line. `crisis` says whether the client was in one when the line was spoken: in S4, or with tension
    /// above 75.
    #[must_use]
    pub fn of(before: &Hidden, after: &Hidden, reading: &MoveReading, crisis: bool) -> Self {
        let fits = reading.fit().helps();
        let sharp = after.moved(before, Variable::Tension) >= SHARP_RISE;
        let rupture = after.moved(before, Variable::Trust) <= -RUPTURE;
        let passed_by = crisis && !fits;
        let clearer = after.uncertainty < before.uncertainty || after.uncertainty == super::Level::MIN;
        if reading.fit() == super::Fit::Escalates || sharp || rupture || passed_by {
            Self::Red
        } else if fits && clearer {
            Self::Green
        } else {
            Self::Yellow
        }
    }
}

/// What a line's signal means together with the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Two yellows: until the next green line, what harms harms more.
    HeightenedSensitivity,
    /// Yellow, then red: what harmed in this line was as strong as it can be.
    Cascade,
    /// Red, then green: contact is there again, trust lags behind.
    ContactRestored,
}

impl Pattern {
    /// The pattern of two signals in a row, the earlier one first.
    #[must_use]
    pub const fn of(last: Option<Signal>, signal: Signal) -> Option<Self> {
        match (last, signal) {
            (Some(Signal::Yellow), Signal::Yellow) => Some(Self::HeightenedSensitivity),
            (Some(Signal::Yellow), Signal::Red) => Some(Self::Cascade),
            (Some(Signal::Red), Signal::Green) => Some(Self::ContactRestored),
            (None | Some(Signal::Green), Signal::Green | Signal::Yellow | Signal::Red)
            | (Some(Signal::Yellow), Signal::Green)
            | (Some(Signal::Red), Signal::Yellow | Signal::Red) => None,
        }
    }
}
