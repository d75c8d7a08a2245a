//! What the worker is asked for, and what it answers. The payload of a job is encrypted with the case's key.
use bot_kit::KeptArtifact;
use bot_material::{Part, SeenSign, WasRead, frame};
use domain::{ArtifactId, Locale};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ask::{ClientTurn, Exchange},
    cases::Case,
    debrief::Spoken,
    engine::{Goal, Session, Snapshot},
};

/// A virtual client is wanted from material.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientWish {
    /// Which job of its run it is.
    pub serial: u32,
    /// Language of the client.
    pub locale: Locale,
    /// The material.
    pub parts: Vec<Part>,
    /// Earlier results of the case that belong to it.
    pub earlier: Vec<ArtifactId>,
}

/// A line is to be read and answered.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct LineWish {
    /// Which job of its run it is.
    pub serial: u32,
    /// Language of the client's words.
    pub locale: Locale,
    /// The client.
    pub client: Box<Case>,
    /// What is practised.
    pub goal: Goal,
    /// The moment before the line.
    pub now: Snapshot,
    /// The line's place on its way, from 1.
    pub turn: u16,
    /// What was said on the way to it, the latest exchanges.
    pub said: Vec<Exchange>,
    /// The line.
    pub line: String,
}

/// The debrief of a session is wanted.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct DebriefWish {
    /// Which job of its run it is.
    pub serial: u32,
    /// Language of the texts.
    pub locale: Locale,
    /// The client.
    pub client: Box<Case>,
    /// The log of numbers.
    pub session: Session,
    /// The words.
    pub spoken: Vec<Spoken>,
    /// Signs of danger in the material of a client of one's own.
    pub signs: Vec<SeenSign>,
    /// Rules that a model's replies broke, without any text.
    pub flags: Vec<String>,
}

/// The worker's answer.
pub type Ready = frame::Ready<Outcome>;

/// What came of a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The material was read.
    Read(WasRead),
    /// A client in whom nobody is to be recognised, and the rules a model broke on the way; none when there is no such client.
    Client(Option<(Box<Case>, Vec<String>)>),
    /// A line was read and answered; with the rules a model broke on the way.
    Turn(Box<ClientTurn>, Vec<String>),
    /// A line could not be read: no number may be made up for it.
    NotCounted,
    /// The debrief, and what is kept of the session in the profile.
    Result(Box<KeptArtifact>, Value),
    /// It was given up for now.
    Failed,
}
