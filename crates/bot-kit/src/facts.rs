//! What a flow must know before it decides. A flow names its [`Need`]s; the shell answers them in the turn's own
//! transaction, with the owner in every condition, and hands over [`Facts`]. What belongs to somebody else is absent, just
//! as what does not exist.
use chrono::{DateTime, Utc};
use domain::{
    ArtifactId, CaseId, FileId, InviteId, Locale, PassId, PaymentId, RunId, SafetyEventId, ServiceId, Stars, UserId,
    artifact::Artifact,
};

use crate::{
    Audience, Checkout, Credit, FailedId, FailedLine, FailedQueue, Finance, Health, Html, InviteLine, MemberLine, Offer, Payment,
    PaymentLine, Price, Rate, Return, StatementLine, Verdict, Wallet,
};

/// Something a flow must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Uses up an invitation for specialists, if it is good: one guarded UPDATE, undone with the turn.
    /// Answer: [`Facts::invite`]. Never asked for a person who is registered already.
    UseInvite {
        /// What stood behind `invite_` in the link.
        token: String,
    },
    /// Opens a pass: one guarded UPDATE that binds it to the person. Answer: [`Facts::pass`].
    /// A pass that opened also binds the chat to its case and run, and fills [`Facts::run`].
    OpenPass {
        /// The link's parameter.
        token: String,
        /// The service of the bot that asks.
        service: ServiceId,
    },
    /// The run the chat is bound to. Answer: [`Facts::run`].
    BoundRun,
    /// A run the worker speaks of, whether or not the chat is still bound to it. Answer: [`Facts::run`].
    Run {
        /// Which.
        run: RunId,
    },
    /// What the client of the bound run has said and agreed to. Answer: [`Facts::own_answers`].
    OwnAnswers,
    /// A page of the specialist's cases. Answer: [`Facts::cases`].
    Cases {
        /// The archive instead of the open cases.
        archived: bool,
        /// From 0.
        page: u32,
    },
    /// One case. Answer: [`Facts::case`].
    Case {
        /// Which.
        case: CaseId,
    },
    /// One case with the wallet locked, so that a decision about price and balance holds until the turn ends.
    /// Answer: [`Facts::case`], [`Facts::offer`] and, for a specialist's tool, [`Facts::waiting_pass`].
    Launch {
        /// For which case.
        case: CaseId,
        /// What is to be launched.
        service: ServiceId,
    },
    /// A page of a case's results. Answer: [`Facts::results`] and [`Facts::case`].
    Results {
        /// Which case.
        case: CaseId,
        /// From 0.
        page: u32,
    },
    /// One result. Answer: [`Facts::result`].
    Result {
        /// Which.
        artifact: ArtifactId,
    },
    /// Price and means for a launch, without a lock: for a screen that only shows them. Answer: [`Facts::offer`].
    Offer {
        /// What would be launched.
        service: ServiceId,
    },
    /// The specialist's wallet, what is held for what, and the prices. Answer: [`Facts::wallet`].
    Wallet,
    /// A page of what happened in the wallet, newest first. Answer: [`Facts::statement`].
    Statement {
        /// From 0.
        page: u32,
    },
    /// What a Star is made of: the models' rates. Answer: [`Facts::rates`].
    Rates,
    /// Checks a payment before it is made; one that may be made is marked as approved. Answer: [`Facts::checkout`].
    CheckPayment(Checkout),
    /// Credits a payment, once. Answer: [`Facts::paid`]; when a launch waited for it, [`Facts::case`] and [`Facts::offer`]
    /// too, with the wallet locked as for [`Need::Launch`].
    CreditPayment(Payment),
    /// Takes a payment that Telegram gave back out of the wallet, once. Answer: [`Facts::returned`].
    TakeBack(Payment),
    /// The specialist's training with virtual clients. Answer: [`Facts::training`], when there was any.
    Training {
        /// In which language.
        locale: Locale,
    },
    /// Whether a launch waits for a payment. Answer: [`Facts::waits_for_payment`].
    WaitingLaunch,
    /// A page of the specialists, or of those whose name, username or Telegram id fits. For administrators.
    /// Answer: [`Facts::members`].
    Members {
        /// What to look for; nothing for everybody.
        search: Option<String>,
        /// From 0.
        page: u32,
    },
    /// One specialist. For administrators. Answer: [`Facts::member`] and [`Facts::given`].
    Member {
        /// Which.
        user: UserId,
    },
    /// The money as a whole. For administrators. Answer: [`Facts::finance`].
    Finance,
    /// A page of payments, newest first. For administrators. Answer: [`Facts::payments`].
    Payments {
        /// From 0.
        page: u32,
    },
    /// One payment. For administrators. Answer: [`Facts::payment`].
    Payment {
        /// Which.
        payment: PaymentId,
    },
    /// A page of the invitations for specialists. For administrators. Answer: [`Facts::invites`].
    Invites {
        /// From 0.
        page: u32,
    },
    /// One invitation. For administrators. Answer: [`Facts::invite_line`].
    Invite {
        /// Which.
        invite: InviteId,
    },
    /// How the platform is doing. For administrators. Answer: [`Facts::health`].
    Health,
    /// A page of what failed for good. For administrators. Answer: [`Facts::failed`].
    Failed {
        /// In which queue.
        queue: FailedQueue,
        /// From 0.
        page: u32,
    },
    /// Something that failed for good. For administrators. Answer: [`Facts::failed_one`].
    FailedOne {
        /// What.
        id: FailedId,
    },
    /// Whom a message to all specialists reaches. For administrators. Answer: [`Facts::audience`].
    Audience,
    /// Prices of all tools. Answer: [`Facts::prices`].
    Prices,
    /// A danger notice the specialist is to acknowledge. Answer: [`Facts::danger`].
    Danger {
        /// Which.
        event: SafetyEventId,
    },
}

