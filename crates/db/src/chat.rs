//! A chat's state: opened and locked at the beginning of a turn, written back with the turn's messages at its end.
use bot_kit::Specialist;
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    sql_types::{Array, BigInt, Binary, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{BotId, CaseId, ChatId, FileId, Locale, OutboxId, Role, RunId, TelegramMessageId, UpdateId, UserId};
use telemetry::span;
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use crate::{DbError, conn::PgConn};

/// What a turn begins with.
#[derive(Debug, Clone)]
pub struct OpenedTurn {
    /// The moment, by the database's clock.
    pub opened_at: DateTime<Utc>,
    /// Version of the state.
    pub version: i64,
    /// Name of the state; empty for a chat nobody has spoken in.
    pub state: String,
    /// The state, sealed.
    pub payload: Option<Vec<u8>>,
    /// The case the chat is bound to.
    pub case: Option<CaseId>,
    /// The run the chat is bound to.
    pub run: Option<RunId>,
    /// The registered specialist with this Telegram id.
    pub specialist: Option<Specialist>,
    /// Which of the updates this is that the person's minute has no room for; 0: it has room.
    pub over: i32,
    /// How many replies a stranger got within the hour.
    pub replies: i32,
}

#[derive(QueryableByName)]
struct OpenRow {
    #[diesel(sql_type = Nullable<Integer>)]
    over: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    replies: Option<i32>,
    #[diesel(sql_type = Bool)]
    fresh: bool,
    #[diesel(sql_type = Timestamptz)]
    opened_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<BigInt>)]
    version: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    state_payload: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    context_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    run_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    user_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Bool>)]
    blocked: Option<bool>,
    #[diesel(sql_type = Nullable<Text>)]
    full_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    locale: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    country: Option<String>,
    #[diesel(sql_type = Nullable<Bool>)]
    notify: Option<bool>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    invitation_days: Option<i16>,
}

/// Marks the update as seen (when there is one), locks the chat and reads what every turn needs. `None`: the update was
/// handled before.
///
/// # Errors
/// When the database fails.
pub async fn open(conn: &mut PgConn, bot: BotId, update: Option<UpdateId>, chat: ChatId) -> Result<Option<OpenedTurn>, DbError> {
    let row: OpenRow = diesel::sql_query("SELECT * FROM psycheos.turn_begin($1, $2, $3)")
        .bind::<Text, _>(bot.as_str())
        .bind::<Nullable<BigInt>, _>(update.map(|id| id.0))
        .bind::<BigInt, _>(chat.0)
        .get_result(conn)
        .await?;
    if !row.fresh {
        return Ok(None);
    }
    let specialist = row.user_id.map(|user_id| Specialist {
        user_id: UserId(user_id),
        blocked: row.blocked.unwrap_or(false),
        chosen_locale: row.locale.as_deref().map(|code| Locale::from_language_code(Some(code))),
        country: row.country,
        notify: row.notify.unwrap_or(true),
        invitation_days: row.invitation_days.and_then(|days| u8::try_from(days).ok()).unwrap_or(7),
        full_name: row.full_name.unwrap_or_default(),
    });
    Ok(Some(OpenedTurn {
        opened_at: row.opened_at,
        version: row.version.unwrap_or_default(),
        state: row.state.unwrap_or_default(),
        payload: row.state_payload,
        case: row.context_id.map(CaseId),
        run: row.run_id.map(RunId),
        specialist,
        over: row.over.unwrap_or_default(),
        replies: row.replies.unwrap_or_default(),
    }))
}

/// A message for the outbox.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its id.
    pub id: OutboxId,
    /// The bot that sends it.
    pub bot: BotId,
    /// The chat it goes to; none for calls without a chat.
    pub chat: Option<ChatId>,
    /// The case it speaks of.
    pub case: Option<CaseId>,
    /// The run it belongs to.
    pub run: Option<RunId>,
    /// 0 danger and pre-checkout, 1 replies, 2 notifications, 3 broadcast.
    pub lane: i16,
    /// Decides what happens when its delivery is uncertain.
    pub kind: &'static str,
    /// Method of the Bot API.
    pub method: &'static str,
    /// Parameters, sealed.
    pub payload: Vec<u8>,
    /// A stored file to upload.
    pub file: Option<FileId>,
    /// The outbox message it edits, whose number in the chat is not known yet.
    pub depends_on: Option<OutboxId>,
    /// The message it edits, by its number in the chat.
    pub target: Option<TelegramMessageId>,
    /// Idempotency key.
    pub key: String,
}

