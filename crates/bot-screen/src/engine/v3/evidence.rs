//! What one answer says about each axis and layer, freed of what the question's own options make likely.
use std::{collections::BTreeMap, sync::OnceLock};

use super::traits::{Matrix, Row, TRAITS, dot, times, weights};
use crate::{
    bank::{Question, QuestionId, bank},
    engine::Answer,
};

/// The spread of weights, as a standard deviation over a question's options, at which the question counts as one whole question
/// about an axis or layer. The twenty nodes have 0.30 to 0.67 on their own axis.
pub(super) const WHOLE_QUESTION: f64 = 0.5;

/// Less spread than this is rounding, not a difference between options.
const NO_SPREAD: f64 = 1e-9;

/// How the options of a question lie on the axes and layers. Weights are counted in [`WHOLE_QUESTION`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    options: usize,
    mean: Row,
    /// Covariances of the weights over the options.
    pub(super) covariance: Matrix,
}

impl Spread {
    pub(super) fn of(question: &Question) -> Self {
        let options: Vec<Row> =
            question.options.iter().map(|option| weights(option).map(|weight| weight / WHOLE_QUESTION)).collect();
        let count = options.len().max(1) as f64;
        let mean: Row = std::array::from_fn(|at| options.iter().map(|option| option[at]).sum::<f64>() / count);
        let product =
            |a: usize, b: usize| options.iter().map(|option| (option[a] - mean[a]) * (option[b] - mean[b])).sum::<f64>();
        let covariance = std::array::from_fn(|a| std::array::from_fn(|b| product(a, b) / count));
        Self { options: options.len(), mean, covariance }
    }

    /// The spread of a question of the bank, worked out once for all questions.
    pub(super) fn of_bank(id: QuestionId) -> &'static Self {
        static SPREADS: OnceLock<BTreeMap<QuestionId, Spread>> = OnceLock::new();
        static NOTHING: Spread = Spread { options: 0, mean: [0.0; TRAITS], covariance: [[0.0; TRAITS]; TRAITS] };
        let all = || QuestionId::phase1().chain(QuestionId::nodes()).map(|id| (id, Self::of(bank().question(id)))).collect();
        // The map holds every question, so that nothing is never meant.
        SPREADS.get_or_init(all).get(&id).unwrap_or(&NOTHING)
    }

    /// The evidence of the ticked options; `None` when none or all are ticked, which tells nothing.
    ///
    /// Random ticking: of all sets of n options each is as likely as any other, where n is how many the person ticked. Then the
    /// mean weight of the ticked options is on average the mean over all k options, and its variance is σ²/n · (k − n)/(k − 1):
    /// sampling without replacement (W. G. Cochran, *Sampling Techniques*, 3rd ed. 1977, theorem 2.2). Because n is taken as it
    /// is, neither many nor few ticks move a score by themselves.
    pub(super) fn evidence(&self, ticked: &[Row]) -> Option<Evidence> {
        if ticked.is_empty() || ticked.len() >= self.options {
            return None;
        }
        let (options, ticks) = (self.options as f64, ticked.len() as f64);
        let narrowing = ((options - ticks) / (ticks * (options - 1.0))).sqrt();
        let loading: Row = std::array::from_fn(|at| self.covariance[at][at].sqrt());
        let deviation = |at: usize| {
            let mean = ticked.iter().map(|option| option[at]).sum::<f64>() / ticks / WHOLE_QUESTION;
            (mean - self.mean[at]) / (loading[at] * narrowing)
        };
        let z = std::array::from_fn(|at| if loading[at] > NO_SPREAD { deviation(at) } else { 0.0 });
        Some(Evidence { z, loading })
    }
}

/// What one answer says about each axis and layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Evidence {
    /// The mean weight of the ticked options, less its expectation under random ticking, in standard deviations of it: a
    /// z-score, within ±√(options − 1); 0 where the question tells nothing.
    pub(super) z: Row,
    /// How much the question tells: the standard deviation of its options' weights, 1 for a whole question, 0 for nothing.
    pub(super) loading: Row,
}

