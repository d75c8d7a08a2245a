//! What a specialist's line does to the virtual client, in numbers. Pure: the same run and the same readings always give the
//! same numbers.
//!
//! A model reads a line and classifies it ([`MoveReading`]); everything after that is computed here: the change of the hidden
//! variables ([`Hidden`]), the [`Signal`], the state of the session ([`SessionState`]), and at the end the scores ([`tsi`],
//! [`cci`], [`risk`]). The formulas stand in the crate's README, each with its source.
mod change;
mod draw;
mod goal;
mod hidden;
mod hint;
mod layer;
mod log;
mod parameters;
mod reading;
mod replay;
mod reply;
mod scale;
mod signal;
mod state;
mod step;

pub mod cci;
pub mod risk;
pub mod tsi;

pub use change::{CLEARING, Effect, MAX_TRUST_RISE, MAX_TRUST_RISE_AFTER_A_MISS, NOISE_SHARE, PULL};
pub use domain::Layer;
pub use goal::Goal;
pub use hidden::{Hidden, Variable};
pub use hint::{Hint, Reason, hint};
pub use layer::{PerLayer, UnknownLayer};
pub use log::{Branch, Iteration, LineId, MAX_LINES, MIN_CHARGED_LINES, Session};
pub use parameters::{Parameters, Setup, Speed, Window};
pub use reading::{Fit, MoveReading, RawReading, ReadingFault, RiskEnquiries, RiskEnquiry};
pub use replay::{Alternative, alternative, alternatives, replay};
pub use reply::ReplyLength;
pub use scale::{Degree, Level, OutOfRange, Share, round2};
pub use signal::{Pattern, RUPTURE, SHARP_RISE, Signal};
pub use state::{Facts, SessionState, Tally, next_state};
pub use step::{HIGH_TENSION, LOW_ACCESS, Snapshot, Step, advance, helpful_class};
