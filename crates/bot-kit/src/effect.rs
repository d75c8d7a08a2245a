//! What a flow decides, as values that can be read, logged and tested. The shell carries all effects of a turn out in the
//! turn's own transaction.
use domain::{
    ArtifactId, CaseId, ConsentId, DangerCategory, DangerLevel, DangerSource, FileId, InviteId, JobId, Locale, OutboxId, PassId,
    PaymentId, RunId, SafetyEventId, ServiceId, Stars, UserId, artifact::Artifact,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{FailedId, FileKind, Html, Job, Keyboard, PortraitText};

/// Something a turn does.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// A new message in this chat.
    Say(Say),
    /// The message the person pressed a button on becomes this; a new message when the event was no press.
    Show(Say),
    /// An earlier message of this chat, known by its outbox id, becomes this; a new message when it cannot be edited.
    Edit {
        /// The outbox id it was sent with.
        message: OutboxId,
        /// What it becomes.
        say: Say,
    },
    /// A line that appears over the chat when a button was pressed. Without this effect a press is answered silently.
    AnswerPress {
        /// At most 200 characters.
        text: String,
        /// Shown in a box that has to be closed.
        alert: bool,
    },
    /// A stored file in this chat.
    SendFile {
        /// Which.
        file: FileId,
        /// At most 1024 UTF-16 units.
        caption: Html,
    },
    /// A message in another chat: the specialist's with Pro.
    Tell {
        /// To whom.
        specialist: UserId,
        /// What.
        say: Say,
    },
    /// A message to whoever operates the platform; never clinical text.
    AlertOperator {
        /// A stable word for what happened.
        code: &'static str,
    },

    /// The person becomes a specialist (the invitation was used by [`crate::Need::UseInvite`]).
    Register {
        /// The new specialist.
        user: UserId,
    },
    /// Name, username and language of the specialist are refreshed from Telegram.
    RefreshPerson,
    /// A setting of the specialist changes.
    ChangeSetting(Setting),
    /// An invitation for specialists (administrators only).
    InviteSpecialist {
        /// Its id.
        invite: InviteId,
        /// The secret part of the link.
        token: String,
        /// Uses.
        uses: u8,
        /// Days it lives.
        days: u8,
        /// Whom it is for, in at most 100 characters.
        note: Option<String>,
    },
    /// Takes an invitation for specialists back (administrators only).
    RevokeInvite {
        /// Which.
        invite: InviteId,
    },
    /// Closes or opens a specialist's access (administrators only).
    SetBlocked {
        /// Whose.
        user: UserId,
        /// Closes it.
        blocked: bool,
    },
    /// Tries again what failed for good (administrators only).
    TryAgain {
        /// What.
        id: FailedId,
    },
    /// Puts aside what failed for good (administrators only).
    Discard {
        /// What.
        id: FailedId,
    },
    /// Has a message to all specialists sent (administrators only).
    Announce(Job),

    /// A new case of the specialist.
    OpenCase {
        /// Its id.
        case: CaseId,
        /// 1–64 characters.
        label: String,
    },
    /// A new label.
    RenameCase {
        /// Which.
        case: CaseId,
        /// 1–64 characters.
        label: String,
    },
    /// Into the archive.
    ArchiveCase {
        /// Which.
        case: CaseId,
    },
    /// Out of the archive.
    RestoreCase {
        /// Which.
        case: CaseId,
    },
    /// Destroys a case's content for good; open reserves are released, pending jobs and messages canceled.
    DeleteCase {
        /// Which.
        case: CaseId,
    },

    /// Closes the specialist's account: every case and whatever says who it was.
    DeleteAccount,

    /// An invoice in this chat; its payment is stored before it is sent.
    Invoice(Invoice),
    /// The word a pre-checkout waits for: may it be paid, or why not, in at most 255 characters.
    AnswerCheckout {
        /// Telegram's id of the question.
        query: String,
        /// Why not; `None` when it may be paid.
        refusal: Option<String>,
    },
    /// No launch waits for a payment any more.
    ForgetLaunches,
    /// Which run a payment was continued with.
    Continued {
        /// The payment.
        payment: PaymentId,
        /// The run.
        run: RunId,
    },
    /// Adds to a specialist's wallet or takes from it (administrators only).
    AdjustWallet {
        /// Whose.
        user: UserId,
        /// How many; negative to take.
        stars: Stars,
        /// Why, in at most 200 characters.
        note: String,
    },
    /// A price from now on (administrators only).
    SetPrice {
        /// Of which tool.
        service: ServiceId,
        /// The price.
        stars: Stars,
    },
    /// Asks Telegram to give a payment back (administrators only).
    RefundPayment {
        /// Which.
        payment: PaymentId,
    },

    /// A new run with its pass; Stars are held where a price is named.
    Launch(Launch),
    /// Takes back a pass nobody opened; releases what is held for it.
    RevokePass {
        /// Which.
        pass: PassId,
    },

    /// The client agreed; the screening begins.
    GrantConsent(Consent),
    /// The client declined before the first question; nothing but that is kept.
    Decline {
        /// Which run.
        run: RunId,
    },
    /// How far the client has come, and the answers so far.
    KeepProgress {
        /// Which run.
        run: RunId,
        /// 1–3, 4 for the closing questions.
        phase: u8,
        /// Questions answered.
        question: u32,
        /// The bot's own form.
        answers: Value,
    },
    /// Every question is answered.
    CompleteScreening {
        /// Which run.
        run: RunId,
        /// The bot's own form.
        answers: Value,
        /// The engine's results.
        results: Value,
    },
    /// The client withdrew: answers are destroyed, the reserve is released, pending jobs are canceled.
    Withdraw {
        /// Which run.
        run: RunId,
    },
    /// The run cannot be finished for our fault: its reserve is released.
    FailRun {
        /// Which run.
        run: RunId,
    },
    /// The specialist gives a run up: what is held for it is released, its pending jobs are canceled.
    GiveUp {
        /// Which run.
        run: RunId,
    },
    /// This chat forgets the run it is bound to.
    Unbind,

    /// A sign of danger: its row, without any text. Messages about it are effects of their own.
    RaiseDanger(Danger),
    /// The specialist has seen a danger notice.
    AcknowledgeDanger {
        /// Which.
        event: SafetyEventId,
    },

    /// The client's portrait goes to the client's chat with Screen, once.
    ReleasePortrait {
        /// Of which result.
        artifact: ArtifactId,
        /// Whose it is, in the client's language.
        portrait: PortraitText,
        /// The specialist's name, as the client knows it.
        specialist: String,
    },
    /// Work for the worker.
    Enqueue(Job),
    /// Nobody waits for what a job of the specialist's own was to make: it is canceled, and what it was asked is forgotten. One that is
    /// just being finished finds nobody to answer.
    DropJob {
        /// Which.
        job: JobId,
    },
    /// The result of a run: artifact, files, settlement.
    KeepArtifact(Box<KeptArtifact>),
    /// A session with a virtual client is added to the profile of the specialist who trained.
    KeepTraining {
        /// Whose.
        specialist: UserId,
        /// What is kept of it, in Simulator's form; no words of anybody.
        record: Value,
    },
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Say {
    /// The text.
    pub html: Html,
    /// Keys under it.
    pub keyboard: Keyboard,
    /// What it is, which decides its lane and what happens when its delivery is uncertain.
    pub kind: MessageKind,
    /// Cannot be forwarded or saved.
    pub protect: bool,
    /// Set when the flow will want to edit the message later.
    pub id: Option<OutboxId>,
    /// The case it speaks of, if any: erased with it.
    pub case: Option<CaseId>,
}

impl Say {
    /// A reply.
    #[must_use]
    pub fn new(html: Html) -> Self {
        Self { html, keyboard: Keyboard::none(), kind: MessageKind::Reply, protect: false, id: None, case: None }
    }

    /// With keys.
    #[must_use]
    pub fn keys(mut self, keyboard: Keyboard) -> Self {
        self.keyboard = keyboard;
        self
    }

    /// Of another kind than a reply.
    #[must_use]
    pub fn kind(mut self, kind: MessageKind) -> Self {
        self.kind = kind;
        self
    }

    /// Clinical content in a client's chat: cannot be forwarded or saved.
    #[must_use]
    pub fn protected(mut self) -> Self {
        self.protect = true;
        self
    }

    /// To be edited later under this id.
    #[must_use]
    pub fn with_id(mut self, id: OutboxId) -> Self {
        self.id = Some(id);
        self
    }

    /// Speaks of a case and goes when the case goes.
    #[must_use]
    pub fn about(mut self, case: CaseId) -> Self {
        self.case = Some(case);
        self
    }
}

/// An invoice in Stars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// The payment it is for.
    pub payment: PaymentId,
    /// How much.
    pub stars: Stars,
    /// 1–32 characters.
    pub title: String,
    /// 1–255 characters.
    pub description: String,
    /// A launch that goes on by itself when it is paid: case, tool, days its pass lives.
    pub then: Option<(CaseId, ServiceId, Option<u8>)>,
}

