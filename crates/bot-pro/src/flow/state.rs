//! What a chat with Pro remembers.
use domain::{CaseId, ServiceId, Stars, UserId};
use serde::{Deserialize, Serialize};

use super::guide::Talk;
use crate::button::Then;

/// What a chat with Pro is waiting for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum State {
    /// Nothing.
    #[default]
    Idle,
    /// Questions to the guide.
    Guide(Box<Talk>),
    /// A label for a new case.
    Naming,
    /// Whether a label that looks like a name is to be taken.
    Doubting {
        /// The label.
        label: String,
        /// The case that gets it; none for a new one.
        case: Option<CaseId>,
    },
    /// A new label for a case.
    Renaming {
        /// Which.
        case: CaseId,
    },
    /// How many Stars to buy.
    ToppingUp {
        /// What goes on when they are paid.
        then: Option<Then>,
    },
    /// Whom an administrator looks for.
    Searching,
    /// A sum and a reason, to change a wallet.
    Adjusting {
        /// Whose.
        user: UserId,
        /// Adds; else takes.
        add: bool,
    },
    /// Whether the wallet is really to be changed.
    AdjustingSure {
        /// Whose.
        user: UserId,
        /// How many; negative to take.
        stars: Stars,
        /// Why.
        note: String,
    },
    /// An invitation: for how many, for how long, for whom.
    Inviting,
    /// Whether it is really to be made.
    InvitingSure {
        /// For how many people.
        uses: u8,
        /// For how many days.
        days: u8,
        /// For whom.
        note: String,
    },
    /// A text for all specialists.
    Announcing,
    /// Whether it is really to be sent.
    AnnouncingSure {
        /// The text.
        text: String,
    },
    /// A price.
    Pricing {
        /// Of which tool.
        service: ServiceId,
    },
    /// Whether the price is really to be changed.
    PricingSure {
        /// Of which tool.
        service: ServiceId,
        /// The new price.
        stars: Stars,
    },
}

impl State {
    /// The state's name; `snake_case`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Guide(_) => "guide",
            Self::Naming => "naming",
            Self::Doubting { .. } => "doubting",
            Self::Renaming { .. } => "renaming",
            Self::ToppingUp { .. } => "topping_up",
            Self::Searching => "searching",
            Self::Adjusting { .. } => "adjusting",
            Self::AdjustingSure { .. } => "adjusting_sure",
            Self::Inviting => "inviting",
            Self::InvitingSure { .. } => "inviting_sure",
            Self::Announcing => "announcing",
            Self::AnnouncingSure { .. } => "announcing_sure",
            Self::Pricing { .. } => "pricing",
            Self::PricingSure { .. } => "pricing_sure",
        }
    }
}
