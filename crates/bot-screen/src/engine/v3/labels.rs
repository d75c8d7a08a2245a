//! Words for the numbers of this scale.
use serde::{Deserialize, Serialize};

use super::{Estimates, evidence::Told, thresholds, traits::axis_at};
use crate::engine::{Answers, Axis, Cell, CompressionFeature, Horizontal, Intensity, PerAxis, Pole, Rigid, Sureness};

/// The parts of rigidity, each 0…1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rigidity {
    /// Share of axes of high intensity.
    pub polarization: f64,
    /// How much less the answers scatter than random ticking: 1 − scatter, averaged over the axes.
    pub low_variance: f64,
    /// How much more of the evidence is on the side of its axis than half: 2 · share − 1.
    pub strategy_repetition: f64,
    /// 0.3 · polarization + 0.3 · low variance + 0.4 · repetition.
    pub total: f64,
}

/// Signs that regulation has drawn together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compression {
    /// At least two signs.
    pub compressed: bool,
    /// The signs, in a fixed order.
    pub features: Vec<CompressionFeature>,
}

/// Whether one axis runs through the layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vertical {
    /// The axis of largest magnitude, if it dominates.
    pub axis: Option<Axis>,
    /// Whether there is one.
    pub is_dominant: bool,
    /// All three dominant cells are of this axis.
    pub is_vertical_integrated: bool,
}

pub(super) fn pole(score: f64, error: f64) -> Pole {
    match score {
        x if x >= thresholds::LEANS * error => Pole::Positive,
        x if x <= -thresholds::LEANS * error => Pole::Negative,
        _ => Pole::Neutral,
    }
}

pub(super) fn intensity(value: f64) -> Intensity {
    match value.abs() {
        x if x >= thresholds::EXTREME => Intensity::Extreme,
        x if x >= thresholds::HIGH => Intensity::High,
        x if x >= thresholds::MODERATE => Intensity::Moderate,
        _ => Intensity::Low,
    }
}

pub(super) fn rigid(total: f64) -> Rigid {
    match total {
        x if x >= thresholds::RIGID_HIGH => Rigid::High,
        x if x >= thresholds::RIGID_MEDIUM => Rigid::Medium,
        _ => Rigid::Low,
    }
}

pub(super) fn sureness(confidence: f64) -> Sureness {
    match confidence {
        x if x >= thresholds::SURE_HIGH => Sureness::High,
        x if x >= thresholds::SURE_MEDIUM => Sureness::Medium,
        _ => Sureness::Low,
    }
}

pub(super) fn horizontal(cells: [f64; 4]) -> Horizontal {
    let reaches = |test: fn(f64) -> bool| cells.into_iter().any(test);
    if reaches(|x| x >= thresholds::CONFLICTIVE) && reaches(|x| x <= -thresholds::CONFLICTIVE) {
        Horizontal::Conflictive
    } else if reaches(|x| x.abs() >= thresholds::POLARIZED) {
        Horizontal::Polarized
    } else {
        Horizontal::Coherent
    }
}

/// The signs of the pinned formula at this scale's thresholds: A2 and A4 moderately or further to their minus side, A1 leaning to
/// its own. Two of them at once are already rare, so that no single one has to be extreme.
pub(super) fn compression(axes: &PerAxis<f64>, activation: Pole) -> Compression {
    let signs = [
        (axes[Axis::A2] <= -thresholds::MODERATE, CompressionFeature::UncertaintyAvoidanceExtreme),
        (axes[Axis::A4] <= -thresholds::MODERATE, CompressionFeature::FutureHorizonConstricted),
        (activation == Pole::Negative, CompressionFeature::ReducedActivation),
    ];
    let features: Vec<CompressionFeature> = signs.into_iter().filter_map(|(seen, sign)| seen.then_some(sign)).collect();
    Compression { compressed: features.len() >= 2, features }
}

pub(super) fn vertical(axes: &PerAxis<f64>, dominant: &[Cell]) -> Vertical {
    let axis = axes.by_magnitude()[0];
    let is_dominant = axes[axis].abs() >= thresholds::HIGH;
    Vertical {
        axis: is_dominant.then_some(axis),
        is_dominant,
        is_vertical_integrated: is_dominant && dominant.iter().all(|cell| cell.axis == axis),
    }
}

/// How much one way of answering repeats itself: the parts and shares of the pinned formula, each measured against random
/// ticking, so that it is near 0 when nothing repeats.
pub(super) fn rigidity(answers: &Answers, estimates: &Estimates) -> Rigidity {
    let mean = |of: fn(&Estimates, Axis) -> f64| Axis::ALL.into_iter().map(|axis| of(estimates, axis)).sum::<f64>() / 4.0;
    let polarization = mean(|of, axis| if of.axis(axis).abs() >= thresholds::HIGH { 1.0 } else { 0.0 });
    let low_variance = mean(|of, axis| (1.0 - of.axis_scatter(axis)).clamp(0.0, 1.0));
    let strategy_repetition = repetition(answers, estimates);
    let total = 0.3 * polarization + 0.3 * low_variance + 0.4 * strategy_repetition;
    Rigidity { polarization, low_variance, strategy_repetition, total }
}

/// The share of evidence, each answer by its loading, that lies on the side of its axis, beyond half; 0 without evidence.
fn repetition(answers: &Answers, estimates: &Estimates) -> f64 {
    let (mut agreeing, mut all) = (0.0, 0.0);
    for told in answers.0.iter().filter_map(Told::of) {
        for axis in Axis::ALL {
            let (z, loading) = (told.evidence.z[axis_at(axis)], told.evidence.loading[axis_at(axis)]);
            all += loading;
            agreeing += if z * estimates.axis(axis) > 0.0 { loading } else { 0.0 };
        }
    }
    if all > 0.0 { (2.0 * agreeing / all - 1.0).clamp(0.0, 1.0) } else { 0.0 }
}