/// Kinds of messages (reliability.md, "The duplicate window").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A danger notice or the safety text: lane 0.
    Danger,
    /// An answer to what the person just did: lane 1.
    Reply,
    /// A result is there: lane 2.
    Result,
    /// Something else happened: lane 2.
    Notice,
    /// What came of a payment: lane 1.
    Receipt,
    /// A reminder: lane 2.
    Reminder,
    /// Work goes on; may be dropped: lane 1.
    Progress,
    /// To all specialists: lane 3, and dropped rather than sent twice.
    Broadcast,
}

/// A setting of a specialist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// Language.
    Locale(Locale),
    /// ISO 3166 alpha-2.
    Country(String),
    /// Notices but danger.
    Notify(bool),
    /// 1, 3, 7 or 14.
    InvitationDays(u8),
}

/// A new run with its pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// The run.
    pub run: RunId,
    /// The pass.
    pub pass: PassId,
    /// The secret in the link: 32 hexadecimal digits.
    pub token: String,
    /// Of which case.
    pub case: CaseId,
    /// Which tool.
    pub service: ServiceId,
    /// For whom.
    pub role: domain::Role,
    /// Seconds the pass lives.
    pub ttl_secs: i64,
    /// Held now, for the pass's life; `None` when it is held at the first opening.
    pub reserve: Option<Stars>,
}

