//! The scale of ours: what a person's answers say beyond what random ticking would, and how sure that is.
//!
//! 1. An answer gives a z-score for each axis and layer of which its question tells something: the mean weight of the ticked
//!    options, less its expectation under random ticking of that question, in standard deviations of it ([`Evidence`]).
//! 2. The z-scores of all answers are pooled by a regression with a prior in the middle ([`Estimate`]), which gives a position
//!    and its standard error from the scatter of the answers themselves.
//! 3. Both are squashed to −1…+1. Labels begin at percentiles of simulated sessions ([`thresholds`]).
//! 4. The next node is the one with the largest expected information gain ([`next_node`]); the questions end when every axis
//!    is as certain as [`thresholds::ERROR_BOUND`] asks.
//!
//! `docs/SCREEN-SCALE.md` says all this in words, with the tables that `make calibrate` prints.
mod estimate;
mod evidence;
mod gain;
mod labels;
pub mod thresholds;
mod traits;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::evidence::Told;
use super::{Answers, Axis, Cell, EngineVersion, Horizontal, Intensity, Layer, PerAxis, PerLayer, Pole, Rigid, Sureness};

pub use estimate::{Estimates, UNKNOWN};
pub use gain::{expected_gain, next_node};
pub use labels::{Compression, Rigidity, Vertical};

/// What the formula makes of the answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// This formula.
    pub version: EngineVersion,
    /// Answers that told something: neither passed over nor "none fits" nor everything ticked.
    pub response_count: usize,
    /// Axes, −1…+1; 0 is what random ticking gives on average.
    pub axis_vector: PerAxis<f64>,
    /// Standard errors of the axes, above 0, at most 0.5.
    pub axis_error: PerAxis<f64>,
    /// Layers, −1…+1: how loudly each answers, beside what random ticking gives.
    pub layer_vector: PerLayer<f64>,
    /// Standard errors of the layers, above 0, at most 0.5.
    pub layer_error: PerLayer<f64>,
    /// Cells, −1…+1, layer by layer: axis · (1 + layer) / 2. A cell leans to the side of its axis, and the more the louder its
    /// layer is.
    pub tension_matrix: BTreeMap<Cell, f64>,
    /// The three cells of largest magnitude; equal ones keep their order.
    pub dominant_cells: Vec<Cell>,
    /// How much one way of answering repeats itself.
    pub rigidity: Rigidity,
    /// The label of the total rigidity.
    pub rigidity_label: Rigid,
    /// 0…1: how much of the scores' deflection from the middle is not their error; near 0 for random ticking.
    pub confidence: f64,
    /// The label of the confidence.
    pub sureness: Sureness,
    /// How far each axis is from its middle.
    pub axis_intensity: PerAxis<Intensity>,
    /// To which side each axis leans.
    pub axis_pole: PerAxis<Pole>,
    /// Which layers answer louder or quieter than the rest.
    pub layer_pole: PerLayer<Pole>,
    /// Signs that regulation has drawn together.
    pub compression_profile: Compression,
    /// Whether one axis runs through the layers.
    pub vertical_profile: Vertical,
    /// How the cells of each layer stand to each other.
    pub horizontal_profile: PerLayer<Horizontal>,
}

impl Profile {
    /// The value of a cell, −1…+1.
    #[must_use]
    pub fn cell(&self, layer: Layer, axis: Axis) -> f64 {
        cell(self.layer_vector[layer], self.axis_vector[axis])
    }
}

/// A cell leans to the side of its axis, by as much as its layer is loud: not at all at −1, by the whole axis at +1. The plain
/// product of the pinned formula would show a quiet layer at the opposite pole, where nothing was ticked.
fn cell(layer: f64, axis: f64) -> f64 {
    axis * (1.0 + layer) / 2.0
}

/// The profile of the answers.
#[must_use]
pub fn profile(answers: &Answers) -> Profile {
    let estimates = Estimates::of(answers);
    let axis_vector = PerAxis::of(|axis| estimates.axis(axis));
    let layer_vector = PerLayer::of(|layer| estimates.layer(layer));
    let axis_error = PerAxis::of(|axis| estimates.axis_error(axis));
    let layer_error = PerLayer::of(|layer| estimates.layer_error(layer));
    let axis_pole = PerAxis::of(|axis| labels::pole(axis_vector[axis], axis_error[axis]));
    let at = |of: Cell| cell(layer_vector[of.layer], axis_vector[of.axis]);
    let mut dominant_cells: Vec<Cell> = Cell::all().collect();
    dominant_cells.sort_by(|a, b| at(*b).abs().total_cmp(&at(*a).abs()));
    dominant_cells.truncate(3);
    let rigidity = labels::rigidity(answers, &estimates);
    let confidence = confidence(&estimates);
    Profile {
        version: EngineVersion::V3,
        response_count: answers.0.iter().filter_map(Told::of).count(),
        tension_matrix: Cell::all().map(|cell| (cell, at(cell))).collect(),
        rigidity_label: labels::rigid(rigidity.total),
        sureness: labels::sureness(confidence),
        axis_intensity: PerAxis::of(|axis| labels::intensity(axis_vector[axis])),
        axis_pole,
        layer_pole: PerLayer::of(|layer| labels::pole(layer_vector[layer], layer_error[layer])),
        compression_profile: labels::compression(&axis_vector, axis_pole[Axis::A1]),
        vertical_profile: labels::vertical(&axis_vector, &dominant_cells),
        horizontal_profile: PerLayer::of(|layer| labels::horizontal(Axis::ALL.map(|axis| at(Cell { layer, axis })))),
        axis_vector,
        axis_error,
        layer_vector,
        layer_error,
        dominant_cells,
        rigidity,
        confidence,
    }
}

/// The share of the scores' deflection from the middle that is not their error: 1 − Σ error² / Σ score², at least 0. It is the
/// reliability of classical test theory, 1 − error variance / observed variance (F. M. Lord, M. R. Novick, *Statistical Theories
/// of Mental Test Scores*, 1968, section 3.4), over one person's nine scores and about the middle.
fn confidence(estimates: &Estimates) -> f64 {
    let axes = Axis::ALL.into_iter().map(|axis| (estimates.axis(axis), estimates.axis_error(axis)));
    let layers = Layer::ALL.into_iter().map(|layer| (estimates.layer(layer), estimates.layer_error(layer)));
    let squares = axes.chain(layers).map(|(score, error)| (score.powi(2), error.powi(2)));
    let (observed, errors) = squares.fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
    if observed > errors { 1.0 - errors / observed } else { 0.0 }
}