/// Answers to the needs. A member is `None` when it was not asked for, or when there is nothing the person may see.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Answer to [`Need::UseInvite`]: whether the invitation was good.
    pub invite: Option<bool>,
    /// Answer to [`Need::OpenPass`].
    pub pass: Option<PassCheck>,
    /// The run the chat is bound to.
    pub run: Option<BoundRun>,
    /// Answer to [`Need::OwnAnswers`]: none when nothing is kept.
    pub own_answers: Option<OwnAnswers>,
    /// Answer to [`Need::Cases`].
    pub cases: Option<Page<CaseLine>>,
    /// Answer to [`Need::Case`].
    pub case: Option<CaseCard>,
    /// Answer to [`Need::Launch`].
    pub offer: Option<Offer>,
    /// Answer to [`Need::Launch`] of a specialist's tool: a pass that was made before and not opened yet.
    pub waiting_pass: Option<WaitingPass>,
    /// Answer to [`Need::Results`].
    pub results: Option<Page<ResultLine>>,
    /// Answer to [`Need::Result`].
    pub result: Option<ResultCard>,
    /// Answer to [`Need::Wallet`].
    pub wallet: Option<Wallet>,
    /// Answer to [`Need::Statement`].
    pub statement: Option<Page<StatementLine>>,
    /// Answer to [`Need::Rates`].
    pub rates: Vec<Rate>,
    /// Answer to [`Need::Prices`].
    pub prices: Vec<Price>,
    /// Answer to [`Need::CheckPayment`].
    pub checkout: Option<Verdict>,
    /// Answer to [`Need::CreditPayment`].
    pub paid: Option<Credit>,
    /// Answer to [`Need::TakeBack`].
    pub returned: Option<Return>,
    /// Answer to [`Need::WaitingLaunch`].
    pub waits_for_payment: bool,
    /// Answer to [`Need::Members`].
    pub members: Option<Page<MemberLine>>,
    /// Answer to [`Need::Member`].
    pub member: Option<MemberLine>,
    /// Stars this administrator has added to wallets within the last day.
    pub given: Stars,
    /// Answer to [`Need::Finance`].
    pub finance: Option<Finance>,
    /// Answer to [`Need::Payments`].
    pub payments: Option<Page<PaymentLine>>,
    /// Answer to [`Need::Payment`].
    pub payment: Option<PaymentLine>,
    /// Answer to [`Need::Invites`].
    pub invites: Option<Page<InviteLine>>,
    /// Answer to [`Need::Invite`].
    pub invite_line: Option<InviteLine>,
    /// Answer to [`Need::Health`].
    pub health: Option<Health>,
    /// Answer to [`Need::Failed`].
    pub failed: Option<Page<FailedLine>>,
    /// Answer to [`Need::FailedOne`].
    pub failed_one: Option<FailedLine>,
    /// Answer to [`Need::Audience`].
    pub audience: Option<Audience>,
    /// Answer to [`Need::Danger`].
    pub danger: Option<DangerNotice>,
    /// Answer to [`Need::Training`].
    pub training: Option<Training>,
}

/// Lines of one page, and how many pages there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// At most [`PAGE_LINES`] lines.
    pub lines: Vec<T>,
    /// From 0; may be past the end when things were deleted meanwhile.
    pub page: u32,
    /// At least 1.
    pub pages: u32,
}

/// Lines of a page in every list.
pub const PAGE_LINES: usize = 8;

/// A specialist's pass that nobody has opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingPass {
    /// The link's parameter.
    pub token: String,
    /// Till when it can be opened.
    pub expires_at: DateTime<Utc>,
}

/// How a pass answered the person who opened it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PassCheck {
    /// It is theirs: see [`Facts::run`].
    Opened {
        /// `true` the first time.
        first: bool,
    },
    /// It is a client's pass, opened by the specialist who made it; it is not used up.
    Own,
    /// Somebody else opened it before.
    Taken,
    /// Unknown, expired, revoked, for another bot or finished: one text for all.
    Unavailable,
    /// Too many wrong links from this person; it was not even looked up.
    TooManyTries,
    /// It is theirs, but the wallet has too little free; it can be opened later.
    TooFewStars(Offer),
}

