//! The report of a finished screening: three texts that a model may write and a template always can, and the artifact.
//!
//! The worker asks for each text by [`prompt`] when the client allowed it, reads the reply by [`read_structural`], [`read_questions`] or
//! [`read_portrait`], asks once more by [`repair_request`] when the reply has faults, and takes the text of [`template`] when
//! it still has. [`compose`] joins the texts with the answers and results, and [`to_txt`] writes the artifact as plain text.
mod ask;
mod comparison;
mod compose;
mod contradictions;
mod fault;
mod payload;
mod phrases;
mod prompt;
mod reply;
pub mod template;
mod txt;

use bot_kit::{SecondReading, new_signs};
use chrono::{DateTime, Utc};
use domain::{CaseId, DangerSource, Locale, RunId, lexicon::Sign};
use serde::{Deserialize, Serialize};

use crate::{
    collected::{Collected, SeenSign},
    engine::{Results, results},
};

pub use ask::{prompt, repair_request};
pub use comparison::{Change, Comparison, Previous, Shift};
pub use compose::compose;
pub use contradictions::{Contradiction, Pull, contradictions};
pub use fault::Fault;
pub use payload::{AnsweredRow, KeptResults, Payload, SafetyPart, TickedRow, portrait_of};
pub use prompt::{PromptKind, check_prompts};
pub use reply::{Asked, Portrait, Questions, Structural, read_portrait, read_questions, read_structural};
pub use txt::to_txt;

/// Everything a report is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportInput {
    /// The run.
    pub run: RunId,
    /// The case.
    pub case: CaseId,
    /// When the report is made.
    pub created_at: DateTime<Utc>,
    /// Joins the artifact with logs and traces.
    pub correlation_id: String,
    /// What the client answered.
    pub collected: Collected,
    /// What the engine makes of it.
    pub results: Results,
    /// The case's screening before this one.
    pub previous: Option<Previous>,
    /// Whether a model has read the client's words for signs of danger.
    pub second_reading: SecondReading,
}

impl ReportInput {
    /// The input of a report, with the results computed from the answers.
    #[must_use]
    pub fn new(run: RunId, case: CaseId, created_at: DateTime<Utc>, correlation_id: String, collected: Collected) -> Self {
        let results = results(&collected.answers);
        Self {
            run,
            case,
            created_at,
            correlation_id,
            collected,
            results,
            previous: None,
            second_reading: SecondReading::NotAsked,
        }
    }

    /// The same, compared with the case's screening before this one.
    #[must_use]
    pub fn after(self, previous: Option<Previous>) -> Self {
        Self { previous, ..self }
    }

    /// The client's own words, where a model may read them for signs of danger.
    #[must_use]
    pub fn words_to_read(&self) -> Option<&str> {
        let words = self.collected.own_words.as_ref().map(|words| words.0.as_str())?;
        (self.collected.ai_allowed && !words.trim().is_empty()).then_some(words)
    }

    /// The same after a model's reading, and the signs nobody had seen before. `None`: it did not come about.
    #[must_use]
    pub fn read_by_model(mut self, found: Option<&[Sign]>) -> (Self, Vec<Sign>) {
        self.second_reading = match (self.words_to_read(), found) {
            (None, _) => SecondReading::NotAsked,
            (Some(_), None) => SecondReading::NotAssessed,
            (Some(_), Some(_)) => SecondReading::Assessed,
        };
        let seen = &self.collected.signs;
        let known = |category| seen.iter().filter(|sign| sign.category == category).map(|sign| sign.level).min();
        let new = new_signs(found.unwrap_or_default(), known);
        let noted = new.iter().map(|Sign { category, level }| SeenSign {
            category: *category,
            level: *level,
            source: DangerSource::Model,
        });
        self.collected.signs.extend(noted);
        (self, new)
    }

    /// The language of a text: the portrait is for the client, the rest for the specialist.
    #[must_use]
    pub const fn locale(&self, kind: PromptKind) -> Locale {
        match kind {
            PromptKind::Structural | PromptKind::Questions => self.collected.specialist_locale,
            PromptKind::Portrait => self.collected.locale,
        }
    }
}

/// Who wrote a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// A model; the text passed every check.
    Model,
    /// Our own wording.
    Template,
}

/// A text and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written<T> {
    /// Who wrote it.
    pub by: Author,
    /// The text.
    pub text: T,
}

impl<T> Written<T> {
    /// The model's text when there is one, else the template's.
    pub fn or_template(by_model: Option<T>, template: impl FnOnce() -> T) -> Self {
        match by_model {
            Some(text) => Self { by: Author::Model, text },
            None => Self { by: Author::Template, text: template() },
        }
    }
}

/// The three texts of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// The explanation for the specialist.
    pub structural: Written<Structural>,
    /// Questions for the session.
    pub questions: Written<Questions>,
    /// The portrait for the client.
    pub portrait: Written<Portrait>,
}

impl Texts {
    /// The texts, each by the model where it wrote one and by the template elsewhere.
    #[must_use]
    pub fn of(
        input: &ReportInput,
        structural: Option<Structural>,
        questions: Option<Questions>,
        portrait: Option<Portrait>,
    ) -> Self {
        Self {
            structural: Written::or_template(structural, || template::structural(input)),
            questions: Written::or_template(questions, || template::questions(input)),
            portrait: Written::or_template(portrait, || template::portrait(input)),
        }
    }

    /// All three by the template.
    #[must_use]
    pub fn templates(input: &ReportInput) -> Self {
        Self::of(input, None, None, None)
    }
}
