//! Effects, carried out in the turn's transaction.
use bot_kit::{Effect, Invoice, Launch, MessageKind, Person, PortraitText, Say};
use db::{
    DbError, KeyOwner, Keyring, PgConn, alerts,
    audit::{self, Act},
    cases,
    chat::NewMessage,
    jobs::{self, NewJob},
    money, passes, payments, people, results,
    screening::{self, Progress},
    training,
};
use domain::{
    ArtifactId, BotId, CaseId, ChatId, FileId, Locale, OperationId, OutboxId, RunId, TelegramMessageId, UserId,
    artifact::ArtifactType,
};
use idempotency_key::{self as key, About, Actor};
use serde_json::{Value, json};
use uuid::Uuid;
use vault::Place;

use crate::render;

/// Where the effects of one turn take place, and what they have come to so far.
pub(crate) struct Stage<'a> {
    pub bot: BotId,
    pub person: &'a Person,
    /// Decides how much of the reserve's life is the worker's.
    pub owner: Option<UserId>,
    pub bound: Option<(RunId, CaseId)>,
    pub is_admin: bool,
    pub pressed: Option<TelegramMessageId>,
    pub cause: key::Cause,
    pub correlation: Option<&'a str>,
    pub messages: Vec<NewMessage>,
    pub jobs: usize,
    pub press_answer: Option<(String, bool)>,
    pub counted: Vec<Counted>,
}

/// What a metric counts once the turn is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// A consent, by what became of it.
    Consent(&'static str),
    /// A sign of danger: kind and where it was seen.
    Danger(&'static str, &'static str),
}

/// How long a reserve outlives its pass, so that a report in the making is not released under the worker's hands.
pub(crate) const RESERVE_MARGIN_SECS: i64 = 24 * 3600;

/// A key that has a form we do not allow is our bug, and never a person's.
pub(crate) fn bad_key(error: key::BadKey) -> DbError {
    DbError::Wrong(error.to_string())
}

