//! What a finished screening hands to the worker.
use domain::{Clinical, DangerCategory, DangerLevel, DangerSource, Locale};
use serde::{Deserialize, Serialize};

use crate::{engine::Answers, wording::Words};

/// Thoughts of not living or of harming oneself, as answered (safety.md, section 3). It never enters a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifeThoughts {
    /// Never.
    Never,
    /// In the past.
    Past,
    /// Recently: an elevated sign.
    Recently,
    /// Now: an urgent sign.
    Now,
    /// Preferred not to answer; shown to the specialist as it is.
    NoAnswer,
}

impl LifeThoughts {
    /// All answers, in the order of the buttons.
    pub const ALL: [Self; 5] = [Self::Never, Self::Past, Self::Recently, Self::Now, Self::NoAnswer];

    /// The level of the sign this answer is, if it is one.
    #[must_use]
    pub const fn level(self) -> Option<DangerLevel> {
        match self {
            Self::Now => Some(DangerLevel::Urgent),
            Self::Recently => Some(DangerLevel::Elevated),
            Self::Never | Self::Past | Self::NoAnswer => None,
        }
    }
}

/// Safety at home, as answered (safety.md, section 3). It never enters a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HomeSafety {
    /// Safe.
    Safe,
    /// Not always: an elevated sign.
    NotAlways,
    /// Not now: an urgent sign.
    NotNow,
    /// Preferred not to answer; shown to the specialist as it is.
    NoAnswer,
}

impl HomeSafety {
    /// All answers, in the order of the buttons.
    pub const ALL: [Self; 4] = [Self::Safe, Self::NotAlways, Self::NotNow, Self::NoAnswer];

    /// The level of the sign this answer is, if it is one.
    #[must_use]
    pub const fn level(self) -> Option<DangerLevel> {
        match self {
            Self::NotNow => Some(DangerLevel::Urgent),
            Self::NotAlways => Some(DangerLevel::Elevated),
            Self::Safe | Self::NoAnswer => None,
        }
    }
}

/// A sign of danger seen on the way, without any text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenSign {
    /// What it is about.
    pub category: DangerCategory,
    /// How urgent.
    pub level: DangerLevel,
    /// Where it was seen.
    pub source: DangerSource,
}

/// All that a client answered: the `answers` of `Effect::CompleteScreening` and the payload of the report's job, as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Collected {
    /// The questions, in the order they were answered.
    pub answers: Answers,
    /// The words in which questions were shown instead of the bank's.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub reworded: Words,
    /// Thoughts of not living.
    pub thoughts: LifeThoughts,
    /// Safety at home.
    pub home: HomeSafety,
    /// The client's own words, at most 2,000 characters.
    pub own_words: Option<Clinical<String>>,
    /// The client's language.
    pub locale: Locale,
    /// The specialist's language: that of the report.
    pub specialist_locale: Locale,
    /// The client allowed a model abroad. Without it nothing of this may reach one.
    pub ai_allowed: bool,
    /// Signs of danger, each kind once, in the order they were seen.
    pub signs: Vec<SeenSign>,
}
