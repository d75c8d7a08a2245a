//! Which node would tell most.
use super::{
    Estimates,
    evidence::{Spread, Told, WHOLE_QUESTION},
    thresholds::ERROR_BOUND,
    traits::{Row, dot, weights},
};
use crate::{
    bank::{Question, QuestionId, bank},
    engine::{Answers, Axis, Layer},
};

/// How much the certainty of a layer counts beside that of an axis. The questions end when the axes are certain.
const LAYER_SHARE: f64 = 0.25;
/// Nodes whose gains differ by less, in nats, count as equal: the first of the bank is asked.
const EQUAL: f64 = 1e-9;

/// The node that is expected to tell most among those not asked yet; of equal ones the first of the bank. `None` when all were
/// asked.
#[must_use]
pub fn next_node(estimates: &Estimates, answers: &Answers) -> Option<QuestionId> {
    let open = QuestionId::nodes().filter(|node| !answers.has(*node));
    let gains = open.map(|node| (node, expected_gain(estimates, bank().question(node))));
    let best = gains.reduce(|best, other| if other.1 > best.1 + EQUAL { other } else { best });
    best.map(|(node, _)| node)
}

/// The expected information gain of a question in nats (D. V. Lindley 1956, "On a measure of the information provided by an
/// experiment"): what is uncertain now, less what will be, over the question's options, each as likely as the estimates make
/// it. A single tick stands for an answer.
#[must_use]
pub fn expected_gain(estimates: &Estimates, question: &Question) -> f64 {
    let spread = *Spread::of_bank(question.id);
    let variance = estimates.variance_after(&spread);
    let options: Vec<Row> = question.options.iter().map(weights).collect();
    let agreement = |option: &Row| dot(estimates.positions(), option) / WHOLE_QUESTION;
    let most = options.iter().map(agreement).fold(f64::NEG_INFINITY, f64::max);
    let (mut left, mut all) = (0.0, 0.0);
    for option in &options {
        if let Some(evidence) = spread.evidence(std::slice::from_ref(option)) {
            // Less the largest, so that no exponential overflows.
            let likely = (agreement(option) - most).exp();
            all += likely;
            left += likely * uncertainty(&estimates.with(&Told { spread, evidence }, &variance));
        }
    }
    if all > 0.0 { uncertainty(estimates) - left / all } else { 0.0 }
}

/// What is still uncertain, in nats: the entropy of a score is, but for a constant, the logarithm of its error. An axis counts
/// only as far as its error is above the bound, because beyond it nothing more is wanted.
fn uncertainty(estimates: &Estimates) -> f64 {
    let axes: f64 = Axis::ALL.into_iter().map(|axis| (estimates.axis_error(axis) / ERROR_BOUND).ln().max(0.0)).sum();
    let layers: f64 = Layer::ALL.into_iter().map(|layer| estimates.layer_error(layer).ln()).sum();
    axes + LAYER_SHARE * layers
}
