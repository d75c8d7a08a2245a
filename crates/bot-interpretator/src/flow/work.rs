//! What a chat remembers of an interpretation.
use bot_material::{Pile, Signs};
use domain::{ArtifactId, CaseId, OutboxId, RunId};
use serde::{Deserialize, Serialize};

use crate::material::{Answered, Reply};

/// An interpretation that goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Which run.
    pub run: RunId,
    /// Of which case.
    pub case: CaseId,
    /// The link's parameter it was opened with, to know the same link again.
    pub token: String,
    /// Where the dialogue stands.
    pub stage: Stage,
    /// The material.
    pub pile: Pile,
    /// What the specialist put right in the descriptions of pictures.
    #[serde(default)]
    pub corrections: Vec<String>,
    /// The questions, once there are any.
    #[serde(default)]
    pub questions: Vec<Asked>,
    /// The questions were asked: answered, or left by choice.
    #[serde(default)]
    pub asked: bool,
    /// Earlier results of the case that are to be known.
    #[serde(default)]
    pub earlier: Vec<ArtifactId>,
    /// Signs of danger in the material, each once.
    #[serde(default)]
    pub signs: Signs,
    /// How many jobs were asked for: only the answer to the newest one counts.
    #[serde(default)]
    pub serial: u32,
    /// How often a result was asked for.
    #[serde(default)]
    pub tries: u32,
    /// Our message that may be edited next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<OutboxId>,
    /// Words that looked like a question to us and were not taken as material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubted: Option<String>,
}

/// Where an interpretation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Material is awaited.
    Collecting,
    /// The worker reads the material.
    Reading,
    /// The descriptions of the pictures are to be confirmed.
    Describing,
    /// The worker thinks of questions.
    Preparing,
    /// A question is on the screen.
    Asking,
    /// The worker interprets.
    Interpreting,
    /// The worker could not go on; it is asked again when the specialist wants.
    Stuck(Task),
}

/// What the worker is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Read the material.
    Reading,
    /// Interpret it.
    Result,
}

/// A question and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The question.
    pub question: String,
    /// The answer; none while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Reply>,
}

impl Work {
    /// An interpretation that begins.
    #[must_use]
    pub fn new(run: RunId, case: CaseId, token: String) -> Self {
        Self {
            run,
            case,
            token,
            stage: Stage::Collecting,
            pile: Pile::default(),
            corrections: Vec::new(),
            questions: Vec::new(),
            asked: false,
            earlier: Vec::new(),
            signs: Signs::default(),
            serial: 0,
            tries: 0,
            message: None,
            doubted: None,
        }
    }

    /// Characters of what counts beside the material.
    #[must_use]
    pub fn besides(&self) -> usize {
        self.corrections.iter().map(|text| text.chars().count()).sum()
    }

    /// The questions that were answered, with their answers.
    #[must_use]
    pub fn answers(&self) -> Vec<Answered> {
        let answered = self.questions.iter().filter_map(|asked| {
            let answer = asked.answer.clone()?;
            Some(Answered { question: asked.question.clone(), answer })
        });
        answered.collect()
    }

    /// The question that is open, from 0.
    #[must_use]
    pub fn open_question(&self) -> Option<usize> {
        self.questions.iter().position(|asked| asked.answer.is_none())
    }
}

bot_material::frame_work!(Work);
