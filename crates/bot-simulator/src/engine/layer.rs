//! The five layers of regulation (theory.md). Lower ones are faster and cheaper; none is better.
use std::{collections::BTreeMap, fmt, ops::Index};

use serde::{Deserialize, Serialize};

/// A layer of regulation, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Layer {
    /// Energy and body.
    L0,
    /// Reflexes and automatisms.
    L1,
    /// Valuation and affect.
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

/// Layers that are not the five, each once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownLayer;

impl fmt::Display for UnknownLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("each of the layers L0 to L4 must stand once")
    }
}

impl std::error::Error for UnknownLayer {}

/// One value for each layer; in data a table with the keys `L0` to `L4`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<Layer, T>",
    into = "BTreeMap<Layer, T>",
    bound(serialize = "T: Clone + Serialize", deserialize = "T: Deserialize<'de>")
)]
pub struct PerLayer<T>([T; 5]);

impl<T> PerLayer<T> {
    /// Layers with their values, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = (Layer, &T)> {
        Layer::ALL.into_iter().zip(&self.0)
    }

    /// The value of a layer, to be changed.
    pub const fn get_mut(&mut self, layer: Layer) -> &mut T {
        &mut self.0[layer as usize]
    }
}

impl<T> Index<Layer> for PerLayer<T> {
    type Output = T;
    fn index(&self, layer: Layer) -> &T {
        &self.0[layer as usize]
    }
}

impl<T> From<PerLayer<T>> for BTreeMap<Layer, T> {
    fn from(per: PerLayer<T>) -> Self {
        Layer::ALL.into_iter().zip(per.0).collect()
    }
}

impl<T> TryFrom<BTreeMap<Layer, T>> for PerLayer<T> {
    type Error = UnknownLayer;
    fn try_from(map: BTreeMap<Layer, T>) -> Result<Self, UnknownLayer> {
        let values: Vec<T> = map.into_values().collect();
        values.try_into().map(Self).map_err(|_| UnknownLayer)
    }
}