impl Stage<'_> {
    /// Carries out the effects in their order.
    pub async fn apply(&mut self, conn: &mut PgConn, keys: &Keyring, effects: Vec<Effect>) -> Result<(), DbError> {
        for effect in effects {
            self.apply_one(conn, keys, effect).await?;
        }
        Ok(())
    }

    async fn apply_one(&mut self, conn: &mut PgConn, keys: &Keyring, effect: Effect) -> Result<(), DbError> {
        match effect {
            Effect::Say(say) => self.say(conn, keys, say).await,
            Effect::Show(say) => match self.pressed {
                Some(message) => self.edit(conn, keys, Some(message), None, say).await,
                None => self.say(conn, keys, say).await,
            },
            Effect::Edit { message, say } => self.edit(conn, keys, None, Some(message), say).await,
            Effect::AnswerPress { text, alert } => {
                self.press_answer = Some((text, alert));
                Ok(())
            }
            Effect::SendFile { file, caption } => self.send_file(conn, keys, file, &caption).await,
            Effect::Tell { specialist, say } => self.tell(conn, keys, specialist, say).await,
            Effect::AlertOperator { code } => alerts::insert(conn, code, None).await,
            Effect::AnswerCheckout { query, refusal } => self.answer_checkout(conn, keys, &query, refusal).await,
            effect @ (Effect::Register { .. }
            | Effect::RefreshPerson
            | Effect::ChangeSetting(_)
            | Effect::InviteSpecialist { .. }
            | Effect::RevokeInvite { .. }
            | Effect::SetBlocked { .. }
            | Effect::TryAgain { .. }
            | Effect::Discard { .. }
            | Effect::Announce(_)
            | Effect::OpenCase { .. }
            | Effect::RenameCase { .. }
            | Effect::ArchiveCase { .. }
            | Effect::RestoreCase { .. }
            | Effect::DeleteCase { .. }
            | Effect::DeleteAccount
            | Effect::Invoice(_)
            | Effect::ForgetLaunches
            | Effect::Continued { .. }
            | Effect::AdjustWallet { .. }
            | Effect::SetPrice { .. }
            | Effect::RefundPayment { .. }
            | Effect::ReleasePortrait { .. }
            | Effect::Launch(_)
            | Effect::RevokePass { .. }
            | Effect::DropJob { .. }
            | Effect::AcknowledgeDanger { .. }) => self.apply_console(conn, keys, effect).await,
            effect @ (Effect::GrantConsent(_)
            | Effect::Decline { .. }
            | Effect::KeepProgress { .. }
            | Effect::CompleteScreening { .. }
            | Effect::Withdraw { .. }
            | Effect::FailRun { .. }
            | Effect::GiveUp { .. }
            | Effect::Unbind
            | Effect::RaiseDanger(_)
            | Effect::Enqueue(_)
            | Effect::KeepArtifact(_)
            | Effect::KeepTraining { .. }) => self.apply_tool(conn, keys, effect).await,
        }
    }

    /// What only a specialist does; for anybody else nothing happens.
    async fn apply_console(&mut self, conn: &mut PgConn, keys: &Keyring, effect: Effect) -> Result<(), DbError> {
        if let Effect::Register { user } = effect {
            people::insert_specialist(conn, user, self.person).await?;
            self.owner = Some(user);
            return Ok(());
        }
        let Some(owner) = self.owner else { return Ok(()) };
        match effect {
            Effect::RefreshPerson => people::refresh(conn, owner, self.person).await,
            Effect::ChangeSetting(setting) => people::change_setting(conn, owner, &setting).await,
            Effect::OpenCase { case, label } => cases::insert(conn, keys, owner, case, &label).await,
            Effect::RenameCase { case, label } => cases::set_label(conn, keys, owner, case, &label).await.map(drop),
            Effect::ArchiveCase { case } => cases::set_archived(conn, owner, case, true).await,
            Effect::RestoreCase { case } => cases::set_archived(conn, owner, case, false).await,
            Effect::DeleteCase { case } => cases::erase(conn, keys, owner, case).await.map(drop),
            Effect::DeleteAccount => {
                cases::erase_account(conn, keys, owner).await?;
                // What is said from here on is said to somebody we do not know.
                self.owner = None;
                Ok(())
            }
            Effect::Launch(new) => launch(conn, keys, owner, &new).await,
            Effect::Invoice(invoice) => self.invoice(conn, keys, owner, &invoice).await,
            Effect::ReleasePortrait { artifact, portrait, specialist } => {
                self.release_portrait(conn, keys, owner, artifact, &portrait, &specialist).await
            }
            Effect::ForgetLaunches => payments::forget_launches(conn, owner).await,
            Effect::Continued { payment, run } => payments::continued(conn, payment, run).await,
            effect @ (Effect::AdjustWallet { .. }
            | Effect::SetPrice { .. }
            | Effect::RefundPayment { .. }
            | Effect::InviteSpecialist { .. }
            | Effect::RevokeInvite { .. }
            | Effect::SetBlocked { .. }
            | Effect::TryAgain { .. }
            | Effect::Discard { .. }
            | Effect::Announce(_))
                if self.is_admin =>
            {
                self.apply_admin(conn, keys, owner, effect).await
            }
            Effect::RevokePass { pass } => passes::revoke(conn, owner, pass).await.map(drop),
            Effect::DropJob { job } => jobs::abandon(conn, owner, job).await,
            Effect::AcknowledgeDanger { event } => screening::acknowledge(conn, owner, event).await,
            _ => Ok(()),
        }
    }

    /// What happens in a tool's dialogue, about the run it names.
    async fn apply_tool(&mut self, conn: &mut PgConn, keys: &Keyring, effect: Effect) -> Result<(), DbError> {
        let bound_case = self.bound.map(|(_, case)| case);
        match effect {
            Effect::GrantConsent(consent) => {
                let case = bound_case.ok_or(DbError::Corrupt("a consent without a case"))?;
                let platform = keys.of(conn, KeyOwner::Platform).await?;
                let subject = platform.fingerprint("consent", &self.person.telegram_id.to_string());
                self.counted.push(Counted::Consent("granted"));
                screening::grant(conn, case, &consent, &subject).await
            }
            Effect::Decline { run } => {
                self.counted.push(Counted::Consent("declined"));
                passes::end(conn, run, passes::Ending::Declined).await
            }
            Effect::KeepProgress { run, phase, question, answers } => {
                let case = bound_case.ok_or(DbError::Corrupt("progress without a case"))?;
                screening::keep(conn, keys, case, run, &Progress { phase, question, answers: &answers, results: None }).await
            }
            Effect::CompleteScreening { run, answers, results } => {
                let case = bound_case.ok_or(DbError::Corrupt("a screening without a case"))?;
                screening::keep(
                    conn,
                    keys,
                    case,
                    run,
                    &Progress { phase: 4, question: 0, answers: &answers, results: Some(&results) },
                )
                .await
            }
            Effect::Withdraw { run } => {
                self.counted.push(Counted::Consent("withdrawn"));
                screening::withdraw(conn, run).await
            }
            Effect::FailRun { run } => passes::end(conn, run, passes::Ending::Failed).await,
            Effect::GiveUp { run } => passes::end(conn, run, passes::Ending::GivenUp).await,
            Effect::Unbind => {
                self.bound = None;
                Ok(())
            }
            Effect::RaiseDanger(danger) => {
                self.counted.push(Counted::Danger(danger.category.as_str(), danger.source.as_str()));
                screening::insert_danger(conn, &danger).await
            }
            Effect::Enqueue(job) => self.enqueue(conn, keys, job).await,
            Effect::KeepArtifact(kept) => {
                let about = self.about(Some((kept.run, kept.case)));
                let kind = ArtifactType::FullReport;
                let key = key::artifact_submit(about, kind.as_str()).map_err(bad_key)?;
                results::insert(conn, keys, &kept, kind, key.as_str()).await.map(drop)
            }
            Effect::KeepTraining { specialist, record } => training::add(conn, specialist, &record).await,
            _ => Ok(()),
        }
    }

    fn about(&self, run: Option<(RunId, CaseId)>) -> About {
        About {
            service: self.bot.service(),
            run: run.map(|(run, _)| run),
            case: run.map(|(_, case)| case),
            actor: self.owner.filter(|_| self.bot == BotId::Pro).map_or(Actor::Telegram(self.person.telegram_id), Actor::User),
        }
    }

    /// In the client's chat with Screen, in Screen's words. What does not hold any more was changed since the flow looked.
    async fn release_portrait(
        &mut self,
        conn: &mut PgConn,
        keys: &Keyring,
        owner: UserId,
        artifact: ArtifactId,
        portrait: &PortraitText,
        specialist: &str,
    ) -> Result<(), DbError> {
        let released = results::release_portrait(conn, owner, artifact).await?;
        let (chat, case) = released.ok_or_else(|| DbError::Conflict("the portrait cannot be given any more".into()))?;
        for say in bot_screen::portrait_messages(portrait, specialist) {
            let params = render::send_params(chat, &say);
            let draft = Draft::new(BotId::Screen, chat, None, kind_of(say.kind), lane_of(say.kind), "sendMessage");
            self.put(conn, keys, Draft { case: Some(case), ..draft }, &params).await?;
        }
        Ok(())
    }

    /// The payment's row first: what Telegram is sent is stored before.
    async fn invoice(&mut self, conn: &mut PgConn, keys: &Keyring, owner: UserId, invoice: &Invoice) -> Result<(), DbError> {
        payments::open(conn, owner, invoice).await?;
        let chat = self.person.chat_id;
        let params = render::invoice_params(chat, invoice);
        let draft = Draft::new(self.bot, chat, self.owner, "invoice", 1, "sendInvoice");
        self.put(conn, keys, draft, &params).await
    }

    /// Belongs to no chat: nobody's messages stand in front of it.
    async fn answer_checkout(
        &mut self,
        conn: &mut PgConn,
        keys: &Keyring,
        query: &str,
        refusal: Option<String>,
    ) -> Result<(), DbError> {
        let params = match refusal {
            None => json!({ "pre_checkout_query_id": query, "ok": true }),
            Some(why) => json!({ "pre_checkout_query_id": query, "ok": false, "error_message": why }),
        };
        self.put(conn, keys, Draft::call(self.bot, 0, "checkout", "answerPreCheckoutQuery"), &params).await
    }

    pub(crate) async fn enqueue(&mut self, conn: &mut PgConn, keys: &Keyring, job: bot_kit::Job) -> Result<(), DbError> {
        let case = job.about.map(|(_, case)| case);
        let owner = match (case, self.owner) {
            (Some(case), _) => KeyOwner::Case(case),
            (None, Some(user)) => KeyOwner::User(user),
            (None, None) => KeyOwner::Platform,
        };
        let dek = keys.of(conn, owner).await?;
        let row = job.job.to_string();
        let place = Place { column: "jobs.payload", row: &row, case };
        let about = self.about(job.about);
        let service = self.bot.service().unwrap_or(domain::ServiceId::ProGuide);
        // Where a run has a job once, its key says nothing else; otherwise the cause tells two wishes apart.
        let cause = key::Fingerprint::of(&json!({ "cause": self.cause.to_string() }));
        let print = (!job.kind.is_once_per_run()).then_some(&cause);
        let key = key::job_enqueue(about, &key::Step::Op(job.kind.as_str().to_owned()), print).map_err(bad_key)?;
        self.jobs += 1;
        let new = NewJob {
            job: job.job,
            kind: job.kind.as_str(),
            service,
            conversation: Some((self.bot, self.person.chat_id)),
            case,
            run: job.about.map(|(run, _)| run),
            requester: self.owner,
            payload: dek.seal(&place, job.payload.to_string().as_bytes()),
            key: key.into_string(),
        };
        let correlation = job.about.map_or_else(|| job.job.to_string(), |(run, _)| run.to_string());
        jobs::insert(conn, new, Some(self.correlation.unwrap_or(&correlation))).await
    }

    async fn say(&mut self, conn: &mut PgConn, keys: &Keyring, say: Say) -> Result<(), DbError> {
        let chat = self.person.chat_id;
        let params = render::send_params(chat, &say);
        let draft = Draft::new(self.bot, chat, self.owner, kind_of(say.kind), lane_of(say.kind), "sendMessage");
        let id = say.id.unwrap_or_else(|| OutboxId(Uuid::now_v7()));
        self.put(conn, keys, Draft { id, case: self.case_of(&say), ..draft }, &params).await
    }

    async fn edit(
        &mut self,
        conn: &mut PgConn,
        keys: &Keyring,
        target: Option<TelegramMessageId>,
        depends_on: Option<OutboxId>,
        say: Say,
    ) -> Result<(), DbError> {
        let chat = self.person.chat_id;
        let params = render::edit_params(chat, target, &say);
        let draft = Draft::new(self.bot, chat, self.owner, "edit", lane_of(say.kind), "editMessageText");
        self.put(conn, keys, Draft { case: self.case_of(&say), target, depends_on, ..draft }, &params).await
    }

    async fn send_file(
        &mut self,
        conn: &mut PgConn,
        keys: &Keyring,
        file: FileId,
        caption: &bot_kit::Html,
    ) -> Result<(), DbError> {
        let Some(owner) = self.owner else { return Ok(()) };
        // A file that is not the owner's does not exist for them.
        let Some(case) = results::find_file_case(conn, owner, file).await? else { return Ok(()) };
        audit::record(conn, owner, Act::FileSent, Some(case), None).await?;
        let chat = self.person.chat_id;
        let params = render::document_params(chat, caption, false);
        let draft = Draft::new(self.bot, chat, self.owner, "file", 1, "sendDocument");
        self.put(conn, keys, Draft { case: Some(case), file: Some(file), ..draft }, &params).await
    }

    async fn tell(&mut self, conn: &mut PgConn, keys: &Keyring, specialist: UserId, say: Say) -> Result<(), DbError> {
        let (chat, _): (ChatId, Locale) = people::get_address(conn, specialist).await?;
        let params = render::send_params(chat, &say);
        let draft = Draft::new(BotId::Pro, chat, Some(specialist), kind_of(say.kind), lane_of(say.kind), "sendMessage");
        self.put(conn, keys, Draft { case: say.case, ..draft }, &params).await
    }

    /// In a tool's chat everything speaks of the bound case; in Pro only what says so.
    fn case_of(&self, say: &Say) -> Option<CaseId> {
        say.case.or_else(|| self.bound.filter(|_| self.bot != BotId::Pro).map(|(_, case)| case))
    }

    pub(crate) async fn put(&mut self, conn: &mut PgConn, keys: &Keyring, draft: Draft, params: &Value) -> Result<(), DbError> {
        let owner = match (draft.case, draft.recipient) {
            (Some(case), _) => KeyOwner::Case(case),
            (None, Some(user)) => KeyOwner::User(user),
            (None, None) => KeyOwner::Platform,
        };
        let dek = keys.of(conn, owner).await?;
        let row = draft.id.to_string();
        let place = Place { column: "outbox_messages.payload", row: &row, case: draft.case };
        let number = self.messages.len();
        let key = key::outbox(self.about(self.bound), &self.cause, number).map_err(bad_key)?;
        self.messages.push(NewMessage {
            id: draft.id,
            bot: draft.bot,
            chat: draft.chat,
            case: draft.case,
            run: self.bound.map(|(run, _)| run),
            lane: draft.lane,
            kind: draft.kind,
            method: draft.method,
            payload: dek.seal(&place, params.to_string().as_bytes()),
            file: draft.file,
            depends_on: draft.depends_on,
            target: draft.target,
            key: key.into_string(),
        });
        Ok(())
    }
}

