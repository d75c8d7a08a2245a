//! Made-up respondents. They know the bank's weights and nothing of the engines; `docs/SCREEN-SCALE.md` says what they are in
//! words. Their definitions were written before the thresholds and are no part of the formula.
use psycheos_bot_screen::{
    bank::{OptionItem, Question, QuestionId, bank},
    engine::{Answer, Answers, Axis, EngineVersion, Layer, Next, PerAxis, PerLayer, next_step_of, v3},
};

/// A seeded source of numbers: SplitMix64 (G. L. Steele, D. Lea, C. H. Flood 2014).
pub struct Numbers(pub u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Uniform, from 0 and below 1.
    pub fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Normal with mean 0 and variance 1 (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        let (a, b) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }
}

/// Positions on axes and layers, −1…+1.
#[derive(Debug, Clone, Copy)]
pub struct Positions {
    pub axis: PerAxis<f64>,
    pub layer: PerLayer<f64>,
}

/// What a respondent is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Ticks each option with one and the same chance, drawn for the person from 0.1 to 0.9; at least one option.
    Random,
    /// Ticks exactly one option, each as likely as any other.
    RandomOne,
    /// Has a position on every axis and layer and ticks the options nearest to it. `noise` is the standard deviation of what
    /// is added to each distance; distances between options and positions are about 0.1 to 1.5.
    Consistent { noise: f64 },
    /// The same, but the position changes to its opposite from question to question.
    Contradictory { noise: f64 },
}

/// The noise of the respondents by which the engine is judged.
pub const NOISE: f64 = 0.2;
/// A position that is meant to be seen: at least this far from the middle, at most [`FAR`].
pub const NEAR: f64 = 0.3;
pub const FAR: f64 = 0.9;
/// Options whose distance is larger than the smallest by no more than this are ticked too.
const ALSO: f64 = 0.2;

/// A finished session.
pub struct Session {
    /// Where the person stands; meaningless for random ones.
    pub positions: Positions,
    pub answers: Answers,
}

impl Kind {
    pub const RANDOM: [Self; 2] = [Self::Random, Self::RandomOne];
    pub const CONSISTENT: Self = Self::Consistent { noise: NOISE };
    pub const CONTRADICTORY: Self = Self::Contradictory { noise: NOISE };

    /// One person's way through the questions as an engine leads it.
    pub fn session(self, version: EngineVersion, seed: u64) -> Session {
        self.answer(seed, |answers| match next_step_of(version, answers) {
            Next::Ask(question, _) => Some(question),
            Next::Enough => None,
        })
    }

    /// The same with exactly so many questions, whether or not the engine has enough before.
    pub fn session_of_length(self, version: EngineVersion, seed: u64, length: usize) -> Session {
        self.answer(seed, |answers| match next_step_of(version, answers) {
            _ if answers.0.len() >= length => None,
            Next::Ask(question, _) => Some(question),
            Next::Enough => v3::next_node(&v3::Estimates::of(answers), answers),
        })
    }

    fn answer(self, seed: u64, next: impl Fn(&Answers) -> Option<QuestionId>) -> Session {
        let mut numbers = Numbers(seed.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(99));
        let mut place = |_: usize| {
            let far = NEAR + (FAR - NEAR) * numbers.uniform();
            if numbers.uniform() < 0.5 { -far } else { far }
        };
        let positions =
            Positions { axis: PerAxis::of(|axis| place(axis as usize)), layer: PerLayer::of(|layer| place(layer as usize)) };
        let chance = 0.1 + 0.8 * numbers.uniform();
        let mut answers = Answers::default();
        while let Some(question) = next(&answers) {
            let of = bank().question(question);
            let ticked = match self {
                Self::Random => at_random(of, chance, &mut numbers),
                Self::RandomOne => vec![(numbers.uniform() * of.options.len() as f64) as u8],
                Self::Consistent { noise } => nearest(of, &positions, 1.0, noise, &mut numbers),
                Self::Contradictory { noise } => {
                    let side = if answers.0.len().is_multiple_of(2) { 1.0 } else { -1.0 };
                    nearest(of, &positions, side, noise, &mut numbers)
                }
            };
            answers.0.push(Answer { question, ticked, skipped: false, none_fits: false });
        }
        Session { positions, answers }
    }
}

fn at_random(question: &Question, chance: f64, numbers: &mut Numbers) -> Vec<u8> {
    loop {
        let ticked: Vec<u8> = (0_u8..).take(question.options.len()).filter(|_| numbers.uniform() < chance).collect();
        if !ticked.is_empty() {
            return ticked;
        }
    }
}

fn nearest(question: &Question, positions: &Positions, side: f64, noise: f64, numbers: &mut Numbers) -> Vec<u8> {
    let distances: Vec<f64> =
        question.options.iter().map(|option| distance(option, positions, side) + noise * numbers.normal()).collect();
    let least = distances.iter().copied().fold(f64::INFINITY, f64::min);
    (0_u8..).zip(&distances).filter(|(_, distance)| **distance <= least + ALSO).map(|(at, _)| at).collect()
}

/// The root of the mean squared distance between the option's weights and the positions, over the axes and layers of which the
/// option says something.
fn distance(option: &OptionItem, positions: &Positions, side: f64) -> f64 {
    let axes = Axis::ALL.into_iter().map(|axis| (option.axis[axis], positions.axis[axis]));
    let layers = Layer::ALL.into_iter().map(|layer| (option.layer[layer], positions.layer[layer]));
    let squares: Vec<f64> =
        axes.chain(layers).filter(|(weight, _)| *weight != 0.0).map(|(weight, at)| (weight - side * at).powi(2)).collect();
    (squares.iter().sum::<f64>() / squares.len().max(1) as f64).sqrt()
}
