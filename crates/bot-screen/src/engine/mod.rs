//! What the answers say, and which question comes next. Pure: the same answers always give the same results.
mod answers;
mod labels;
mod model;
mod route;
pub mod v2;
pub mod v3;

use serde::{Deserialize, Serialize};

pub use answers::{Answer, Answers};
pub use domain::Layer;
pub use labels::{CompressionFeature, EngineVersion, Horizontal, Intensity, Pole, Rigid, Sureness};
pub use model::{Axis, Cell, PerAxis, PerLayer, UnknownCode};
pub use route::{MAX_PHASE2, MAX_PHASE3, MIN_PHASE2, Next, about_left, first_question, likely_next, next_step, next_step_of};

/// What the engine makes of all answers. Each part names its version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The pinned formula.
    pub v2: v2::Profile,
    /// The default: what the report says comes from it.
    pub v3: v3::Profile,
}

/// The results of a finished screening.
#[must_use]
pub fn results(answers: &Answers) -> Results {
    Results { v2: v2::profile(&v2::responses(answers)), v3: v3::profile(answers) }
}