impl Evidence {
    /// loading · z: what an answer adds to the pull of each axis and layer.
    pub(super) fn pull(&self) -> Row {
        std::array::from_fn(|at| self.loading[at] * self.z[at])
    }
}

/// An answer that says something, with the spread of its question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Told {
    pub(super) spread: Spread,
    pub(super) evidence: Evidence,
}

impl Told {
    /// `None` for a question passed over, nothing that fits, and everything ticked.
    pub(super) fn of(answer: &Answer) -> Option<Self> {
        let spread = *Spread::of_bank(answer.question);
        let ticked: Vec<Row> = answer.chosen().map(|(_, option)| weights(option)).collect();
        spread.evidence(&ticked).map(|evidence| Self { spread, evidence })
    }

    /// How far the z-scores are from what these positions make of the question: z − covariance · position / loading.
    pub(super) fn residuals(&self, position: &Row) -> Row {
        let expected = times(&self.spread.covariance, position);
        let loading = &self.evidence.loading;
        let residual = |at: usize| if loading[at] > NO_SPREAD { self.evidence.z[at] - expected[at] / loading[at] } else { 0.0 };
        std::array::from_fn::<f64, TRAITS, _>(residual)
    }

    /// How much of a z-score the positions take from itself, 0…1: the diagonal of the regression's hat matrix (D. C. Hoaglin,
    /// R. E. Welsch 1978), covariance · variance · covariance / loading².
    pub(super) fn leverage(&self, variance: &Matrix, at: usize) -> f64 {
        let (line, loading) = (&self.spread.covariance[at], self.evidence.loading[at]);
        if loading > NO_SPREAD { dot(line, &times(variance, line)) / loading.powi(2) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All sets of `ticks` out of `options`.
    fn sets(options: usize, ticks: u32) -> impl Iterator<Item = Vec<usize>> {
        let all = (0..1_u32 << options).filter(move |set| set.count_ones() == ticks);
        all.map(move |set| (0..options).filter(|at| set >> at & 1 == 1).collect())
    }

    #[test]
    fn under_random_ticking_every_score_has_mean_0_and_variance_1_for_every_number_of_ticks() {
        for id in QuestionId::phase1().chain(QuestionId::nodes()) {
            let question = bank().question(id);
            let spread = Spread::of(question);
            let rows: Vec<Row> = question.options.iter().map(weights).collect();
            for ticks in 1..rows.len() {
                let (mut sum, mut squares, mut count) = ([0.0; TRAITS], [0.0; TRAITS], 0.0);
                for set in sets(rows.len(), u32::try_from(ticks).unwrap()) {
                    let ticked: Vec<Row> = set.into_iter().map(|at| rows[at]).collect();
                    let z = spread.evidence(&ticked).unwrap().z;
                    count += 1.0;
                    for at in 0..TRAITS {
                        sum[at] += z[at];
                        squares[at] += z[at].powi(2);
                    }
                }
                for at in 0..TRAITS {
                    assert!((sum[at] / count).abs() < 1e-9, "{id}, {ticks} ticks: mean {}", sum[at] / count);
                    let tells = spread.covariance[at][at].sqrt() > NO_SPREAD;
                    let expected = if tells { 1.0 } else { 0.0 };
                    assert!(
                        (squares[at] / count - expected).abs() < 1e-9,
                        "{id}, {ticks} ticks: variance {}",
                        squares[at] / count
                    );
                }
            }
        }
    }

    #[test]
    fn a_whole_question_is_about_what_a_node_tells_of_its_own_axis() {
        let own = QuestionId::nodes().map(|id| {
            let (axis, _) = id.as_node().unwrap();
            Spread::of(bank().question(id)).covariance[axis as usize][axis as usize].sqrt() * WHOLE_QUESTION
        });
        let own: Vec<f64> = own.collect();
        let (least, most) = own.iter().fold((f64::INFINITY, 0.0_f64), |(least, most), one| (least.min(*one), most.max(*one)));
        assert!((0.30..0.31).contains(&least) && (0.67..0.68).contains(&most), "{least} to {most}");
    }
}
