//! Words for numbers: each label with the threshold that gives it.
use serde::{Deserialize, Serialize};

/// Which formula made a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineVersion {
    /// The practice's pinned formula.
    #[serde(rename = "v2")]
    V2,
    /// Ours, the default.
    #[serde(rename = "v3")]
    V3,
}

/// How far an axis is from its middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intensity {
    /// Below 0.5.
    Low,
    /// From 0.5.
    Moderate,
    /// From 0.75.
    High,
    /// From 0.9.
    Extreme,
}

impl Intensity {
    /// The label of an axis value.
    #[must_use]
    pub fn of(value: f64) -> Self {
        match value.abs() {
            x if x >= 0.9 => Self::Extreme,
            x if x >= 0.75 => Self::High,
            x if x >= 0.5 => Self::Moderate,
            _ => Self::Low,
        }
    }
}

/// The side to which an axis or a layer leans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pole {
    /// At most −0.3.
    Negative,
    /// Between the two.
    Neutral,
    /// At least +0.3.
    Positive,
}

impl Pole {
    /// The label of a value. In the golden vectors 0.29 is neutral and 0.31 is not.
    #[must_use]
    pub fn of(value: f64) -> Self {
        match value {
            x if x >= 0.3 => Self::Positive,
            x if x <= -0.3 => Self::Negative,
            _ => Self::Neutral,
        }
    }
}

/// How much one way of answering repeats itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rigid {
    /// Below 0.3.
    Low,
    /// Below 0.6.
    Medium,
    /// From 0.6.
    High,
}

impl Rigid {
    /// The label of a total rigidity.
    #[must_use]
    pub fn of(total: f64) -> Self {
        match total {
            x if x < 0.3 => Self::Low,
            x if x < 0.6 => Self::Medium,
            _ => Self::High,
        }
    }
}

/// How far a profile can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// Below 0.6.
    Low,
    /// Below the threshold that ends the questions.
    Medium,
    /// From that threshold.
    High,
}

impl Sureness {
    /// The label of a confidence.
    #[must_use]
    pub fn of(confidence: f64) -> Self {
        match confidence {
            x if x >= super::v2::CONFIDENT => Self::High,
            x if x >= 0.6 => Self::Medium,
            _ => Self::Low,
        }
    }

    /// The value of the artifact's marker `uncertainty`: the less sure, the more uncertain.
    #[must_use]
    pub const fn uncertainty(self) -> &'static str {
        match self {
            Self::High => "low",
            Self::Medium => "medium",
            Self::Low => "high",
        }
    }
}

/// How the cells of one layer stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Horizontal {
    /// Nothing stands out.
    Coherent,
    /// A cell reaches 0.7 in magnitude.
    Polarized,
    /// One cell reaches +0.6 while another reaches −0.6.
    Conflictive,
}

impl Horizontal {
    /// The label of the cells of one layer.
    #[must_use]
    pub fn of(cells: [f64; 4]) -> Self {
        let reaches = |test: fn(f64) -> bool| cells.into_iter().any(test);
        if reaches(|x| x >= 0.6) && reaches(|x| x <= -0.6) {
            Self::Conflictive
        } else if reaches(|x| x.abs() >= 0.7) {
            Self::Polarized
        } else {
            Self::Coherent
        }
    }
}

/// A sign that regulation has drawn together; two of them make a compressed profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompressionFeature {
    /// A2 at most −0.9.
    UncertaintyAvoidanceExtreme,
    /// A4 at most −0.9.
    FutureHorizonConstricted,
    /// A1 at most −0.5.
    ReducedActivation,
}
