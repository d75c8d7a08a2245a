//! Cases: opened, listed, renamed, archived, erased. The owner stands in every condition.
use bot_kit::{CaseCard, CaseLine, PAGE_LINES, Page, Screening};
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    dsl::now,
    prelude::*,
    sql_types::{BigInt, Binary, Bool, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{ArtifactId, CaseId, PassId, ServiceId, Stars, UserId};
use uuid::Uuid;
use vault::Place;

use crate::{DbError, KeyOwner, Keyring, conn::PgConn, passes::open_token, schema::contexts};

pub(crate) fn label_place(row: &str, case: CaseId) -> Place<'_> {
    Place { column: "contexts.client_ref", row, case: Some(case) }
}

/// A new case with its key.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut PgConn, keys: &Keyring, owner: UserId, case: CaseId, label: &str) -> Result<(), DbError> {
    // The row first: its key refers to it. The label is sealed for the row in the same transaction.
    diesel::sql_query("INSERT INTO psycheos.contexts (context_id, specialist_user_id, client_ref) VALUES ($1, $2, $3)")
        .bind::<SqlUuid, _>(case.0)
        .bind::<SqlUuid, _>(owner.0)
        .bind::<Binary, _>(EMPTY_SEAL)
        .execute(conn)
        .await?;
    set_label(conn, keys, owner, case, label).await?;
    Ok(())
}

/// Stands for a label that is sealed by the next statement of the same transaction.
const EMPTY_SEAL: &[u8] = &[1; 57];

