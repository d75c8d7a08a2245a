//! Screenings: consent, progress, completion, withdrawal, signs of danger.
use bot_kit::{Consent, ConsentScope, Danger, DangerNotice, OwnAnswers};
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{Array, Binary, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{CaseId, RunId, SafetyEventId, UserId, lexicon::LEXICON_VERSION};
use serde_json::Value;
use uuid::Uuid;
use vault::Place;

use crate::{DbError, KeyOwner, Keyring, conn::PgConn};

fn place<'a>(column: &'static str, row: &'a str, case: CaseId) -> Place<'a> {
    Place { column, row, case: Some(case) }
}

fn scope_word(scope: ConsentScope) -> &'static str {
    match scope {
        ConsentScope::HealthData => "health_data",
        ConsentScope::PassToSpecialist => "pass_to_specialist",
        ConsentScope::AiAbroad => "ai_abroad",
    }
}

/// Stores a consent and begins the screening. `subject` is a keyed fingerprint of the client's Telegram id.
///
/// # Errors
/// When the database fails.
pub async fn grant(conn: &mut PgConn, case: CaseId, consent: &Consent, subject: &str) -> Result<(), DbError> {
    let scopes: Vec<&str> = consent.scopes.iter().map(|scope| scope_word(*scope)).collect();
    diesel::sql_query(
        "WITH given AS (INSERT INTO psycheos.consents \
            (consent_id, context_id, run_id, subject, document_version, document_sha256, locale, scopes) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING consent_id, run_id) \
         INSERT INTO psycheos.screenings (run_id, consent_id) SELECT run_id, consent_id FROM given ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(consent.consent.0)
    .bind::<SqlUuid, _>(case.0)
    .bind::<SqlUuid, _>(consent.run.0)
    .bind::<Text, _>(subject)
    .bind::<Text, _>(consent.document_version)
    .bind::<Text, _>(&consent.document_sha256)
    .bind::<Text, _>(consent.locale.as_str())
    .bind::<Array<Text>, _>(scopes)
    .execute(conn)
    .await?;
    Ok(())
}

/// How far a client has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// 1–3, 4 for the closing questions.
    pub phase: u8,
    /// Questions answered.
    pub question: u32,
    /// The bot's own form.
    pub answers: &'a Value,
    /// The engine's results, once all is answered.
    pub results: Option<&'a Value>,
}

/// Writes how far the client has come; with `results` the screening is complete.
///
/// # Errors
/// When the database fails.
pub async fn keep(conn: &mut PgConn, keys: &Keyring, case: CaseId, run: RunId, progress: &Progress<'_>) -> Result<(), DbError> {
    let Progress { phase, question, answers, results } = *progress;
    let dek = keys.of(conn, KeyOwner::Case(case)).await?;
    let row = run.to_string();
    let seal = |column, value: &Value| dek.seal(&place(column, &row, case), value.to_string().as_bytes());
    diesel::sql_query(
        "UPDATE psycheos.screenings SET phase = $2, question = $3, answers = $4, results = coalesce($5, results), \
            completed_at = CASE WHEN $5 IS NULL THEN completed_at ELSE coalesce(completed_at, now()) END \
         WHERE run_id = $1 AND withdrawn_at IS NULL",
    )
    .bind::<SqlUuid, _>(run.0)
    .bind::<SmallInt, _>(i16::from(phase))
    .bind::<Integer, _>(i32::try_from(question).unwrap_or(i32::MAX))
    .bind::<Binary, _>(seal("screenings.answers", answers))
    .bind::<Nullable<Binary>, _>(results.map(|value| seal("screenings.results", value)))
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct AnswersRow {
    #[diesel(sql_type = Nullable<Binary>)]
    answers: Option<Vec<u8>>,
}

/// The answers of a completed screening that was not withdrawn.
///
/// # Errors
/// When the database fails or the answers do not open.
pub async fn find_answers(conn: &mut PgConn, keys: &Keyring, case: CaseId, run: RunId) -> Result<Option<Value>, DbError> {
    let row: Option<AnswersRow> = diesel::sql_query(
        "SELECT answers FROM psycheos.screenings WHERE run_id = $1 AND completed_at IS NOT NULL AND withdrawn_at IS NULL",
    )
    .bind::<SqlUuid, _>(run.0)
    .get_result(conn)
    .await
    .optional()?;
    let Some(AnswersRow { answers: Some(blob) }) = row else { return Ok(None) };
    let key = run.to_string();
    let plain = keys.open(conn, &place("screenings.answers", &key, case), &blob).await?;
    serde_json::from_slice(&plain).map(Some).map_err(|_| DbError::Corrupt("answers"))
}

#[derive(QueryableByName)]
struct OwnRow {
    #[diesel(sql_type = Binary)]
    answers: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    granted_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    document_version: String,
    #[diesel(sql_type = Bool)]
    abroad: bool,
}

/// What a client has said so far and agreed to; `None` when nothing of it is kept.
///
/// # Errors
/// When the database fails or the answers do not open.
pub async fn find_own(conn: &mut PgConn, keys: &Keyring, case: CaseId, run: RunId) -> Result<Option<OwnAnswers>, DbError> {
    let row: Option<OwnRow> = diesel::sql_query(
        "SELECT s.answers, k.granted_at, k.document_version, 'ai_abroad' = ANY (k.scopes) AS abroad FROM psycheos.screenings s \
         JOIN psycheos.consents k USING (consent_id) WHERE s.run_id = $1 AND s.withdrawn_at IS NULL AND s.answers IS NOT NULL",
    )
    .bind::<SqlUuid, _>(run.0)
    .get_result(conn)
    .await
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    let key = run.to_string();
    let plain = keys.open(conn, &place("screenings.answers", &key, case), &row.answers).await?;
    let answers = serde_json::from_slice(&plain).map_err(|_| DbError::Corrupt("answers"))?;
    let (granted_at, document_version, abroad) = (row.granted_at, row.document_version, row.abroad);
    Ok(Some(OwnAnswers { answers, granted_at, document_version, abroad }))
}

/// The client withdraws: everything of the run is destroyed.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(conn: &mut PgConn, run: RunId) -> Result<(), DbError> {
    diesel::sql_query("SELECT psycheos.screening_withdraw($1)").bind::<SqlUuid, _>(run.0).execute(conn).await?;
    Ok(())
}

