//! What a specialist wants to practise in a session.
use serde::{Deserialize, Serialize};

/// The goal of a session (simulator.md, "Way through").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Goal {
    /// Contact that holds.
    ContactStabilization,
    /// What is going on, and since when.
    DiagnosticClarification,
    /// Work with a complaint.
    SymptomWork,
    /// Work with two ways of regulation that pull apart.
    RegulatoryConflict,
    /// Work with beliefs.
    CognitiveRestructuring,
    /// Work with feelings.
    AffectWork,
    /// Support in a crisis.
    CrisisSupport,
    /// Ending a course of sessions.
    TherapyTermination,
}

impl Goal {
    /// All goals, in the order of the specification.
    pub const ALL: [Self; 8] = [
        Self::ContactStabilization,
        Self::DiagnosticClarification,
        Self::SymptomWork,
        Self::RegulatoryConflict,
        Self::CognitiveRestructuring,
        Self::AffectWork,
        Self::CrisisSupport,
        Self::TherapyTermination,
    ];

    /// Whether a stabilised client is what the session was for, so that it may close from S5 without going back to work.
    #[must_use]
    pub const fn is_stabilisation(self) -> bool {
        match self {
            Self::ContactStabilization | Self::CrisisSupport => true,
            Self::DiagnosticClarification
            | Self::SymptomWork
            | Self::RegulatoryConflict
            | Self::CognitiveRestructuring
            | Self::AffectWork
            | Self::TherapyTermination => false,
        }
    }
}
