//! The hidden variables of the virtual client.
use serde::{Deserialize, Serialize};

use super::Level;

/// A hidden variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variable {
    /// Bodily tension, layer L0.
    Tension,
    /// How much of thinking and speaking is at hand.
    CognitiveAccess,
    /// How unclear the situation is to the client.
    Uncertainty,
    /// Trust in the specialist.
    Trust,
    /// How closed the client is.
    Defense,
}

impl Variable {
    /// All variables, in the order of the specification.
    pub const ALL: [Self; 5] = [Self::Tension, Self::CognitiveAccess, Self::Uncertainty, Self::Trust, Self::Defense];

    /// Its name, as in data and prompts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tension => "tension_L0",
            Self::CognitiveAccess => "cognitive_access",
            Self::Uncertainty => "uncertainty",
            Self::Trust => "trust",
            Self::Defense => "defense",
        }
    }
}

/// The values of all hidden variables, 0 to 100 points each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    /// Bodily tension, layer L0.
    pub tension: Level,
    /// How much of thinking and speaking is at hand.
    pub cognitive_access: Level,
    /// How unclear the situation is to the client.
    pub uncertainty: Level,
    /// Trust in the specialist.
    pub trust: Level,
    /// How closed the client is.
    pub defense: Level,
}

impl Hidden {
    /// The defence every session begins with (simulator.md).
    pub const DEFENSE_AT_START: Level = Level::whole(40);

    /// The value of a variable.
    #[must_use]
    pub const fn get(&self, variable: Variable) -> Level {
        match variable {
            Variable::Tension => self.tension,
            Variable::CognitiveAccess => self.cognitive_access,
            Variable::Uncertainty => self.uncertainty,
            Variable::Trust => self.trust,
            Variable::Defense => self.defense,
        }
    }

    /// Sets the value of a variable.
    pub const fn set(&mut self, variable: Variable, level: Level) {
        match variable {
            Variable::Tension => self.tension = level,
            Variable::CognitiveAccess => self.cognitive_access = level,
            Variable::Uncertainty => self.uncertainty = level,
            Variable::Trust => self.trust = level,
            Variable::Defense => self.defense = level,
        }
    }

    /// By how many points a variable moved since `before`, −100 to +100.
    #[must_use]
    pub fn moved(&self, before: &Self, variable: Variable) -> f64 {
        self.get(variable).points() - before.get(variable).points()
    }
}
