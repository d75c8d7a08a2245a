//! By how much a line moves the hidden variables.
//!
//! Each class has ranges (simulator.md). Where in its range a change lies, says its *position*, 0 for the weakest end and 1 for
//! the strongest; it follows from the line's match, the case's parameters and, as far as the case is volatile, a seeded number.
use super::{Fit, Hidden, Level, MoveReading, Parameters, Share, Signal, Variable};

/// The largest share of a position that chance decides, at volatility 1.
pub const NOISE_SHARE: f64 = 0.5;
/// The part of the way to 100 − tension that cognitive access goes in one line: down in full, up only as far as the client
/// recovers.
pub const PULL: f64 = 0.3;
/// Points by which a line that fits perfectly and serves the goal fully lowers uncertainty.
pub const CLEARING: f64 = 10.0;
/// The most trust may rise by one line, in points.
pub const MAX_TRUST_RISE: f64 = 7.0;
/// The most trust may rise when the line before was not green, or there was none. Trust may fall at once by as much as the
/// class says.
pub const MAX_TRUST_RISE_AFTER_A_MISS: f64 = 4.0;

/// What a class does to one variable, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// The variable.
    pub variable: Variable,
    /// The end of the range nearer to nothing.
    pub weakest: f64,
    /// The other end.
    pub strongest: f64,
}

const fn effect(variable: Variable, weakest: f64, strongest: f64) -> Effect {
    Effect { variable, weakest, strongest }
}

impl Fit {
    /// The ranges of the class. Those the specification does not list are ours: a steadied body is less tense (−3 to −6) and
    /// less unsure (−2 to −5), and escalation costs trust as taking over does (−5 to −10). The uncertainty of a line that fits
    /// is no range but [`CLEARING`].
    #[must_use]
    pub const fn effects(self) -> &'static [Effect] {
        use Variable::{CognitiveAccess, Defense, Tension, Trust, Uncertainty};
        match self {
            Self::Matches => const { &[effect(Tension, -5.0, -10.0), effect(Trust, 3.0, 7.0), effect(Defense, -3.0, -5.0)] },
            Self::Ahead => const { &[effect(Tension, 5.0, 15.0), effect(Trust, -2.0, -5.0), effect(Defense, 5.0, 10.0)] },
            Self::IgnoresDominant => const { &[effect(Uncertainty, 10.0, 20.0)] },
            Self::StabilizesL0 => {
                const {
                    &[
                        effect(CognitiveAccess, 5.0, 10.0),
                        effect(Defense, -5.0, -8.0),
                        effect(Tension, -3.0, -6.0),
                        effect(Uncertainty, -2.0, -5.0),
                    ]
                }
            }
            Self::TightensControl => const { &[effect(Trust, -5.0, -10.0), effect(Defense, 8.0, 15.0)] },
            Self::Escalates => {
                const {
                    &[
                        effect(Tension, 15.0, 25.0),
                        effect(CognitiveAccess, -10.0, -20.0),
                        effect(Defense, 15.0, 20.0),
                        effect(Trust, -5.0, -10.0),
                    ]
                }
            }
        }
    }
}

/// In which mood the client takes a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// As the parameters say.
    Plain,
    /// After two yellow lines: what harms lies in the upper half of its range.
    Sensitised,
    /// Yellow, then red: what harms is as strong as it can be.
    Cascade,
    /// Red, then green: what helps is as strong as it can be, but trust rises as little as it can.
    Restored,
}

/// A line and the client it meets.
pub(super) struct Meeting<'a> {
    pub parameters: &'a Parameters,
    pub before: &'a Hidden,
    /// The signal of the line before.
    pub last: Option<Signal>,
    pub reading: &'a MoveReading,
    pub mood: Mood,
}

