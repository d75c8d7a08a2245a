//! Where labels begin. Every number here is a percentile of simulated sessions, printed by `make calibrate`
//! (`the_thresholds_are_the_percentiles_they_are_said_to_be`); none is a norm.

/// The questions end when no axis has a larger error: the 55th percentile of the largest axis error of consistent respondents
/// after 11 questions.
pub const ERROR_BOUND: f64 = 0.227;

/// An axis or a layer leans when its score is at least so many of its errors: the 93rd percentile of |axis| / its error of random
/// respondents, rounded up so that a single answer never reaches it (at most 1.934).
pub const LEANS: f64 = 1.94;

/// Moderate from here: the 25th percentile of |axis| of consistent respondents where the axis leans.
pub const MODERATE: f64 = 0.421;
/// High from here: the 75th percentile of the same.
pub const HIGH: f64 = 0.508;
/// Extreme from here: the 95th percentile of the same.
pub const EXTREME: f64 = 0.586;

/// Rigidity is medium from here: the 90th percentile of random respondents.
pub const RIGID_MEDIUM: f64 = 0.271;
/// Rigidity is high from here: the 75th percentile of consistent respondents.
pub const RIGID_HIGH: f64 = 0.392;

/// Confidence is medium from here: the 90th percentile of random respondents.
pub const SURE_MEDIUM: f64 = 0.216;
/// Confidence is high from here: the 50th percentile of consistent respondents.
pub const SURE_HIGH: f64 = 0.548;

/// A layer is polarised when a cell reaches this magnitude: the 90th percentile of the largest cell of a layer of consistent
/// respondents.
pub const POLARIZED: f64 = 0.347;
/// A layer is pulled apart when cells of both signs reach this magnitude: the 90th percentile of the smaller of the two.
pub const CONFLICTIVE: f64 = 0.264;
