//! What failed for good, looked at and put right by hand: jobs, messages, updates that were put aside. What may be tried again is decided
//! by the database, in the statement that does it.
use bot_kit::{Again, FailedId, FailedLine, FailedQueue, Health, PAGE_LINES, Page, WebhookLine};
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{BotId, JobId, OutboxId, UpdateId};
use uuid::Uuid;

use crate::{DbError, cases::pages_of, conn::PgConn};

#[derive(QueryableByName)]
struct HealthRow {
    #[diesel(sql_type = BigInt)]
    jobs_waiting: i64,
    #[diesel(sql_type = BigInt)]
    jobs_running: i64,
    #[diesel(sql_type = BigInt)]
    jobs_oldest: i64,
    #[diesel(sql_type = BigInt)]
    messages_waiting: i64,
    #[diesel(sql_type = BigInt)]
    messages_oldest: i64,
    #[diesel(sql_type = BigInt)]
    failed_jobs: i64,
    #[diesel(sql_type = BigInt)]
    failed_messages: i64,
    #[diesel(sql_type = BigInt)]
    dead_updates: i64,
    #[diesel(sql_type = BigInt)]
    refusals: i64,
}

#[derive(QueryableByName)]
struct WebhookRow {
    #[diesel(sql_type = Text)]
    bot_id: String,
    #[diesel(sql_type = Nullable<Bool>)]
    url_matches: Option<bool>,
    #[diesel(sql_type = Nullable<Integer>)]
    pending: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_error_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    checked_at: Option<DateTime<Utc>>,
}

/// How the platform is doing.
///
/// # Errors
/// When the database fails.
pub async fn health(conn: &mut PgConn) -> Result<Health, DbError> {
    let row: HealthRow = diesel::sql_query(
        "SELECT j.waiting AS jobs_waiting, j.running AS jobs_running, greatest(j.oldest, 0) AS jobs_oldest, \
                m.waiting AS messages_waiting, greatest(m.oldest, 0) AS messages_oldest, \
                (SELECT count(*) FROM psycheos.jobs WHERE status = 'failed') AS failed_jobs, \
                (SELECT count(*) FROM psycheos.outbox_messages WHERE status = 'failed') AS failed_messages, \
                (SELECT count(*) FROM psycheos.dead_updates WHERE dead) AS dead_updates, \
                (SELECT coalesce(sum(count), 0)::bigint FROM psycheos.send_refusals WHERE minute > now() - interval '1 hour') AS refusals \
         FROM (SELECT count(*) FILTER (WHERE status = 'queued') AS waiting, count(*) FILTER (WHERE status = 'running') AS running, \
                      coalesce(extract(epoch FROM now() - min(run_after) FILTER (WHERE status = 'queued'))::bigint, 0) AS oldest \
               FROM psycheos.jobs WHERE status IN ('queued', 'running')) j, \
              (SELECT count(*) AS waiting, \
                      coalesce(extract(epoch FROM now() - min(greatest(not_before, created_at)))::bigint, 0) AS oldest \
               FROM psycheos.outbox_messages WHERE status IN ('pending', 'sending', 'held')) m",
    )
    .get_result(conn)
    .await?;
    let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let secs = |secs: i64| u64::try_from(secs).unwrap_or_default();
    Ok(Health {
        jobs_waiting: count(row.jobs_waiting),
        jobs_running: count(row.jobs_running),
        jobs_oldest_secs: secs(row.jobs_oldest),
        messages_waiting: count(row.messages_waiting),
        messages_oldest_secs: secs(row.messages_oldest),
        failed_jobs: count(row.failed_jobs),
        failed_messages: count(row.failed_messages),
        dead_updates: count(row.dead_updates),
        refusals: count(row.refusals),
        webhooks: list_webhooks(conn).await?,
    })
}

/// What Telegram said of each bot's webhook, in the order of the bots.
async fn list_webhooks(conn: &mut PgConn) -> Result<Vec<WebhookLine>, DbError> {
    let rows: Vec<WebhookRow> = diesel::sql_query(
        "SELECT bot_id, url_matches, pending, last_error, last_error_at, \
                CASE WHEN checked_at > '-infinity' THEN checked_at END AS checked_at FROM psycheos.webhook_state",
    )
    .load(conn)
    .await?;
    let line = |bot: &BotId| {
        let row = rows.iter().find(|row| row.bot_id == bot.as_str())?;
        Some(WebhookLine {
            bot: *bot,
            url_matches: row.url_matches,
            pending: row.pending.map(|pending| u32::try_from(pending).unwrap_or_default()),
            last_error: row.last_error.clone().zip(row.last_error_at),
            checked_at: row.checked_at,
        })
    };
    Ok(BotId::ALL.iter().filter_map(line).collect())
}