impl Meeting<'_> {
    /// The hidden variables after the line; `draw` gives each variable its number from 0 to 1.
    pub(super) fn after(&self, draw: impl Fn(Variable) -> f64) -> Hidden {
        let mut after = *self.before;
        for effect in self.reading.fit().effects() {
            let position = self.position(effect, draw(effect.variable));
            let change = effect.weakest + (effect.strongest - effect.weakest) * position;
            after.set(effect.variable, self.before.get(effect.variable).plus(change));
        }
        after.uncertainty = after.uncertainty.plus(self.drift());
        after.trust = after.trust.min(self.before.trust.plus(self.most_trust()));
        after.cognitive_access = self.pulled(after.cognitive_access, after.tension);
        after
    }

    /// Where in its range a change lies, 0 to 1: the mean of what the line deserves and of what the client is inclined to,
    /// mixed with chance as far as the client is volatile, then bent by defence and mood.
    fn position(&self, effect: &Effect, draw: f64) -> f64 {
        let helps = self.reading.fit().helps();
        let fits = self.reading.regulatory_match().value();
        let deserved = if helps { fits } else { 1.0 - fits };
        let noise = NOISE_SHARE * self.parameters.volatility.value();
        let plain = (1.0 - noise) * (deserved + self.inclination(effect)) / 2.0 + noise * draw;
        match self.mood {
            Mood::Sensitised if !helps => (1.0 + plain) / 2.0,
            Mood::Cascade if !helps => 1.0,
            Mood::Restored if helps => {
                if effect.variable == Variable::Trust {
                    0.0
                } else {
                    1.0
                }
            }
            Mood::Plain | Mood::Sensitised | Mood::Cascade | Mood::Restored => {
                if helps {
                    plain * self.openness()
                } else {
                    plain
                }
            }
        }
    }

    /// What the client is inclined to, 0 to 1, by variable and direction.
    fn inclination(&self, effect: &Effect) -> f64 {
        let of = self.parameters;
        let mean = |a: f64, b: f64| (a + b) / 2.0;
        let rises = effect.strongest > 0.0;
        match (effect.variable, rises) {
            (Variable::Tension, true) => mean(of.l0_reactivity.value(), of.escalation.value()),
            (Variable::CognitiveAccess, false) => mean(of.l0_reactivity.value(), of.window.narrowness()),
            (Variable::Tension | Variable::Defense, false) | (Variable::CognitiveAccess, true) => of.recovery.value(),
            (Variable::Uncertainty, true) => 1.0 - of.uncertainty_tolerance.value(),
            (Variable::Uncertainty, false) => of.uncertainty_tolerance.value(),
            (Variable::Defense, true) => 1.0 - of.l2_strength.value(),
            (Variable::Trust, true) => of.l3_access.value(),
            (Variable::Trust, false) if self.reading.fit() == Fit::Ahead => {
                mean(1.0 - of.interpretation_tolerance.value(), of.intervention_range.narrowness())
            }
            (Variable::Trust, false) => 1.0 - of.l3_access.value(),
        }
    }

    /// How much of what helps gets through, 1 at the usual defence and below, down to 0.5 at full defence.
    fn openness(&self) -> f64 {
        let above = self.before.defense.points() - Hidden::DEFENSE_AT_START.points();
        1.0 - above.max(0.0) / 120.0
    }

    /// What happens to uncertainty where the class has no range for it: not knowing grows by 0, 1 or 2 points a line, by how
    /// well it is borne, and a line that fits clears up by [`CLEARING`] · match · goal relevance.
    fn drift(&self) -> f64 {
        let grows = match self.parameters.uncertainty_tolerance {
            super::Degree::High => 0.0,
            super::Degree::Moderate => 1.0,
            super::Degree::Low => 2.0,
        };
        let share = |share: Share| share.value();
        match self.reading.fit() {
            Fit::Matches => grows - CLEARING * share(self.reading.regulatory_match()) * share(self.reading.goal_relevance()),
            Fit::Ahead | Fit::TightensControl | Fit::Escalates => grows,
            Fit::IgnoresDominant | Fit::StabilizesL0 => 0.0,
        }
    }

    fn most_trust(&self) -> f64 {
        match self.last {
            Some(Signal::Green) => MAX_TRUST_RISE,
            Some(Signal::Yellow | Signal::Red) | None => MAX_TRUST_RISE_AFTER_A_MISS,
        }
    }

    /// Thinking is lost quickly and comes back slowly.
    fn pulled(&self, access: Level, tension: Level) -> Level {
        let gap = Level::MAX.points() - tension.points() - access.points();
        let rate = if gap > 0.0 { PULL * self.parameters.recovery.value() } else { PULL };
        access.plus(gap * rate)
    }
}
