//! What a model says about a specialist's line.
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Layer, Share};

/// The class of a line (simulator.md, "Engine").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// It meets the client where the client is.
    Matches,
    /// It addresses a layer that is not yet within reach.
    Ahead,
    /// It passes by what the client is taken up with.
    IgnoresDominant,
    /// It steadies the body.
    #[serde(rename = "stabilizes_L0")]
    StabilizesL0,
    /// It takes over the lead.
    TightensControl,
    /// It heats up.
    Escalates,
}

impl Fit {
    /// All classes, in the order of the specification.
    pub const ALL: [Self; 6] =
        [Self::Matches, Self::Ahead, Self::IgnoresDominant, Self::StabilizesL0, Self::TightensControl, Self::Escalates];

    /// The text that stands for it in data and prompts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::Ahead => "ahead",
            Self::IgnoresDominant => "ignores_dominant",
            Self::StabilizesL0 => "stabilizes_L0",
            Self::TightensControl => "tightens_control",
            Self::Escalates => "escalates",
        }
    }

    /// Whether a line of the class fits the client.
    #[must_use]
    pub const fn helps(self) -> bool {
        match self {
            Self::Matches | Self::StabilizesL0 => true,
            Self::Ahead | Self::IgnoresDominant | Self::TightensControl | Self::Escalates => false,
        }
    }

    /// The least and the largest regulatory match a line of the class can have. Class and number come from one model and must
    /// not contradict each other: the class decides what happens, the number how much.
    #[must_use]
    pub const fn match_bounds(self) -> (Share, Share) {
        let (least, largest) = match self {
            Self::Matches | Self::StabilizesL0 => (50, 100),
            Self::Ahead | Self::IgnoresDominant => (0, 60),
            Self::TightensControl => (0, 50),
            Self::Escalates => (0, 40),
        };
        (Share::percent(least), Share::percent(largest))
    }

    /// The regulatory match of an ordinary line of the class, for alternative trajectories.
    #[must_use]
    pub const fn usual_match(self) -> Share {
        Share::percent(match self {
            Self::Matches | Self::StabilizesL0 => 80,
            Self::Ahead => 35,
            Self::IgnoresDominant => 30,
            Self::TightensControl => 25,
            Self::Escalates => 10,
        })
    }
}

/// What of a danger a line asks about or settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskEnquiry {
    /// It touches on danger without naming it.
    Indirect,
    /// It asks in plain words whether there are thoughts of not living or of harm.
    Direct,
    /// Whether there is a plan.
    Plan,
    /// Whether means are within reach; never which.
    Means,
    /// What holds the person.
    ProtectiveFactors,
    /// What to do, whom to turn to, agreed step by step.
    SafetyPlan,
    /// To whom the person is handed on.
    Referral,
}

impl RiskEnquiry {
    /// All of them, from the first question to the last agreement.
    pub const ALL: [Self; 7] =
        [Self::Indirect, Self::Direct, Self::Plan, Self::Means, Self::ProtectiveFactors, Self::SafetyPlan, Self::Referral];
}

/// Some enquiries, each at most once. In data a list; an empty list is the specification's `none`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<RiskEnquiry>", into = "Vec<RiskEnquiry>")]
pub struct RiskEnquiries(u8);

impl RiskEnquiries {
    /// No enquiry.
    pub const NONE: Self = Self(0);

    /// Whether the enquiry is among them.
    #[must_use]
    pub const fn has(self, enquiry: RiskEnquiry) -> bool {
        self.0 & (1 << enquiry as u8) != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are there, in order.
    pub fn iter(self) -> impl Iterator<Item = RiskEnquiry> {
        RiskEnquiry::ALL.into_iter().filter(move |enquiry| self.has(*enquiry))
    }
}

impl FromIterator<RiskEnquiry> for RiskEnquiries {
    fn from_iter<I: IntoIterator<Item = RiskEnquiry>>(enquiries: I) -> Self {
        Self(enquiries.into_iter().fold(0, |all, enquiry| all | (1 << enquiry as u8)))
    }
}

impl From<Vec<RiskEnquiry>> for RiskEnquiries {
    fn from(enquiries: Vec<RiskEnquiry>) -> Self {
        enquiries.into_iter().collect()
    }
}

impl From<RiskEnquiries> for Vec<RiskEnquiry> {
    fn from(enquiries: RiskEnquiries) -> Self {
        enquiries.iter().collect()
    }
}

/// A reading as a model writes it: the right words, but numbers that may be anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawReading {
    /// The layer the line speaks to.
    pub addressed_layer: Layer,
    /// Its class.
    pub fit: Fit,
    /// What of a danger it asks about; empty when of none.
    #[serde(default)]
    pub risk_enquiry: RiskEnquiries,
    /// How much it serves the session's goal, 0 to 1.
    pub goal_relevance: f64,
    /// How well it fits the client's regulation at this moment, 0 to 1.
    pub regulatory_match: f64,
}

/// Why a reading cannot be used. The text is meant for the request that asks the model to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadingFault {
    /// The field is not a number from 0 to 1.
    NotAShare(&'static str),
    /// The regulatory match is not one that a line of the class can have.
    MatchContradictsFit(Fit),
    /// A line that steadies the body speaks to L0 or L1.
    StabilizesAbove(Layer),
}

