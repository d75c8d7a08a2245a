//! One turn, from the event to the commit.
use std::sync::Arc;

use bot_conceptualizator::Conceptualizator;
use bot_interpretator::Interpretator;
use bot_kit::{Bot, BotNames, Event, Facts, IdSource, Need, Person, Say, Scene};
use bot_pro::Pro;
use bot_screen::Screen;
use bot_simulator::Simulator;
use db::{
    DbError, KeyOwner, Keyring, PgConn, Pool,
    chat::{self, ClosedTurn, OpenedTurn},
    jobs::ClaimedJob,
    people::chat_row,
    wake::{Channel, Waker},
};
use domain::{BotId, CaseId, ChatId, JobId, Locale, Role, TelegramId, UpdateId};
use idempotency_key as key;
use serde_json::{Value, json};
use telemetry::{
    metrics,
    span::{self, About},
};
use tracing::{Instrument as _, Span};
use uuid::Uuid;
use vault::Place;

use crate::{
    Letter,
    apply::{Counted, Stage},
    facts::{self, Asker},
    incoming::{Happened, Incoming},
    limits::{Gate, gate, too_fast},
};

/// Why a turn was not made. Nothing of it was stored.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// The database is away: nobody's failure, try again later.
    #[error("{0}")]
    Away(DbError),
    /// Something of ours is wrong with this event.
    #[error("{0}")]
    Ours(DbError),
}

impl From<DbError> for TurnError {
    fn from(error: DbError) -> Self {
        match error {
            // A conflict that is left after repeating is overload, not a fault of the event.
            DbError::Away(_) | DbError::Conflict(_) => Self::Away(error),
            DbError::Config(_) | DbError::Wrong(_) | DbError::Vault(_) | DbError::Corrupt(_) => Self::Ours(error),
        }
    }
}

impl TurnError {
    /// A stable word for rows and logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Away(error) | Self::Ours(error) => error.code(),
        }
    }
}

/// What a webhook answers with 200.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Nothing more.
    Done,
    /// A method of the Bot API that Telegram carries out at once; its loss or repetition harms nothing.
    Method(Value),
    /// The update was handled before.
    Duplicate,
}

/// What caused a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// An update.
    Update(UpdateId),
    /// A job that finished, and how often it had been put back after it had failed.
    Job(JobId, i16),
    /// A job that goes on, and has a word to say meanwhile.
    Meanwhile(JobId),
}

impl Cause {
    fn for_key(self) -> key::Cause {
        match self {
            Self::Update(update) => key::Cause::Update(update),
            Self::Job(job, requeues) => key::Cause::Job(job, requeues),
            // Other than the cause of its end, whose messages would otherwise be taken for these.
            Self::Meanwhile(job) => key::Cause::Named(format!("meanwhile{job}")),
        }
    }
}

/// What the worker answers a bot with.
#[derive(Debug)]
pub enum Answer {
    /// Screen.
    Screen(bot_screen::Ready),
    /// Interpretator.
    Interpretator(bot_interpretator::wish::Ready),
    /// Conceptualizator.
    Conceptualizator(bot_conceptualizator::wish::Ready),
    /// Simulator.
    Simulator(bot_simulator::wish::Ready),
    /// Pro's guide.
    Guide(bot_pro::guide::Ready),
}

impl Answer {
    /// Whether the job goes on.
    fn is_meanwhile(&self) -> bool {
        matches!(self, Self::Guide(ready) if ready.what == bot_pro::guide::Outcome::Longer)
    }

    fn bot(&self) -> BotId {
        match self {
            Self::Screen(_) => BotId::Screen,
            Self::Interpretator(_) => BotId::Interpretator,
            Self::Conceptualizator(_) => BotId::Conceptualizator,
            Self::Simulator(_) => BotId::Simulator,
            Self::Guide(_) => BotId::Pro,
        }
    }
}

/// Everything a turn needs besides its event. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Connections.
    pub pool: Pool,
    /// Keys.
    pub keys: Keyring,
    /// Usernames of the bots.
    pub bots: Arc<BotNames>,
    /// Administrators.
    pub admins: Arc<[TelegramId]>,
    /// Wakes worker and sender.
    pub waker: Waker,
}

struct Fresh;

impl IdSource for Fresh {
    fn id(&mut self) -> Uuid {
        Uuid::now_v7()
    }
    fn token(&mut self) -> Uuid {
        Uuid::new_v4()
    }
}

/// What a turn left behind for after the commit.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Made {
    messages: bool,
    jobs: bool,
    press_answer: Option<(String, bool)>,
    counted: Vec<Counted>,
}

impl Made {
    /// A message was put into the outbox, and nothing else.
    #[must_use]
    pub fn message() -> Self {
        Self { messages: true, ..Self::default() }
    }
}

