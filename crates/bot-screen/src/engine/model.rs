//! The model's coordinates: four axes of regulation, five layers, and the twenty cells between them.
use std::{
    collections::BTreeMap,
    fmt,
    ops::{Index, IndexMut},
    str::FromStr,
};

use domain::Layer;
use serde::{Deserialize, Serialize};

/// An axis of regulation, from −1 to +1. Both poles are adaptive in their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Axis {
    /// Activation: − lowering and saving energy, + mobilisation.
    A1,
    /// Uncertainty: − closing, + exploring.
    A2,
    /// Impulse: − quick, + holding.
    A3,
    /// Time horizon: − relief now, + the future held.
    A4,
}

impl Axis {
    /// All axes, in order.
    pub const ALL: [Self; 4] = [Self::A1, Self::A2, Self::A3, Self::A4];

    /// Its code, `A1` to `A4`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::A1 => "A1",
            Self::A2 => "A2",
            Self::A3 => "A3",
            Self::A4 => "A4",
        }
    }
}

/// A text that names no axis, layer, cell or question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCode;

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a code of the bank")
    }
}

impl std::error::Error for UnknownCode {}

impl FromStr for Axis {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|axis| axis.code() == text).ok_or(UnknownCode)
    }
}

/// A layer crossed with an axis, written `L0_A1`. Cells are ordered layer by layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cell {
    /// The layer.
    pub layer: Layer,
    /// The axis.
    pub axis: Axis,
}

impl Cell {
    /// The twenty cells, layer by layer.
    pub fn all() -> impl Iterator<Item = Self> {
        Layer::ALL.into_iter().flat_map(|layer| Axis::ALL.into_iter().map(move |axis| Self { layer, axis }))
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.layer.code(), self.axis.code())
    }
}

impl FromStr for Cell {
    type Err = UnknownCode;
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let (layer, axis) = text.split_once('_').ok_or(UnknownCode)?;
        Ok(Self { layer: layer.parse().map_err(|_| UnknownCode)?, axis: axis.parse()? })
    }
}

impl From<Cell> for String {
    fn from(cell: Cell) -> Self {
        cell.to_string()
    }
}

impl TryFrom<String> for Cell {
    type Error = UnknownCode;
    fn try_from(text: String) -> Result<Self, UnknownCode> {
        text.parse()
    }
}

/// One value for each axis; in JSON an object with the keys `A1` to `A4`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<Axis, T>",
    into = "BTreeMap<Axis, T>",
    bound(serialize = "T: Clone + Serialize", deserialize = "T: Deserialize<'de>")
)]
pub struct PerAxis<T>(pub [T; 4]);

/// One value for each layer; in JSON an object with the keys `L0` to `L4`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<Layer, T>",
    into = "BTreeMap<Layer, T>",
    bound(serialize = "T: Clone + Serialize", deserialize = "T: Deserialize<'de>")
)]
pub struct PerLayer<T>(pub [T; 5]);

macro_rules! per {
    ($per:ident, $key:ident, $len:literal) => {
        impl<T> $per<T> {
            /// The value `of` gives for each key.
            pub fn of(of: impl FnMut($key) -> T) -> Self {
                Self($key::ALL.map(of))
            }

            /// Keys with their values, in order.
            pub fn iter(&self) -> impl Iterator<Item = ($key, &T)> {
                $key::ALL.into_iter().zip(&self.0)
            }
        }

        impl $per<f64> {
            /// Keys by magnitude, largest first; equal ones keep their order.
            #[must_use]
            pub fn by_magnitude(&self) -> [$key; $len] {
                let mut keys = $key::ALL;
                keys.sort_by(|a, b| self[*b].abs().total_cmp(&self[*a].abs()));
                keys
            }
        }

        impl<T> Index<$key> for $per<T> {
            type Output = T;
            fn index(&self, key: $key) -> &T {
                &self.0[key as usize]
            }
        }

        impl<T> IndexMut<$key> for $per<T> {
            fn index_mut(&mut self, key: $key) -> &mut T {
                &mut self.0[key as usize]
            }
        }

        impl<T: Clone> From<$per<T>> for BTreeMap<$key, T> {
            fn from(per: $per<T>) -> Self {
                $key::ALL.into_iter().zip(per.0).collect()
            }
        }

        impl<T> TryFrom<BTreeMap<$key, T>> for $per<T> {
            type Error = UnknownCode;
            fn try_from(map: BTreeMap<$key, T>) -> Result<Self, UnknownCode> {
                let values: Vec<T> = map.into_values().collect();
                values.try_into().map(Self).map_err(|_| UnknownCode)
            }
        }
    };
}

per!(PerAxis, Axis, 4);
per!(PerLayer, Layer, 5);
