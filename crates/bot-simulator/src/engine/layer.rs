//! One value for each layer of regulation.
use std::{collections::BTreeMap, fmt, ops::Index};

use domain::Layer;
use serde::{Deserialize, Serialize};

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
