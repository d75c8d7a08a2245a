//! Friendly reminders that are due. Each is taken once, by one caller only.
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    sql_types::{BigInt, Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{CaseId, ChatId, Locale, RunId, UserId};
use uuid::Uuid;

use crate::{DbError, Keyring, cases::open_label, conn::PgConn};

/// A client who stopped on the way a day ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfinished {
    /// The run.
    pub run: RunId,
    /// Its case.
    pub case: CaseId,
    /// The client's chat with Screen.
    pub chat: ChatId,
    /// The language of the consent.
    pub locale: Locale,
}

#[derive(QueryableByName)]
struct UnfinishedRow {
    #[diesel(sql_type = SqlUuid)]
    run_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = BigInt)]
    chat_id: i64,
    #[diesel(sql_type = Text)]
    locale: String,
}

/// Takes screenings whose client has done nothing for a day, unless a sign of danger was noticed in them (nobody is nudged
/// after that), the pass has run out, or the client uses the chat for another screening.
///
/// # Errors
/// When the database fails.
pub async fn take_unfinished(conn: &mut PgConn) -> Result<Vec<Unfinished>, DbError> {
    let rows: Vec<UnfinishedRow> = diesel::sql_query(
        "WITH due AS ( \
            SELECT s.run_id, r.context_id, b.chat_id, k.locale FROM psycheos.screenings s \
            JOIN psycheos.runs r USING (run_id) JOIN psycheos.link_tokens l USING (run_id) \
            JOIN psycheos.consents k ON k.consent_id = s.consent_id \
            JOIN psycheos.bot_chat_state b ON b.bot_id = 'screen' AND b.run_id = s.run_id \
            WHERE s.completed_at IS NULL AND s.withdrawn_at IS NULL AND s.reminded_at IS NULL AND r.status = 'active' \
              AND s.created_at < now() - interval '24 hours' AND b.updated_at < now() - interval '24 hours' \
              AND l.expires_at > now() + interval '1 hour' \
              AND NOT EXISTS (SELECT FROM psycheos.safety_events e WHERE e.run_id = s.run_id) \
            ORDER BY s.created_at LIMIT 200 FOR UPDATE OF s SKIP LOCKED) \
         UPDATE psycheos.screenings s SET reminded_at = now() FROM due WHERE s.run_id = due.run_id \
         RETURNING due.run_id, due.context_id, due.chat_id, due.locale",
    )
    .load(conn)
    .await?;
    let unfinished = rows.into_iter().map(|row| Unfinished {
        run: RunId(row.run_id),
        case: CaseId(row.context_id),
        chat: ChatId(row.chat_id),
        locale: row.locale.parse().unwrap_or(Locale::Ru),
    });
    Ok(unfinished.collect())
}

/// An invitation nobody opened that ends within a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unopened {
    /// The run.
    pub run: RunId,
    /// Its case.
    pub case: CaseId,
    /// The case's label.
    pub label: String,
    /// Who made it.
    pub specialist: UserId,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct UnopenedRow {
    #[diesel(sql_type = SqlUuid)]
    run_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    issued_by: Uuid,
    #[diesel(sql_type = Nullable<Binary>)]
    client_ref: Option<Vec<u8>>,
    #[diesel(sql_type = Timestamptz)]
    expires_at: DateTime<Utc>,
}

/// Takes invitations of clients that nobody opened and that end within a day, of specialists who want notices. One that
/// lives for a day only is left alone: its end was plain when it was made.
///
/// # Errors
/// When the database fails or a label does not open.
pub async fn take_unopened(conn: &mut PgConn, keys: &Keyring) -> Result<Vec<Unopened>, DbError> {
    let rows: Vec<UnopenedRow> = diesel::sql_query(
        "WITH due AS ( \
            SELECT l.jti, l.run_id, l.context_id, l.issued_by, c.client_ref, l.expires_at FROM psycheos.link_tokens l \
            JOIN psycheos.runs r USING (run_id) JOIN psycheos.contexts c ON c.context_id = l.context_id \
            JOIN psycheos.users u ON u.user_id = l.issued_by \
            WHERE l.role = 'client' AND l.used_at IS NULL AND l.revoked_at IS NULL AND l.reminded_at IS NULL \
              AND l.expires_at BETWEEN now() AND now() + interval '24 hours' \
              AND l.expires_at - l.created_at > interval '36 hours' \
              AND r.status = 'issued' AND c.deleted_at IS NULL AND c.archived_at IS NULL AND u.notify AND u.status = 'active' \
            ORDER BY l.expires_at LIMIT 200 FOR UPDATE OF l SKIP LOCKED) \
         UPDATE psycheos.link_tokens l SET reminded_at = now() FROM due WHERE l.jti = due.jti \
         RETURNING due.run_id, due.context_id, due.issued_by, due.client_ref, due.expires_at",
    )
    .load(conn)
    .await?;
    let mut unopened = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(label) = row.client_ref else { continue };
        let case = CaseId(row.context_id);
        unopened.push(Unopened {
            run: RunId(row.run_id),
            case,
            label: open_label(conn, keys, case, &label).await?,
            specialist: UserId(row.issued_by),
            expires_at: row.expires_at,
        });
    }
    Ok(unopened)
}

/// A case that is erased within a month because it was put away almost a year ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Which.
    pub case: CaseId,
    /// Its label.
    pub label: String,
    /// Whose.
    pub specialist: UserId,
    /// When it goes.
    pub at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct EndingRow {
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    specialist_user_id: Uuid,
    #[diesel(sql_type = Nullable<Binary>)]
    client_ref: Option<Vec<u8>>,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

/// Takes cases that are erased within a month, each once. This is told even where notices are off: what goes does not come back.
///
/// # Errors
/// When the database fails or a label does not open.
pub async fn take_ending(conn: &mut PgConn, keys: &Keyring) -> Result<Vec<Ending>, DbError> {
    let rows: Vec<EndingRow> = diesel::sql_query(
        "WITH kept AS (SELECT coalesce(nullif(current_setting('psycheos.archive_interval', true), ''), '12 months')::interval AS time), \
         due AS ( \
            SELECT c.context_id, c.specialist_user_id, c.client_ref, c.archived_at + kept.time AS at FROM psycheos.contexts c \
            JOIN psycheos.users u ON u.user_id = c.specialist_user_id CROSS JOIN kept \
            WHERE u.status = 'active' AND c.deleted_at IS NULL AND c.end_told_at IS NULL \
              AND c.archived_at < now() - kept.time + interval '30 days' AND c.archived_at > now() - kept.time \
            ORDER BY c.archived_at LIMIT 200 FOR UPDATE OF c SKIP LOCKED) \
         UPDATE psycheos.contexts c SET end_told_at = now() FROM due WHERE c.context_id = due.context_id \
         RETURNING due.context_id, due.specialist_user_id, due.client_ref, due.at",
    )
    .load(conn)
    .await?;
    let mut ending = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(label) = row.client_ref else { continue };
        let case = CaseId(row.context_id);
        let label = open_label(conn, keys, case, &label).await?;
        ending.push(Ending { case, label, specialist: UserId(row.specialist_user_id), at: row.at });
    }
    Ok(ending)
}
