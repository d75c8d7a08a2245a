//! Results as other programs store and read them. The bots' own way is [`crate::results`].
use bot_kit::KeptArtifact;
use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName,
    sql_types::{BigInt, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{
    ArtifactId, CaseId, FileId, RunId, ServiceId, UserId,
    artifact::{Artifact, ArtifactType, Summary},
};
use uuid::Uuid;
use vault::Place;

use crate::{DbError, Keyring, conn::PgConn, results};

/// Whether there is such a case, and it is `viewer`'s.
///
/// # Errors
/// When the database fails.
pub async fn is_case_there(conn: &mut PgConn, case: CaseId, viewer: Option<UserId>) -> Result<bool, DbError> {
    let query = diesel::sql_query(
        "SELECT FROM psycheos.contexts WHERE context_id = $1 AND deleted_at IS NULL AND ($2 IS NULL OR specialist_user_id = $2)",
    );
    let found =
        query.bind::<SqlUuid, _>(case.0).bind::<Nullable<SqlUuid>, _>(viewer.map(|viewer| viewer.0)).execute(conn).await?;
    Ok(found > 0)
}

/// A run that a result is handed over for, locked until the transaction ends.
#[derive(Debug, Clone)]
pub struct LockedRun {
    /// The run.
    pub run: RunId,
    /// Its case.
    pub case: CaseId,
    /// The tool.
    pub service: ServiceId,
    /// Whose.
    pub owner: UserId,
    /// Nobody has opened its pass.
    pub unopened: bool,
    /// It was given up, declined, withdrawn or deleted.
    pub canceled: bool,
    /// Whether its Stars are, or were, held: free tools need none.
    pub reserved: bool,
}

#[derive(QueryableByName)]
struct RunRow {
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = Text)]
    service_id: String,
    #[diesel(sql_type = SqlUuid)]
    owner_user_id: Uuid,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Bool)]
    reserved: bool,
}

/// A run, locked; `None` when there is no such run, or it is not `viewer`'s.
///
/// # Errors
/// When the database fails.
pub async fn lock_run(conn: &mut PgConn, run: RunId, viewer: Option<UserId>) -> Result<Option<LockedRun>, DbError> {
    let row: Option<RunRow> = diesel::sql_query(
        "SELECT r.context_id, r.service_id, r.owner_user_id, r.status, \
                coalesce(psycheos.price_of(r.service_id, 'run'), 0) = 0 \
                OR EXISTS (SELECT FROM psycheos.usage_ledger u WHERE u.run_id = r.run_id AND u.operation_kind = 'run') AS reserved \
         FROM psycheos.runs r JOIN psycheos.contexts c USING (context_id) \
         WHERE r.run_id = $1 AND ($2 IS NULL OR r.owner_user_id = $2) AND c.deleted_at IS NULL FOR UPDATE OF r",
    )
    .bind::<SqlUuid, _>(run.0)
    .bind::<Nullable<SqlUuid>, _>(viewer.map(|viewer| viewer.0))
    .get_result(conn)
    .await
    .optional()?;
    row.map(|row| {
        Ok(LockedRun {
            run,
            case: CaseId(row.context_id),
            service: row.service_id.parse().map_err(|_| DbError::Corrupt("a service"))?,
            owner: UserId(row.owner_user_id),
            unopened: row.status == "issued",
            canceled: row.status == "canceled",
            reserved: row.reserved,
        })
    })
    .transpose()
}

/// What became of a result that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submitted {
    /// It is stored now.
    Stored(ArtifactId),
    /// The same was stored before.
    Already(ArtifactId),
    /// Another one of this type is stored for the run.
    Differs(ArtifactId),
}