/// A new run with its pass; what its launch holds is held in the same transaction. The wallet is locked since its offer was read.
///
/// # Errors
/// When the case is not the owner's, the wallet has too little, or the database fails.
pub async fn launch(conn: &mut PgConn, keys: &Keyring, owner: UserId, new: &Launch) -> Result<(), DbError> {
    passes::launch(conn, keys, owner, new).await?;
    if let Some(cost) = new.reserve {
        let about = About { service: Some(new.service), run: Some(new.run), case: Some(new.case), actor: Actor::User(owner) };
        let key = key::usage_reserve(about, money::RUN).map_err(bad_key)?;
        let operation = OperationId(Uuid::now_v7());
        let ttl = new.ttl_secs + RESERVE_MARGIN_SECS;
        if money::reserve(conn, operation, new.run, cost, ttl, key.as_str()).await? == money::Reserved::Insufficient {
            return Err(DbError::Wrong("a launch beyond the wallet".into()));
        }
    }
    Ok(())
}

/// A message that is being made.
pub(crate) struct Draft {
    pub(crate) id: OutboxId,
    bot: BotId,
    chat: Option<ChatId>,
    recipient: Option<UserId>,
    case: Option<CaseId>,
    kind: &'static str,
    lane: i16,
    method: &'static str,
    file: Option<FileId>,
    depends_on: Option<OutboxId>,
    target: Option<TelegramMessageId>,
}

