//! How long the client's answers are.
use serde::{Deserialize, Serialize};

use super::Level;

/// The length of the client's next answer. It follows cognitive access: who is overwhelmed does not speak in paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyLength {
    /// Below 20: single words, breaks, silence.
    Fragments,
    /// Below 40: a short sentence.
    Short,
    /// Below 70: a few sentences.
    Medium,
    /// From 70: a connected account.
    Full,
}

impl ReplyLength {
    /// The length at a cognitive access.
    #[must_use]
    pub fn of(cognitive_access: Level) -> Self {
        match cognitive_access {
            access if access < Level::whole(20) => Self::Fragments,
            access if access < Level::whole(40) => Self::Short,
            access if access < Level::whole(70) => Self::Medium,
            _ => Self::Full,
        }
    }

    /// The most words of such an answer.
    #[must_use]
    pub const fn max_words(self) -> u16 {
        match self {
            Self::Fragments => 8,
            Self::Short => 20,
            Self::Medium => 50,
            Self::Full => 100,
        }
    }
}
