//! The outbox as a sender sees it.
use std::time::Duration;

use diesel::{
    QueryableByName,
    sql_types::{Array, BigInt, Binary, Bool, Integer, Nullable, SmallInt, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{BotId, CaseId, ChatId, FileId, OutboxId, RunId, TelegramMessageId};
use telemetry::span;
use uuid::Uuid;

use crate::{DbError, conn::PgConn};

/// A message under our lease.
#[derive(Debug, Clone)]
pub struct ClaimedMessage {
    /// Its id.
    pub id: OutboxId,
    /// The lease: every write about the message names it.
    pub lease: Uuid,
    /// The bot that sends it.
    pub bot: BotId,
    /// The chat it goes to.
    pub chat: Option<ChatId>,
    /// The case it speaks of.
    pub case: Option<CaseId>,
    /// The run it belongs to.
    pub run: Option<RunId>,
    /// 0 danger and pre-checkout, 1 replies, 2 notifications, 3 broadcast.
    pub lane: i16,
    /// Decides what happens when delivery is uncertain.
    pub kind: String,
    /// Method of the Bot API.
    pub method: String,
    /// Parameters, sealed; `None` when they were destroyed meanwhile.
    pub payload: Option<Vec<u8>>,
    /// A stored file to upload.
    pub file: Option<FileId>,
    /// The message to edit, as far as it is known.
    pub target: Option<TelegramMessageId>,
    /// It edits an earlier outbox message.
    pub is_dependent: bool,
    /// This attempt's number, from 1.
    pub attempt: i32,
    /// Joins logs.
    pub correlation: Option<String>,
    /// Joins traces.
    pub traceparent: Option<String>,
    /// How long it had been due.
    pub waited: Duration,
}

impl ClaimedMessage {
    /// What it is about, for traces and logs.
    #[must_use]
    pub fn about(&self) -> span::About<'_> {
        span::About { correlation: self.correlation.as_deref(), case: self.case, service: self.bot.service(), run: self.run }
    }
}

#[derive(QueryableByName)]
struct ClaimRow {
    #[diesel(sql_type = SqlUuid)]
    outbox_id: Uuid,
    #[diesel(sql_type = Text)]
    bot_id: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    chat_id: Option<i64>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    context_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    run_id: Option<Uuid>,
    #[diesel(sql_type = SmallInt)]
    lane: i16,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    method: String,
    #[diesel(sql_type = Nullable<Binary>)]
    payload: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    file_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<BigInt>)]
    target_message_id: Option<i64>,
    #[diesel(sql_type = Bool)]
    is_dependent: bool,
    #[diesel(sql_type = Integer)]
    attempt_count: i32,
    #[diesel(sql_type = Nullable<Text>)]
    correlation_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    traceparent: Option<String>,
    #[diesel(sql_type = BigInt)]
    waited_ms: i64,
}

/// Claims messages of these lanes that may go now: of each bot at most as many as there is room for, in the bots' own paces.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    conn: &mut PgConn,
    rooms: &[(BotId, usize)],
    lanes: &[i16],
    lease: Uuid,
    lease_for: Duration,
) -> Result<Vec<ClaimedMessage>, DbError> {
    let bots: Vec<&str> = rooms.iter().map(|(bot, _)| bot.as_str()).collect();
    let rooms: Vec<i32> = rooms.iter().map(|(_, room)| i32::try_from(*room).unwrap_or(i32::MAX)).collect();
    let limit = rooms.iter().fold(0, |sum: i32, room| sum.saturating_add(*room));
    let rows: Vec<ClaimRow> = diesel::sql_query(
        "SELECT outbox_id, bot_id, chat_id, context_id, run_id, lane, kind, method, payload, file_id, target_message_id, \
         depends_on IS NOT NULL AS is_dependent, attempt_count, correlation_id, traceparent, \
         (extract(epoch FROM clock_timestamp() - greatest(created_at, not_before)) * 1000)::bigint AS waited_ms \
         FROM psycheos.outbox_claim($1, $2, $3, $4, $5, $6)",
    )
    .bind::<Array<Text>, _>(bots)
    .bind::<Integer, _>(limit)
    .bind::<SqlUuid, _>(lease)
    .bind::<Integer, _>(i32::try_from(lease_for.as_secs()).unwrap_or(i32::MAX))
    .bind::<Array<SmallInt>, _>(lanes)
    .bind::<Array<Integer>, _>(rooms)
    .load(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ClaimedMessage {
                id: OutboxId(row.outbox_id),
                lease,
                bot: row.bot_id.parse().map_err(|_| DbError::Corrupt("a bot"))?,
                chat: row.chat_id.map(ChatId),
                case: row.context_id.map(CaseId),
                run: row.run_id.map(RunId),
                lane: row.lane,
                kind: row.kind,
                method: row.method,
                payload: row.payload,
                file: row.file_id.map(FileId),
                target: row.target_message_id.map(TelegramMessageId),
                is_dependent: row.is_dependent,
                attempt: row.attempt_count,
                correlation: row.correlation_id,
                traceparent: row.traceparent,
                waited: Duration::from_millis(u64::try_from(row.waited_ms).unwrap_or(0)),
            })
        })
        .collect()
}