/// Stores a result of a run under its lock, charges what is held and, for a whole report, ends the run. A repetition changes
/// nothing.
///
/// # Errors
/// When the database fails.
pub async fn submit(
    conn: &mut PgConn,
    keys: &Keyring,
    kept: &KeptArtifact,
    kind: ArtifactType,
    key: &str,
) -> Result<Submitted, DbError> {
    if results::insert(conn, keys, kept, kind, key).await? {
        return Ok(Submitted::Stored(kept.artifact));
    }
    let row: StoredRow = diesel::sql_query(
        "SELECT artifact_id, context_id, payload_json FROM psycheos.artifacts WHERE run_id = $1 AND artifact_type = $2",
    )
    .bind::<SqlUuid, _>(kept.run.0)
    .bind::<Text, _>(kind.as_str())
    .get_result(conn)
    .await
    .optional()?
    .ok_or(DbError::Corrupt("a result that is neither new nor there"))?;
    let id = ArtifactId(row.artifact_id);
    let stored = results::open_content(conn, keys, id, CaseId(row.context_id), &row.payload_json).await?;
    let same = stored == kept.content;
    Ok(if same { Submitted::Already(id) } else { Submitted::Differs(id) })
}

#[derive(QueryableByName)]
struct StoredRow {
    #[diesel(sql_type = SqlUuid)]
    artifact_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = Binary)]
    payload_json: Vec<u8>,
}

/// Where a page of results begins: after this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// Its time, in microseconds since 1970.
    pub micros: i64,
    /// Its id.
    pub artifact: ArtifactId,
}

/// A result in a list.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its id.
    pub artifact: ArtifactId,
    /// What it is.
    pub kind: ArtifactType,
    /// The tool.
    pub service: ServiceId,
    /// The run.
    pub run: RunId,
    /// Version of the contract.
    pub version: String,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    /// One sentence and flags.
    pub summary: Summary,
}

impl Line {
    /// Where the page after this line begins.
    #[must_use]
    pub fn after(&self) -> After {
        After { micros: self.created_at.timestamp_micros(), artifact: self.artifact }
    }
}

#[derive(QueryableByName)]
struct LineRow {
    #[diesel(sql_type = SqlUuid)]
    artifact_id: Uuid,
    #[diesel(sql_type = Text)]
    artifact_type: String,
    #[diesel(sql_type = Text)]
    service_id: String,
    #[diesel(sql_type = SqlUuid)]
    run_id: Uuid,
    #[diesel(sql_type = Text)]
    artifact_version: String,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Binary)]
    summary: Vec<u8>,
}

/// What of a case is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// The case.
    pub case: CaseId,
    /// Of this tool only.
    pub service: Option<ServiceId>,
    /// Of this type only.
    pub kind: Option<ArtifactType>,
    /// The page begins after this result.
    pub after: Option<After>,
    /// At most so many.
    pub limit: i64,
}

/// A case's results, newest first.
///
/// # Errors
/// When the database fails or a field does not open.
pub async fn list(conn: &mut PgConn, keys: &Keyring, wanted: &Wanted) -> Result<Vec<Line>, DbError> {
    let rows: Vec<LineRow> = diesel::sql_query(
        "SELECT artifact_id, artifact_type, service_id, run_id, artifact_version, created_at, summary FROM psycheos.artifacts \
         WHERE context_id = $1 AND ($2 IS NULL OR service_id = $2) AND ($3 IS NULL OR artifact_type = $3) \
           AND ($4 IS NULL OR (created_at, artifact_id) < ('epoch'::timestamptz + $4 * interval '1 microsecond', $5)) \
         ORDER BY created_at DESC, artifact_id DESC LIMIT $6",
    )
    .bind::<SqlUuid, _>(wanted.case.0)
    .bind::<Nullable<Text>, _>(wanted.service.map(ServiceId::as_str))
    .bind::<Nullable<Text>, _>(wanted.kind.map(ArtifactType::as_str))
    .bind::<Nullable<BigInt>, _>(wanted.after.map(|after| after.micros))
    .bind::<Nullable<SqlUuid>, _>(wanted.after.map(|after| after.artifact.0))
    .bind::<BigInt, _>(wanted.limit)
    .load(conn)
    .await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let artifact = ArtifactId(row.artifact_id);
        let summary = results::open_summary(conn, keys, artifact, wanted.case, &row.summary).await?;
        lines.push(Line {
            artifact,
            kind: row.artifact_type.parse().map_err(|_| DbError::Corrupt("a type of artifacts"))?,
            service: row.service_id.parse().map_err(|_| DbError::Corrupt("a service"))?,
            run: RunId(row.run_id),
            version: row.artifact_version,
            created_at: row.created_at,
            summary,
        });
    }
    Ok(lines)
}

