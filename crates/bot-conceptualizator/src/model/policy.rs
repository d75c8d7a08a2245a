//! What to ask next, and when the model is ready: a total function of the board, the flags and what was asked. The first rule that
//! holds decides (bots/conceptualizator.md); the last two are ours, so that every gap of the readiness rule can be asked about.
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::board::{Board, Card, Confidence, Flag, Kind};

/// Questions of one dialogue at most; after the last one the result follows.
pub const QUESTIONS: usize = 20;
/// A direction without a card is left after it was asked this often; a card is asked about once in each direction.
const PATIENCE: usize = 3;

/// What a question aims at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// What can be influenced, and by whom.
    Control,
    /// How else the dominant hypothesis could be understood.
    Alternatives,
    /// Another layer, or how it is built.
    Level,
    /// What the structure is for.
    Function,
    /// How it keeps itself going.
    Dynamics,
    /// Whether the client is safe.
    Safety,
    /// What speaks for and against.
    Evidence,
}

impl Direction {
    /// All directions.
    pub const ALL: [Self; 7] =
        [Self::Control, Self::Alternatives, Self::Level, Self::Function, Self::Dynamics, Self::Safety, Self::Evidence];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Alternatives => "alternatives",
            Self::Level => "level",
            Self::Function => "function",
            Self::Dynamics => "dynamics",
            Self::Safety => "safety",
            Self::Evidence => "evidence",
        }
    }
}

/// A question to be asked: where it aims, and at which card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Where it aims.
    pub direction: Direction,
    /// The card it is about, by its number, if it is about one.
    pub card: Option<u32>,
}

/// What is missing for a model that is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// No hypothesis of this kind.
    NoKind(Kind),
    /// All hypotheses are on one layer.
    OneLayer,
    /// A dominant hypothesis without an alternative.
    NoAlternative,
    /// No structure has a named function.
    NoFunction,
    /// No maintaining loop is described.
    NoLoop,
    /// A red flag was not answered.
    OpenFlag,
}

/// Whether the model is ready, and what is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readiness {
    /// Empty: it is ready.
    pub gaps: Vec<Gap>,
}

impl Readiness {
    /// Nothing is missing.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.gaps.is_empty()
    }
}

/// Readiness: each kind among the held, two layers at least, each dominant one with an alternative, a function and a maintaining
/// loop named, red flags answered.
#[must_use]
pub fn readiness(board: &Board, flags: &[Flag]) -> Readiness {
    let held: Vec<&Card> = board.held().collect();
    let mut gaps: Vec<Gap> =
        Kind::ALL.iter().filter(|kind| !held.iter().any(|card| card.kind == **kind)).map(|kind| Gap::NoKind(*kind)).collect();
    if layers(&held) < 2 {
        gaps.push(Gap::OneLayer);
    }
    if held.iter().any(|card| lacks_alternative(card)) {
        gaps.push(Gap::NoAlternative);
    }
    if !held.iter().any(|card| !card.function.trim().is_empty()) {
        gaps.push(Gap::NoFunction);
    }
    if !has_loop(&held) {
        gaps.push(Gap::NoLoop);
    }
    if flags.iter().any(|flag| flag.answer.is_none()) {
        gaps.push(Gap::OpenFlag);
    }
    Readiness { gaps }
}

/// The next question; `None` when no rule asks for one, or enough was asked. `asked` are the questions so far, in order.
#[must_use]
pub fn next(board: &Board, asked: &[Ask]) -> Option<Ask> {
    if asked.len() >= QUESTIONS {
        return None;
    }
    let held: Vec<&Card> = board.held().collect();
    rules(&held, asked).into_iter().flatten().find(|ask| {
        // A rule that names a card names one that was not asked about; the others ask a few times, while their gap stays.
        ask.card.is_some() || asked.iter().filter(|before| *before == ask).count() < PATIENCE
    })
}

/// Every rule in its order: what it asks for when it holds.
fn rules(held: &[&Card], asked: &[Ask]) -> [Option<Ask>; 11] {
    let plain = |direction| Some(Ask { direction, card: None });
    let has = |kind| held.iter().any(|card| card.kind == kind);
    let first = |direction, is: &dyn Fn(&Card) -> bool| {
        held.iter()
            .map(|card| (card, Ask { direction, card: Some(card.id) }))
            .find(|(card, ask)| is(card) && !asked.contains(ask))
            .map(|(_, ask)| ask)
    };
    let structural = first(Direction::Function, &|card| card.kind == Kind::Structural && card.function.trim().is_empty());
    let weak = first(Direction::Evidence, &|card| card.confidence == Confidence::Weak);
    let dominant = first(Direction::Alternatives, &lacks_alternative);
    let missing = |kind, direction| (!held.is_empty() && !has(kind)).then_some(direction).and_then(plain);
    [
        // Where nothing is held yet there is one question to begin with.
        held.is_empty().then_some(Direction::Level).and_then(plain),
        missing(Kind::Managerial, Direction::Control),
        dominant,
        (held.len() >= 5).then(|| missing(Kind::Structural, Direction::Level)).flatten(),
        structural,
        (layers(held) == 1).then_some(Direction::Level).and_then(plain),
        (!held.is_empty() && !has_loop(held)).then_some(Direction::Dynamics).and_then(plain),
        (!asked.iter().any(|ask| ask.direction == Direction::Safety)).then_some(Direction::Safety).and_then(plain),
        weak,
        missing(Kind::Structural, Direction::Level),
        missing(Kind::Functional, Direction::Function).or(missing(Kind::Dynamic, Direction::Dynamics)),
    ]
}

fn lacks_alternative(card: &Card) -> bool {
    card.confidence == Confidence::Dominant && card.alternatives.iter().all(|text| text.trim().is_empty())
}

fn has_loop(held: &[&Card]) -> bool {
    held.iter().any(|card| !card.maintained_by.trim().is_empty())
}

fn layers(held: &[&Card]) -> usize {
    held.iter().flat_map(|card| card.layers.iter()).collect::<BTreeSet<_>>().len()
}
