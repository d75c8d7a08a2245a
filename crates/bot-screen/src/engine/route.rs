//! Which question comes next. Phase 1 is fixed; then an engine chooses among the nodes.
use serde::{Deserialize, Serialize};

use super::{Answers, EngineVersion, v2, v3};
use crate::bank::QuestionId;

/// Fewest nodes of phase 2.
pub const MIN_PHASE2: usize = 3;
/// Most nodes of phase 2.
pub const MAX_PHASE2: usize = 6;
/// Most nodes of phase 3.
pub const MAX_PHASE3: usize = 5;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Next {
    /// A question, and its phase from 1 to 3.
    Ask(QuestionId, u8),
    /// Nothing more is asked.
    Enough,
}

/// The question a screening begins with.
#[must_use]
pub fn first_question() -> QuestionId {
    match next_step(&Answers::default()) {
        Next::Ask(question, _) => question,
        Next::Enough => QuestionId::node(super::Axis::A1, super::Layer::L0),
    }
}

/// What comes after these answers, by the default engine: the six questions of phase 1, at least [`MIN_PHASE2`] nodes, and more
/// until every axis is certain. Phase 3 begins after [`MAX_PHASE2`] nodes.
#[must_use]
pub fn next_step(answers: &Answers) -> Next {
    next_step_of(EngineVersion::V3, answers)
}

/// What comes after these answers by one of the engines. The phases are the same; each chooses and stops by its own formula.
#[must_use]
pub fn next_step_of(version: EngineVersion, answers: &Answers) -> Next {
    if let Some(question) = QuestionId::phase1().find(|id| !answers.has(*id)) {
        return Next::Ask(question, 1);
    }
    let asked = answers.nodes_asked();
    if asked >= MAX_PHASE2 + MAX_PHASE3 {
        return Next::Enough;
    }
    let phase = if asked < MAX_PHASE2 { 2 } else { 3 };
    let may_end = asked >= MIN_PHASE2;
    let node = match version {
        EngineVersion::V2 => {
            let profile = v2::profile(&v2::responses(answers));
            (!may_end || profile.confidence < v2::CONFIDENT).then(|| v2::next_node(&profile, answers))
        }
        EngineVersion::V3 => {
            let estimates = v3::Estimates::of(answers);
            (!may_end || !estimates.certain()).then(|| v3::next_node(&estimates, answers))
        }
    };
    node.flatten().map_or(Next::Enough, |node| Next::Ask(node, phase))
}

/// About how many questions are left after the one that [`next_step`] asks; 0 when it asks the last one or none. It is the
/// most there can be, because the certainty that ends the questions earlier cannot be foreseen.
#[must_use]
pub fn about_left(answers: &Answers) -> u8 {
    match next_step(answers) {
        Next::Enough => 0,
        Next::Ask(..) => {
            let situations = QuestionId::phase1().filter(|id| !answers.has(*id)).count();
            let nodes = (MAX_PHASE2 + MAX_PHASE3).saturating_sub(answers.nodes_asked());
            u8::try_from(situations + nodes - 1).unwrap_or(u8::MAX)
        }
    }
}

/// The nodes that may follow `current`, which is not answered yet, the likeliest first: by their expected gain before its answer.
#[must_use]
pub fn likely_next(answers: &Answers, current: QuestionId) -> Vec<QuestionId> {
    let estimates = v3::Estimates::of(answers);
    let open = QuestionId::nodes().filter(|node| *node != current && !answers.has(*node));
    let mut gains: Vec<(QuestionId, f64)> =
        open.map(|node| (node, v3::expected_gain(&estimates, crate::bank::bank().question(node)))).collect();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1));
    gains.into_iter().map(|(node, _)| node).collect()
}
