//! Everything of a case or of a specialist's account, to be taken along (R43). The owner stands in every condition.
use diesel::{
    OptionalExtension, QueryableByName,
    sql_types::{Binary, Jsonb, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{ArtifactId, CaseId, FileId, RunId, UserId};
use serde_json::Value;
use uuid::Uuid;
use vault::Place;

use crate::{DbError, Keyring, cases::open_label, conn::PgConn};

#[derive(QueryableByName)]
struct CaseRow {
    #[diesel(sql_type = Jsonb)]
    about: Value,
    #[diesel(sql_type = Nullable<Binary>)]
    client_ref: Option<Vec<u8>>,
}

/// A case: its label, dates, runs, consents, signs of danger, charges, and who did what with it. `None` when it is not the owner's.
///
/// # Errors
/// When the database fails or the label does not open.
pub async fn find_case(conn: &mut PgConn, keys: &Keyring, owner: UserId, case: CaseId) -> Result<Option<Value>, DbError> {
    let row: Option<CaseRow> = diesel::sql_query(
        "SELECT c.client_ref, jsonb_build_object('context_id', c.context_id, 'status', c.status, 'created_at', c.created_at, \
            'last_activity_at', c.last_activity_at, 'archived_at', c.archived_at, \
            'runs', (SELECT coalesce(jsonb_agg(jsonb_build_object('run_id', r.run_id, 'service_id', r.service_id, 'role', r.role, \
                'status', r.status, 'cancel_reason', r.cancel_reason, 'created_at', r.created_at, 'started_at', r.started_at, \
                'finished_at', r.finished_at) ORDER BY r.created_at), '[]') FROM psycheos.runs r WHERE r.context_id = c.context_id), \
            'consents', (SELECT coalesce(jsonb_agg(jsonb_build_object('run_id', k.run_id, 'document_version', k.document_version, \
                'document_sha256', k.document_sha256, 'locale', k.locale, 'scopes', k.scopes, 'granted_at', k.granted_at, \
                'withdrawn_at', k.withdrawn_at) ORDER BY k.granted_at), '[]') FROM psycheos.consents k WHERE k.context_id = c.context_id), \
            'danger_signs', (SELECT coalesce(jsonb_agg(jsonb_build_object('run_id', e.run_id, 'category', e.category, \
                'level', e.level, 'source', e.source, 'created_at', e.created_at, 'acknowledged_at', e.acknowledged_at) \
                ORDER BY e.created_at), '[]') FROM psycheos.safety_events e WHERE e.context_id = c.context_id), \
            'charges', (SELECT coalesce(jsonb_agg(jsonb_build_object('run_id', u.run_id, 'operation', u.operation_kind, \
                'cost_stars', u.cost_stars, 'status', u.status, 'written_off_stars', u.written_off_stars, 'created_at', u.created_at, \
                'settled_at', u.settled_at) ORDER BY u.created_at), '[]') FROM psycheos.usage_ledger u WHERE u.context_id = c.context_id), \
            'log', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', l.at, 'who', l.actor, 'role', l.role, 'action', l.action, \
                'artifact_id', l.artifact_id) ORDER BY l.audit_id), '[]') FROM psycheos.audit_log l WHERE l.context_id = c.context_id) \
            ) AS about \
         FROM psycheos.contexts c WHERE c.context_id = $1 AND c.specialist_user_id = $2 AND c.deleted_at IS NULL",
    )
    .bind::<SqlUuid, _>(case.0)
    .bind::<SqlUuid, _>(owner.0)
    .get_result(conn)
    .await
    .optional()?;
    let Some(CaseRow { mut about, client_ref }) = row else { return Ok(None) };
    let label = client_ref.ok_or(DbError::Corrupt("a case without a label"))?;
    about["label"] = Value::String(open_label(conn, keys, case, &label).await?);
    Ok(Some(about))
}

/// Something a case holds, opened.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Of which run.
    pub run: RunId,
    /// Of which tool.
    pub service: String,
    /// `<type>.json`, `<type>.txt`, `answers.json`, or the file's own name.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

#[derive(QueryableByName)]
struct PieceRow {
    #[diesel(sql_type = SqlUuid)]
    row_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    run_id: Uuid,
    #[diesel(sql_type = Text)]
    service_id: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Binary)]
    blob: Vec<u8>,
}

