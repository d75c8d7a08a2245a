//! What a flow may know about money.
use chrono::{DateTime, Utc};
use domain::{CaseId, Locale, PaymentId, ServiceId, Stars, TelegramId, UserId};

/// Price and means for a launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// What one run costs now.
    pub price: Stars,
    /// What the wallet has free.
    pub available: Stars,
}

/// A specialist's wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    /// Free to use.
    pub available: Stars,
    /// Held for what is going on.
    pub reserved: Stars,
    /// Owed: Stars that Telegram gave back after they had been spent. The next top-up pays it first.
    pub debt: Stars,
    /// What the newest holds are for; at most [`crate::PAGE_LINES`].
    pub held: Vec<Held>,
    /// Prices of all tools.
    pub prices: Vec<Price>,
}

/// Stars held for something that is going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// For which tool.
    pub service: ServiceId,
    /// The case's label.
    pub case_label: String,
    /// How many.
    pub stars: Stars,
}

/// What one run of a tool costs now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// The tool.
    pub service: ServiceId,
    /// Its price.
    pub stars: Stars,
}

/// What a million tokens of a model cost in Stars (R33).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// The model.
    pub model: String,
    /// Read by the model.
    pub input: Stars,
    /// Written by the model.
    pub output: Stars,
}

/// A line of the wallet's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub movement: Movement,
    /// How many Stars moved; positive.
    pub stars: Stars,
    /// For which tool, if any.
    pub service: Option<ServiceId>,
    /// The case's label, unless there is none or it was erased.
    pub case_label: Option<String>,
    /// What was free afterwards.
    pub available_after: Stars,
}

/// What happened in a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// Stars were bought.
    TopUp,
    /// Held for a run.
    Held,
    /// Given back from a run that gave no result.
    Released,
    /// Charged for a result.
    Charged,
    /// A payment was given back to the payer.
    Refunded,
    /// An administrator added.
    Credited,
    /// An administrator took.
    Debited,
    /// A debt was made by a refund of Stars already spent.
    Owed,
    /// A debt was paid.
    Repaid,
}

/// What a pre-checkout came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be paid.
    Approved,
    /// There is no such payment.
    Unknown,
    /// The invoice is too old.
    Expired,
    /// It was paid before.
    PaidAlready,
    /// Another sum or currency than the invoice's.
    WrongAmount,
    /// The invoice is somebody else's.
    WrongPayer,
    /// The payer is no specialist.
    NotRegistered,
    /// The payer's access is closed.
    Blocked,
}

/// What a payment came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credit {
    /// The wallet has it.
    Done {
        /// What is free now.
        available: Stars,
        /// The launch that waited for it.
        launch: Option<WaitingLaunch>,
    },
    /// It was credited before.
    Already,
    /// We do not know whose it is; it is kept and shown to an administrator.
    Unmatched,
}

/// A launch that waits for a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingLaunch {
    /// The payment.
    pub payment: PaymentId,
    /// For which case.
    pub case: CaseId,
    /// Which tool.
    pub service: ServiceId,
    /// How long its pass is to live; none for the usual length.
    pub days: Option<u8>,
}

/// What a payment given back came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// It is out of the wallet.
    Done {
        /// What is owed because it was spent; 0 mostly.
        owed: Stars,
    },
    /// It was taken out before.
    Already,
    /// No such payment of this person.
    Unknown,
}

/// A specialist, as an administrator sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberLine {
    /// Our id.
    pub user: UserId,
    /// Telegram's id.
    pub telegram_id: TelegramId,
    /// Name.
    pub full_name: String,
    /// `@name` without the `@`.
    pub username: Option<String>,
    /// Access is closed.
    pub blocked: bool,
    /// Language.
    pub locale: Locale,
    /// Free in the wallet.
    pub available: Stars,
    /// Held in the wallet.
    pub reserved: Stars,
    /// Owed.
    pub debt: Stars,
}

/// The money as a whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finance {
    /// In all wallets.
    pub held: Stars,
    /// Of that, held for what is going on.
    pub reserved: Stars,
    /// Owed by specialists.
    pub debt: Stars,
    /// Paid in by Telegram Stars, with what was refunded.
    pub paid_in: Stars,
    /// Refunded, or being refunded.
    pub refunded: Stars,
    /// Charged for results.
    pub spent: Stars,
    /// Added by administrators, without what they took.
    pub given: Stars,
    /// Results whose reserve was gone.
    pub written_off: Stars,
    /// What the models cost, in dollars.
    pub cost_usd: f64,
    /// Payments without a known payer.
    pub unmatched: u32,
}

/// A payment, as an administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentLine {
    /// Which.
    pub payment: PaymentId,
    /// When it was made, or its invoice.
    pub at: DateTime<Utc>,
    /// How much.
    pub stars: Stars,
    /// Where it stands.
    pub status: PaymentStatus,
    /// The payer's name; none when unmatched.
    pub payer: Option<String>,
    /// The payer's Telegram id, when somebody paid.
    pub payer_telegram_id: Option<TelegramId>,
    /// What the payer's wallet has free.
    pub available: Stars,
}

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentStatus {
    /// The invoice was sent.
    Created,
    /// The pre-checkout was approved.
    Approved,
    /// In the wallet.
    Paid,
    /// Telegram is asked to give it back.
    Refunding,
    /// Given back.
    Refunded,
    /// Paid by somebody we do not know.
    Unmatched,
}