impl Draft {
    fn new(bot: BotId, chat: ChatId, recipient: Option<UserId>, kind: &'static str, lane: i16, method: &'static str) -> Self {
        let id = OutboxId(Uuid::now_v7());
        let chat = Some(chat);
        Self { id, bot, chat, recipient, case: None, kind, lane, method, file: None, depends_on: None, target: None }
    }

    /// A call that belongs to no chat.
    pub(crate) fn call(bot: BotId, lane: i16, kind: &'static str, method: &'static str) -> Self {
        Self { chat: None, ..Self::new(bot, ChatId(0), None, kind, lane, method) }
    }
}

pub(crate) fn kind_of(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Danger => "danger",
        MessageKind::Reply => "reply",
        MessageKind::Result => "result",
        MessageKind::Notice => "notice",
        MessageKind::Receipt => "receipt",
        MessageKind::Reminder => "reminder",
        MessageKind::Progress => "progress",
        MessageKind::Broadcast => "broadcast",
    }
}

pub(crate) fn lane_of(kind: MessageKind) -> i16 {
    match kind {
        MessageKind::Danger => 0,
        MessageKind::Reply | MessageKind::Receipt | MessageKind::Progress => 1,
        MessageKind::Result | MessageKind::Notice | MessageKind::Reminder => 2,
        MessageKind::Broadcast => 3,
    }
}