#[derive(QueryableByName)]
struct FailedRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    bot_id: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    update_id: Option<i64>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    why: String,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    uncertain: bool,
    #[diesel(sql_type = Nullable<Text>)]
    again: Option<String>,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

impl FailedRow {
    fn line(self, queue: FailedQueue) -> Option<FailedLine> {
        let bot: Option<BotId> = self.bot_id.and_then(|bot| bot.parse().ok());
        let id = match queue {
            FailedQueue::Jobs => FailedId::Job(JobId(self.id?)),
            FailedQueue::Messages => FailedId::Message(OutboxId(self.id?)),
            FailedQueue::Updates => FailedId::Update(bot?, UpdateId(self.update_id?)),
        };
        let again = self.again.as_deref().and_then(Again::parse).unwrap_or(Again::Gone);
        Some(FailedLine { id, bot, kind: self.kind, why: self.why, at: self.at, uncertain: self.uncertain, again })
    }
}

/// What failed in a queue, as rows of one form.
const fn rows_of(queue: FailedQueue) -> &'static str {
    match queue {
        FailedQueue::Jobs => {
            "SELECT j.job_id AS id, j.bot_id, NULL::bigint AS update_id, j.kind, coalesce(j.last_error, '') AS why, \
                    j.finished_at AS at, false AS uncertain, psycheos.job_requeueable(j.job_id) AS again, count(*) OVER () AS total \
             FROM psycheos.jobs j WHERE j.status = 'failed' AND ($1::uuid IS NULL OR j.job_id = $1) \
               AND $2::text IS NULL AND $3::bigint IS NULL ORDER BY j.finished_at DESC, j.job_id"
        }
        FailedQueue::Messages => {
            "SELECT o.outbox_id AS id, o.bot_id, NULL::bigint AS update_id, o.kind, coalesce(o.last_error, '') AS why, \
                    o.finished_at AS at, o.ambiguous > 0 AS uncertain, psycheos.message_requeueable(o.outbox_id) AS again, \
                    count(*) OVER () AS total \
             FROM psycheos.outbox_messages o WHERE o.status = 'failed' AND ($1::uuid IS NULL OR o.outbox_id = $1) \
               AND $2::text IS NULL AND $3::bigint IS NULL ORDER BY o.finished_at DESC, o.outbox_id"
        }
        FailedQueue::Updates => {
            "SELECT NULL::uuid AS id, d.bot_id, d.update_id, 'update' AS kind, d.reason AS why, d.created_at AS at, false AS uncertain, \
                    CASE WHEN d.raw IS NULL THEN 'no_content' ELSE 'yes' END AS again, count(*) OVER () AS total \
             FROM psycheos.dead_updates d WHERE d.dead AND $1::uuid IS NULL \
               AND ($2::text IS NULL OR d.bot_id = $2 AND d.update_id = $3) ORDER BY d.created_at DESC, d.update_id"
        }
    }
}

/// A page of what failed in a queue, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_failed(conn: &mut PgConn, queue: FailedQueue, page: u32) -> Result<Page<FailedLine>, DbError> {
    let lines = PAGE_LINES as i64;
    let rows: Vec<FailedRow> = diesel::sql_query(format!("{} LIMIT $4 OFFSET $5", rows_of(queue)))
        .bind::<Nullable<SqlUuid>, _>(None::<Uuid>)
        .bind::<Nullable<Text>, _>(None::<String>)
        .bind::<Nullable<BigInt>, _>(None::<i64>)
        .bind::<BigInt, _>(lines)
        .bind::<BigInt, _>(i64::from(page) * lines)
        .load(conn)
        .await?;
    let pages = pages_of(rows.as_slice().first().map_or(0, |row| row.total));
    Ok(Page { lines: rows.into_iter().filter_map(|row| row.line(queue)).collect(), page, pages })
}

/// Something that failed; `None`: it is not among what failed.
///
/// # Errors
/// When the database fails.
pub async fn find_failed(conn: &mut PgConn, id: FailedId) -> Result<Option<FailedLine>, DbError> {
    let (uuid, bot, update) = match id {
        FailedId::Job(job) => (Some(job.0), None, None),
        FailedId::Message(message) => (Some(message.0), None, None),
        FailedId::Update(bot, update) => (None, Some(bot.as_str()), Some(update.0)),
    };
    let row: Option<FailedRow> = diesel::sql_query(format!("{} LIMIT 1", rows_of(id.queue())))
        .bind::<Nullable<SqlUuid>, _>(uuid)
        .bind::<Nullable<Text>, _>(bot)
        .bind::<Nullable<BigInt>, _>(update)
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.and_then(|row| row.line(id.queue())))
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Nullable<Text>)]
    word: Option<String>,
}