/// The turn's fixed data.
struct Occasion<'a> {
    bot: BotId,
    person: &'a Person,
    cause: Cause,
    pressed: Option<domain::TelegramMessageId>,
    correlation: Option<&'a str>,
    /// By somebody we do not know.
    stranger: bool,
}

/// Who spoke, and the press to be answered.
struct Spoke<'a> {
    person: &'a Person,
    press: Option<&'a (String, Option<domain::TelegramMessageId>)>,
}

impl Shell {
    /// Handles an update in one transaction. Conflicts of concurrent transactions are repeated in place, twice.
    ///
    /// # Errors
    /// [`TurnError`]; the update is then to be delivered again.
    pub async fn handle(&self, bot: BotId, incoming: &Incoming) -> Result<Reply, TurnError> {
        let mut attempt = 0;
        loop {
            match self.handle_once(bot, incoming).await {
                Err(DbError::Conflict(_)) if attempt < 2 => attempt += 1,
                result => return result.map_err(TurnError::from),
            }
        }
    }

    async fn handle_once(&self, bot: BotId, incoming: &Incoming) -> Result<Reply, DbError> {
        let mut tx = self.pool.begin().await?;
        let span = span::turn(bot);
        match self.handle_within(&mut tx, bot, incoming).instrument(span.clone()).await {
            Ok((reply, made)) => {
                db::death_point("turn_before_commit");
                tx.commit().instrument(span).await?;
                if reply == Reply::Duplicate {
                    metrics::duplicate(bot);
                }
                db::death_point("turn_after_commit");
                self.wake(&made);
                Ok(reply)
            }
            Err(error) => {
                span::failed(&span, error.code());
                // A rollback that fails means a lost connection, and the server rolls back by itself.
                let _ = tx.rollback().await;
                Err(error)
            }
        }
    }

    async fn handle_within(&self, conn: &mut PgConn, bot: BotId, incoming: &Incoming) -> Result<(Reply, Made), DbError> {
        let Happened::Spoke { person, event, press } = &incoming.happened else {
            let fresh = self.handle_silent(conn, bot, incoming).await?;
            return Ok((if fresh { Reply::Done } else { Reply::Duplicate }, Made::default()));
        };
        let Some(opened) = chat::open(conn, bot, Some(incoming.update), person.chat_id).await? else {
            return Ok((Reply::Duplicate, Made::default()));
        };
        db::death_point("turn_opened");
        let stranger = match gate(bot, event, &opened) {
            Gate::Turn { stranger } => stranger,
            Gate::Busy { first } => {
                let spoke = Spoke { person, press: press.as_ref() };
                return self.say_too_fast(conn, bot, incoming.update, spoke, &opened, first).await;
            }
            Gate::Silent => return Ok((Reply::Done, Made::default())),
        };
        let occasion = Occasion {
            bot,
            person,
            cause: Cause::Update(incoming.update),
            pressed: press.as_ref().and_then(|(_, message)| *message),
            correlation: None,
            stranger,
        };
        let made = match bot {
            BotId::Pro => self.turn::<Pro>(conn, &occasion, opened, event.clone().widen()).await?,
            BotId::Screen => self.turn::<Screen>(conn, &occasion, opened, event.clone().widen()).await?,
            BotId::Interpretator => self.turn::<Interpretator>(conn, &occasion, opened, event.clone().widen()).await?,
            BotId::Conceptualizator => self.turn::<Conceptualizator>(conn, &occasion, opened, event.clone().widen()).await?,
            BotId::Simulator => self.turn::<Simulator>(conn, &occasion, opened, event.clone().widen()).await?,
        };
        let reply = match press {
            Some((query, _)) => Reply::Method(answer_press(query, made.press_answer.as_ref())),
            None => Reply::Done,
        };
        Ok((reply, made))
    }

    /// Nothing is done with the update but to say so, once within the minute; a press is answered each time, which costs nothing.
    async fn say_too_fast(
        &self,
        conn: &mut PgConn,
        bot: BotId,
        update: UpdateId,
        spoke: Spoke<'_>,
        opened: &OpenedTurn,
        first: bool,
    ) -> Result<(Reply, Made), DbError> {
        let Spoke { person, press } = spoke;
        let chosen = opened.specialist.as_ref().and_then(|specialist| specialist.chosen_locale);
        let html = too_fast(chosen.unwrap_or_else(|| Locale::from_language_code(person.language_code.as_deref())));
        if let Some((query, _)) = press {
            return Ok((Reply::Method(answer_press(query, Some(&(html.visible(), true)))), Made::default()));
        }
        if !first {
            return Ok((Reply::Done, Made::default()));
        }
        let owner = owner_of(None, opened.specialist.as_ref().map(|specialist| specialist.user_id));
        let about = key::About { service: bot.service(), run: None, case: None, actor: key::Actor::Telegram(person.telegram_id) };
        let letter = Letter::say(bot, person.chat_id, owner, &Say::new(html), about, key::Cause::Update(update));
        let message = letter.seal(conn, &self.keys).await?;
        chat::put_messages(conn, vec![message], None).await?;
        Ok((Reply::Done, Made::message()))
    }

