//! What many sessions show together.
use psycheos_bot_screen::engine::{
    Answers, Axis, Cell, EngineVersion, Horizontal, Intensity, Layer, Pole, Rigid, Sureness,
    v2::{self, responses},
    v3::{self, thresholds},
};

use crate::respondents::{Kind, Session};

/// Axes and layers in one row.
pub const TRAITS: [&str; 9] = ["A1", "A2", "A3", "A4", "L0", "L1", "L2", "L3", "L4"];
/// How many of them are axes.
pub const AXES: usize = 4;

/// One finished session as an engine reads it.
pub struct Seen {
    pub length: usize,
    pub positions: [f64; 9],
    pub scores: [f64; 9],
    /// Only the third version has errors.
    pub errors: [f64; 9],
    pub poles: [Pole; 9],
    pub cells: [[f64; 4]; 5],
    pub intensities: [Intensity; 4],
    pub horizontal: [Horizontal; 5],
    pub rigidity: f64,
    pub rigid: Rigid,
    pub confidence: f64,
    pub sureness: Sureness,
    pub compressed: bool,
    pub dominant: bool,
    pub integrated: bool,
}

fn row(axes: [f64; 4], layers: [f64; 5]) -> [f64; 9] {
    let mut row = [0.0; 9];
    row[..AXES].copy_from_slice(&axes);
    row[AXES..].copy_from_slice(&layers);
    row
}

fn poles(axes: [Pole; 4], layers: [Pole; 5]) -> [Pole; 9] {
    let mut row = [Pole::Neutral; 9];
    row[..AXES].copy_from_slice(&axes);
    row[AXES..].copy_from_slice(&layers);
    row
}

impl Seen {
    fn of(version: EngineVersion, session: &Session) -> Self {
        let positions = row(session.positions.axis.0, session.positions.layer.0);
        match version {
            EngineVersion::V2 => Self::by_v2(positions, &session.answers),
            EngineVersion::V3 => Self::by_v3(positions, &session.answers),
        }
    }

    fn by_v2(positions: [f64; 9], answers: &Answers) -> Self {
        let profile = v2::profile(&responses(answers));
        Self {
            length: answers.0.len(),
            positions,
            scores: row(profile.axis_vector.0, profile.layer_vector.0),
            errors: [0.0; 9],
            poles: poles(profile.axis_pole.0, profile.layer_vector.0.map(Pole::of)),
            cells: Layer::ALL.map(|layer| Axis::ALL.map(|axis| profile.tension_matrix[&Cell { layer, axis }])),
            intensities: profile.axis_intensity.0,
            horizontal: profile.horizontal_profile.0,
            rigidity: profile.rigidity.total,
            rigid: profile.rigidity_label,
            confidence: profile.confidence,
            sureness: Sureness::of(profile.confidence),
            compressed: profile.compression_profile.compressed,
            dominant: profile.vertical_profile.is_dominant,
            integrated: profile.vertical_profile.is_vertical_integrated,
        }
    }

    fn by_v3(positions: [f64; 9], answers: &Answers) -> Self {
        let profile = v3::profile(answers);
        Self {
            length: answers.0.len(),
            positions,
            scores: row(profile.axis_vector.0, profile.layer_vector.0),
            errors: row(profile.axis_error.0, profile.layer_error.0),
            poles: poles(profile.axis_pole.0, profile.layer_pole.0),
            cells: Layer::ALL.map(|layer| Axis::ALL.map(|axis| profile.tension_matrix[&Cell { layer, axis }])),
            intensities: profile.axis_intensity.0,
            horizontal: profile.horizontal_profile.0,
            rigidity: profile.rigidity.total,
            rigid: profile.rigidity_label,
            confidence: profile.confidence,
            sureness: profile.sureness,
            compressed: profile.compression_profile.compressed,
            dominant: profile.vertical_profile.is_dominant,
            integrated: profile.vertical_profile.is_vertical_integrated,
        }
    }

    pub fn largest_axis_error(&self) -> f64 {
        self.errors[..AXES].iter().copied().fold(0.0, f64::max)
    }
}

/// Sessions of one kind of respondents by one engine.
pub struct Sample(pub Vec<Seen>);

impl Sample {
    /// Sessions with the seeds from `first`.
    pub fn of(kind: Kind, version: EngineVersion, first: u64, sessions: u64) -> Self {
        Self((first..first + sessions).map(|seed| Seen::of(version, &kind.session(version, seed))).collect())
    }

    /// The same with exactly so many questions, whatever the engine has enough of.
    pub fn of_length(kind: Kind, version: EngineVersion, first: u64, sessions: u64, length: usize) -> Self {
        let session = |seed| Seen::of(version, &kind.session_of_length(version, seed, length));
        Self((first..first + sessions).map(session).collect())
    }

    /// The share of sessions that `test` accepts.
    pub fn share(&self, test: impl Fn(&Seen) -> bool) -> f64 {
        self.0.iter().filter(|seen| test(seen)).count() as f64 / self.0.len() as f64
    }

    pub fn mean(&self, of: impl Fn(&Seen) -> f64) -> f64 {
        self.0.iter().map(of).sum::<f64>() / self.0.len() as f64
    }

    /// The percentile, 0…100, of all values that `of` gives.
    pub fn percentile(&self, percent: f64, of: impl Fn(&Seen) -> Vec<f64>) -> f64 {
        let mut values: Vec<f64> = self.0.iter().flat_map(of).collect();
        values.sort_by(f64::total_cmp);
        let at = (values.len().saturating_sub(1)) as f64 * percent / 100.0;
        values.get(at.round() as usize).copied().unwrap_or(f64::NAN)
    }

