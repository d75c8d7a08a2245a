//! What the worker is asked for, and what it answers.
use std::fmt;

use domain::{JobId, Locale, ServiceId, UserId};
use serde::{Deserialize, Serialize};

use super::Route;

/// Answered questions that the guide remembers, the latest ones.
pub const HISTORY: usize = 10;

/// A question and its answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The question; one about a client as it was put in general terms.
    pub question: String,
    /// The answer.
    pub answer: String,
}

impl fmt::Debug for Pair {
    /// Lengths only: what people ask is theirs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pair[{}, {}]", self.question.len(), self.answer.len())
    }
}

/// Adds a pair; of what is remembered, whole pairs go, the oldest first.
pub fn remember(history: &mut Vec<Pair>, pair: Pair) {
    history.push(pair);
    let over = history.len().saturating_sub(HISTORY);
    history.drain(..over);
}

/// A question to the guide. Its payload is sealed with the specialist's key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideWish {
    /// Who asks.
    pub owner: UserId,
    /// Language of the answer.
    pub locale: Locale,
    /// What was asked and answered before, the oldest first.
    pub history: Vec<Pair>,
    /// The question.
    pub question: String,
}

impl fmt::Debug for GuideWish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GuideWish {{ {}, history: {}, question: [{}] }}", self.locale, self.history.len(), self.question.len())
    }
}

/// The worker's answer to the question a job was enqueued for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The job.
    pub job: JobId,
    /// What came of it.
    pub what: Outcome,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is answered.
    Answered(Answered),
    /// It is about something else.
    Outside,
    /// It takes longer than usual; the answer is still to come.
    Longer,
    /// The model cannot be asked now, however often it was tried.
    Away,
    /// The model gave no answer that may be shown.
    Unusable,
}

/// An answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Answered {
    /// What kind of question it was.
    pub route: Route,
    /// The question as it is remembered.
    pub question: String,
    /// The answer: plain text, which breaks no rule.
    pub answer: String,
    /// For a question about a client, the tool that was made for it.
    pub tool: Option<ServiceId>,
}

impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answered {{ {:?}, {:?}, [{}] }}", self.route, self.tool, self.answer.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_ten_pairs_are_remembered_whole() {
        let mut history = Vec::new();
        for number in 1..=12 {
            remember(&mut history, Pair { question: format!("в{number}"), answer: format!("о{number}") });
        }
        let kept: Vec<(&str, &str)> = history.iter().map(|pair| (pair.question.as_str(), pair.answer.as_str())).collect();
        assert_eq!((kept.len(), kept.first(), kept.last()), (HISTORY, Some(&("в3", "о3")), Some(&("в12", "о12"))));
    }

    #[test]
    fn nothing_of_a_question_is_shown_to_a_log() {
        let pair = Pair { question: "секрет".into(), answer: "тайна".into() };
        let wish = GuideWish {
            owner: UserId(uuid::Uuid::nil()),
            locale: Locale::Ru,
            history: vec![pair.clone()],
            question: "секрет".into(),
        };
        let answered = Answered { route: Route::Terms, question: "секрет".into(), answer: "тайна".into(), tool: None };
        for shown in [format!("{pair:?}"), format!("{wish:?}"), format!("{answered:?}")] {
            assert!(!shown.contains("секрет") && !shown.contains("тайна"), "{shown}");
        }
    }
}
