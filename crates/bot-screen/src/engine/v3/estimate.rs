//! Where a person stands on each axis and layer, and how sure that is.
use super::{
    evidence::{Spread, Told},
    thresholds::ERROR_BOUND,
    traits::{Matrix, Row, TRAITS, axis_at, inverse, layer_at, times},
};
use crate::engine::{Answers, Axis, Layer};

/// The weight of "in the middle until answers say otherwise", in whole questions.
const PRIOR_INFORMATION: f64 = 1.0;
/// The weight of "answers scatter as random ticking does" in the estimate of the scatter, in whole questions.
const PRIOR_QUESTIONS: f64 = 2.0;
/// The standard error of a score of which nothing is known; no error is larger.
pub const UNKNOWN: f64 = 0.5;

/// What the answers say about all axes and layers together.
///
/// The model is Bock's for nominal answers (R. D. Bock 1972, *Psychometrika* 37): an option is the likelier the better its
/// weights agree with the person's positions, P ∝ exp(position · weights). From the middle, where all options are equally
/// likely, one step of Fisher's scoring with a normal prior gives the positions: (prior + Σ covariance)⁻¹ · Σ loading · z. So
/// what a tick owes to one axis is not counted for another that happens to go with it in the same options.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimates {
    /// Σ covariance and the prior, in whole questions.
    information: Matrix,
    /// Σ loading · z.
    pull: Row,
    /// The inverse of the information.
    variance: Matrix,
    /// In standard deviations of one whole question's random ticking.
    position: Row,
    /// Σ loading² · residual².
    unexplained: Row,
    /// Σ loading² · (1 − leverage): whole questions that were free to disagree with the positions drawn from them.
    free: Row,
}

impl Estimates {
    /// Nothing is known.
    fn nothing() -> Self {
        let prior = |line| std::array::from_fn(|at| if line == at { PRIOR_INFORMATION } else { 0.0 });
        let information: Matrix = std::array::from_fn(prior);
        let none = [0.0; TRAITS];
        Self { information, pull: none, variance: inverse(&information), position: none, unexplained: none, free: none }
    }

    /// The estimates of all answers. The order of the answers does not matter but for rounding.
    #[must_use]
    pub fn of(answers: &Answers) -> Self {
        let told: Vec<Told> = answers.0.iter().filter_map(Told::of).collect();
        let mut all = Self::nothing();
        for one in &told {
            all.add(&one.spread);
            all.pull = sum(&all.pull, &one.evidence.pull());
        }
        all.variance = inverse(&all.information);
        all.position = times(&all.variance, &all.pull);
        for one in &told {
            all.explain(one);
        }
        all
    }

    fn add(&mut self, spread: &Spread) {
        for (line, more) in self.information.iter_mut().zip(&spread.covariance) {
            *line = sum(line, more);
        }
    }

    /// Counts what the positions leave unexplained of an answer.
    fn explain(&mut self, told: &Told) {
        let weight = told.evidence.loading.map(|loading| loading.powi(2));
        let residuals = told.residuals(&self.position);
        let free: Row = std::array::from_fn(|at| weight[at] * (1.0 - told.leverage(&self.variance, at)));
        self.free = sum(&self.free, &free);
        self.unexplained = sum(&self.unexplained, &std::array::from_fn(|at| weight[at] * residuals[at].powi(2)));
    }

    /// The variance of the positions, but for the scatter, once a question of this spread is answered.
    pub(super) fn variance_after(&self, spread: &Spread) -> Matrix {
        let mut after = *self;
        after.add(spread);
        inverse(&after.information)
    }

    /// The same with one more answer, whose [`Self::variance_after`] is given. What the answers before it leave unexplained is
    /// kept as it is.
    pub(super) fn with(&self, told: &Told, variance: &Matrix) -> Self {
        let mut after = Self { variance: *variance, pull: sum(&self.pull, &told.evidence.pull()), ..*self };
        after.add(&told.spread);
        after.position = times(variance, &after.pull);
        after.explain(told);
        after
    }

    pub(super) const fn positions(&self) -> &Row {
        &self.position
    }

    /// How far answers lie from what the positions make of them, as a variance; 1 is the scatter of random ticking. Above it the
    /// answers contradict each other, below it they agree. Never 0.
    fn scatter(&self, at: usize) -> f64 {
        (PRIOR_QUESTIONS + self.unexplained[at]) / (PRIOR_QUESTIONS + self.free[at])
    }

    /// tanh(position / 2): the logistic curve of item response theory, stretched to both sides.
    fn score(&self, at: usize) -> f64 {
        (self.position[at] / 2.0).tanh()
    }

    /// By the delta method: the slope of the squashing, (1 − score²) / 2, times the standard error of the position.
    fn error(&self, at: usize) -> f64 {
        let slope = (1.0 - self.score(at).powi(2)) / 2.0;
        (slope * (self.scatter(at) * self.variance[at][at]).sqrt()).min(UNKNOWN)
    }

    /// The score of an axis, within −1…+1; 0 without answers.
    #[must_use]
    pub fn axis(&self, axis: Axis) -> f64 {
        self.score(axis_at(axis))
    }

    /// The score of a layer, within −1…+1; 0 without answers.
    #[must_use]
    pub fn layer(&self, layer: Layer) -> f64 {
        self.score(layer_at(layer))
    }

    /// The standard error of an axis' score, above 0, at most [`UNKNOWN`].
    #[must_use]
    pub fn axis_error(&self, axis: Axis) -> f64 {
        self.error(axis_at(axis))
    }

    /// The standard error of a layer's score, above 0, at most [`UNKNOWN`].
    #[must_use]
    pub fn layer_error(&self, layer: Layer) -> f64 {
        self.error(layer_at(layer))
    }

    /// How far the answers on an axis lie from what its score makes of them; 1 is the scatter of random ticking.
    #[must_use]
    pub fn axis_scatter(&self, axis: Axis) -> f64 {
        self.scatter(axis_at(axis))
    }

    /// Whether every axis is as certain as the bound asks, so that no more questions are needed.
    #[must_use]
    pub fn certain(&self) -> bool {
        Axis::ALL.into_iter().all(|axis| self.axis_error(axis) <= ERROR_BOUND)
    }
}

fn sum(a: &Row, b: &Row) -> Row {
    std::array::from_fn(|at| a[at] + b[at])
}