/// A result with its content.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its id.
    pub artifact: ArtifactId,
    /// Its case.
    pub case: CaseId,
    /// What it is.
    pub kind: ArtifactType,
    /// The tool.
    pub service: ServiceId,
    /// The run.
    pub run: RunId,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
    content: Vec<u8>,
    txt: Vec<u8>,
}

#[derive(QueryableByName)]
struct FullRow {
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = Text)]
    artifact_type: String,
    #[diesel(sql_type = Text)]
    service_id: String,
    #[diesel(sql_type = SqlUuid)]
    run_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Binary)]
    payload_json: Vec<u8>,
    #[diesel(sql_type = Binary)]
    payload_txt: Vec<u8>,
}

/// A result; `None` when there is no such one, it is not `viewer`'s, or its case was erased.
///
/// # Errors
/// When the database fails.
pub async fn find(conn: &mut PgConn, artifact: ArtifactId, viewer: Option<UserId>) -> Result<Option<Stored>, DbError> {
    let row: Option<FullRow> = diesel::sql_query(
        "SELECT a.context_id, a.artifact_type, a.service_id, a.run_id, a.created_at, a.payload_json, a.payload_txt \
         FROM psycheos.artifacts a JOIN psycheos.contexts c USING (context_id) \
         WHERE a.artifact_id = $1 AND ($2 IS NULL OR a.owner_user_id = $2) AND c.deleted_at IS NULL",
    )
    .bind::<SqlUuid, _>(artifact.0)
    .bind::<Nullable<SqlUuid>, _>(viewer.map(|viewer| viewer.0))
    .get_result(conn)
    .await
    .optional()?;
    row.map(|row| {
        Ok(Stored {
            artifact,
            case: CaseId(row.context_id),
            kind: row.artifact_type.parse().map_err(|_| DbError::Corrupt("a type of artifacts"))?,
            service: row.service_id.parse().map_err(|_| DbError::Corrupt("a service"))?,
            run: RunId(row.run_id),
            created_at: row.created_at,
            content: row.payload_json,
            txt: row.payload_txt,
        })
    })
    .transpose()
}

impl Stored {
    /// Its content.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn content(&self, conn: &mut PgConn, keys: &Keyring) -> Result<Artifact, DbError> {
        results::open_content(conn, keys, self.artifact, self.case, &self.content).await
    }

    /// Its content as text.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn txt(&self, conn: &mut PgConn, keys: &Keyring) -> Result<Vec<u8>, DbError> {
        let row = self.artifact.to_string();
        let place = Place { column: "artifacts.payload_txt", row: &row, case: Some(self.case) };
        keys.open(conn, &place, &self.txt).await
    }

    /// The document that was made with it, if there is one.
    ///
    /// # Errors
    /// When the database fails or it does not open.
    pub async fn document(&self, conn: &mut PgConn, keys: &Keyring) -> Result<Option<Vec<u8>>, DbError> {
        #[derive(QueryableByName)]
        struct FileRow {
            #[diesel(sql_type = SqlUuid)]
            file_id: Uuid,
            #[diesel(sql_type = Binary)]
            content: Vec<u8>,
        }
        let row: Option<FileRow> = diesel::sql_query(
            "SELECT file_id, content FROM psycheos.files WHERE artifact_id = $1 AND format = 'docx' AND content IS NOT NULL LIMIT 1",
        )
        .bind::<SqlUuid, _>(self.artifact.0)
        .get_result(conn)
        .await
        .optional()?;
        let Some(row) = row else { return Ok(None) };
        let id = FileId(row.file_id).to_string();
        let place = Place { column: "files.content", row: &id, case: Some(self.case) };
        keys.open(conn, &place, &row.content).await.map(Some)
    }
}
