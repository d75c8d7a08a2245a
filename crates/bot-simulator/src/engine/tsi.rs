//! TSI, how steadily a specialist led a session (simulator.md, "Scores").
use serde::{Deserialize, Serialize};

use super::{Hidden, Level, Signal, Step, Variable, round2};

/// The change over a session, in points, that counts as the whole way up or down.
pub const WHOLE_WAY: f64 = 40.0;
/// The rise of tension by one line, in points, that counts as the largest: the top of the range of escalation.
pub const LARGEST_RISE: f64 = 25.0;

/// The five components, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Components {
    /// The mean regulatory match of the lines.
    pub r_match: f64,
    /// How near the lines were to the layer on which the client was: a line counts 1 on that layer, ½ one layer off, 0 further
    /// off; a line that asks about danger counts 1 on any layer, because it may never have to wait.
    pub l_consistency: f64,
    /// ½ · trust at the end / 100 + ½ · (½ + change of trust / 80), the bracket within 0 to 1.
    pub alliance: f64,
    /// ½ · share of lines after which uncertainty was lower, or at 0 + ½ · (½ − change of uncertainty / 80), the bracket within
    /// 0 to 1.
    pub uncertainty_modulation: f64,
    /// ½ · mean over lines of (rise of tension / 25, within 0 to 1) + ½ · share of red lines. The less the better.
    pub reactivity: f64,
}

/// What a value of TSI means. The value with two decimals decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// From 0.85.
    HighStability,
    /// From 0.70.
    Functional,
    /// From 0.50.
    Unstable,
    /// Below 0.50.
    CascadeRisk,
}

/// TSI with its components.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tsi {
    /// 0 to 1, two decimals.
    pub value: f64,
    /// What the value means.
    pub band: Band,
    /// What it is computed from, not rounded.
    pub components: Components,
}

impl Band {
    /// The band of a value with two decimals.
    #[must_use]
    pub fn of(value: f64) -> Self {
        match value {
            x if x >= 0.85 => Self::HighStability,
            x if x >= 0.70 => Self::Functional,
            x if x >= 0.50 => Self::Unstable,
            _ => Self::CascadeRisk,
        }
    }
}

impl Components {
    /// The components of a way through a session that began with `start`; `None` when nothing was said.
    #[must_use]
    pub fn of(start: &Hidden, steps: &[Step]) -> Option<Self> {
        let last = steps.last()?.after.hidden;
        let count = steps.len() as f64;
        let befores = || std::iter::once(start).chain(steps.iter().map(|step| &step.after.hidden));
        let mean =
            |of: &dyn Fn(&Hidden, &Step) -> f64| befores().zip(steps).map(|(before, step)| of(before, step)).sum::<f64>() / count;
        let share = |of: &dyn Fn(&Hidden, &Step) -> bool| mean(&|before, step| f64::from(u8::from(of(before, step))));
        let way = |change: f64| (0.5 + change / (2.0 * WHOLE_WAY)).clamp(0.0, 1.0);
        let clearer = |before: &Hidden, step: &Step| {
            let now = step.after.hidden.uncertainty;
            now < before.uncertainty || now == Level::MIN
        };
        let rise =
            |before: &Hidden, step: &Step| (step.after.hidden.moved(before, Variable::Tension) / LARGEST_RISE).clamp(0.0, 1.0);
        Some(Self {
            r_match: mean(&|_, step| step.reading.regulatory_match().value()),
            l_consistency: mean(&|_, step| layer_nearness(step)),
            alliance: f64::midpoint(last.trust.points() / 100.0, way(last.moved(start, Variable::Trust))),
            uncertainty_modulation: f64::midpoint(share(&clearer), way(-last.moved(start, Variable::Uncertainty))),
            reactivity: f64::midpoint(mean(&rise), share(&|_, step| step.signal == Signal::Red)),
        })
    }

    /// TSI = 0.25 · match + 0.20 · consistency + 0.20 · alliance + 0.20 · modulation + 0.15 · (1 − reactivity). The weights add
    /// up to 1.
    #[must_use]
    pub fn tsi(self) -> Tsi {
        let value = round2(
            0.25 * self.r_match
                + 0.20 * self.l_consistency
                + 0.20 * self.alliance
                + 0.20 * self.uncertainty_modulation
                + 0.15 * (1.0 - self.reactivity),
        );
        Tsi { value, band: Band::of(value), components: self }
    }
}

fn layer_nearness(step: &Step) -> f64 {
    if !step.reading.enquiries().is_empty() {
        return 1.0;
    }
    match step.reading.addressed().distance(step.met) {
        0 => 1.0,
        1 => 0.5,
        _ => 0.0,
    }
}
