//! The board: hypotheses of four types over five layers.
use domain::{Layer, text_enum};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What a hypothesis speaks of.
    Kind {
        /// How it is built.
        Structural = "structural",
        /// What it is for.
        Functional = "functional",
        /// How it keeps itself going.
        Dynamic = "dynamic",
        /// What can be influenced.
        Managerial = "managerial",
    }
}

text_enum! {
    /// How firm a hypothesis is.
    Confidence {
        /// One place speaks for it.
        Weak = "weak",
        /// Several places do.
        Working = "working",
        /// The others hang on it.
        Dominant = "dominant",
        /// It holds under a condition.
        Conditional = "conditional",
    }
}

text_enum! {
    /// What the specialist said to a hypothesis.
    Status {
        /// Nothing yet.
        Proposed = "proposed",
        /// Yes.
        Accepted = "accepted",
        /// Yes, in the specialist's own words.
        Edited = "edited",
        /// No.
        Rejected = "rejected",
    }
}

text_enum! {
    /// How loud a layer is in the material.
    Tension {
        /// Quiet.
        Low = "low",
        /// Some.
        Moderate = "moderate",
        /// Loud.
        High = "high",
        /// Before all else.
        Critical = "critical",
    }
}

text_enum! {
    /// How much the material says of a layer.
    Density {
        /// A word or two.
        Sparse = "sparse",
        /// Something.
        Moderate = "moderate",
        /// Much.
        Rich = "rich",
    }
}

text_enum! {
    /// What a red flag is about.
    FlagKind {
        /// The client's safety and health.
        Clinical = "clinical",
        /// The model itself.
        Architectural = "architectural",
        /// How the work is done.
        Procedural = "procedural",
    }
}

text_enum! {
    /// How serious a red flag is.
    Severity {
        /// To be known.
        Warning = "warning",
        /// To be answered before targets.
        Stop = "stop",
        /// To be answered before anything else.
        Critical = "critical",
    }
}

text_enum! {
    /// What the specialist answers a red flag.
    FlagAnswer {
        /// It was checked.
        Checked = "checked",
        /// It does not apply.
        NotApplicable = "not_applicable",
        /// It will be checked.
        WillCheck = "will_check",
    }
}

/// A hypothesis on the board.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its number on the board, from 1; it is never given to another.
    pub id: u32,
    /// What it speaks of.
    pub kind: Kind,
    /// Where; at least one.
    pub layers: Vec<Layer>,
    /// In words.
    pub formulation: String,
    /// How firm it is.
    pub confidence: Confidence,
    /// Words of the material that speak for it, verbatim.
    pub evidence_for: Vec<String>,
    /// Words of the material that speak against it, verbatim.
    pub evidence_against: Vec<String>,
    /// Other explanations.
    pub alternatives: Vec<String>,
    /// What the described structure is for; empty while it is not named.
    pub function: String,
    /// How it keeps itself going; empty while it is not described.
    pub maintained_by: String,
    /// What the specialist said to it.
    pub status: Status,
    /// After which answer of the dialogue it came, from 1; 0: from the material.
    pub since: u32,
}

impl std::fmt::Debug for Card {
    /// No words: they are clinical.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Card {{ {} {:?} {:?} {:?} {:?} }}", self.id, self.kind, self.layers, self.confidence, self.status)
    }
}

impl Card {
    /// Whether the specialist stands behind it.
    #[must_use]
    pub fn is_held(&self) -> bool {
        matches!(self.status, Status::Accepted | Status::Edited)
    }
}

/// A layer as the material speaks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Which layer.
    pub layer: Layer,
    /// How loud.
    pub tension: Tension,
    /// How much is said.
    pub density: Density,
}

/// Something that must be looked at before targets are proposed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// What it is about.
    pub kind: FlagKind,
    /// How serious.
    pub severity: Severity,
    /// In words.
    pub text: String,
    /// It stands for a sign of danger in the material.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub danger: bool,
    /// What the specialist answered; none while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<FlagAnswer>,
}

impl std::fmt::Debug for Flag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Flag {{ {:?} {:?} {:?} }}", self.kind, self.severity, self.answer)
    }
}

/// What an answer of the dialogue changes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The card it changes; none: a new one.
    pub of: Option<u32>,
    /// The card as it is now; its `id`, `status` and `since` are set by the board.
    pub card: Card,
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Change {{ {:?} {:?} }}", self.of, self.card)
    }
}

/// Most cards of a board.
pub const CARDS: usize = 24;

/// All hypotheses of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// In the order of their numbers.
    pub cards: Vec<Card>,
    /// The next card's number is one more.
    pub last: u32,
}

impl Board {
    /// Puts a card on the board as proposed, while there is room.
    pub fn propose(&mut self, card: Card, since: u32) {
        if self.cards.len() < CARDS {
            self.last += 1;
            self.cards.push(Card { id: self.last, status: Status::Proposed, since, ..card });
        }
    }

    /// Applies what an answer changed. A changed card is proposed again; one that was rejected, or is not there, comes as a new one.
    /// One hypothesis at most is dominant: a second one comes as a working one.
    pub fn apply(&mut self, changes: Vec<Change>, since: u32) {
        for Change { of, mut card } in changes {
            let dominates = |old: &Card| old.confidence == Confidence::Dominant && old.status != Status::Rejected;
            if dominates(&card) && self.cards.iter().any(|old| dominates(old) && Some(old.id) != of) {
                card.confidence = Confidence::Working;
            }
            let found = self.cards.iter_mut().find(|old| Some(old.id) == of && old.status != Status::Rejected);
            match found {
                Some(old) => {
                    let id = old.id;
                    *old = Card { id, status: Status::Proposed, since, ..card };
                }
                None => self.propose(card, since),
            }
        }
    }

    /// What the specialist says to a card.
    pub fn decide(&mut self, id: u32, status: Status, words: Option<String>) {
        if let Some(card) = self.cards.iter_mut().find(|card| card.id == id) {
            card.status = status;
            if let Some(words) = words {
                card.formulation = words;
            }
        }
    }

    /// A card by its number.
    #[must_use]
    pub fn card(&self, id: u32) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }

    /// Cards the specialist stands behind, in order.
    pub fn held(&self) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(|card| card.is_held())
    }

    /// The first card the specialist has said nothing to yet, not counting `later`.
    #[must_use]
    pub fn undecided(&self, later: &[u32]) -> Option<&Card> {
        self.cards.iter().find(|card| card.status == Status::Proposed && !later.contains(&card.id))
    }

    /// How many held cards of a kind touch a layer.
    #[must_use]
    pub fn count(&self, kind: Kind, layer: Layer) -> usize {
        self.held().filter(|card| card.kind == kind && card.layers.contains(&layer)).count()
    }
}
