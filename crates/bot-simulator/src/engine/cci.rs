//! CCI, the complexity of a case: from its parameters alone (simulator.md, "Scores").
use serde::{Deserialize, Serialize};

use super::{Degree, Level, Parameters, Share, Speed, Window, round2};

/// What a degree counts as when it is not known.
const UNKNOWN: f64 = 0.5;

/// What the complexity is computed from. A degree that is not known counts as the middle one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CciInput {
    /// Tension at the start.
    pub tension: Level,
    /// How much chance there is in the client's answers.
    pub volatility: Share,
    /// How accessible the layer of relations is.
    pub l3_access: Option<Degree>,
    /// How strongly the body answers.
    pub l0_reactivity: Option<Degree>,
    /// How fast tension mounts.
    pub escalation: Option<Speed>,
    /// How different lines may be and still be taken.
    pub intervention_range: Option<Window>,
}

/// The complexity of a case with its components, each 0 to 1 with two decimals. The sum is over the exact components.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cci {
    /// Tension / 100.
    #[serde(rename = "baseline_L0")]
    pub baseline_l0: f64,
    /// The volatility.
    pub volatility: f64,
    /// 1 − access to the layer of relations.
    pub layer_depth: f64,
    /// The mean of escalation and reactivity.
    pub cascade_risk: f64,
    /// How narrow the range of interventions is.
    pub intervention_window: f64,
    /// 0.25 · baseline + 0.15 · volatility + 0.20 · depth + 0.25 · cascade + 0.15 · window.
    pub cci: f64,
}

impl From<&Parameters> for CciInput {
    fn from(of: &Parameters) -> Self {
        Self {
            tension: of.tension,
            volatility: of.volatility,
            l3_access: Some(of.l3_access),
            l0_reactivity: Some(of.l0_reactivity),
            escalation: Some(of.escalation),
            intervention_range: Some(of.intervention_range),
        }
    }
}

/// The complexity of a case.
#[must_use]
pub fn cci(of: &CciInput) -> Cci {
    let baseline = of.tension.points() / 100.0;
    let volatility = of.volatility.value();
    let depth = 1.0 - of.l3_access.map_or(UNKNOWN, Degree::value);
    let cascade = f64::midpoint(of.escalation.map_or(UNKNOWN, Speed::value), of.l0_reactivity.map_or(UNKNOWN, Degree::value));
    let window = of.intervention_range.map_or(UNKNOWN, Window::narrowness);
    Cci {
        baseline_l0: round2(baseline),
        volatility: round2(volatility),
        layer_depth: round2(depth),
        cascade_risk: round2(cascade),
        intervention_window: round2(window),
        cci: round2(0.25 * baseline + 0.15 * volatility + 0.20 * depth + 0.25 * cascade + 0.15 * window),
    }
}
