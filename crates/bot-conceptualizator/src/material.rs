//! What a model of a case is made from.
use std::fmt;

use bot_material::{Part, SeenSign};
use chrono::{DateTime, Utc};
use domain::{ArtifactId, CaseId, Locale, RunId, ServiceId};
use serde::{Deserialize, Serialize};

use crate::model::{Board, Direction, Flag, Mark};

/// A question of the dialogue and what came of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Where it aims.
    pub direction: Direction,
    /// The card it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<u32>,
    /// In words.
    pub question: String,
    /// What it is for.
    pub why: String,
    /// The answer; none while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Reply>,
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// In words.
    Said(String),
    /// Passed over.
    Skipped,
}

impl fmt::Debug for Asked {
    /// No words: they are clinical.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Asked {{ {:?} {:?} {:?} }}", self.direction, self.card, self.answer)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(text) => write!(f, "Said[{}]", text.len()),
            Self::Skipped => f.write_str("Skipped"),
        }
    }
}

impl Asked {
    /// The answer in words, if there is one.
    #[must_use]
    pub fn said(&self) -> Option<&str> {
        match &self.answer {
            Some(Reply::Said(text)) => Some(text),
            Some(Reply::Skipped) | None => None,
        }
    }
}

/// An earlier result of the case that is to be known, as data in words: its tool, its sentence, markers, questions and findings.
#[derive(Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Which.
    pub artifact: ArtifactId,
    /// Of which tool.
    pub service: ServiceId,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Its content in words.
    pub text: String,
}

impl fmt::Debug for Earlier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Earlier {{ {} [{}] }}", self.service, self.text.len())
    }
}

/// Everything a job works with.
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
    /// Earlier results that are to be known.
    pub earlier: Vec<Earlier>,
    /// The board.
    pub board: Board,
    /// Layers in the material.
    pub marks: Vec<Mark>,
    /// Red flags with their answers.
    pub flags: Vec<Flag>,
    /// The dialogue so far.
    pub dialogue: Vec<Asked>,
    /// Signs of danger in the material.
    pub signs: Vec<SeenSign>,
    /// A model has read all texts for signs of danger.
    pub assessed: bool,
}

impl Input {
    /// Every text that can be quoted.
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
        texts.extend(self.earlier.iter().map(|earlier| earlier.text.as_str()));
        texts.extend(self.dialogue.iter().filter_map(Asked::said));
        texts
    }
}
