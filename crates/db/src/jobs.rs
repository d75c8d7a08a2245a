//! Jobs: enqueued with a turn, claimed under a lease, finished behind its fence.
use std::time::Duration;

use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{Array, BigInt, Binary, Bool, Integer, Nullable, SmallInt, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{BotId, CaseId, ChatId, JobId, RunId, ServiceId, UserId};
use telemetry::span;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{DbError, conn::PgConn, schema::jobs};

/// A job to be enqueued.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its id.
    pub job: JobId,
    /// What is to be done.
    pub kind: &'static str,
    /// For which tool.
    pub service: ServiceId,
    /// The conversation it belongs to: its jobs never run at the same time.
    pub conversation: Option<(BotId, ChatId)>,
    /// Of which case.
    pub case: Option<CaseId>,
    /// Of which run.
    pub run: Option<RunId>,
    /// Who asked for it.
    pub requester: Option<UserId>,
    /// Sealed.
    pub payload: Vec<u8>,
    /// Idempotency key.
    pub key: String,
}

/// Enqueues a job, which carries the trace it was made in; nothing happens when it was enqueued before.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut PgConn, job: NewJob, correlation: Option<&str>) -> Result<(), DbError> {
    let span = span::create_job(job.kind);
    let traceparent = span::traceparent(&span);
    diesel::insert_into(jobs::table)
        .values((
            jobs::job_id.eq(job.job.0),
            jobs::kind.eq(job.kind),
            jobs::service_id.eq(job.service.as_str()),
            jobs::bot_id.eq(job.conversation.map(|(bot, _)| bot.as_str())),
            jobs::chat_id.eq(job.conversation.map(|(_, chat)| chat.0)),
            jobs::context_id.eq(job.case.map(|id| id.0)),
            jobs::run_id.eq(job.run.map(|id| id.0)),
            jobs::requester_user_id.eq(job.requester.map(|id| id.0)),
            jobs::payload.eq(Some(job.payload)),
            jobs::idempotency_key.eq(job.key),
            jobs::traceparent.eq(traceparent),
            jobs::correlation_id.eq(correlation),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .instrument(span)
        .await?;
    Ok(())
}

/// A job under our lease.
#[derive(Debug, Clone)]
pub struct ClaimedJob {
    /// Its id.
    pub job: JobId,
    /// The lease: every write about the job names it.
    pub lease: Uuid,
    /// What is to be done.
    pub kind: String,
    /// The conversation.
    pub conversation: Option<(BotId, ChatId)>,
    /// Of which case.
    pub case: Option<CaseId>,
    /// Of which run.
    pub run: Option<RunId>,
    /// Of which tool.
    pub service: Option<ServiceId>,
    /// Sealed.
    pub payload: Option<Vec<u8>>,
    /// This attempt's number, from 1.
    pub attempt: i32,
    /// Attempts it has.
    pub max_attempts: i32,
    /// No attempt is left: it is handed out only to be given up.
    pub exhausted: bool,
    /// Joins logs.
    pub correlation: Option<String>,
    /// Joins traces.
    pub traceparent: Option<String>,
    /// Seconds since it was enqueued.
    pub age_secs: i64,
    /// How long it had been due.
    pub waited: Duration,
    /// How often it was put back after it had failed.
    pub requeues: i16,
}

impl ClaimedJob {
    /// What it is about, for traces and logs.
    #[must_use]
    pub fn about(&self) -> span::About<'_> {
        span::About { correlation: self.correlation.as_deref(), case: self.case, service: self.service, run: self.run }
    }
}

#[derive(QueryableByName)]
struct ClaimRow {
    #[diesel(sql_type = SqlUuid)]
    job_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    service_id: String,
    #[diesel(sql_type = Nullable<Text>)]
    bot_id: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    chat_id: Option<i64>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    context_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    run_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Binary>)]
    payload: Option<Vec<u8>>,
    #[diesel(sql_type = Integer)]
    attempt_count: i32,
    #[diesel(sql_type = Integer)]
    max_attempts: i32,
    #[diesel(sql_type = Bool)]
    exhausted: bool,
    #[diesel(sql_type = Nullable<Text>)]
    correlation_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    traceparent: Option<String>,
    #[diesel(sql_type = BigInt)]
    age_secs: i64,
    #[diesel(sql_type = BigInt)]
    waited_ms: i64,
    #[diesel(sql_type = SmallInt)]
    requeues: i16,
}