/// How a turn ends.
#[derive(Debug, Clone)]
pub struct ClosedTurn<'a> {
    /// The bot.
    pub bot: BotId,
    /// The chat.
    pub chat: ChatId,
    /// The version the turn began with.
    pub version: i64,
    /// Name of the new state.
    pub state: &'a str,
    /// The new state, sealed.
    pub payload: Option<Vec<u8>>,
    /// The specialist of the chat.
    pub user: Option<UserId>,
    /// In which role the person speaks.
    pub role: Option<Role>,
    /// The case the chat is bound to from now on.
    pub case: Option<CaseId>,
    /// The run the chat is bound to from now on.
    pub run: Option<RunId>,
    /// It was an update's, which counts within the person's minute.
    pub counted: bool,
    /// It replied to somebody we do not know.
    pub stranger: bool,
    /// It only asked: the version stays.
    pub asked: bool,
}

/// Rows of the outbox as columns, which is how the database functions take them.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    bots: Vec<&'static str>,
    chats: Vec<Option<i64>>,
    cases: Vec<Option<Uuid>>,
    runs: Vec<Option<Uuid>>,
    lanes: Vec<i16>,
    kinds: Vec<&'static str>,
    methods: Vec<&'static str>,
    payloads: Vec<Vec<u8>>,
    files: Vec<Option<Uuid>>,
    depends: Vec<Option<Uuid>>,
    targets: Vec<Option<i64>>,
    keys: Vec<String>,
}

impl Columns {
    fn of(messages: Vec<NewMessage>) -> Self {
        let mut columns = Self::default();
        for message in messages {
            columns.ids.push(message.id.0);
            columns.bots.push(message.bot.as_str());
            columns.chats.push(message.chat.map(|id| id.0));
            columns.cases.push(message.case.map(|id| id.0));
            columns.runs.push(message.run.map(|id| id.0));
            columns.lanes.push(message.lane);
            columns.kinds.push(message.kind);
            columns.methods.push(message.method);
            columns.payloads.push(message.payload);
            columns.files.push(message.file.map(|id| id.0));
            columns.depends.push(message.depends_on.map(|id| id.0));
            columns.targets.push(message.target.map(|id| id.0));
            columns.keys.push(message.key);
        }
        columns
    }
}

macro_rules! bind_messages {
    ($query:expr, $columns:expr, $traceparent:expr, $correlation:expr) => {
        $query
            .bind::<Array<SqlUuid>, _>($columns.ids)
            .bind::<Array<Text>, _>($columns.bots)
            .bind::<Array<Nullable<BigInt>>, _>($columns.chats)
            .bind::<Array<Nullable<SqlUuid>>, _>($columns.cases)
            .bind::<Array<Nullable<SqlUuid>>, _>($columns.runs)
            .bind::<Array<SmallInt>, _>($columns.lanes)
            .bind::<Array<Text>, _>($columns.kinds)
            .bind::<Array<Text>, _>($columns.methods)
            .bind::<Array<Binary>, _>($columns.payloads)
            .bind::<Array<Nullable<SqlUuid>>, _>($columns.files)
            .bind::<Array<Nullable<SqlUuid>>, _>($columns.depends)
            .bind::<Array<Nullable<BigInt>>, _>($columns.targets)
            .bind::<Array<Text>, _>($columns.keys)
            .bind::<Nullable<Text>, _>($traceparent)
            .bind::<Nullable<Text>, _>($correlation)
    };
}

