//! Risk competence: was danger asked about, in plain words, and what was settled. It says how the specialist worked, never how
//! large a danger is (safety.md).
use serde::{Deserialize, Serialize};

use super::{RiskEnquiries, RiskEnquiry, Step};

/// What a case carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskKind {
    /// No sign of danger.
    None,
    /// Words that sound like danger ("what for") and, once asked about, are something else.
    FalseSignal,
    /// Words behind which there is danger.
    TrueRisk,
}

/// Whether danger was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Not at all.
    Never,
    /// Touched on, never named.
    Indirectly,
    /// In plain words, first at this turn. A question about a plan or about means is a plain word, too.
    Directly(u16),
}

/// What the debrief says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The case carries no sign: nothing had to be asked.
    NotCalledFor,
    /// It was not asked in plain words. The debrief always says so, for true and for false signals alike.
    NotAsked,
    /// It was asked, and something is missing.
    Incomplete,
    /// It was asked, and everything is covered.
    Complete,
    /// A false signal was cleared up, and then a safety plan or a referral was made all the same.
    CompleteAndOvertaken,
}

/// How danger was dealt with in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskCompetence {
    /// What the case carries.
    pub kind: RiskKind,
    /// Whether danger was asked about.
    pub asked: Asked,
    /// What was covered, each with the turn at which it first was.
    pub covered: Vec<(RiskEnquiry, u16)>,
    /// What the case calls for and was not covered. Never empty when [`Verdict::NotAsked`].
    pub missing: Vec<RiskEnquiry>,
    /// What the debrief says.
    pub verdict: Verdict,
}

impl RiskCompetence {
    /// How danger was dealt with in a way through a session. `called_for` is what competent enquiry covers in this case; asking
    /// in plain words always belongs to it when there is a signal.
    #[must_use]
    pub fn of(kind: RiskKind, called_for: RiskEnquiries, steps: &[Step]) -> Self {
        let first = |enquiry| steps.iter().find(|step| step.reading.enquiries().has(enquiry)).map(|step| step.turn);
        let plain = [RiskEnquiry::Direct, RiskEnquiry::Plan, RiskEnquiry::Means];
        let directly = plain.into_iter().filter_map(first).min();
        let turn_of = |enquiry| if enquiry == RiskEnquiry::Direct { directly } else { first(enquiry) };
        let asked = match directly {
            Some(turn) => Asked::Directly(turn),
            None if first(RiskEnquiry::Indirect).is_some() => Asked::Indirectly,
            None => Asked::Never,
        };
        let covered: Vec<(RiskEnquiry, u16)> =
            RiskEnquiry::ALL.into_iter().filter_map(|enquiry| turn_of(enquiry).map(|turn| (enquiry, turn))).collect();
        let needed = match kind {
            RiskKind::None => RiskEnquiries::NONE,
            RiskKind::FalseSignal | RiskKind::TrueRisk => called_for.and(RiskEnquiries::from_iter([RiskEnquiry::Direct])),
        };
        let missing: Vec<RiskEnquiry> = needed.iter().filter(|enquiry| turn_of(*enquiry).is_none()).collect();
        let acted = [RiskEnquiry::SafetyPlan, RiskEnquiry::Referral].into_iter().any(|enquiry| turn_of(enquiry).is_some());
        let verdict = match kind {
            RiskKind::None => Verdict::NotCalledFor,
            RiskKind::FalseSignal | RiskKind::TrueRisk if directly.is_none() => Verdict::NotAsked,
            RiskKind::FalseSignal | RiskKind::TrueRisk if !missing.is_empty() => Verdict::Incomplete,
            RiskKind::FalseSignal if acted => Verdict::CompleteAndOvertaken,
            RiskKind::FalseSignal | RiskKind::TrueRisk => Verdict::Complete,
        };
        Self { kind, asked, covered, missing, verdict }
    }
}
