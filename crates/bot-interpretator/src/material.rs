//! What is interpreted: parts in the order in which they were brought, answers, and what is known besides.
use std::fmt;

pub use bot_material::Part;
use chrono::{DateTime, Utc};
use domain::{CaseId, DangerSource, Locale, RunId, ServiceId, lexicon::Sign};
use serde::{Deserialize, Serialize};

/// A question with its answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: Reply,
}

impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answered {{ {:?} }}", self.answer)
    }
}

/// An answer to a question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// In words.
    Said(String),
    /// "I do not know."
    DontKnow,
    /// "I will ask the client."
    AskClient,
    /// Passed over.
    Skipped,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(text) => write!(f, "Said[{}]", text.len()),
            Self::DontKnow => f.write_str("DontKnow"),
            Self::AskClient => f.write_str("AskClient"),
            Self::Skipped => f.write_str("Skipped"),
        }
    }
}

/// An earlier result of the case that the specialist wants to be known.
#[derive(Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Of which tool.
    pub service: ServiceId,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Its sentence.
    pub one_liner: String,
    /// Its text.
    pub text: String,
}

impl fmt::Debug for Earlier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Earlier {{ {} [{}] }}", self.service, self.text.len())
    }
}

/// Everything questions and result are made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Which run.
    pub run: RunId,
    /// Of which case.
    pub case: CaseId,
    /// The moment of the result.
    pub made_at: DateTime<Utc>,
    /// Joins the result with logs.
    pub correlation: String,
    /// Language of the texts.
    pub locale: Locale,
    /// The material.
    pub parts: Vec<Part>,
    /// What the specialist put right in descriptions of pictures: they count more than the descriptions.
    pub corrections: Vec<String>,
    /// Questions that were asked, with their answers.
    pub answers: Vec<Answered>,
    /// Earlier results of the case that are to be known.
    pub earlier: Vec<Earlier>,
    /// Signs of danger in the material.
    pub signs: Vec<(Sign, DangerSource)>,
    /// A model has read all texts for signs of danger beside the lexicon.
    pub assessed: bool,
}

/// Fewer characters than this are too little for more than one hypothesis.
const LITTLE_CHARS: usize = 120;

impl Input {
    /// Every text that can be quoted, in order.
    #[must_use]
    pub fn quotable(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        for part in &self.parts {
            match part {
                Part::Words(text) | Part::Document { text, .. } => texts.push(text.as_str()),
                Part::Picture { description, caption } => {
                    texts.push(description);
                    texts.extend(caption.as_deref());
                }
            }
        }
        texts.extend(self.corrections.iter().map(String::as_str));
        texts.extend(self.said());
        texts
    }

    /// Answers in words.
    fn said(&self) -> impl Iterator<Item = &str> {
        self.answers.iter().filter_map(|answered| match &answered.answer {
            Reply::Said(text) => Some(text.as_str()),
            Reply::DontKnow | Reply::AskClient | Reply::Skipped => None,
        })
    }

    /// Whether there is too little for more than one hypothesis, whatever a model makes of it.
    #[must_use]
    pub fn is_little(&self) -> bool {
        self.quotable().iter().map(|text| text.trim().chars().count()).sum::<usize>() < LITTLE_CHARS
    }
}