/// The results of a case with their files, and what clients answered. Nothing for a case that is not the owner's.
///
/// # Errors
/// When the database fails or a field does not open.
pub async fn list_pieces(conn: &mut PgConn, keys: &Keyring, owner: UserId, case: CaseId) -> Result<Vec<Piece>, DbError> {
    let rows: Vec<PieceRow> = diesel::sql_query(
        "WITH mine AS (SELECT context_id FROM psycheos.contexts \
                       WHERE context_id = $1 AND specialist_user_id = $2 AND deleted_at IS NULL) \
         SELECT a.artifact_id AS row_id, a.run_id, a.service_id, a.artifact_type || '.json' AS name, 'artifacts.payload_json' AS of, \
                a.payload_json AS blob FROM psycheos.artifacts a JOIN mine USING (context_id) \
         UNION ALL SELECT a.artifact_id, a.run_id, a.service_id, a.artifact_type || '.txt', 'artifacts.payload_txt', a.payload_txt \
            FROM psycheos.artifacts a JOIN mine USING (context_id) \
         UNION ALL SELECT f.file_id, f.run_id, r.service_id, f.name, 'files.content', f.content \
            FROM psycheos.files f JOIN mine USING (context_id) JOIN psycheos.runs r ON r.run_id = f.run_id \
            WHERE f.content IS NOT NULL AND f.format NOT IN ('txt', 'json') \
         UNION ALL SELECT s.run_id, s.run_id, 'screen', 'answers.json', 'screenings.answers', s.answers \
            FROM psycheos.screenings s JOIN psycheos.runs r USING (run_id) JOIN mine ON mine.context_id = r.context_id \
            WHERE s.answers IS NOT NULL \
         ORDER BY 2, 4",
    )
    .bind::<SqlUuid, _>(case.0)
    .bind::<SqlUuid, _>(owner.0)
    .load(conn)
    .await?;
    keys.preload(conn, rows.iter().map(|row| row.blob.as_slice())).await?;
    let mut pieces = Vec::with_capacity(rows.len());
    for row in rows {
        let id = match row.of.as_str() {
            "files.content" => FileId(row.row_id).to_string(),
            "screenings.answers" => RunId(row.row_id).to_string(),
            _ => ArtifactId(row.row_id).to_string(),
        };
        let column = match row.of.as_str() {
            "files.content" => "files.content",
            "screenings.answers" => "screenings.answers",
            "artifacts.payload_txt" => "artifacts.payload_txt",
            _ => "artifacts.payload_json",
        };
        let bytes = keys.open(conn, &Place { column, row: &id, case: Some(case) }, &row.blob).await?;
        pieces.push(Piece { run: RunId(row.run_id), service: row.service_id, name: row.name, bytes });
    }
    Ok(pieces)
}

/// The cases of a specialist, the oldest first, the archive too.
///
/// # Errors
/// When the database fails.
pub async fn list_cases(conn: &mut PgConn, owner: UserId) -> Result<Vec<CaseId>, DbError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        context_id: Uuid,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT context_id FROM psycheos.contexts WHERE specialist_user_id = $1 AND deleted_at IS NULL ORDER BY created_at, context_id",
    )
    .bind::<SqlUuid, _>(owner.0)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| CaseId(row.context_id)).collect())
}

/// A specialist's account: who, settings, the wallet with every movement, payments, training, and what was done in their name. `None`
/// when it is closed.
///
/// # Errors
/// When the database fails.
pub async fn find_account(conn: &mut PgConn, owner: UserId) -> Result<Option<Value>, DbError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Jsonb)]
        about: Value,
    }
    let row: Option<Row> = diesel::sql_query(
        "SELECT jsonb_build_object( \
            'specialist', jsonb_build_object('user_id', u.user_id, 'telegram_id', u.telegram_id, 'full_name', u.full_name, \
                'username', u.username, 'language', coalesce(u.locale, u.language_code), 'country', u.country, 'notices', u.notify, \
                'invitation_days', u.invitation_days, 'registered_at', u.created_at), \
            'wallet', (SELECT jsonb_build_object('balance_stars', w.balance_stars, 'reserved_stars', w.reserved_stars, \
                'debt_stars', w.debt_stars) FROM psycheos.wallets w WHERE w.user_id = u.user_id), \
            'movements', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', e.created_at, 'account', e.account, 'kind', e.kind, \
                'stars', e.amount_stars, 'operation_id', e.operation_id, 'payment_id', e.payment_id, 'note', e.note) ORDER BY e.entry_id), '[]') \
                FROM psycheos.ledger_entries e WHERE e.user_id = u.user_id AND e.account IN ('available', 'reserved', 'debt')), \
            'payments', (SELECT coalesce(jsonb_agg(jsonb_build_object('payment_id', p.payment_id, 'stars', p.stars, 'status', p.status, \
                'created_at', p.created_at, 'paid_at', p.paid_at) ORDER BY p.created_at), '[]') \
                FROM psycheos.payments p WHERE p.user_id = u.user_id), \
            'training', (SELECT jsonb_build_object('sessions', s.sessions, 'latest', s.history) FROM psycheos.simulator_profiles s \
                WHERE s.user_id = u.user_id), \
            'log', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', l.at, 'action', l.action, 'context_id', l.context_id, \
                'artifact_id', l.artifact_id) ORDER BY l.audit_id), '[]') FROM psycheos.audit_log l WHERE l.actor = 'user:' || u.user_id) \
            ) AS about \
         FROM psycheos.users u WHERE u.user_id = $1 AND u.status <> 'erased'",
    )
    .bind::<SqlUuid, _>(owner.0)
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.map(|row| row.about))
}