/// The run a tool chat is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundRun {
    /// The run.
    pub run: RunId,
    /// Its case.
    pub case: CaseId,
    /// The specialist who issued the pass.
    pub specialist: UserId,
    /// Name to show the client.
    pub specialist_name: String,
    /// The specialist's language.
    pub specialist_locale: Locale,
    /// The specialist's country, for emergency contacts.
    pub country: Option<String>,
    /// `issued`, `active`, `completed`, `failed`, `canceled` or `expired`.
    pub status: RunStatus,
    /// The specialist wants to be told of more than danger.
    pub notify: bool,
    /// The case's label, as the specialist wrote it: only for messages to the specialist.
    pub case_label: String,
    /// The last time the pass can be opened.
    pub pass_expires_at: DateTime<Utc>,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// The pass was not opened yet.
    Issued,
    /// Going on.
    Active,
    /// The artifact is there.
    Completed,
    /// Given up for our fault.
    Failed,
    /// Revoked, declined or withdrawn.
    Canceled,
    /// The pass ran out unopened, or unfinished.
    Expired,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLine {
    /// The case.
    pub case: CaseId,
    /// The specialist's label.
    pub label: String,
    /// The last thing that happened.
    pub last_activity_at: DateTime<Utc>,
    /// The tool of the newest result and its date.
    pub last_result: Option<(ServiceId, DateTime<Utc>)>,
}

/// A case, open on its screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseCard {
    /// The case.
    pub case: CaseId,
    /// The specialist's label.
    pub label: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// The last thing that happened.
    pub last_activity_at: DateTime<Utc>,
    /// It is in the archive.
    pub archived: bool,
    /// How many results there are.
    pub results: u32,
    /// The latest screening.
    pub screening: Screening,
}

/// Where the latest screening of a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screening {
    /// There was none.
    None,
    /// The invitation was not opened.
    Waiting {
        /// The pass.
        pass: PassId,
        /// The link's parameter, to show the same link again.
        token: String,
        /// Till when.
        expires_at: DateTime<Utc>,
        /// Held for it.
        reserved: Stars,
    },
    /// Opened; consent was not given yet.
    Opened {
        /// When.
        at: DateTime<Utc>,
    },
    /// Being answered.
    InProgress {
        /// 1, 2 or 3; 4 for the closing questions.
        phase: u8,
        /// Questions answered so far.
        question: u32,
    },
    /// All is answered; the report is being written.
    Writing,
    /// The report is there.
    Done {
        /// The result.
        artifact: ArtifactId,
        /// Since when.
        at: DateTime<Utc>,
    },
    /// The invitation ran out.
    Expired,
    /// The specialist took it back.
    Revoked,
    /// The client declined.
    Declined,
    /// The client withdrew.
    Withdrawn,
    /// The report could not be written.
    Failed,
}

/// A result in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultLine {
    /// The result.
    pub artifact: ArtifactId,
    /// The tool.
    pub service: ServiceId,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Its one sentence.
    pub one_liner: String,
}

/// A result, open on its screen.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultCard {
    /// The result.
    pub artifact: ArtifactId,
    /// Its case.
    pub case: CaseId,
    /// The case's label.
    pub case_label: String,
    /// The stored content.
    pub content: Artifact,
    /// Files that can be sent.
    pub files: Vec<FileLine>,
    /// The client's portrait, where the result has one.
    pub portrait: Option<PortraitText>,
    /// When the portrait was given to the client.
    pub released_at: Option<DateTime<Utc>>,
    /// The client can be written to.
    pub reachable: bool,
    /// Its texts may be written anew: the client allowed a model, and it was not done too often.
    pub rewritable: bool,
}

/// A text for the client: Screen's portrait or Conceptualizator's letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortraitText {
    /// The text, in paragraphs.
    pub text: String,
    /// The client's language.
    pub locale: Locale,
    /// It is a letter.
    pub letter: bool,
}

/// A file of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    /// The file.
    pub file: FileId,
    /// What it is.
    pub kind: FileKind,
}

/// Kinds of files a result has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Plain text.
    Txt,
    /// Word document for the specialist.
    Docx,
    /// The artifact as data.
    Json,
    /// The profile as a picture.
    Profile,
    /// The client's portrait, or the letter, as a document.
    Portrait,
    /// The board of a model as a picture.
    Board,
    /// The course of a training session as a picture.
    Course,
}

/// What a client has said and agreed to, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnAnswers {
    /// The bot's own form of a screening on its way, or of a finished one.
    pub answers: serde_json::Value,
    /// When the client agreed.
    pub granted_at: DateTime<Utc>,
    /// To which version of the text.
    pub document_version: String,
    /// A model abroad may read it.
    pub abroad: bool,
}

/// A specialist's training with virtual clients, as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// The profile in words.
    pub html: Html,
    /// Sessions that were completed; from two on there is a picture.
    pub sessions: usize,
    /// Number of the client that suits the next session.
    pub next: Option<u8>,
}

/// A danger notice in Pro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DangerNotice {
    /// Which.
    pub event: SafetyEventId,
    /// Its case.
    pub case: CaseId,
    /// It was acknowledged before.
    pub acknowledged: bool,
}
