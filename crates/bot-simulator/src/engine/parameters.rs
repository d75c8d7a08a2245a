//! What a client brings along: start values and how strongly the client answers.
use domain::RunId;
use serde::{Deserialize, Serialize};

use super::{Degree, Goal, Hidden, Layer, Level, Share};

/// How wide a window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// Little fits in.
    Narrow,
    /// Something between.
    Moderate,
    /// Much fits in.
    Wide,
}

impl Window {
    /// 0.75 for narrow, 0.5, 0.25 for wide (simulator.md, CCI).
    #[must_use]
    pub const fn narrowness(self) -> f64 {
        match self {
            Self::Narrow => 0.75,
            Self::Moderate => 0.5,
            Self::Wide => 0.25,
        }
    }
}

/// How fast tension mounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speed {
    /// Over many lines.
    Slow,
    /// Something between.
    Moderate,
    /// At once.
    Fast,
}

impl Speed {
    /// 0.25 for slow, 0.5, 0.75 for fast (simulator.md, CCI).
    #[must_use]
    pub const fn value(self) -> f64 {
        match self {
            Self::Slow => 0.25,
            Self::Moderate => 0.5,
            Self::Fast => 0.75,
        }
    }
}

/// The parameters of a case (simulator.md, table of profiles). Which of them a formula uses, says the crate's README.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The layer on which the client's difficulty is organised; the active layer rises no higher.
    pub dominant_layer: Layer,
    /// Tension at the start.
    pub tension: Level,
    /// Cognitive access at the start.
    pub cognitive_access: Level,
    /// Uncertainty at the start.
    pub uncertainty: Level,
    /// Trust at the start.
    pub trust: Level,
    /// How strongly the body answers.
    pub l0_reactivity: Degree,
    /// How well affect is held.
    pub l2_strength: Degree,
    /// How accessible the layer of relations is.
    pub l3_access: Degree,
    /// How well an interpretation is borne.
    pub interpretation_tolerance: Degree,
    /// How well not knowing is borne.
    pub uncertainty_tolerance: Degree,
    /// The window within which the client stays able to think.
    pub window: Window,
    /// How fast tension mounts.
    pub escalation: Speed,
    /// How different lines may be and still be taken.
    pub intervention_range: Window,
    /// How much of what helps arrives, 0 to 1.
    pub recovery: Share,
    /// How much chance there is in the client's answers, 0 to 1.
    pub volatility: Share,
}

impl Parameters {
    /// The hidden variables a session begins with. The defence is [`Hidden::DEFENSE_AT_START`].
    #[must_use]
    pub const fn start(&self) -> Hidden {
        Hidden {
            tension: self.tension,
            cognitive_access: self.cognitive_access,
            uncertainty: self.uncertainty,
            trust: self.trust,
            defense: Hidden::DEFENSE_AT_START,
        }
    }
}

/// What stays the same through a session. It is stored with the session, so that a later edition of the library changes no
/// session that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The launch; it seeds the numbers.
    pub run: RunId,
    /// What is practised.
    pub goal: Goal,
    /// The client.
    pub parameters: Parameters,
}
