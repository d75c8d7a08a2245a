//! Bounded numbers. They are kept as whole hundredths, so that what is stored and read back is exactly what was computed.
use std::fmt;

use serde::{Deserialize, Serialize};

/// A number that is not within its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number is not within its bounds")
    }
}

impl std::error::Error for OutOfRange {}

/// The value of a hidden variable: 0 to 100 points, exact to a hundredth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Level(u16);

impl Level {
    /// 0 points.
    pub const MIN: Self = Self(0);
    /// 100 points.
    pub const MAX: Self = Self(10_000);

    /// So many whole points; more than 100 are 100.
    #[must_use]
    pub const fn whole(points: u8) -> Self {
        if points > 100 { Self::MAX } else { Self(points as u16 * 100) }
    }

    /// The nearest level; what lies outside 0 to 100 becomes the nearer end, and no number at all becomes 0.
    #[must_use]
    pub fn of(points: f64) -> Self {
        Self((points.clamp(0.0, 100.0) * 100.0).round() as u16)
    }

    /// Points, 0 to 100.
    #[must_use]
    pub fn points(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// Whole points, for showing.
    #[must_use]
    pub fn shown(self) -> u8 {
        u8::try_from((self.0 + 50) / 100).unwrap_or(100)
    }

    /// This level moved by some points, within its bounds.
    #[must_use]
    pub fn plus(self, points: f64) -> Self {
        Self::of(self.points() + points)
    }
}

impl From<Level> for f64 {
    fn from(level: Level) -> Self {
        level.points()
    }
}

impl TryFrom<f64> for Level {
    type Error = OutOfRange;
    fn try_from(points: f64) -> Result<Self, OutOfRange> {
        if (0.0..=100.0).contains(&points) { Ok(Self::of(points)) } else { Err(OutOfRange) }
    }
}

/// A share: 0 to 1, exact to a hundredth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Share(u8);

impl Share {
    /// So many hundredths; more than 100 are 100.
    #[must_use]
    pub const fn percent(percent: u8) -> Self {
        if percent > 100 { Self(100) } else { Self(percent) }
    }

    /// The nearest share; what lies outside 0 to 1 becomes the nearer end, and no number at all becomes 0.
    #[must_use]
    pub fn of(value: f64) -> Self {
        Self((value.clamp(0.0, 1.0) * 100.0).round() as u8)
    }

    /// 0 to 1.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl From<Share> for f64 {
    fn from(share: Share) -> Self {
        share.value()
    }
}

impl TryFrom<f64> for Share {
    type Error = OutOfRange;
    fn try_from(value: f64) -> Result<Self, OutOfRange> {
        if (0.0..=1.0).contains(&value) { Ok(Self::of(value)) } else { Err(OutOfRange) }
    }
}

/// How much of something a client has: three steps, as the cases describe them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Degree {
    /// 0.25.
    Low,
    /// 0.5.
    Moderate,
    /// 0.75.
    High,
}

impl Degree {
    /// The number the formulas use: 0.25, 0.5, 0.75 (simulator.md, CCI).
    #[must_use]
    pub const fn value(self) -> f64 {
        match self {
            Self::Low => 0.25,
            Self::Moderate => 0.5,
            Self::High => 0.75,
        }
    }
}

/// Two decimals, a tie to the even digit: the rounding of the golden vectors, in which 0.375 is 0.38 and 0.625 is 0.62.
#[must_use]
pub fn round2(value: f64) -> f64 {
    (value * 100.0).round_ties_even() / 100.0
}
