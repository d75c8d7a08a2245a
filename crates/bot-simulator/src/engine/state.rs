//! The states of a session, S1 to S7, and what leads from one to another (simulator.md, "Engine").
use serde::{Deserialize, Serialize};

use super::{Fit, Goal, Hidden, Level, Pattern, RiskEnquiries, RiskEnquiry, Share, Signal, step::HIGH_TENSION, step::LOW_ACCESS};

/// Trust must be above this for contact to hold.
const CONTACT_TRUST: Level = Level::whole(40);
/// A match below this lets a tense client slip into crisis.
const CRISIS_MATCH: Share = Share::percent(50);
/// Goal relevance from which the focus fits the goal.
const FOCUS: Share = Share::percent(60);
/// Tension must be below this to leave stabilisation.
const STEADY_TENSION: Level = Level::whole(50);
/// Cognitive access must be above this to go back to work.
const WORKING_ACCESS: Level = Level::whole(40);

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SessionState {
    /// S1: coming into contact.
    #[serde(rename = "S1")]
    Contact,
    /// S2: finding the focus.
    #[serde(rename = "S2")]
    Clarification,
    /// S3: work.
    #[serde(rename = "S3")]
    Work,
    /// S4: crisis.
    #[serde(rename = "S4")]
    Crisis,
    /// S5: steadying.
    #[serde(rename = "S5")]
    Stabilisation,
    /// S6: closing.
    #[serde(rename = "S6")]
    Closing,
    /// S7: the session is over and is talked through. Only the specialist's ending leads here, or the last line.
    #[serde(rename = "S7")]
    Debrief,
}

impl SessionState {
    /// All states, in order.
    pub const ALL: [Self; 7] =
        [Self::Contact, Self::Clarification, Self::Work, Self::Crisis, Self::Stabilisation, Self::Closing, Self::Debrief];

    /// Its code, `S1` to `S7`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Contact => "S1",
            Self::Clarification => "S2",
            Self::Work => "S3",
            Self::Crisis => "S4",
            Self::Stabilisation => "S5",
            Self::Closing => "S6",
            Self::Debrief => "S7",
        }
    }
}

/// Signals counted within one state. The counts begin anew with each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Green lines. Two yellows in a row or a red one begin the count anew: the guard "no yellow cascade".
    pub greens: u8,
    /// Lines in a row that were not green.
    pub misses: u8,
    /// Red lines. Restored contact begins the count anew.
    pub reds: u8,
}

impl Tally {
    /// The counts with one more line.
    #[must_use]
    pub const fn with(self, signal: Signal, pattern: Option<Pattern>) -> Self {
        let greens = match (signal, pattern) {
            (Signal::Green, _) => self.greens.saturating_add(1),
            (Signal::Red, _) | (Signal::Yellow, Some(Pattern::HeightenedSensitivity)) => 0,
            (Signal::Yellow, None | Some(Pattern::Cascade | Pattern::ContactRestored)) => self.greens,
        };
        match signal {
            Signal::Green => {
                let restored = matches!(pattern, Some(Pattern::ContactRestored));
                Self { greens, misses: 0, reds: if restored { 0 } else { self.reds } }
            }
            Signal::Yellow => Self { greens, misses: self.misses.saturating_add(1), ..self },
            Signal::Red => Self { greens, misses: self.misses.saturating_add(1), reds: self.reds.saturating_add(1) },
        }
    }
}

/// What a transition looks at, after a line was spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The hidden variables after the line.
    pub hidden: Hidden,
    /// The hidden variables with which the present state began.
    pub entered: Hidden,
    /// The class of the line.
    pub fit: Fit,
    /// How well it fits.
    pub regulatory_match: Share,
    /// How much it serves the goal.
    pub goal_relevance: Share,
    /// The signal of the line.
    pub signal: Signal,
    /// The counts of the present state, with this line.
    pub tally: Tally,
    /// The session's goal.
    pub goal: Goal,
    /// What of danger was asked about or settled so far, with this line.
    pub covered: RiskEnquiries,
}

impl Facts {
    /// Tension and uncertainty are both lower than when the state began, or at 0.
    fn improved(&self) -> bool {
        let lower = |now: Level, then: Level| now < then || now == Level::MIN;
        lower(self.hidden.tension, self.entered.tension) && lower(self.hidden.uncertainty, self.entered.uncertainty)
    }

    /// Stabilisation was the goal, or a safety plan or a referral has been agreed: closing is better than more work.
    fn may_close_steadied(&self) -> bool {
        self.goal.is_stabilisation() || self.covered.has(RiskEnquiry::SafetyPlan) || self.covered.has(RiskEnquiry::Referral)
    }
}

/// The state after a line. Where several transitions hold, the one that protects the client comes first: crisis, then
/// stabilisation, then going on. A line moves the session by one transition at most.
#[must_use]
pub fn next_state(state: SessionState, facts: &Facts) -> SessionState {
    match state {
        SessionState::Contact => after_contact(facts),
        SessionState::Clarification => after_clarification(facts),
        SessionState::Work => after_work(facts),
        SessionState::Crisis => after_crisis(facts),
        SessionState::Stabilisation => after_stabilisation(facts),
        SessionState::Closing => SessionState::Closing,
        SessionState::Debrief => SessionState::Debrief,
    }
}

fn after_contact(facts: &Facts) -> SessionState {
    if facts.hidden.tension > HIGH_TENSION && facts.regulatory_match < CRISIS_MATCH {
        SessionState::Crisis
    } else if facts.tally.greens >= 2 && facts.hidden.trust > CONTACT_TRUST {
        SessionState::Clarification
    } else {
        SessionState::Contact
    }
}

fn after_clarification(facts: &Facts) -> SessionState {
    if facts.tally.misses >= 2 {
        SessionState::Contact
    } else if facts.signal == Signal::Green && facts.goal_relevance >= FOCUS {
        SessionState::Work
    } else {
        SessionState::Clarification
    }
}

fn after_work(facts: &Facts) -> SessionState {
    if facts.hidden.tension > HIGH_TENSION && facts.tally.reds >= 2 {
        SessionState::Crisis
    } else if facts.hidden.cognitive_access < LOW_ACCESS {
        SessionState::Stabilisation
    } else if facts.tally.greens >= 3 && facts.improved() {
        SessionState::Closing
    } else {
        SessionState::Work
    }
}

fn after_crisis(facts: &Facts) -> SessionState {
    if facts.fit == Fit::StabilizesL0 { SessionState::Stabilisation } else { SessionState::Crisis }
}

fn after_stabilisation(facts: &Facts) -> SessionState {
    let steady = facts.tally.greens >= 2 && facts.hidden.tension < STEADY_TENSION;
    if steady && facts.may_close_steadied() {
        SessionState::Closing
    } else if steady && facts.hidden.cognitive_access > WORKING_ACCESS {
        SessionState::Work
    } else {
        SessionState::Stabilisation
    }
}
