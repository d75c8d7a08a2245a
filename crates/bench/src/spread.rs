//! How durations are spread.
use std::time::Duration;

use serde::Serialize;

/// Median and tail of what was measured, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Half of them took at most this long.
    pub p50_ms: f64,
    /// 95 of 100.
    pub p95_ms: f64,
    /// 99 of 100.
    pub p99_ms: f64,
    /// The longest.
    pub worst_ms: f64,
}

impl Spread {
    /// Of durations in any order; zeros when there are none.
    #[must_use]
    pub fn of(mut taken: Vec<Duration>) -> Self {
        taken.sort_unstable();
        let at = |share: f64| {
            let position = (taken.len().saturating_sub(1) as f64 * share).round() as usize;
            taken.get(position).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        Self { p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), worst_ms: at(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_a_hundred_is_the_ninety_ninth() {
        let spread = Spread::of((0..=100).rev().map(Duration::from_millis).collect());
        assert_eq!((spread.p50_ms, spread.p95_ms, spread.p99_ms, spread.worst_ms), (50.0, 95.0, 99.0, 100.0));
        assert_eq!(Spread::of(Vec::new()).worst_ms, 0.0);
    }
}
