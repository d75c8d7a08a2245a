//! Work for the worker.
use domain::{CaseId, JobId, Locale, RunId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Work for the worker.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub job: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// For which run and of which case; none for what belongs to a specialist alone.
    pub about: Option<(RunId, CaseId)>,
    /// Whatever the handler needs; stored encrypted.
    pub payload: Value,
}

/// A picture of something that belongs to a specialist alone, for the chat that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureWish {
    /// Whose.
    pub owner: UserId,
    /// Language of its words.
    pub locale: Locale,
}

impl Job {
    /// A picture for a specialist.
    #[must_use]
    pub fn picture(job: JobId, kind: JobKind, wish: PictureWish) -> Self {
        Self { job, kind, about: None, payload: serde_json::to_value(wish).unwrap_or_default() }
    }
}

/// Kinds of jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Screen's report: three questions to Claude, documents, picture.
    ScreenReport,
    /// The texts of a screening's report, written anew.
    ScreenRewrite,
    /// Words for questions of a screening that may come next.
    ScreenWording,
    /// Interpretator's material: files fetched and read, pictures described, signs of danger looked for.
    InterpretatorReading,
    /// Interpretator's questions about the material.
    InterpretatorQuestions,
    /// Interpretator's result.
    InterpretatorResult,
    /// Conceptualizator's material: files fetched and read, signs of danger looked for.
    ConceptualizatorReading,
    /// Hypotheses, layers and red flags from it.
    ConceptualizatorExtract,
    /// What an answer changes on the board, or words for a question.
    ConceptualizatorStep,
    /// Conceptualizator's result: three layers.
    ConceptualizatorResult,
    /// Material for a virtual client of one's own: files fetched and read, signs of danger looked for.
    SimulatorReading,
    /// A virtual client from it, in whom nobody is to be recognised.
    SimulatorCase,
    /// A line of a training session: read, and answered by the virtual client.
    SimulatorLine,
    /// What is talked through after a training session.
    SimulatorDebrief,
    /// A specialist's training as a picture.
    TrainingPicture,
    /// The finances of the last thirty days as a picture.
    FinancePicture,
    /// A case or an account as an archive.
    Export,
    /// A question to the guide.
    GuideAnswer,
    /// A message to all specialists.
    Broadcast,
}

impl JobKind {
    /// All kinds.
    pub const ALL: [Self; 19] = [
        Self::ScreenReport,
        Self::ScreenRewrite,
        Self::ScreenWording,
        Self::InterpretatorReading,
        Self::InterpretatorQuestions,
        Self::InterpretatorResult,
        Self::ConceptualizatorReading,
        Self::ConceptualizatorExtract,
        Self::ConceptualizatorStep,
        Self::ConceptualizatorResult,
        Self::SimulatorReading,
        Self::SimulatorCase,
        Self::SimulatorLine,
        Self::SimulatorDebrief,
        Self::TrainingPicture,
        Self::FinancePicture,
        Self::Export,
        Self::GuideAnswer,
        Self::Broadcast,
    ];

    /// The text that stands for it in `jobs.kind`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ScreenReport => "screen_report",
            Self::ScreenRewrite => "screen_rewrite",
            Self::ScreenWording => "screen_wording",
            Self::InterpretatorReading => "interpretator_reading",
            Self::InterpretatorQuestions => "interpretator_questions",
            Self::InterpretatorResult => "interpretator_result",
            Self::ConceptualizatorReading => "conceptualizator_reading",
            Self::ConceptualizatorExtract => "conceptualizator_extract",
            Self::ConceptualizatorStep => "conceptualizator_step",
            Self::ConceptualizatorResult => "conceptualizator_result",
            Self::SimulatorReading => "simulator_reading",
            Self::SimulatorCase => "simulator_case",
            Self::SimulatorLine => "simulator_line",
            Self::SimulatorDebrief => "simulator_debrief",
            Self::TrainingPicture => "training_picture",
            Self::FinancePicture => "finance_picture",
            Self::Export => "export",
            Self::GuideAnswer => "guide_answer",
            Self::Broadcast => "broadcast",
        }
    }

    /// Whether a run has this job at most once, whatever asks for it.
    #[must_use]
    pub const fn is_once_per_run(self) -> bool {
        match self {
            Self::ScreenReport => true,
            Self::ScreenRewrite
            | Self::ScreenWording
            | Self::InterpretatorReading
            | Self::InterpretatorQuestions
            | Self::InterpretatorResult
            | Self::ConceptualizatorReading
            | Self::ConceptualizatorExtract
            | Self::ConceptualizatorStep
            | Self::ConceptualizatorResult
            | Self::SimulatorReading
            | Self::SimulatorCase
            | Self::SimulatorLine
            | Self::SimulatorDebrief
            | Self::TrainingPicture
            | Self::FinancePicture
            | Self::Export
            | Self::GuideAnswer
            | Self::Broadcast => false,
        }
    }

    /// The kind with this text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}