/// Seals a new label; `false` when the case is not the owner's.
///
/// # Errors
/// When the database fails.
pub async fn set_label(conn: &mut PgConn, keys: &Keyring, owner: UserId, case: CaseId, label: &str) -> Result<bool, DbError> {
    let dek = keys.of(conn, KeyOwner::Case(case)).await?;
    let sealed = dek.seal(&label_place(&case.to_string(), case), label.as_bytes());
    let count = diesel::update(contexts::table.find(case.0))
        .filter(contexts::specialist_user_id.eq(owner.0).and(contexts::deleted_at.is_null()))
        .set((contexts::client_ref.eq(sealed), contexts::last_activity_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(count == 1)
}

/// Into the archive or out of it.
///
/// # Errors
/// When the database fails.
pub async fn set_archived(conn: &mut PgConn, owner: UserId, case: CaseId, archived: bool) -> Result<(), DbError> {
    diesel::sql_query(
        "UPDATE psycheos.contexts c SET archived_at = CASE WHEN $3 THEN now() END, end_told_at = NULL, \
         status = CASE WHEN $3 THEN 'closed' \
                       WHEN EXISTS (SELECT FROM psycheos.runs r WHERE r.context_id = c.context_id) THEN 'active' \
                       ELSE 'draft' END \
         WHERE context_id = $1 AND specialist_user_id = $2 AND deleted_at IS NULL",
    )
    .bind::<SqlUuid, _>(case.0)
    .bind::<SqlUuid, _>(owner.0)
    .bind::<Bool, _>(archived)
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Done {
    #[diesel(sql_type = Bool)]
    done: bool,
}

/// Destroys a case's content; `false` when the case is not the owner's or is gone already.
///
/// # Errors
/// When the database fails.
pub async fn erase(conn: &mut PgConn, keys: &Keyring, owner: UserId, case: CaseId) -> Result<bool, DbError> {
    let answer: Done = diesel::sql_query("SELECT psycheos.case_erase($1, $2) AS done")
        .bind::<SqlUuid, _>(case.0)
        .bind::<SqlUuid, _>(owner.0)
        .get_result(conn)
        .await?;
    keys.forget();
    Ok(answer.done)
}

/// Closes a specialist's account: every case, the specialist's own key, and whatever says who it was. `false` when it is closed already.
///
/// # Errors
/// When the database fails.
pub async fn erase_account(conn: &mut PgConn, keys: &Keyring, user: UserId) -> Result<bool, DbError> {
    let answer: Done =
        diesel::sql_query("SELECT psycheos.account_erase($1) AS done").bind::<SqlUuid, _>(user.0).get_result(conn).await?;
    keys.forget();
    Ok(answer.done)
}

#[derive(QueryableByName)]
struct LineRow {
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = Binary)]
    client_ref: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    last_activity_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    service_id: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    result_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// A page of a specialist's cases, newest activity first.
///
/// # Errors
/// When the database fails or a label does not open.
pub async fn list(
    conn: &mut PgConn,
    keys: &Keyring,
    owner: UserId,
    archived: bool,
    page: u32,
) -> Result<Page<CaseLine>, DbError> {
    let rows: Vec<LineRow> = diesel::sql_query(
        "SELECT c.context_id, c.client_ref, c.last_activity_at, a.service_id, a.created_at AS result_at, count(*) OVER () AS total \
         FROM psycheos.contexts c \
         LEFT JOIN LATERAL (SELECT service_id, created_at FROM psycheos.artifacts a WHERE a.context_id = c.context_id \
                            ORDER BY created_at DESC LIMIT 1) a ON true \
         WHERE c.specialist_user_id = $1 AND c.deleted_at IS NULL AND (c.archived_at IS NOT NULL) = $2 \
         ORDER BY c.last_activity_at DESC, c.context_id LIMIT $3 OFFSET $4",
    )
    .bind::<SqlUuid, _>(owner.0)
    .bind::<Bool, _>(archived)
    .bind::<BigInt, _>(PAGE_LINES as i64)
    .bind::<BigInt, _>(i64::from(page) * PAGE_LINES as i64)
    .load(conn)
    .await?;
    keys.preload(conn, rows.iter().map(|row| row.client_ref.as_slice())).await?;
    let pages = pages_of(rows.as_slice().first().map_or(0, |row| row.total));
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let case = CaseId(row.context_id);
        lines.push(CaseLine {
            case,
            label: open_label(conn, keys, case, &row.client_ref).await?,
            last_activity_at: row.last_activity_at,
            last_result: row.service_id.and_then(|s| s.parse::<ServiceId>().ok()).zip(row.result_at),
        });
    }
    Ok(Page { lines, page, pages })
}

pub(crate) fn pages_of(total: i64) -> u32 {
    let lines = PAGE_LINES as i64;
    u32::try_from((total + lines - 1) / lines).unwrap_or(1).max(1)
}

pub(crate) async fn open_label(conn: &mut PgConn, keys: &Keyring, case: CaseId, blob: &[u8]) -> Result<String, DbError> {
    let bytes = keys.open(conn, &label_place(&case.to_string(), case), blob).await?;
    String::from_utf8(bytes).map_err(|_| DbError::Corrupt("a case label"))
}

#[derive(QueryableByName)]
struct CardRow {
    #[diesel(sql_type = Binary)]
    client_ref: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    last_activity_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    archived: bool,
    #[diesel(sql_type = BigInt)]
    results: i64,
    #[diesel(sql_type = Nullable<Text>)]
    run_status: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    cancel_reason: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    started_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    jti: Option<Uuid>,
    #[diesel(sql_type = Nullable<Binary>)]
    token: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    expires_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    pass_alive: bool,
    #[diesel(sql_type = BigInt)]
    reserved: i64,
    #[diesel(sql_type = Nullable<SmallInt>)]
    phase: Option<i16>,
    #[diesel(sql_type = Nullable<diesel::sql_types::Integer>)]
    question: Option<i32>,
    #[diesel(sql_type = Bool)]
    answered: bool,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    artifact_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    artifact_at: Option<DateTime<Utc>>,
}

/// A case with its latest screening; `None` when it is not the owner's or was deleted.
///
/// # Errors
/// When the database fails or a field does not open.
pub async fn find_card(conn: &mut PgConn, keys: &Keyring, owner: UserId, case: CaseId) -> Result<Option<CaseCard>, DbError> {
    let row: Option<CardRow> = diesel::sql_query(
        "SELECT c.client_ref, c.created_at, c.last_activity_at, c.archived_at IS NOT NULL AS archived, \
                (SELECT count(*) FROM psycheos.artifacts a WHERE a.context_id = c.context_id \
                    AND a.artifact_type = 'full_report') AS results, \
                r.status AS run_status, r.cancel_reason, r.started_at, l.jti, l.token, l.expires_at, \
                coalesce(l.expires_at > now(), false) AS pass_alive, coalesce(u.cost_stars, 0) AS reserved, s.phase, s.question, \
                s.completed_at IS NOT NULL AS answered, a.artifact_id, a.created_at AS artifact_at \
         FROM psycheos.contexts c \
         LEFT JOIN LATERAL (SELECT * FROM psycheos.runs r WHERE r.context_id = c.context_id AND r.service_id = 'screen' \
                            ORDER BY r.created_at DESC LIMIT 1) r ON true \
         LEFT JOIN psycheos.link_tokens l ON l.run_id = r.run_id \
         LEFT JOIN psycheos.screenings s ON s.run_id = r.run_id \
         LEFT JOIN psycheos.usage_ledger u ON u.run_id = r.run_id AND u.status = 'reserved' \
         LEFT JOIN psycheos.artifacts a ON a.run_id = r.run_id AND a.artifact_type = 'full_report' \
         WHERE c.context_id = $1 AND c.specialist_user_id = $2 AND c.deleted_at IS NULL LIMIT 1",
    )
    .bind::<SqlUuid, _>(case.0)
    .bind::<SqlUuid, _>(owner.0)
    .get_result(conn)
    .await
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    let label = open_label(conn, keys, case, &row.client_ref).await?;
    let screening = screening_of(conn, keys, case, &row).await?;
    Ok(Some(CaseCard {
        case,
        label,
        created_at: row.created_at,
        last_activity_at: row.last_activity_at,
        archived: row.archived,
        results: u32::try_from(row.results).unwrap_or(u32::MAX),
        screening,
    }))
}

async fn screening_of(conn: &mut PgConn, keys: &Keyring, case: CaseId, row: &CardRow) -> Result<Screening, DbError> {
    let Some(status) = row.run_status.as_deref() else { return Ok(Screening::None) };
    Ok(match (status, row.cancel_reason.as_deref()) {
        ("issued", _) if !row.pass_alive => Screening::Expired,
        ("issued", _) => match (row.jti, &row.token, row.expires_at) {
            (Some(jti), Some(sealed), Some(expires_at)) => {
                let pass = PassId(jti);
                let token = open_token(conn, keys, pass, case, sealed).await?;
                Screening::Waiting { pass, token, expires_at, reserved: Stars(row.reserved) }
            }
            _ => Screening::Expired,
        },
        ("active", _) if row.answered => Screening::Writing,
        ("active", _) => match (row.phase, row.question) {
            (Some(phase), Some(question)) => Screening::InProgress {
                phase: u8::try_from(phase).unwrap_or(1),
                question: u32::try_from(question).unwrap_or_default(),
            },
            _ => Screening::Opened { at: row.started_at.unwrap_or(row.last_activity_at) },
        },
        ("completed", _) => match (row.artifact_id, row.artifact_at) {
            (Some(artifact), Some(at)) => Screening::Done { artifact: ArtifactId(artifact), at },
            _ => Screening::None,
        },
        ("expired", _) => Screening::Expired,
        ("failed", _) => Screening::Failed,
        (_, Some("revoked")) => Screening::Revoked,
        (_, Some("declined")) => Screening::Declined,
        (_, Some("withdrawn")) => Screening::Withdrawn,
        _ => Screening::None,
    })
}
