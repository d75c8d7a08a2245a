//! The hidden variables over the lines, as data for a picture.
use domain::Locale;
use serde::{Deserialize, Serialize};

use super::Debrief;
use crate::{
    engine::{SessionState, Signal, Variable},
    words,
};

/// Data of a picture: one curve for each variable, over the lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Curves in the order of the variables: its name, and its value in points from 0 to 100 at the start and after each line.
    pub curves: Vec<(String, Vec<f64>)>,
    /// The signal of each line, from the first.
    pub signals: Vec<Signal>,
    /// The state at the start and after each line.
    pub states: Vec<SessionState>,
}

/// The picture of a debrief, with names in a language.
#[must_use]
pub fn picture(debrief: &Debrief, locale: Locale) -> Picture {
    let curve = |variable: Variable| {
        let start = debrief.lines.first().map(|line| line.before);
        let levels = start.into_iter().chain(debrief.lines.iter().map(|line| line.step.after.hidden));
        (words::variable(variable, locale).to_owned(), levels.map(|hidden| hidden.get(variable).points()).collect())
    };
    Picture {
        curves: Variable::ALL.into_iter().map(curve).collect(),
        signals: debrief.lines.iter().map(|line| line.step.signal).collect(),
        states: std::iter::once(SessionState::Contact).chain(debrief.lines.iter().map(|line| line.step.after.state)).collect(),
    }
}
