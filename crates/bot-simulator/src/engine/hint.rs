//! A hint in training: what would help at this moment, and why. It is computed, so that the same moment gives the same hint.
use serde::{Deserialize, Serialize};

use super::{Fit, LOW_ACCESS, Layer, RiskEnquiries, RiskEnquiry, SessionState, Signal, Snapshot, helpful_class, risk::RiskKind};

/// Why a hint says what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The session is in S4, or tension is above 75.
    Alarm,
    /// Cognitive access is below 20, or the client is being steadied: thinking is not at hand.
    NoAccess,
    /// The last line was red: contact comes before anything else.
    Rupture,
    /// Trust is not above 40: contact is not there yet.
    NoContactYet,
    /// Contact is there, the focus is not.
    FindFocus,
    /// Work goes on.
    Work,
    /// What was meant is done; the specialist may end.
    Close,
}

/// What would help now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// The class of line that helps.
    pub class: Fit,
    /// The layer to speak to: L0 for steadying, else the one on which the client is.
    pub layer: Layer,
    /// Why.
    pub reason: Reason,
    /// What of danger the case calls for next and was not asked yet. It never waits for contact or calm.
    pub ask: Option<RiskEnquiry>,
}

/// The hint at a moment. `kind` and `called_for` are the case's risk profile: for a case without a sign nothing is to be asked.
#[must_use]
pub fn hint(now: &Snapshot, kind: RiskKind, called_for: RiskEnquiries) -> Hint {
    let class = helpful_class(now);
    let layer = if class == Fit::StabilizesL0 { Layer::L0 } else { now.active };
    let reason = if now.warns() {
        Reason::Alarm
    } else if now.hidden.cognitive_access < LOW_ACCESS || now.state == SessionState::Stabilisation {
        Reason::NoAccess
    } else if now.last == Some(Signal::Red) {
        Reason::Rupture
    } else {
        match now.state {
            SessionState::Contact | SessionState::Crisis | SessionState::Stabilisation => Reason::NoContactYet,
            SessionState::Clarification => Reason::FindFocus,
            SessionState::Work => Reason::Work,
            SessionState::Closing | SessionState::Debrief => Reason::Close,
        }
    };
    let ask = match kind {
        RiskKind::None => None,
        RiskKind::FalseSignal | RiskKind::TrueRisk => next_enquiry(now.covered, called_for),
    };
    Hint { class, layer, reason, ask }
}

/// The plain question first; a question about a plan or about means counts as one.
fn next_enquiry(covered: RiskEnquiries, called_for: RiskEnquiries) -> Option<RiskEnquiry> {
    let plainly = [RiskEnquiry::Direct, RiskEnquiry::Plan, RiskEnquiry::Means].into_iter().any(|plain| covered.has(plain));
    if !plainly {
        return Some(RiskEnquiry::Direct);
    }
    called_for.iter().find(|enquiry| *enquiry != RiskEnquiry::Direct && !covered.has(*enquiry))
}
