//! What the worker is asked for, and what it answers. The payload of a job is encrypted with the case's key.
use bot_kit::KeptArtifact;
use bot_material::{Part, SeenSign, WasRead, frame};
use chrono::{DateTime, Utc};
use domain::{ArtifactId, CaseId, Locale, RunId};
use serde::{Deserialize, Serialize};

use crate::{
    ask::Found,
    flow::Work,
    material::{Asked, Earlier, Input},
    model::{Ask, Board, Change, Flag, Mark},
};

/// What is wanted of the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    /// Hypotheses, layers and red flags from the material.
    Extract,
    /// What the newest answer changes.
    Changes,
    /// Words for a question.
    Question(Ask),
    /// The result.
    Result,
}

/// Something is wanted of everything there is.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct InputWish {
    /// Which job of its run it is.
    pub serial: u32,
    /// What is wanted.
    pub want: Want,
    /// Language of the texts.
    pub locale: Locale,
    /// The material.
    pub parts: Vec<Part>,
    /// Earlier results of the case that are to be known.
    pub earlier: Vec<ArtifactId>,
    /// The board.
    pub board: Board,
    /// Layers in the material.
    pub marks: Vec<Mark>,
    /// Red flags with their answers.
    pub flags: Vec<Flag>,
    /// The dialogue.
    pub dialogue: Vec<Asked>,
    /// Signs of danger seen so far.
    pub signs: Vec<SeenSign>,
    /// A model has read all texts for signs of danger.
    pub assessed: bool,
}

impl InputWish {
    /// What a work has come to.
    #[must_use]
    pub fn of(work: &Work, want: Want, locale: Locale) -> Self {
        Self {
            serial: work.serial,
            want,
            locale,
            parts: work.pile.parts(),
            earlier: work.earlier.clone(),
            board: work.board.clone(),
            marks: work.marks.clone(),
            flags: work.flags.clone(),
            dialogue: work.dialogue.clone(),
            signs: work.signs.seen.clone(),
            assessed: work.signs.assessed,
        }
    }

    /// What the job works with. `earlier` are the results that were wanted and found.
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
            earlier,
            board: self.board,
            marks: self.marks,
            flags: self.flags,
            dialogue: self.dialogue,
            signs: self.signs,
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
    /// What the material gave.
    Extracted(Found),
    /// What the newest answer changes.
    Changed(Vec<Change>),
    /// A question with its words.
    Question(Box<Asked>),
    /// The result.
    Result(Box<KeptArtifact>),
    /// It was given up for now.
    Failed,
}
