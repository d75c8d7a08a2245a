//! The same session once more: as it was, or with another line in one place.
use serde::{Deserialize, Serialize};

use super::{Fit, MoveReading, Setup, Signal, Snapshot, Step, Variable, advance, helpful_class};

/// The most alternative trajectories of a debrief.
const ALTERNATIVES: usize = 3;

/// The steps that these readings give, one after the other from the start. An unchanged log gives itself.
#[must_use]
pub fn replay(setup: &Setup, readings: impl IntoIterator<Item = MoveReading>) -> Vec<Step> {
    go_on(setup, Snapshot::start(&setup.parameters), 1, readings)
}

fn go_on(setup: &Setup, from: Snapshot, turn: u16, readings: impl IntoIterator<Item = MoveReading>) -> Vec<Step> {
    let steps = readings.into_iter().scan((from, turn), |(now, turn), reading| {
        let step = advance(setup, now, *turn, reading);
        (*now, *turn) = (step.after, turn.saturating_add(1));
        Some(step)
    });
    steps.collect()
}

/// How a session might have gone with a line of another class in one place. The lines after it are read as they were, although
/// the client would have answered differently: a direction, not a prediction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// The place of the line, from 1.
    pub turn: u16,
    /// The class it has here.
    pub instead: Fit,
    /// The whole way: unchanged before the place, computed anew from it.
    pub steps: Vec<Step>,
}

/// The way `steps` would have gone with a line of the class `instead` at `turn`; `None` if there is no such line, or it is of
/// that class already.
#[must_use]
pub fn alternative(setup: &Setup, steps: &[Step], turn: u16, instead: Fit) -> Option<Alternative> {
    let at = usize::from(turn).checked_sub(1)?;
    let line = steps.get(at).filter(|line| line.reading.fit() != instead)?;
    let (kept, later) = steps.split_at(at);
    let before = kept.last().map_or_else(|| Snapshot::start(&setup.parameters), |step| step.after);
    let changed = line.reading.as_class(instead, before.active);
    let readings = later.iter().map(|step| step.reading).skip(1);
    let anew = go_on(setup, before, turn, std::iter::once(changed).chain(readings));
    Some(Alternative { turn, instead, steps: [kept, &anew].concat() })
}

/// Up to three alternatives for a debrief, by place: the lines that cost most (red before yellow, then by the rise of tension,
/// the earlier first), each with the class that would have helped. A session without such lines shows what its strongest lines
/// held off: the same places with a line that is ahead.
#[must_use]
pub fn alternatives(setup: &Setup, steps: &[Step]) -> Vec<Alternative> {
    let mut before = Snapshot::start(&setup.parameters);
    let mut places: Vec<(u8, f64, u16, Fit)> = Vec::new();
    for step in steps {
        let weight = match step.signal {
            Signal::Red => 0,
            Signal::Yellow => 1,
            Signal::Green => 2,
        };
        let instead = if step.signal == Signal::Green { Fit::Ahead } else { helpful_class(&before) };
        places.push((weight, step.after.hidden.moved(&before.hidden, Variable::Tension), step.turn, instead));
        before = step.after;
    }
    if places.iter().any(|(weight, ..)| *weight < 2) {
        places.retain(|(weight, ..)| *weight < 2);
        places.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
    } else {
        places.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2)));
    }
    let found = places.into_iter().filter_map(|(_, _, turn, instead)| alternative(setup, steps, turn, instead));
    let mut found: Vec<Alternative> = found.take(ALTERNATIVES).collect();
    found.sort_by_key(|alternative| alternative.turn);
    found
}
