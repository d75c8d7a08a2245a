//! The working model of a case: hypotheses on a board, red flags, what to ask next, when it is ready. Pure data and total functions.
pub mod board;
pub mod policy;

pub use board::{Board, Card, Change, Confidence, Density, Flag, FlagAnswer, FlagKind, Kind, Mark, Severity, Status, Tension};
pub use domain::Layer;
pub use policy::{Ask, Direction, Gap, QUESTIONS, Readiness, next, readiness};