impl fmt::Display for ReadingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAShare(field) => write!(f, "{field} must be a number from 0 to 1"),
            Self::MatchContradictsFit(fit) => {
                let (least, largest) = fit.match_bounds();
                let (least, largest) = (least.value(), largest.value());
                write!(f, "with fit {} regulatory_match must be from {least} to {largest}", fit.as_str())
            }
            Self::StabilizesAbove(layer) => {
                write!(f, "a line with fit stabilizes_L0 addresses L0 or L1, not {}", layer.code())
            }
        }
    }
}

impl std::error::Error for ReadingFault {}

/// A reading the engine can use: shares are within 0 to 1, class, layer and match do not contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawReading", into = "RawReading")]
pub struct MoveReading {
    addressed: Layer,
    fit: Fit,
    enquiries: RiskEnquiries,
    goal_relevance: Share,
    regulatory_match: Share,
}

impl MoveReading {
    /// A usable reading as near to `raw` as can be, for a model that could not mend its answer: numbers are pulled into their
    /// bounds, and a steadying line is taken to speak to L0. The class stays as it is.
    #[must_use]
    pub fn settled(raw: &RawReading) -> Self {
        let (least, largest) = raw.fit.match_bounds();
        let regulatory_match =
            if raw.regulatory_match.is_nan() { raw.fit.usual_match() } else { Share::of(raw.regulatory_match) };
        let above = raw.fit == Fit::StabilizesL0 && raw.addressed_layer > Layer::L1;
        Self {
            addressed: if above { Layer::L0 } else { raw.addressed_layer },
            fit: raw.fit,
            enquiries: raw.risk_enquiry,
            goal_relevance: Share::of(raw.goal_relevance),
            regulatory_match: regulatory_match.clamp(least, largest),
        }
    }

    /// An ordinary line of a class, to a client who is on `active`.
    #[must_use]
    pub const fn usual(fit: Fit, active: Layer) -> Self {
        let any = Self {
            addressed: active,
            fit,
            enquiries: RiskEnquiries::NONE,
            goal_relevance: Share::percent(50),
            regulatory_match: fit.usual_match(),
        };
        any.as_class(fit, active)
    }

    /// The same line as an ordinary one of another class: it asks the same of danger and serves the goal as much. A line that
    /// fits speaks to `active`, one that steadies to L0, one that is ahead to the layer above the client; any other keeps its
    /// layer.
    #[must_use]
    pub const fn as_class(self, fit: Fit, active: Layer) -> Self {
        let addressed = match fit {
            Fit::Matches => active,
            Fit::StabilizesL0 => Layer::L0,
            Fit::Ahead => active.above(),
            Fit::IgnoresDominant | Fit::TightensControl | Fit::Escalates => self.addressed,
        };
        Self { addressed, fit, regulatory_match: fit.usual_match(), ..self }
    }

    /// The same line, which also asks this of danger.
    #[must_use]
    pub fn asking(self, enquiry: RiskEnquiry) -> Self {
        Self { enquiries: self.enquiries.and([enquiry].into_iter().collect()), ..self }
    }

    /// The layer the line speaks to.
    #[must_use]
    pub const fn addressed(&self) -> Layer {
        self.addressed
    }

    /// Its class.
    #[must_use]
    pub const fn fit(&self) -> Fit {
        self.fit
    }

    /// What of a danger it asks about.
    #[must_use]
    pub const fn enquiries(&self) -> RiskEnquiries {
        self.enquiries
    }

    /// How much it serves the session's goal.
    #[must_use]
    pub const fn goal_relevance(&self) -> Share {
        self.goal_relevance
    }

    /// How well it fits the client's regulation at this moment.
    #[must_use]
    pub const fn regulatory_match(&self) -> Share {
        self.regulatory_match
    }
}

impl TryFrom<RawReading> for MoveReading {
    type Error = ReadingFault;
    fn try_from(raw: RawReading) -> Result<Self, ReadingFault> {
        let share = |value: f64, field| Share::try_from(value).map_err(|_| ReadingFault::NotAShare(field));
        share(raw.goal_relevance, "goal_relevance")?;
        let regulatory_match = share(raw.regulatory_match, "regulatory_match")?;
        let (least, largest) = raw.fit.match_bounds();
        if !(least..=largest).contains(&regulatory_match) {
            return Err(ReadingFault::MatchContradictsFit(raw.fit));
        }
        if raw.fit == Fit::StabilizesL0 && raw.addressed_layer > Layer::L1 {
            return Err(ReadingFault::StabilizesAbove(raw.addressed_layer));
        }
        Ok(Self::settled(&raw))
    }
}

impl From<MoveReading> for RawReading {
    fn from(reading: MoveReading) -> Self {
        Self {
            addressed_layer: reading.addressed,
            fit: reading.fit,
            risk_enquiry: reading.enquiries,
            goal_relevance: reading.goal_relevance.value(),
            regulatory_match: reading.regulatory_match.value(),
        }
    }
}
