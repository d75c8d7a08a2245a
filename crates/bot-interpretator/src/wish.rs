//! What the worker is asked for, and what it answers. The payload of a job is encrypted with the case's key.
use bot_kit::KeptArtifact;
use bot_material::{Part, SeenSign, WasRead, frame};
use chrono::{DateTime, Utc};
use domain::{ArtifactId, CaseId, Locale, RunId};
use serde::{Deserialize, Serialize};

use crate::{
    flow::Work,
    material::{Answered, Earlier, Input},
};

/// Questions or a result are wanted for this material.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct InputWish {
    /// Which job of its interpretation it is.
    pub serial: u32,
    /// Language of the texts.
    pub locale: Locale,
    /// The material.
    pub parts: Vec<Part>,
    /// What the specialist put right in the descriptions.
    pub corrections: Vec<String>,
    /// Questions with their answers.
    pub answers: Vec<Answered>,
    /// Earlier results of the case that are to be known.
    pub earlier: Vec<ArtifactId>,
    /// Signs of danger seen so far.
    pub signs: Vec<SeenSign>,
    /// A model has read all texts for signs of danger.
    pub assessed: bool,
}

impl InputWish {
    /// What a work has come to.
    #[must_use]
    pub fn of(work: &Work, locale: Locale) -> Self {
        Self {
            serial: work.serial,
            locale,
            parts: work.pile.parts(),
            corrections: work.corrections.clone(),
            answers: work.answers(),
            earlier: work.earlier.clone(),
            signs: work.signs.seen.clone(),
            assessed: work.signs.assessed,
        }
    }

    /// What the questions and the result are made from. `earlier` are the results that were wanted and found.
    #[must_use]
    pub fn into_input(
        self,
        run: RunId,
        case: CaseId,
        made_at: DateTime<Utc>,
        correlation: String,
        earlier: Vec<Earlier>,
    ) -> Input {
        Input {
            run,
            case,
            made_at,
            correlation,
            locale: self.locale,
            parts: self.parts,
            corrections: self.corrections,
            answers: self.answers,
            earlier,
            signs: self.signs.into_iter().map(SeenSign::sign).collect(),
            assessed: self.assessed,
        }
    }
}

/// The worker's answer.
pub type Ready = frame::Ready<Outcome>;

/// What came of a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The material was read.
    Read(WasRead),
    /// Questions to be asked.
    Questions(Vec<String>),
    /// The result.
    Result(Box<KeptArtifact>),
    /// It was given up for now.
    Failed,
}
