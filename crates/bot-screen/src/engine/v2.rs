//! The practice's formula, pinned: its numbers are those of `data/engine-vectors.json` within 1e-9 and never change
//! (`the_pinned_formula_reproduces_every_golden_vector`).
//!
//! A response is one ticked option with its weights. With n responses an axis is tanh(Σw/√n), a layer likewise, and a cell is
//! the product of its layer and its axis.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Answers, Axis, Cell, CompressionFeature, EngineVersion, Horizontal, Intensity, Layer, PerAxis, PerLayer, Pole, Rigid,
};
use crate::bank::QuestionId;

/// The confidence from which no more questions are needed.
pub const CONFIDENT: f64 = 0.85;

/// A cell of less magnitude is ambiguous.
const AMBIGUOUS: f64 = 0.1;
/// An axis of more magnitude counts as polarised.
const POLARISED: f64 = 0.7;
/// An axis of more magnitude counts as covered.
const COVERED: f64 = 0.2;
/// A mean standard deviation from which the variance is not low at all.
const LOW_VARIANCE_REF: f64 = 0.3;
/// A mean standard deviation from which the answers are not stable at all.
const STABILITY_REF: f64 = 0.5;
/// An axis from this magnitude dominates vertically.
const DOMINANT: f64 = 0.7;

/// The weights of one ticked option.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Response {
    /// On the axes.
    pub axis: PerAxis<f64>,
    /// On the layers.
    pub layer: PerLayer<f64>,
}

/// What the formula makes of the responses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// This formula.
    pub version: EngineVersion,
    /// How many responses there were.
    pub response_count: usize,
    /// Axes, −1…+1.
    pub axis_vector: PerAxis<f64>,
    /// Layers, −1…+1.
    pub layer_vector: PerLayer<f64>,
    /// Cells, −1…+1, layer by layer.
    pub tension_matrix: BTreeMap<Cell, f64>,
    /// The nodes of the ambiguous cells, layer by layer.
    pub ambiguity_zones: Vec<QuestionId>,
    /// How much one way of answering repeats itself.
    pub rigidity: Rigidity,
    /// The label of the total rigidity.
    pub rigidity_label: Rigid,
    /// 0…1.
    pub confidence: f64,
    /// The three cells of largest magnitude; equal ones keep their order.
    pub dominant_cells: Vec<Cell>,
    /// The five cells of largest magnitude.
    pub dominant_cells_top5: Vec<Cell>,
    /// How far each axis is from its middle.
    pub axis_intensity: PerAxis<Intensity>,
    /// To which side each axis leans.
    pub axis_pole: PerAxis<Pole>,
    /// Signs that regulation has drawn together.
    pub compression_profile: Compression,
    /// Whether one axis runs through the layers.
    pub vertical_profile: Vertical,
    /// How the cells of each layer stand to each other.
    pub horizontal_profile: PerLayer<Horizontal>,
    /// The node to ask next when nothing was asked yet.
    pub fallback_node: QuestionId,
}

/// The parts of rigidity, each 0…1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rigidity {
    /// Share of polarised axes.
    pub polarization: f64,
    /// How close the responses are to each other.
    pub low_variance: f64,
    /// Share of the commonest pattern of signs.
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

/// One response for each ticked option, in the order of the answers.
#[must_use]
pub fn responses(answers: &Answers) -> Vec<Response> {
    let chosen = answers.0.iter().flat_map(|answer| answer.chosen());
    chosen.map(|(_, option)| Response { axis: option.axis, layer: option.layer }).collect()
}

/// The profile of the responses.
#[must_use]
pub fn profile(responses: &[Response]) -> Profile {
    let axis_vector = PerAxis::of(|axis| squashed(responses.iter().map(|response| response.axis[axis])));
    let layer_vector = PerLayer::of(|layer| squashed(responses.iter().map(|response| response.layer[layer])));
    let matrix: BTreeMap<Cell, f64> = Cell::all().map(|cell| (cell, layer_vector[cell.layer] * axis_vector[cell.axis])).collect();
    let at = |layer, axis| matrix.get(&Cell { layer, axis }).copied().unwrap_or_default();
    let ambiguous = matrix.iter().filter(|(_, tension)| tension.abs() < AMBIGUOUS);
    let ambiguity_zones: Vec<QuestionId> = ambiguous.map(|(cell, _)| QuestionId::node(cell.axis, cell.layer)).collect();
    let mut by_magnitude: Vec<Cell> = Cell::all().collect();
    by_magnitude.sort_by(|a, b| at(b.layer, b.axis).abs().total_cmp(&at(a.layer, a.axis).abs()));
    let dominant = |count| by_magnitude.iter().copied().take(count).collect::<Vec<Cell>>();
    let rigidity = rigidity(responses, &axis_vector);
    Profile {
        version: EngineVersion::V2,
        response_count: responses.len(),
        confidence: confidence(responses, &axis_vector, ambiguity_zones.len()),
        rigidity_label: Rigid::of(rigidity.total),
        axis_intensity: PerAxis::of(|axis| Intensity::of(axis_vector[axis])),
        axis_pole: PerAxis::of(|axis| Pole::of(axis_vector[axis])),
        compression_profile: compression(&axis_vector),
        vertical_profile: vertical(&axis_vector, &dominant(3)),
        horizontal_profile: PerLayer::of(|layer| Horizontal::of(Axis::ALL.map(|axis| at(layer, axis)))),
        fallback_node: ambiguity_zones.first().copied().unwrap_or(QuestionId::node(Axis::A1, Layer::L0)),
        dominant_cells: dominant(3),
        dominant_cells_top5: dominant(5),
        axis_vector,
        layer_vector,
        tension_matrix: matrix,
        ambiguity_zones,
        rigidity,
    }
}

