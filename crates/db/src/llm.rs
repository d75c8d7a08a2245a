//! LLM calls as durable steps: an answer that was paid for is kept and used again.
use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Binary, Double, Integer, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{CaseId, JobId, RunId, UserId};
use uuid::Uuid;
use vault::Place;

use crate::{DbError, KeyOwner, Keyring, conn::PgConn};

/// What a call belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A run of a case: its steps are known by the run, whichever of its jobs asks.
    Case {
        /// Of which run.
        run: RunId,
        /// Of which case.
        case: CaseId,
    },
    /// A specialist alone: its steps are known by their job.
    Specialist(UserId),
}

impl Whose {
    fn run(self) -> Option<Uuid> {
        match self {
            Self::Case { run, .. } => Some(run.0),
            Self::Specialist(_) => None,
        }
    }

    fn case(self) -> Option<CaseId> {
        match self {
            Self::Case { case, .. } => Some(case),
            Self::Specialist(_) => None,
        }
    }

    fn key(self) -> KeyOwner {
        match self {
            Self::Case { case, .. } => KeyOwner::Case(case),
            Self::Specialist(user) => KeyOwner::User(user),
        }
    }
}

/// A call that was made.
#[derive(Debug, Clone)]
pub struct MadeCall<'a> {
    /// What it belongs to.
    pub whose: Whose,
    /// By which job.
    pub job: JobId,
    /// Name of the step within the run, or within the job.
    pub step: &'a str,
    /// Fingerprint of the request.
    pub fingerprint: &'a str,
    /// SHA-256 of the prompt's file.
    pub prompt_sha: &'a str,
    /// Model that answered.
    pub model: &'a str,
    /// The answer; `None` for a call that was paid for and gave nothing usable.
    pub response: Option<&'a str>,
    /// Why the model stopped.
    pub stop_reason: Option<&'a str>,
    /// Tokens: input, output, read from the cache, written to the cache.
    pub tokens: [i64; 4],
    /// Milliseconds.
    pub latency_ms: i32,
}

#[derive(QueryableByName)]
struct Response {
    #[diesel(sql_type = SqlUuid)]
    call_id: Uuid,
    #[diesel(sql_type = Nullable<Binary>)]
    response: Option<Vec<u8>>,
}

fn place(row: &str, whose: Whose) -> Place<'_> {
    Place { column: "llm_calls.response", row, case: whose.case() }
}

/// The answer of this step, when it was received before.
///
/// # Errors
/// When the database fails or the answer does not open.
pub async fn find_response(
    conn: &mut PgConn,
    keys: &Keyring,
    whose: Whose,
    job: JobId,
    step: &str,
    fingerprint: &str,
) -> Result<Option<String>, DbError> {
    let row: Option<Response> = diesel::sql_query(
        "SELECT call_id, response FROM psycheos.llm_calls \
         WHERE (run_id = $1 OR $1 IS NULL AND run_id IS NULL AND job_id = $4) AND step = $2 AND request_fingerprint = $3 \
           AND status = 'ok'",
    )
    .bind::<Nullable<SqlUuid>, _>(whose.run())
    .bind::<Text, _>(step)
    .bind::<Text, _>(fingerprint)
    .bind::<SqlUuid, _>(job.0)
    .get_result(conn)
    .await
    .optional()?;
    let Some(Response { call_id, response: Some(blob) }) = row else { return Ok(None) };
    let plain = keys.open(conn, &place(&call_id.to_string(), whose), &blob).await?;
    String::from_utf8(plain).map(Some).map_err(|_| DbError::Corrupt("an answer"))
}

#[derive(QueryableByName)]
struct Cost {
    #[diesel(sql_type = Double)]
    cost: f64,
}

/// Keeps a call with its cost, and returns that in US dollars; a repetition of the step keeps the first answer and costs nothing. Of a call
/// for a specialist alone whose job is over meanwhile only the cost is kept: nobody waits for the answer.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut PgConn, keys: &Keyring, call: &MadeCall<'_>) -> Result<f64, DbError> {
    let dek = keys.of(conn, call.whose.key()).await?;
    let call_id = Uuid::now_v7();
    let sealed = call.response.map(|text| dek.seal(&place(&call_id.to_string(), call.whose), text.as_bytes()));
    let [input, output, cache_read, cache_write] = call.tokens;
    let kept: Option<Cost> = diesel::sql_query(
        "INSERT INTO psycheos.llm_calls (call_id, run_id, job_id, step, request_fingerprint, prompt_sha, model, status, response, \
            stop_reason, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, latency_ms, cost_usd) \
         SELECT $1, $2, $3, $4, $5, $6, $7, CASE WHEN $8 IS NULL THEN 'rejected' ELSE 'ok' END, \
            CASE WHEN $2 IS NOT NULL OR (SELECT j.status = 'running' FROM psycheos.jobs j WHERE j.job_id = $3 FOR SHARE) THEN $8 END, $9, $10, $11, $12, $13, $14, \
            coalesce((SELECT ($10 * r.input_usd_per_mtok + $11 * r.output_usd_per_mtok + $12 * r.cache_read_usd_per_mtok \
                              + $13 * r.cache_write_usd_per_mtok) / 1000000 FROM psycheos.ai_rates r \
                      WHERE starts_with($7, r.model_name) AND r.active_from <= now() ORDER BY r.active_from DESC LIMIT 1), 0) \
         ON CONFLICT DO NOTHING RETURNING cost_usd::float8 AS cost",
    )
    .bind::<SqlUuid, _>(call_id)
    .bind::<Nullable<SqlUuid>, _>(call.whose.run())
    .bind::<SqlUuid, _>(call.job.0)
    .bind::<Text, _>(call.step)
    .bind::<Text, _>(call.fingerprint)
    .bind::<Text, _>(call.prompt_sha)
    .bind::<Text, _>(call.model)
    .bind::<Nullable<Binary>, _>(sealed)
    .bind::<Nullable<Text>, _>(call.stop_reason)
    .bind::<BigInt, _>(input)
    .bind::<BigInt, _>(output)
    .bind::<BigInt, _>(cache_read)
    .bind::<BigInt, _>(cache_write)
    .bind::<Integer, _>(call.latency_ms)
    .get_result(conn)
    .await
    .optional()?;
    Ok(kept.map_or(0.0, |row| row.cost))
}
