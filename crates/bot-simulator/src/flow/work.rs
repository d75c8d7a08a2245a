//! What a chat remembers of a training session.
use bot_material::{Pile, Signs};
use domain::{ArtifactId, CaseId, OutboxId, RunId};
use serde::{Deserialize, Serialize};

use crate::{
    ask::{EXCHANGES, Exchange, OWN_KEY},
    cases::Case,
    debrief::Spoken,
    engine::{Iteration, Session},
};

/// A training session that goes on, from the choice of its mode to its debrief.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Which run.
    pub run: RunId,
    /// Of which case of the practice.
    pub case: CaseId,
    /// The link's parameter it was opened with, to know the same link again.
    pub token: String,
    /// Where it stands.
    pub stage: Stage,
    /// How to train.
    pub mode: Mode,
    /// The virtual client. The whole of it: a later edition of the library changes no session that has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Box<Case>>,
    /// The client that suits the specialist's next session, by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suits: Option<u8>,
    /// Material for a client of one's own.
    #[serde(default)]
    pub pile: Pile,
    /// Earlier results of the case that belong to it.
    #[serde(default)]
    pub earlier: Vec<ArtifactId>,
    /// Signs of danger in the material, each once. Lines in the role are none.
    #[serde(default)]
    pub signs: Signs,
    /// How often a client was made of it.
    #[serde(default)]
    pub made: u8,
    /// Rules that a model's replies broke, without any text.
    #[serde(default)]
    pub flags: Vec<String>,
    /// The session's log of numbers, once it has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// What was said at each of its lines.
    #[serde(default)]
    pub spoken: Vec<Spoken>,
    /// A line that was said and is not counted yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// Words that came while the client was about to answer, or from outside the role: not said yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsaid: Option<String>,
    /// The specialist spoke of themselves: the role is left until they come back to it.
    #[serde(default)]
    pub outside: bool,
    /// How many jobs were asked for: only the answer to the newest one counts.
    #[serde(default)]
    pub serial: u32,
    /// Our message that may be edited next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<OutboxId>,
}

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    /// A signal and an explanation after each line, and hints.
    Training,
    /// Nothing but the client until the debrief.
    Practice,
}

/// Where a training session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The mode is to be chosen.
    Mode,
    /// The client is to be chosen.
    Clients,
    /// Material for a client of one's own is awaited.
    Collecting,
    /// The worker reads the material.
    Reading,
    /// The worker makes a client of it.
    Making,
    /// The specialist is to confirm that nobody is to be recognised.
    Confirming,
    /// The goal is to be chosen.
    Goal,
    /// The specialist speaks.
    Active,
    /// The client is about to answer.
    Answering,
    /// The worker writes the debrief.
    Debriefing,
    /// The worker could not go on; it is asked again when the specialist wants.
    Stuck(Task),
}

/// What the worker is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Read the material.
    Reading,
    /// Make a client of it.
    Client,
    /// Talk the session through.
    Debrief,
}

impl Work {
    /// A session whose mode is to be chosen.
    #[must_use]
    pub fn new(run: RunId, case: CaseId, token: String) -> Self {
        Self {
            run,
            case,
            token,
            stage: Stage::Mode,
            mode: Mode::Training,
            client: None,
            suits: None,
            pile: Pile::default(),
            earlier: Vec::new(),
            signs: Signs::default(),
            made: 0,
            flags: Vec::new(),
            session: None,
            spoken: Vec::new(),
            line: None,
            unsaid: None,
            outside: false,
            serial: 0,
            message: None,
        }
    }

    /// Whether the client was made of the specialist's own material.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.client.as_ref().is_some_and(|client| client.key.as_str() == OWN_KEY)
    }

    /// Lines that were said, over all branches.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.session.as_ref().map_or(0, Session::lines_spoken)
    }

    /// The lines of the way the specialist is on.
    #[must_use]
    pub fn way(&self) -> Vec<Iteration> {
        self.session.as_ref().map(|session| session.current().lines).unwrap_or_default()
    }

    /// What was said at a line.
    #[must_use]
    pub fn words_of(&self, line: &Iteration) -> Option<&Spoken> {
        self.spoken.iter().find(|spoken| spoken.id == line.id)
    }

    /// The latest exchanges of the way the specialist is on.
    #[must_use]
    pub fn said(&self) -> Vec<Exchange> {
        let way = self.way();
        let latest = &way[way.len().saturating_sub(EXCHANGES)..];
        latest.iter().filter_map(|line| self.words_of(line)).map(|spoken| spoken.said.clone()).collect()
    }

    /// Words that are kept until the specialist says them.
    pub fn keep_unsaid(&mut self, words: String) {
        self.unsaid = Some(match self.unsaid.take() {
            Some(before) => format!("{before}\n{words}"),
            None => words,
        });
    }
}

bot_material::frame_work!(Work);