/// The node to ask next: the first ambiguous one that was not asked, else the first of the bank that was not asked.
#[must_use]
pub fn next_node(profile: &Profile, answers: &Answers) -> Option<QuestionId> {
    let ambiguous = profile.ambiguity_zones.iter().copied();
    ambiguous.chain(QuestionId::nodes()).find(|node| !answers.has(*node))
}

/// tanh(Σw/√n); 0 without responses.
fn squashed(weights: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = weights.len();
    if count == 0 {
        return 0.0;
    }
    (weights.sum::<f64>() / (count as f64).sqrt()).tanh()
}

/// The population standard deviation of the responses' weights, averaged over the axes.
fn mean_deviation(responses: &[Response]) -> f64 {
    let count = responses.len() as f64;
    let deviation = |axis| {
        let mean = responses.iter().map(|response| response.axis[axis]).sum::<f64>() / count;
        let squares = responses.iter().map(|response| (response.axis[axis] - mean).powi(2));
        (squares.sum::<f64>() / count).sqrt()
    };
    Axis::ALL.into_iter().map(deviation).sum::<f64>() / Axis::ALL.len() as f64
}

fn share_above(axes: &PerAxis<f64>, threshold: f64) -> f64 {
    axes.0.iter().filter(|value| value.abs() > threshold).count() as f64 / axes.0.len() as f64
}

fn rigidity(responses: &[Response], axes: &PerAxis<f64>) -> Rigidity {
    if responses.is_empty() {
        return Rigidity { polarization: 0.0, low_variance: 0.0, strategy_repetition: 0.0, total: 0.0 };
    }
    // An axis of which an option says nothing counts as positive.
    let mut patterns: BTreeMap<[bool; 4], usize> = BTreeMap::new();
    for response in responses {
        *patterns.entry(response.axis.0.map(|weight| weight >= 0.0)).or_default() += 1;
    }
    let commonest = patterns.values().copied().max().unwrap_or_default();
    let polarization = share_above(axes, POLARISED);
    let low_variance = (1.0 - mean_deviation(responses) / LOW_VARIANCE_REF).clamp(0.0, 1.0);
    let strategy_repetition = commonest as f64 / responses.len() as f64;
    let total = 0.3 * polarization + 0.3 * low_variance + 0.4 * strategy_repetition;
    Rigidity { polarization, low_variance, strategy_repetition, total }
}

/// The mean of coverage, stability and clarity; 0 without responses.
fn confidence(responses: &[Response], axes: &PerAxis<f64>, ambiguous: usize) -> f64 {
    if responses.is_empty() {
        return 0.0;
    }
    let coverage = share_above(axes, COVERED);
    let stability = (1.0 - mean_deviation(responses) / STABILITY_REF).clamp(0.0, 1.0);
    let clarity = 1.0 - ambiguous as f64 / Cell::all().count() as f64;
    (coverage + stability + clarity) / 3.0
}

fn compression(axes: &PerAxis<f64>) -> Compression {
    let signs = [
        (axes[Axis::A2] <= -0.9, CompressionFeature::UncertaintyAvoidanceExtreme),
        (axes[Axis::A4] <= -0.9, CompressionFeature::FutureHorizonConstricted),
        (axes[Axis::A1] <= -0.5, CompressionFeature::ReducedActivation),
    ];
    let features: Vec<CompressionFeature> = signs.into_iter().filter_map(|(seen, sign)| seen.then_some(sign)).collect();
    Compression { compressed: features.len() >= 2, features }
}

fn vertical(axes: &PerAxis<f64>, dominant: &[Cell]) -> Vertical {
    let axis = axes.by_magnitude()[0];
    let is_dominant = axes[axis].abs() >= DOMINANT;
    Vertical {
        axis: is_dominant.then_some(axis),
        is_dominant,
        is_vertical_integrated: is_dominant && dominant.iter().all(|cell| cell.axis == axis),
    }
}