/// Writes the chat's new state and the turn's messages.
///
/// # Errors
/// [`DbError::Conflict`] when the chat is not at the version the turn began with.
pub async fn close(
    conn: &mut PgConn,
    turn: ClosedTurn<'_>,
    messages: Vec<NewMessage>,
    correlation: Option<&str>,
) -> Result<(), DbError> {
    let (span, traceparent) = created(messages.len());
    let columns = Columns::of(messages);
    let query = diesel::sql_query(
        "SELECT psycheos.turn_close($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
         $20, $21, $22, $23, $24, $25, $26, $27)",
    )
    .bind::<Text, _>(turn.bot.as_str())
    .bind::<BigInt, _>(turn.chat.0)
    .bind::<BigInt, _>(turn.version)
    .bind::<Text, _>(turn.state)
    .bind::<Nullable<Binary>, _>(turn.payload)
    .bind::<Nullable<SqlUuid>, _>(turn.user.map(|id| id.0))
    .bind::<Nullable<Text>, _>(turn.role.map(Role::as_str))
    .bind::<Nullable<SqlUuid>, _>(turn.case.map(|id| id.0))
    .bind::<Nullable<SqlUuid>, _>(turn.run.map(|id| id.0));
    let query = bind_messages!(query, columns, traceparent, correlation)
        .bind::<Bool, _>(turn.counted)
        .bind::<Bool, _>(turn.stranger)
        .bind::<Bool, _>(turn.asked);
    query.execute(conn).instrument(span).await?;
    Ok(())
}

/// The span in which messages are made; they carry its trace.
fn created(messages: usize) -> (Span, Option<String>) {
    if messages == 0 {
        return (Span::none(), None);
    }
    let span = span::create_messages(messages);
    let traceparent = span::traceparent(&span);
    (span, traceparent)
}

/// Puts messages into the outbox outside a turn of their chat.
///
/// # Errors
/// When the database fails.
pub async fn put_messages(conn: &mut PgConn, messages: Vec<NewMessage>, correlation: Option<&str>) -> Result<(), DbError> {
    if messages.is_empty() {
        return Ok(());
    }
    let (span, traceparent) = created(messages.len());
    let columns = Columns::of(messages);
    let query = diesel::sql_query("SELECT psycheos.outbox_put($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
    bind_messages!(query, columns, traceparent, correlation).execute(conn).instrument(span).await?;
    Ok(())
}

/// Marks an update that needs no turn as seen; `false` when it was before.
///
/// # Errors
/// When the database fails.
pub async fn mark_seen(conn: &mut PgConn, bot: BotId, update: UpdateId, chat: Option<ChatId>) -> Result<bool, DbError> {
    let count = diesel::sql_query(
        "INSERT INTO psycheos.telegram_update_dedup (bot_id, update_id, chat_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind::<Text, _>(bot.as_str())
    .bind::<BigInt, _>(update.0)
    .bind::<Nullable<BigInt>, _>(chat.map(|id| id.0))
    .execute(conn)
    .await?;
    Ok(count == 1)
}

/// Notes whether the person has blocked the bot, as Telegram reports it.
///
/// # Errors
/// When the database fails.
pub async fn set_reachable(conn: &mut PgConn, bot: BotId, chat: ChatId, reason: Option<&str>) -> Result<(), DbError> {
    diesel::sql_query(
        "UPDATE psycheos.send_pace SET unreachable_reason = $3, updated_at = now() WHERE bot_id = $1 AND chat_id = $2",
    )
    .bind::<Text, _>(bot.as_str())
    .bind::<BigInt, _>(chat.0)
    .bind::<Nullable<Text>, _>(reason)
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    dead: bool,
}

/// Counts a failure of an update that is our fault. `true`: it was the last one allowed, the update is a dead letter now
/// and counts as seen.
///
/// # Errors
/// When the database fails.
pub async fn count_failure(
    conn: &mut PgConn,
    bot: BotId,
    update: UpdateId,
    chat: Option<ChatId>,
    sealed_raw: Vec<u8>,
    reason: &str,
    limit: i32,
) -> Result<bool, DbError> {
    let answer: Answer = diesel::sql_query("SELECT psycheos.update_failed($1, $2, $3, $4, $5, $6) AS dead")
        .bind::<Text, _>(bot.as_str())
        .bind::<BigInt, _>(update.0)
        .bind::<Binary, _>(sealed_raw)
        .bind::<Text, _>(reason)
        .bind::<Integer, _>(limit)
        .bind::<Nullable<BigInt>, _>(chat.map(|chat| chat.0))
        .get_result(conn)
        .await?;
    Ok(answer.dead)
}
