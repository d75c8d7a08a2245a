//! The result: three layers of a model, their checks, what changed since the version before, and the artifact.
mod changes;
mod compose;
mod read;
mod sections;
mod summary;
mod words;

use domain::{Layer, text_enum};
use serde::{Deserialize, Serialize};

pub use changes::Version;
pub use compose::{Payload, Written, compose, letter_of};
pub use read::{read_letter, read_model, read_targets};
pub use summary::{DrawnBoard, chat_board, chat_summary, drawn_board};
pub(crate) use words::{confidence, flag_kind, gap_words, kind, layer, severity};

/// Layer A: the technical model.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// The leading supposition.
    pub leading: String,
    /// The layer whose conflict governs the others.
    pub layer: Layer,
    /// Why this layer.
    pub layer_reason: String,
    /// Loops as steps; the last leads to the first.
    pub loops: Vec<Vec<String>>,
    /// What it costs.
    pub cost: Cost,
    /// Words of the material for it, verbatim.
    pub evidence_for: Vec<String>,
    /// Words of the material against it, verbatim.
    pub evidence_against: Vec<String>,
    /// Where it ends.
    pub limits: String,
}

/// What the present way costs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// In strength.
    pub energetic: String,
    /// In relations.
    pub social: String,
    /// In meaning.
    pub semantic: String,
}

/// Layer B: targets, bottom up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// In order; [`Target::priority`] counts them from 1.
    pub targets: Vec<Target>,
    /// Why in this order.
    pub sequence: String,
    /// What to speak about in the next session.
    pub agenda: Vec<String>,
}

/// Something that is to change.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// 1 comes first.
    #[serde(default)]
    pub priority: u8,
    /// A layer, or the joint of two.
    pub place: Place,
    /// What is to change, not how.
    pub direction: String,
    /// Why here.
    pub rationale: String,
    /// What shows that one can go on.
    pub criterion: String,
}

/// Layer C: a letter to the client, as a draft.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// An image of three to six words.
    pub metaphor: String,
    /// Two to three hundred words.
    pub text: String,
}

macro_rules! no_words {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            /// No words: they are clinical.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "[…]"))
            }
        }
    )*};
}

no_words!(Model, Cost, Targets, Target, Letter);

text_enum! {
    /// A layer, or the joint of two neighbours; bottom up.
    Place {
        /// Energy and body.
        L0 = "L0",
        /// Between body and automatisms.
        L01 = "L0/L1",
        /// Automatisms.
        L1 = "L1",
        /// Between automatisms and affect.
        L12 = "L1/L2",
        /// Affect.
        L2 = "L2",
        /// Between affect and relations.
        L23 = "L2/L3",
        /// Relations.
        L3 = "L3",
        /// Between relations and meaning.
        L34 = "L3/L4",
        /// Meaning.
        L4 = "L4",
    }
}