/// Claims up to `limit` jobs of these kinds under a new lease.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    conn: &mut PgConn,
    kinds: &[&str],
    limit: usize,
    lease: Uuid,
    lease_for: Duration,
) -> Result<Vec<ClaimedJob>, DbError> {
    let rows: Vec<ClaimRow> = diesel::sql_query(
        "SELECT job_id, kind, service_id, bot_id, chat_id, context_id, run_id, payload, attempt_count, max_attempts, exhausted, \
         correlation_id, traceparent, age_secs, waited_ms, requeues FROM psycheos.jobs_claim($1, $2, $3, $4)",
    )
    .bind::<Array<Text>, _>(kinds)
    .bind::<Integer, _>(i32::try_from(limit).unwrap_or(i32::MAX))
    .bind::<SqlUuid, _>(lease)
    .bind::<Integer, _>(secs(lease_for))
    .load(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ClaimedJob {
            job: JobId(row.job_id),
            lease,
            kind: row.kind,
            conversation: row.bot_id.and_then(|bot| bot.parse().ok()).zip(row.chat_id.map(ChatId)),
            case: row.context_id.map(CaseId),
            run: row.run_id.map(RunId),
            service: row.service_id.parse().ok(),
            payload: row.payload,
            attempt: row.attempt_count,
            max_attempts: row.max_attempts,
            exhausted: row.exhausted,
            correlation: row.correlation_id,
            traceparent: row.traceparent,
            age_secs: row.age_secs,
            waited: Duration::from_millis(u64::try_from(row.waited_ms).unwrap_or(0)),
            requeues: row.requeues,
        })
        .collect())
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// Begins the finishing transaction of a job: marks it done or failed. `false`: the lease was lost, write nothing.
///
/// # Errors
/// When the database fails.
pub async fn finish(conn: &mut PgConn, job: JobId, lease: Uuid, failed: Option<&str>) -> Result<bool, DbError> {
    let row: Held = diesel::sql_query("SELECT psycheos.jobs_finish($1, $2, $3, $4) AS held")
        .bind::<SqlUuid, _>(job.0)
        .bind::<SqlUuid, _>(lease)
        .bind::<Text, _>(if failed.is_some() { "failed" } else { "done" })
        .bind::<Nullable<Text>, _>(failed)
        .get_result(conn)
        .await?;
    Ok(row.held)
}

/// Puts a job back. With `keep_attempt` the attempt does not count: waiting for Claude is nobody's failure.
///
/// # Errors
/// When the database fails.
pub async fn release(
    conn: &mut PgConn,
    job: JobId,
    lease: Uuid,
    after: Duration,
    code: &str,
    keep_attempt: bool,
) -> Result<bool, DbError> {
    let row: Held = diesel::sql_query("SELECT psycheos.jobs_release($1, $2, $3, $4, $5) AS held")
        .bind::<SqlUuid, _>(job.0)
        .bind::<SqlUuid, _>(lease)
        .bind::<BigInt, _>(i64::try_from(after.as_millis()).unwrap_or(i64::MAX))
        .bind::<Text, _>(code)
        .bind::<Bool, _>(keep_attempt)
        .get_result(conn)
        .await?;
    Ok(row.held)
}

#[derive(QueryableByName)]
struct Ours {
    #[diesel(sql_type = SqlUuid)]
    job_id: Uuid,
}

/// Extends the leases of jobs in hand and returns those that are still ours; work on the others must stop.
///
/// # Errors
/// When the database fails.
pub async fn heartbeat(conn: &mut PgConn, held: &[JobId], lease: Uuid, lease_for: Duration) -> Result<Vec<JobId>, DbError> {
    let ids: Vec<Uuid> = held.iter().map(|id| id.0).collect();
    let rows: Vec<Ours> = diesel::sql_query("SELECT * FROM psycheos.jobs_heartbeat($1, $2, $3) AS t(job_id)")
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<SqlUuid, _>(lease)
        .bind::<Integer, _>(secs(lease_for))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| JobId(row.job_id)).collect())
}

fn secs(duration: Duration) -> i32 {
    i32::try_from(duration.as_secs()).unwrap_or(i32::MAX)
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    open: i64,
}

/// Cancels a job of a specialist's own that nobody waits for any more, and forgets what it was asked and what models said for it. One
/// that is being written at this moment stays: it ends by itself, and forgets by itself.
///
/// # Errors
/// When the database fails.
pub async fn abandon(conn: &mut PgConn, owner: UserId, job: JobId) -> Result<(), DbError> {
    diesel::sql_query("SELECT psycheos.job_abandon($1, $2)")
        .bind::<SqlUuid, _>(job.0)
        .bind::<SqlUuid, _>(owner.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets what a job was asked and what models said for it, whatever became of it.
///
/// # Errors
/// When the database fails.
pub async fn forget(conn: &mut PgConn, job: JobId) -> Result<(), DbError> {
    for forget in [
        "UPDATE psycheos.jobs SET payload = NULL WHERE job_id = $1",
        "UPDATE psycheos.llm_calls SET response = NULL WHERE job_id = $1 AND run_id IS NULL AND response IS NOT NULL",
    ] {
        diesel::sql_query(forget).bind::<SqlUuid, _>(job.0).execute(conn).await?;
    }
    Ok(())
}

/// How many jobs wait or run.
///
/// # Errors
/// When the database fails.
pub async fn count_open(conn: &mut PgConn) -> Result<i64, DbError> {
    let row: CountRow = diesel::sql_query("SELECT count(*) AS open FROM psycheos.jobs WHERE status IN ('queued', 'running')")
        .get_result(conn)
        .await?;
    Ok(row.open)
}
