//! The result: what a model may say about an image, how its reply is checked, and what becomes of it.
mod compose;
mod mend;
mod read;
mod schema;
mod sections;
mod summary;
mod words;

pub use domain::Layer;
use domain::text_enum;
use serde::{Deserialize, Serialize};

pub use compose::{Payload, Safety, compose};
pub use mend::{Mended, mend};
pub use read::read_interpretation;
pub use schema::schema;
pub use summary::chat_summary;

text_enum! {
    /// What was brought.
    MaterialType {
        /// A dream.
        Dream = "dream",
        /// A drawing.
        Drawing = "drawing",
        /// Several pictures.
        ImageSeries = "image_series",
        /// Several kinds.
        Mixed = "mixed",
    }
}

text_enum! {
    /// How much of it there is.
    Completeness {
        /// Enough.
        Sufficient = "sufficient",
        /// Something is missing.
        Partial = "partial",
        /// Pieces only: one hypothesis, low confidence.
        Fragmentary = "fragmentary",
    }
}

text_enum! {
    /// How much an element stands out.
    Prominence {
        /// In the middle of everything.
        Central = "central",
        /// Beside it.
        Secondary = "secondary",
        /// Behind it.
        Background = "background",
    }
}

text_enum! {
    /// How sure a hypothesis is.
    Confidence {
        /// A guess.
        Low = "low",
        /// Several places speak for it.
        Medium = "medium",
        /// Much speaks for it; the gaps are named all the same.
        High = "high",
    }
}

text_enum! {
    /// The mode a hypothesis speaks of (theory.md).
    Mode {
        /// Exploration.
        Exploration = "exploration",
        /// Defense.
        Defense = "defense",
        /// Saving power.
        PowerSaving = "power_saving",
        /// Towards a goal.
        GoalPursuit = "goal_pursuit",
        /// In line with others.
        SocialAlignment = "social_alignment",
        /// Play.
        Play = "play",
    }
}

text_enum! {
    /// What the tension is about.
    Domain {
        /// Safety and protection.
        Safety = "safety_and_protection",
        /// Connection and belonging.
        Connection = "connection_and_belonging",
        /// Autonomy and control.
        Autonomy = "autonomy_and_control",
        /// Change and uncertainty.
        Change = "change_and_uncertainty",
        /// Identity and continuity.
        Identity = "identity_and_continuity",
        /// Meaning and purpose.
        Meaning = "meaning_and_purpose",
        /// Resources.
        Resources = "resource_management",
    }
}

text_enum! {
    /// A way of coping that the image may show.
    Pattern {
        /// Distance.
        Distancing = "distancing",
        /// Control.
        ControlSeeking = "control_seeking",
        /// Repair in the image.
        SymbolicRepair = "symbolic_repair",
        /// Louder or quieter feelings.
        AffectModulation = "affect_modulation",
        /// Parts apart.
        Fragmentation = "fragmentation",
        /// All good.
        Idealization = "idealization",
        /// Put outside.
        Externalization = "externalization",
        /// Another one.
        Other = "other",
    }
}

text_enum! {
    /// How clearly a way of coping shows.
    Clarity {
        /// Perhaps.
        Tentative = "tentative",
        /// Rather.
        Moderate = "moderate",
        /// Clearly.
        Clear = "clear",
    }
}

text_enum! {
    /// How uncertain the whole is.
    Level {
        /// Little.
        Low = "low",
        /// Some.
        Moderate = "moderate",
        /// Much.
        High = "high",
    }
}

text_enum! {
    /// How early a question is asked.
    Priority {
        /// First.
        High = "high",
        /// Then.
        Medium = "medium",
        /// If there is time.
        Low = "low",
    }
}

impl Priority {
    /// 1 is asked first.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::High => 1,
            Self::Medium => 2,
            Self::Low => 3,
        }
    }
}

/// What a model made of the material, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpretation {
    /// What was brought.
    pub material_type: MaterialType,
    /// How much of it there is.
    pub completeness: Completeness,
    /// What is in the image, without a reading; at most 1,000 characters.
    pub summary: String,
    /// Up to ten elements.
    pub key_elements: Vec<Element>,
    /// One to three; exactly one where there is little material.
    pub hypotheses: Vec<Hypothesis>,
    /// Where the tension is.
    pub tension: String,
    /// Up to three.
    pub domains: Vec<Domain>,
    /// Up to three.
    pub patterns: Vec<Coping>,
    /// What is not known.
    pub uncertainty: Uncertainty,
    /// Three to seven questions for the session.
    pub questions: Vec<SessionAsk>,
}

/// An element of the image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Element {
    /// Its name.
    pub element: String,
    /// How much it stands out.
    pub prominence: Prominence,
}

/// A supposition that can be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hypothesis {
    /// The supposition.
    pub text: String,
    /// Words of the material it rests on, verbatim.
    pub evidence: Vec<String>,
    /// Where it ends.
    pub limits: String,
    /// Other explanations of the same places.
    pub alternatives: Vec<String>,
    /// What would refute it.
    pub refuted_by: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// Where to check it.
    pub layer: Layer,
    /// The mode it speaks of.
    pub mode: Mode,
}

/// A way of coping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coping {
    /// Which.
    pub pattern: Pattern,
    /// Where it shows.
    pub note: String,
    /// How clearly.
    pub confidence: Clarity,
}

/// What is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncertainty {
    /// How much.
    pub level: Level,
    /// What is missing.
    pub data_gaps: Vec<String>,
    /// What can be read in several ways.
    pub ambiguities: Vec<String>,
    /// What to be careful about.
    pub cautions: Vec<String>,
}

/// A question for the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionAsk {
    /// The question.
    pub q: String,
    /// What it checks.
    pub why: String,
    /// How early.
    pub priority: Priority,
}
