//! The four axes and five layers as one row of nine numbers, and the little linear algebra they need.
use crate::{
    bank::OptionItem,
    engine::{Axis, Layer, PerAxis, PerLayer},
};

/// Axes and layers together.
pub(super) const TRAITS: usize = Axis::ALL.len() + Layer::ALL.len();

/// One number for each axis, then for each layer.
pub(super) type Row = [f64; TRAITS];
/// One row for each axis, then for each layer.
pub(super) type Matrix = [Row; TRAITS];

/// Where an axis stands in a row.
pub(super) const fn axis_at(axis: Axis) -> usize {
    axis as usize
}

/// Where a layer stands in a row.
pub(super) const fn layer_at(layer: Layer) -> usize {
    Axis::ALL.len() + layer as usize
}

/// The weights of an option as a row.
pub(super) fn weights(option: &OptionItem) -> Row {
    let PerAxis([a1, a2, a3, a4]) = option.axis;
    let PerLayer([l0, l1, l2, l3, l4]) = option.layer;
    [a1, a2, a3, a4, l0, l1, l2, l3, l4]
}

pub(super) fn dot(a: &Row, b: &Row) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub(super) fn times(matrix: &Matrix, row: &Row) -> Row {
    matrix.map(|line| dot(&line, row))
}

/// The inverse of a symmetric matrix whose eigenvalues are all positive, by Gauss and Jordan; such a matrix needs no pivoting.
pub(super) fn inverse(of: &Matrix) -> Matrix {
    let mut left = *of;
    let mut right: Matrix = std::array::from_fn(|line| std::array::from_fn(|at| if line == at { 1.0 } else { 0.0 }));
    for pivot in 0..TRAITS {
        let by = left[pivot][pivot];
        let (scaled_left, scaled_right) = (left[pivot].map(|x| x / by), right[pivot].map(|x| x / by));
        for line in 0..TRAITS {
            let factor = left[line][pivot];
            for at in 0..TRAITS {
                left[line][at] -= factor * scaled_left[at];
                right[line][at] -= factor * scaled_right[at];
            }
        }
        (left[pivot], right[pivot]) = (scaled_left, scaled_right);
    }
    right
}
