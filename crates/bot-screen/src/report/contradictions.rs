//! Ticked options that pull one axis in both directions. They are a reason to ask, not a mistake of the client's.
use domain::Locale;
use serde::{Deserialize, Serialize};

use crate::{
    bank::QuestionId,
    engine::{Answers, Axis},
};

/// A ticked option that pulls an axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// Of which question.
    pub question: QuestionId,
    /// The option's number as the client saw it, from 1.
    pub number: u8,
    /// Its text.
    pub text: String,
}

/// An axis with ticked options of opposite sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contradiction {
    /// The axis.
    pub axis: Axis,
    /// Options with a negative weight.
    pub negative: Vec<Pull>,
    /// Options with a positive weight.
    pub positive: Vec<Pull>,
}

/// The axes with ticked options of opposite sign, in order.
#[must_use]
pub fn contradictions(answers: &Answers, locale: Locale) -> Vec<Contradiction> {
    let pulls = |axis: Axis, side: fn(f64) -> bool| -> Vec<Pull> {
        let chosen = answers.0.iter().flat_map(|answer| answer.chosen().map(|chosen| (answer.question, chosen)));
        chosen
            .filter(|(_, (_, option))| side(option.axis[axis]))
            .map(|(question, (number, option))| Pull { question, number: number + 1, text: option.text(locale).to_owned() })
            .collect()
    };
    let of_axis = |axis| Contradiction { axis, negative: pulls(axis, |x| x < 0.0), positive: pulls(axis, |x| x > 0.0) };
    let found = Axis::ALL.into_iter().map(of_axis);
    found.filter(|found| !found.negative.is_empty() && !found.positive.is_empty()).collect()
}