/// Writes down a sign of danger: kind, source and level, never a text.
///
/// # Errors
/// When the database fails.
pub async fn insert_danger(conn: &mut PgConn, danger: &Danger) -> Result<(), DbError> {
    diesel::sql_query(
        "INSERT INTO psycheos.safety_events (event_id, context_id, run_id, category, source, level, lexicon_version, notified_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, now()) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(danger.event.0)
    .bind::<SqlUuid, _>(danger.case.0)
    .bind::<SqlUuid, _>(danger.run.0)
    .bind::<Text, _>(danger.category.as_str())
    .bind::<Text, _>(danger.source.as_str())
    .bind::<Text, _>(danger.level.as_str())
    .bind::<Text, _>(LEXICON_VERSION)
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct DangerRow {
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = Bool)]
    acknowledged: bool,
}

/// A danger notice of one of the specialist's cases.
///
/// # Errors
/// When the database fails.
pub async fn find_danger(conn: &mut PgConn, owner: UserId, event: SafetyEventId) -> Result<Option<DangerNotice>, DbError> {
    let row: Option<DangerRow> = diesel::sql_query(
        "SELECT e.context_id, e.acknowledged_at IS NOT NULL AS acknowledged FROM psycheos.safety_events e \
         JOIN psycheos.contexts c USING (context_id) WHERE e.event_id = $1 AND c.specialist_user_id = $2 AND c.deleted_at IS NULL",
    )
    .bind::<SqlUuid, _>(event.0)
    .bind::<SqlUuid, _>(owner.0)
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.map(|row| DangerNotice { event, case: CaseId(row.context_id), acknowledged: row.acknowledged }))
}

/// The specialist has seen a notice; written into the audit log.
///
/// # Errors
/// When the database fails.
pub async fn acknowledge(conn: &mut PgConn, owner: UserId, event: SafetyEventId) -> Result<(), DbError> {
    diesel::sql_query(
        "WITH seen AS (UPDATE psycheos.safety_events e SET acknowledged_at = now() FROM psycheos.contexts c \
            WHERE e.event_id = $1 AND c.context_id = e.context_id AND c.specialist_user_id = $2 AND e.acknowledged_at IS NULL \
            RETURNING e.context_id) \
         INSERT INTO psycheos.audit_log (actor, role, action, context_id) \
         SELECT 'user:' || $2::text, 'specialist', 'danger_acknowledged', context_id FROM seen",
    )
    .bind::<SqlUuid, _>(event.0)
    .bind::<SqlUuid, _>(owner.0)
    .execute(conn)
    .await?;
    Ok(())
}