/// Marks messages as sent, with the number Telegram gave each. Those whose lease was lost are left alone; returns how many
/// were still ours.
///
/// # Errors
/// When the database fails.
pub async fn finish_sent(conn: &mut PgConn, sent: &[(OutboxId, Uuid, Option<TelegramMessageId>)]) -> Result<usize, DbError> {
    finish(conn, sent, "sent", None).await
}

/// Ends a message that can never be sent (`failed`) or is not to be sent any more (`canceled`), with our code as reason.
///
/// # Errors
/// When the database fails.
pub async fn finish_unsent(conn: &mut PgConn, id: OutboxId, lease: Uuid, canceled: bool, code: &str) -> Result<usize, DbError> {
    finish(conn, &[(id, lease, None)], if canceled { "canceled" } else { "failed" }, Some(code)).await
}

async fn finish(
    conn: &mut PgConn,
    ended: &[(OutboxId, Uuid, Option<TelegramMessageId>)],
    status: &str,
    code: Option<&str>,
) -> Result<usize, DbError> {
    let (mut ids, mut leases, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    for (id, lease, number) in ended {
        ids.push(id.0);
        leases.push(*lease);
        numbers.push(number.map(|number| number.0));
    }
    let count = diesel::sql_query("SELECT * FROM psycheos.outbox_finish($1, $2, $3, $4, $5)")
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<SqlUuid>, _>(leases)
        .bind::<Text, _>(status)
        .bind::<Array<Nullable<BigInt>>, _>(numbers)
        .bind::<Nullable<Text>, _>(code)
        .execute(conn)
        .await?;
    Ok(count)
}

/// Puts a message back for later. `uncertain`: it may have arrived; `keep_attempt`: this was no attempt.
///
/// # Errors
/// When the database fails.
pub async fn release(
    conn: &mut PgConn,
    id: OutboxId,
    lease: Uuid,
    after: Duration,
    code: &str,
    uncertain: bool,
    keep_attempt: bool,
) -> Result<(), DbError> {
    diesel::sql_query("SELECT psycheos.outbox_retry($1, $2, $3, $4, $5, $6)")
        .bind::<SqlUuid, _>(id.0)
        .bind::<SqlUuid, _>(lease)
        .bind::<BigInt, _>(millis(after))
        .bind::<Text, _>(code)
        .bind::<Bool, _>(uncertain)
        .bind::<Bool, _>(keep_attempt)
        .execute(conn)
        .await?;
    Ok(())
}

/// 429: the chat waits, and the bot with it when it goes on.
///
/// # Errors
/// When the database fails.
pub async fn slow_down(conn: &mut PgConn, message: &ClaimedMessage, after: Duration) -> Result<(), DbError> {
    diesel::sql_query("SELECT psycheos.outbox_slow_down($1, $2, $3, $4, $5)")
        .bind::<SqlUuid, _>(message.id.0)
        .bind::<SqlUuid, _>(message.lease)
        .bind::<Text, _>(message.bot.as_str())
        .bind::<Nullable<BigInt>, _>(message.chat.map(|chat| chat.0))
        .bind::<BigInt, _>(millis(after))
        .execute(conn)
        .await?;
    Ok(())
}

/// The chat cannot be reached: all that waits for it fails with this reason.
///
/// # Errors
/// When the database fails.
pub async fn stop_chat(conn: &mut PgConn, message: &ClaimedMessage, chat: ChatId, reason: &str) -> Result<(), DbError> {
    diesel::sql_query("SELECT psycheos.outbox_stop_chat($1, $2, $3, $4, $5)")
        .bind::<SqlUuid, _>(message.id.0)
        .bind::<SqlUuid, _>(message.lease)
        .bind::<Text, _>(message.bot.as_str())
        .bind::<BigInt, _>(chat.0)
        .bind::<Text, _>(reason)
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Takes back messages whose sender died while sending; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn rescue(conn: &mut PgConn) -> Result<i64, DbError> {
    let row: CountRow = diesel::sql_query("SELECT psycheos.outbox_rescue()::bigint AS count").get_result(conn).await?;
    Ok(row.count)
}

/// When there may be something to claim again after nothing was found in lanes 1 to 3 of these bots, in milliseconds from now; `None` when
/// nothing waits.
///
/// # Errors
/// When the database fails.
pub async fn next_due_ms(conn: &mut PgConn, bots: &[BotId]) -> Result<Option<i64>, DbError> {
    #[derive(QueryableByName)]
    struct Due {
        #[diesel(sql_type = Nullable<BigInt>)]
        ms: Option<i64>,
    }
    let bots: Vec<&str> = bots.iter().map(|bot| bot.as_str()).collect();
    let row: Due =
        diesel::sql_query("SELECT psycheos.outbox_next_due($1) AS ms").bind::<Array<Text>, _>(bots).get_result(conn).await?;
    Ok(row.ms.map(|ms| ms.max(0)))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
