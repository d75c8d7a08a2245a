//! What a client ticked.
use serde::{Deserialize, Serialize};

use crate::bank::{OptionItem, QuestionId, bank};

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Which question.
    pub question: QuestionId,
    /// Ticked options, from 0, ascending.
    pub ticked: Vec<u8>,
    /// The question was passed over.
    pub skipped: bool,
    /// "None of these fits"; then nothing is ticked.
    pub none_fits: bool,
}

impl Answer {
    /// The ticked options with their numbers from 0; none for a question passed over or that does not fit. A number the
    /// question does not have is left out.
    pub fn chosen(&self) -> impl Iterator<Item = (u8, &'static OptionItem)> {
        let counts = !self.skipped && !self.none_fits;
        let options = &bank().question(self.question).options;
        let ticked = self.ticked.iter().filter(move |_| counts);
        ticked.filter_map(|number| options.get(usize::from(*number)).map(|option| (*number, option)))
    }
}

/// The answers in the order they were given, one for each question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub Vec<Answer>);

impl Answers {
    /// Whether the question was answered or passed over.
    #[must_use]
    pub fn has(&self, question: QuestionId) -> bool {
        self.0.iter().any(|answer| answer.question == question)
    }

    /// How many nodes were asked.
    #[must_use]
    pub fn nodes_asked(&self) -> usize {
        self.0.iter().filter(|answer| answer.question.as_node().is_some()).count()
    }
}