/// A consent, given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub consent: ConsentId,
    /// For which run.
    pub run: RunId,
    /// Version of the text the client saw.
    pub document_version: &'static str,
    /// SHA-256 of that text, hexadecimal.
    pub document_sha256: String,
    /// Its language.
    pub locale: Locale,
    /// What was agreed to.
    pub scopes: Vec<ConsentScope>,
}

/// What a client agrees to, each by itself (P1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentScope {
    /// Keeping health data.
    HealthData,
    /// Passing it to the specialist.
    PassToSpecialist,
    /// A model abroad writes the report.
    AiAbroad,
}

/// A sign of danger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    /// Its id.
    pub event: SafetyEventId,
    /// In which run.
    pub run: RunId,
    /// Of which case.
    pub case: CaseId,
    /// Kind.
    pub category: DangerCategory,
    /// Where it was seen.
    pub source: DangerSource,
    /// How urgent.
    pub level: DangerLevel,
}

/// A result to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptArtifact {
    /// Its id, unless the run has one already.
    pub artifact: ArtifactId,
    /// Of which run.
    pub run: RunId,
    /// Of which case.
    pub case: CaseId,
    /// Of which tool.
    pub service: ServiceId,
    /// The content.
    pub content: Artifact,
    /// The same as text.
    pub txt: String,
    /// The most serious sign of danger, if any.
    pub risk: Option<DangerLevel>,
    /// Files made for it.
    pub files: Vec<KeptFile>,
}

/// A file made for a result.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// Its id.
    pub file: FileId,
    /// What it is.
    pub kind: FileKind,
    /// `[a-z0-9_.-]` only.
    pub name: String,
    /// Media type.
    pub mime: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for KeptFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {} [{} bytes]", self.kind, self.name, self.bytes.len())
    }
}
