//! Numbers that look like chance and are not.
use domain::RunId;
use sha2::{Digest as _, Sha256};

use super::Variable;

/// A number from 0 (inclusive) to 1 (exclusive): the first 53 bits of SHA-256 over the run's sixteen bytes, the turn as four
/// bytes with the highest first, and the variable's name. The same run, turn and variable always give the same number, whatever
/// was said; so a line that is tried again differs by what it is, not by luck.
pub(super) fn draw(run: RunId, turn: u16, variable: Variable) -> f64 {
    let mut hash = Sha256::new();
    hash.update(run.0.as_bytes());
    hash.update(u32::from(turn).to_be_bytes());
    hash.update(variable.name().as_bytes());
    let first = hash.finalize().iter().take(8).fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
    (first >> 11) as f64 / (1_u64 << 53) as f64
}
