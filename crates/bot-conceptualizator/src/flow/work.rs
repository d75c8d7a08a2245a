//! What a chat remembers of a model in the making.
use bot_material::{Pile, Signs};
use domain::{ArtifactId, CaseId, DangerLevel, OutboxId, RunId};
use serde::{Deserialize, Serialize};

use crate::{
    material::Asked,
    model::{Ask, Board, Flag, FlagKind, Mark, Severity},
};

/// A model in the making.
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
    /// Signs of danger in the material, each once.
    #[serde(default)]
    pub signs: Signs,
    /// Earlier results of the case that are to be known.
    #[serde(default)]
    pub earlier: Vec<ArtifactId>,
    /// The board.
    #[serde(default)]
    pub board: Board,
    /// Layers in the material.
    #[serde(default)]
    pub marks: Vec<Mark>,
    /// Red flags with their answers.
    #[serde(default)]
    pub flags: Vec<Flag>,
    /// Questions with their answers, in order.
    #[serde(default)]
    pub dialogue: Vec<Asked>,
    /// Hypotheses that were put off, by their numbers.
    #[serde(default)]
    pub later: Vec<u32>,
    /// Hypotheses were looked for in the material.
    #[serde(default)]
    pub extracted: bool,
    /// No more questions are wanted.
    #[serde(default)]
    pub finishing: bool,
    /// How many jobs were asked for: only the answer to the newest one counts.
    #[serde(default)]
    pub serial: u32,
    /// Our message that may be edited next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<OutboxId>,
    /// Words that looked like a question to us and were not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubted: Option<String>,
}

/// Where the making of a model stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Material is awaited.
    Collecting,
    /// The worker reads it.
    Reading,
    /// The worker looks for hypotheses.
    Extracting,
    /// A hypothesis is on the screen.
    Reviewing(u32),
    /// Other words for a hypothesis are awaited.
    Editing(u32),
    /// A red flag is on the screen, by its place.
    Flagged(u8),
    /// The worker looks at what an answer changes, or words a question.
    Thinking,
    /// A question is on the screen: the last of the dialogue.
    Asking,
    /// There is nothing to ask: the model can be assembled.
    Offering,
    /// The worker assembles the model.
    Assembling,
    /// The worker could not go on; it is asked again when the specialist wants.
    Stuck(Task),
}

/// What the worker is asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Read the material.
    Reading,
    /// Look for hypotheses.
    Extract,
    /// Assemble the model.
    Result,
}

impl Work {
    /// A model whose making begins.
    #[must_use]
    pub fn new(run: RunId, case: CaseId, token: String) -> Self {
        Self {
            run,
            case,
            token,
            stage: Stage::Collecting,
            pile: Pile::default(),
            signs: Signs::default(),
            earlier: Vec::new(),
            board: Board::default(),
            marks: Vec::new(),
            flags: Vec::new(),
            dialogue: Vec::new(),
            later: Vec::new(),
            extracted: false,
            finishing: false,
            serial: 0,
            message: None,
            doubted: None,
        }
    }

    /// Characters of what counts beside the material.
    #[must_use]
    pub fn besides(&self) -> usize {
        self.dialogue.iter().filter_map(Asked::said).map(|text| text.chars().count()).sum()
    }

    /// Where the questions so far aimed, and at which cards, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<Ask> {
        self.dialogue.iter().map(|asked| Ask { direction: asked.direction, card: asked.card }).collect()
    }

    /// The first red flag without an answer, the most serious ones first.
    #[must_use]
    pub fn open_flag(&self) -> Option<u8> {
        let open = self.flags.iter().enumerate().filter(|(_, flag)| flag.answer.is_none());
        let first = open.max_by_key(|(at, flag)| (flag.severity, std::cmp::Reverse(*at)))?;
        u8::try_from(first.0).ok()
    }

    /// A sign of danger in the material is a red flag too, before all others.
    pub fn flag_danger(&mut self, text: &str, level: DangerLevel) {
        let severity = match level {
            DangerLevel::Urgent => Severity::Critical,
            DangerLevel::Elevated => Severity::Stop,
        };
        let known = self.flags.iter().any(|flag| flag.text == text && flag.severity >= severity);
        if !known {
            let flag = Flag { kind: FlagKind::Clinical, severity, text: text.to_owned(), danger: true, answer: None };
            self.flags.insert(0, flag);
        }
    }
}

bot_material::frame_work!(Work);
