//! What a case is made of.
use serde::{Deserialize, Serialize};

use crate::engine::{Layer, RiskEnquiries, risk::RiskKind};

/// How demanding a case is to work with (simulator.md, table of profiles).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Difficulty {
    /// For a first session.
    Medium,
    /// The client answers strongly.
    High,
    /// The client answers strongly, fast, and little is taken.
    VeryHigh,
}

/// How near a crisis the client is at the start (simulator.md, table of profiles). It says how the case is meant to be played,
/// and is never shown as a verdict on a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CrisisLevel {
    /// No crisis.
    None,
    /// A crisis may come up.
    Moderate,
    /// The client is in one, or near it.
    High,
}

/// The client's grammatical gender, for texts in Russian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Feminine.
    F,
    /// Masculine.
    M,
}

/// Who the client is. Every person in the library is made up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Grammatical gender.
    pub gender: Gender,
    /// Full years.
    pub age: u8,
    /// What the client came with, as the client would put it.
    pub request: String,
    /// What is so: life, work, people, what happened and when.
    pub facts: Vec<String>,
    /// How the client speaks.
    pub speech: String,
}

/// What one layer of regulation holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerText {
    /// How regulation is organised on it.
    pub text: String,
    /// What is seen and heard of it in the conversation.
    pub markers: Vec<String>,
    /// What sets it off.
    pub triggers: Vec<String>,
}

/// Layer A, the technical model of the case. All of it are hypotheses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TechnicalModel {
    /// The leading hypothesis.
    pub hypothesis: String,
    /// Why the dominant layer is the one: the governing conflict.
    pub dominant_because: String,
    /// The loop that keeps the difficulty going, as arrows.
    pub r#loop: String,
    /// What it costs: strength, relations, meaning.
    pub cost: String,
    /// What speaks against the hypothesis.
    pub against: String,
}

/// Layer B, a target of intervention. Their order is the order of work, bottom-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Where.
    pub layer: Layer,
    /// What should change, not how.
    pub direction: String,
    /// By what one sees that the next target may be taken up.
    pub criterion: String,
}

/// Layer C, the case in the client's own words and pictures: no terms, no directives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Narrative {
    /// 3 to 6 words.
    pub metaphor: String,
    /// How the client could be told what was understood.
    pub text: String,
}

/// What typical errors lead to in this case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trajectories {
    /// Lines ahead of the client.
    pub ahead: String,
    /// Lines that pass by what the client is taken up with.
    pub ignores_dominant: String,
    /// Lines that take over the lead.
    pub tightens_control: String,
    /// Lines that heat up.
    pub escalates: String,
}

/// What of danger the case carries. Methods are never named: neither here nor by the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskProfile {
    /// Whether there is a sign of danger, and what is behind it.
    pub kind: RiskKind,
    /// How the sign sounds in the client's words; empty if and only if there is none.
    #[serde(default)]
    pub signal: String,
    /// What is behind the sign, for the specialist; for a case without one, what the absence rests on.
    pub meaning: String,
    /// What the client answers to a plain question, in general words.
    #[serde(default)]
    pub when_asked: String,
    /// What holds the client.
    pub protective_factors: Vec<String>,
    /// What competent enquiry covers.
    #[serde(default)]
    pub called_for: RiskEnquiries,
    /// What happens when nobody asks.
    #[serde(default)]
    pub when_missed: String,
}