    pub fn median_length(&self) -> f64 {
        self.percentile(50.0, |seen| vec![seen.length as f64])
    }

    /// The share of sessions in which the score is on the side of the position.
    pub fn recovered(&self, at: usize) -> f64 {
        self.share(|seen| seen.scores[at] * seen.positions[at] > 0.0)
    }

    /// The share of sessions in which an axis or layer leans to a pole.
    pub fn leaning(&self, at: usize) -> f64 {
        self.share(|seen| seen.poles[at] != Pole::Neutral)
    }

    /// The share of leaning axes that lean to the other side than the position.
    pub fn wrongly_leaning(&self) -> f64 {
        let lean = |seen: &Seen, side: f64| {
            let to = |at: &usize| match seen.poles[*at] {
                Pole::Negative => seen.positions[*at] * side < 0.0,
                Pole::Positive => seen.positions[*at] * side > 0.0,
                Pole::Neutral => false,
            };
            (0..AXES).filter(to).count() as f64
        };
        let (right, wrong) = (self.mean(|seen| lean(seen, 1.0)), self.mean(|seen| lean(seen, -1.0)));
        wrong / (right + wrong).max(f64::MIN_POSITIVE)
    }

    /// The share of pairs of axes whose scores stand in the order of their positions.
    pub fn ordered(&self) -> f64 {
        let pairs = |seen: &Seen| {
            let all = (0..AXES).flat_map(|a| (a + 1..AXES).map(move |b| (a, b)));
            let right =
                |(a, b): &(usize, usize)| (seen.scores[*a] - seen.scores[*b]) * (seen.positions[*a] - seen.positions[*b]) > 0.0;
            all.clone().filter(right).count() as f64 / all.count() as f64
        };
        self.mean(pairs)
    }
}

/// A threshold with the percentile it is.
pub struct Threshold {
    pub name: &'static str,
    pub what: &'static str,
    pub found: f64,
    pub constant: f64,
}

/// The percentiles behind the thresholds of the third version.
pub fn thresholds(first: u64, sessions: u64) -> Vec<Threshold> {
    let sample = |kind| Sample::of(kind, EngineVersion::V3, first, sessions);
    let random = Sample(Kind::RANDOM.into_iter().flat_map(|kind| sample(kind).0).collect());
    let consistent = sample(Kind::CONSISTENT);
    let eleven = Sample::of_length(Kind::CONSISTENT, EngineVersion::V3, first, sessions, 11);
    let leaning = |seen: &Seen| {
        (0..AXES).filter(|at| seen.poles[*at] != Pole::Neutral).map(|at| seen.scores[at].abs()).collect::<Vec<f64>>()
    };
    let in_errors = |seen: &Seen| seen.scores[..AXES].iter().zip(seen.errors).map(|(score, error)| score.abs() / error).collect();
    let largest = |cells: &[f64; 4]| cells.iter().fold(0.0, |most: f64, cell| most.max(cell.abs()));
    let torn = |cells: &[f64; 4]| {
        let reach = |side: f64| cells.iter().fold(0.0, |most: f64, cell| most.max(cell * side));
        reach(1.0).min(reach(-1.0))
    };
    let of = |name, what, found, constant| Threshold { name, what, found, constant };
    vec![
        of(
            "ERROR_BOUND",
            "consistent, 11 questions: largest axis error, 55th",
            eleven.percentile(55.0, |seen| vec![seen.largest_axis_error()]),
            thresholds::ERROR_BOUND,
        ),
        of("LEANS", "random: |axis| / its error, 93rd", random.percentile(93.0, in_errors), thresholds::LEANS),
        of("MODERATE", "consistent: |axis| where it leans, 25th", consistent.percentile(25.0, leaning), thresholds::MODERATE),
        of("HIGH", "consistent: |axis| where it leans, 75th", consistent.percentile(75.0, leaning), thresholds::HIGH),
        of("EXTREME", "consistent: |axis| where it leans, 95th", consistent.percentile(95.0, leaning), thresholds::EXTREME),
        of(
            "RIGID_MEDIUM",
            "random: rigidity, 90th",
            random.percentile(90.0, |seen| vec![seen.rigidity]),
            thresholds::RIGID_MEDIUM,
        ),
        of(
            "RIGID_HIGH",
            "consistent: rigidity, 75th",
            consistent.percentile(75.0, |seen| vec![seen.rigidity]),
            thresholds::RIGID_HIGH,
        ),
        of(
            "SURE_MEDIUM",
            "random: confidence, 90th",
            random.percentile(90.0, |seen| vec![seen.confidence]),
            thresholds::SURE_MEDIUM,
        ),
        of(
            "SURE_HIGH",
            "consistent: confidence, 50th",
            consistent.percentile(50.0, |seen| vec![seen.confidence]),
            thresholds::SURE_HIGH,
        ),
        of(
            "POLARIZED",
            "consistent: largest cell of a layer, 90th",
            consistent.percentile(90.0, |seen| seen.cells.iter().map(largest).collect()),
            thresholds::POLARIZED,
        ),
        of(
            "CONFLICTIVE",
            "consistent: smaller side of a layer, 90th",
            consistent.percentile(90.0, |seen| seen.cells.iter().map(torn).collect()),
            thresholds::CONFLICTIVE,
        ),
    ]
}