    async fn handle_silent(&self, conn: &mut PgConn, bot: BotId, incoming: &Incoming) -> Result<bool, DbError> {
        let fresh = chat::mark_seen(conn, bot, incoming.update, incoming.chat).await?;
        if let (true, Some(chat), Happened::Membership { reachable }) = (fresh, incoming.chat, &incoming.happened) {
            chat::set_reachable(conn, bot, chat, if *reachable { None } else { Some("blocked_by_user") }).await?;
        }
        Ok(fresh)
    }

    /// Applies the worker's answer to the chat's current state, inside the worker's own transaction. After its commit the
    /// worker calls [`Shell::wake`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer(&self, conn: &mut PgConn, chat: ChatId, job: &ClaimedJob, answer: Answer) -> Result<Made, DbError> {
        let bot = answer.bot();
        let opened =
            chat::open(conn, bot, None, chat).await?.ok_or(DbError::Corrupt("a turn without an update that was seen before"))?;
        let person = Person {
            telegram_id: TelegramId(chat.0),
            chat_id: chat,
            username: None,
            full_name: String::new(),
            language_code: None,
        };
        let occasion = Occasion {
            bot,
            person: &person,
            cause: if answer.is_meanwhile() { Cause::Meanwhile(job.job) } else { Cause::Job(job.job, job.requeues) },
            pressed: None,
            correlation: job.correlation.as_deref(),
            stranger: false,
        };
        match answer {
            Answer::Screen(ready) => self.turn::<Screen>(conn, &occasion, opened, Event::Answered(ready)).await,
            Answer::Interpretator(ready) => self.turn::<Interpretator>(conn, &occasion, opened, Event::Answered(ready)).await,
            Answer::Conceptualizator(ready) => {
                self.turn::<Conceptualizator>(conn, &occasion, opened, Event::Answered(ready)).await
            }
            Answer::Simulator(ready) => self.turn::<Simulator>(conn, &occasion, opened, Event::Answered(ready)).await,
            Answer::Guide(ready) => self.turn::<Pro>(conn, &occasion, opened, Event::Answered(ready)).await,
        }
    }

    /// Wakes whoever has work after a turn was committed, and counts what came of it.
    pub fn wake(&self, made: &Made) {
        for counted in &made.counted {
            match counted {
                Counted::Consent(result) => metrics::consent(result),
                Counted::Danger(category, source) => metrics::danger(category, source),
            }
        }
        if made.messages {
            self.waker.wake(Channel::Outbox);
        }
        if made.jobs {
            self.waker.wake(Channel::Jobs);
        }
    }

    async fn turn<B: Bot>(
        &self,
        conn: &mut PgConn,
        occasion: &Occasion<'_>,
        opened: OpenedTurn,
        event: Event<B::Answer>,
    ) -> Result<Made, DbError> {
        let person = occasion.person;
        let owner = opened.specialist.as_ref().map(|specialist| specialist.user_id);
        let bound = opened.run.zip(opened.case);
        let state: B::State = self.open_state::<B>(conn, occasion.bot, person.chat_id, &opened).await?;
        let chosen = opened.specialist.as_ref().and_then(|specialist| specialist.chosen_locale);
        let mut ids = Fresh;
        let mut scene = Scene {
            now: opened.opened_at,
            locale: chosen.unwrap_or_else(|| Locale::from_language_code(person.language_code.as_deref())),
            person,
            specialist: opened.specialist.as_ref(),
            is_admin: self.admins.contains(&person.telegram_id),
            bots: &self.bots,
            version: opened.version,
            ids: &mut ids,
        };
        let needs = B::needs(&state, &event, &scene);
        let wants_case = needs.iter().any(|need| matches!(need, Need::Case { .. }));
        let wants_result = needs.iter().any(|need| matches!(need, Need::Result { .. }));
        let mut asker = Asker { bot: occasion.bot, person, owner, bound, is_admin: scene.is_admin };
        let known: Facts = facts::answer(conn, &self.keys, &mut asker, needs).await?;
        if (wants_case && known.case.is_none()) || (wants_result && known.result.is_none()) {
            metrics::denied(occasion.bot);
        }
        let is_admin = scene.is_admin;
        let turn = B::step(state, event, &known, &mut scene);

        let mut stage = Stage {
            bot: occasion.bot,
            person,
            owner,
            bound: asker.bound,
            is_admin,
            pressed: occasion.pressed,
            cause: occasion.cause.for_key(),
            correlation: occasion.correlation,
            messages: Vec::new(),
            jobs: 0,
            press_answer: None,
            counted: Vec::new(),
        };
        let asked = turn.only_asks();
        stage.apply(conn, &self.keys, turn.effects).await?;
        self.close::<B>(conn, occasion, &opened, &turn.state, asked, stage).await
    }

    async fn close<B: Bot>(
        &self,
        conn: &mut PgConn,
        occasion: &Occasion<'_>,
        opened: &OpenedTurn,
        state: &B::State,
        asked: bool,
        stage: Stage<'_>,
    ) -> Result<Made, DbError> {
        let chat = occasion.person.chat_id;
        let case = stage.bound.map(|(_, case)| case);
        let payload = if *state == B::State::default() {
            None
        } else {
            let plain = serde_json::to_vec(state).map_err(|_| DbError::Corrupt("a state that is no JSON"))?;
            let row = chat_row(occasion.bot, chat);
            let dek = self.keys.of(conn, owner_of(case, stage.owner)).await?;
            Some(dek.seal(&state_place(&row, case), &plain))
        };
        let role = match (occasion.bot, stage.bound, stage.owner) {
            (BotId::Screen, Some(_), _) => Some(Role::Client),
            (_, _, Some(_)) => Some(Role::Specialist),
            _ => None,
        };
        let correlation = stage.bound.map(|(run, _)| run.to_string());
        let made = Made {
            messages: !stage.messages.is_empty(),
            jobs: stage.jobs > 0,
            press_answer: stage.press_answer,
            counted: stage.counted,
        };
        let closed = ClosedTurn {
            bot: occasion.bot,
            chat,
            version: opened.version,
            state: B::state_name(state),
            payload,
            user: stage.owner,
            role,
            case,
            run: stage.bound.map(|(run, _)| run),
            counted: matches!(occasion.cause, Cause::Update(_)),
            stranger: occasion.stranger && stage.owner.is_none() && stage.bound.is_none(),
            asked,
        };
        let correlation = occasion.correlation.or(correlation.as_deref());
        let about = About { correlation, case, service: occasion.bot.service(), run: stage.bound.map(|(run, _)| run) };
        span::concerns(&Span::current(), about);
        chat::close(conn, closed, stage.messages, correlation).await?;
        Ok(made)
    }

    /// The chat's state. One that was sealed with a key that is gone begins anew: its case was erased.
    async fn open_state<B: Bot>(
        &self,
        conn: &mut PgConn,
        bot: BotId,
        chat: ChatId,
        opened: &OpenedTurn,
    ) -> Result<B::State, DbError> {
        let Some(blob) = &opened.payload else { return Ok(B::State::default()) };
        let row = chat_row(bot, chat);
        match self.keys.open(conn, &state_place(&row, opened.case), blob).await {
            Ok(plain) => serde_json::from_slice(&plain).map_err(|_| DbError::Corrupt("a chat's state")),
            Err(DbError::Corrupt(_)) => Ok(B::State::default()),
            Err(error) => Err(error),
        }
    }

    /// The body of an update that was put aside.
    ///
    /// # Errors
    /// When the database fails or it does not open.
    pub async fn open_raw(&self, conn: &mut PgConn, bot: BotId, update: UpdateId, sealed: &[u8]) -> Result<Vec<u8>, DbError> {
        let row = format!("{bot}:{update}");
        self.keys.open(conn, &Place { column: "dead_updates.raw", row: &row, case: None }, sealed).await
    }

    /// Seals a raw update for the dead letters.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seal_raw(&self, conn: &mut PgConn, bot: BotId, update: UpdateId, raw: &[u8]) -> Result<Vec<u8>, DbError> {
        let dek = self.keys.of(conn, KeyOwner::Platform).await?;
        let row = format!("{bot}:{update}");
        Ok(dek.seal(&Place { column: "dead_updates.raw", row: &row, case: None }, raw))
    }
}

fn state_place(row: &str, case: Option<CaseId>) -> Place<'_> {
    Place { column: "bot_chat_state.state_payload", row, case }
}

fn owner_of(case: Option<CaseId>, user: Option<domain::UserId>) -> KeyOwner {
    match (case, user) {
        (Some(case), _) => KeyOwner::Case(case),
        (None, Some(user)) => KeyOwner::User(user),
        (None, None) => KeyOwner::Platform,
    }
}

fn answer_press(query: &str, answer: Option<&(String, bool)>) -> Value {
    match answer {
        Some((text, alert)) => {
            let text: String = text.chars().take(bot_kit::PRESS_ANSWER_CHARS).collect();
            json!({ "method": "answerCallbackQuery", "callback_query_id": query, "text": text, "show_alert": alert })
        }
        None => json!({ "method": "answerCallbackQuery", "callback_query_id": query }),
    }
}
