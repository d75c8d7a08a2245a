//! The five layers of regulation (theory.md). Lower ones are faster and cheaper; none is better than another.
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::UnknownWord;

/// A layer of regulation, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Layer {
    /// Energy and body.
    L0,
    /// Reflexes and automatisms.
    L1,
    /// Appraisal and affect.
    L2,
    /// Relations and roles.
    L3,
    /// Meaning and identity.
    L4,
}

impl Layer {
    /// All layers, lowest first.
    pub const ALL: [Self; 5] = [Self::L0, Self::L1, Self::L2, Self::L3, Self::L4];

    /// Its code, `L0` to `L4`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
            Self::L4 => "L4",
        }
    }

    /// The layer above; the highest stays.
    #[must_use]
    pub const fn above(self) -> Self {
        match self {
            Self::L0 => Self::L1,
            Self::L1 => Self::L2,
            Self::L2 => Self::L3,
            Self::L3 | Self::L4 => Self::L4,
        }
    }

    /// The layer below; the lowest stays.
    #[must_use]
    pub const fn below(self) -> Self {
        match self {
            Self::L0 | Self::L1 => Self::L0,
            Self::L2 => Self::L1,
            Self::L3 => Self::L2,
            Self::L4 => Self::L3,
        }
    }

    /// Steps between two layers, 0 to 4.
    #[must_use]
    pub const fn distance(self, other: Self) -> u8 {
        (self as u8).abs_diff(other as u8)
    }
}

impl FromStr for Layer {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|layer| layer.code() == text).ok_or(UnknownWord { kind: "Layer" })
    }
}