/// Tries again what failed, if it may be tried again; the answer says why not.
///
/// # Errors
/// When the database fails.
pub async fn requeue(conn: &mut PgConn, id: FailedId) -> Result<Again, DbError> {
    let row: Word = match id {
        FailedId::Job(JobId(id)) => {
            diesel::sql_query("SELECT psycheos.job_requeue($1) AS word").bind::<SqlUuid, _>(id).get_result(conn).await?
        }
        FailedId::Message(OutboxId(id)) => {
            diesel::sql_query("SELECT psycheos.message_requeue($1) AS word").bind::<SqlUuid, _>(id).get_result(conn).await?
        }
        FailedId::Update(bot, update) => {
            diesel::sql_query("SELECT psycheos.update_requeue($1, $2) AS word")
                .bind::<Text, _>(bot.as_str())
                .bind::<BigInt, _>(update.0)
                .get_result(conn)
                .await?
        }
    };
    Ok(row.word.as_deref().and_then(Again::parse).unwrap_or(Again::Gone))
}

#[derive(QueryableByName)]
struct Done {
    #[diesel(sql_type = Bool)]
    done: bool,
}

/// Puts aside for good what failed, and forgets what it consists of. `false`: it is not among what failed.
///
/// # Errors
/// When the database fails.
pub async fn discard(conn: &mut PgConn, id: FailedId) -> Result<bool, DbError> {
    let row: Done = match id {
        FailedId::Job(JobId(id)) => {
            diesel::sql_query("SELECT psycheos.job_discard($1) AS done").bind::<SqlUuid, _>(id).get_result(conn).await?
        }
        FailedId::Message(OutboxId(id)) => {
            diesel::sql_query("SELECT psycheos.message_discard($1) AS done").bind::<SqlUuid, _>(id).get_result(conn).await?
        }
        FailedId::Update(bot, update) => {
            diesel::sql_query("SELECT psycheos.update_discard($1, $2) AS done")
                .bind::<Text, _>(bot.as_str())
                .bind::<BigInt, _>(update.0)
                .get_result(conn)
                .await?
        }
    };
    Ok(row.done)
}

/// Stops what is still open: a job is given up with its next hand-out (what it holds is released, people are told), a message that waits goes
/// out of its chat's way. `false`: there is nothing open by this id. For the operator's tool alone.
///
/// # Errors
/// When the database fails.
pub async fn stop(conn: &mut PgConn, id: FailedId) -> Result<bool, DbError> {
    let (query, id) = match id {
        FailedId::Job(JobId(id)) => ("SELECT psycheos.job_stop($1) AS done", id),
        FailedId::Message(OutboxId(id)) => ("SELECT psycheos.message_stop($1) AS done", id),
        FailedId::Update(..) => return Ok(false),
    };
    let row: Done = diesel::sql_query(query).bind::<SqlUuid, _>(id).get_result(conn).await?;
    Ok(row.done)
}

/// An update that was put aside and is to be handled again.
#[derive(Debug)]
pub struct Retried {
    /// Of which bot.
    pub bot: BotId,
    /// Which.
    pub update: UpdateId,
    /// Its body, sealed.
    pub raw: Vec<u8>,
}

#[derive(QueryableByName)]
struct RetriedRow {
    #[diesel(sql_type = Text)]
    bot_id: String,
    #[diesel(sql_type = BigInt)]
    update_id: i64,
    #[diesel(sql_type = Binary)]
    raw: Vec<u8>,
}

/// Takes updates that are to be handled again, for a minute: whoever dies over one leaves it to the next.
///
/// # Errors
/// When the database fails.
pub async fn claim_updates(conn: &mut PgConn, limit: i64) -> Result<Vec<Retried>, DbError> {
    let rows: Vec<RetriedRow> = diesel::sql_query(
        "UPDATE psycheos.dead_updates d SET retry_at = now() + interval '1 minute' \
         WHERE (d.bot_id, d.update_id) IN (SELECT bot_id, update_id FROM psycheos.dead_updates \
             WHERE NOT dead AND retry_at <= now() AND raw IS NOT NULL ORDER BY retry_at LIMIT $1 FOR UPDATE SKIP LOCKED) \
         RETURNING d.bot_id, d.update_id, d.raw",
    )
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let retried =
        |row: RetriedRow| Some(Retried { bot: row.bot_id.parse().ok()?, update: UpdateId(row.update_id), raw: row.raw });
    Ok(rows.into_iter().filter_map(retried).collect())
}

/// An update that was handled again is done with, unless it is dead once more.
///
/// # Errors
/// When the database fails.
pub async fn finish_update(conn: &mut PgConn, bot: BotId, update: UpdateId) -> Result<(), DbError> {
    diesel::sql_query("DELETE FROM psycheos.dead_updates WHERE bot_id = $1 AND update_id = $2 AND NOT dead")
        .bind::<Text, _>(bot.as_str())
        .bind::<BigInt, _>(update.0)
        .execute(conn)
        .await?;
    Ok(())
}
