//! Artifacts and their files.
use bot_kit::{FileKind, FileLine, KeptArtifact, KeptFile, PAGE_LINES, Page, ResultCard, ResultLine};
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Binary, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{
    ArtifactId, BotId, CaseId, ChatId, FileId, RunId, UserId,
    artifact::{Artifact, ArtifactType, Summary},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use vault::Place;

use crate::{
    DbError, KeyOwner, Keyring,
    cases::{open_label, pages_of},
    conn::PgConn,
    schema::files,
};

fn place<'a>(column: &'static str, row: &'a str, case: CaseId) -> Place<'a> {
    Place { column, row, case: Some(case) }
}

/// An artifact's texts, sealed.
struct Sealed {
    summary: Vec<u8>,
    payload: Vec<u8>,
    txt: Vec<u8>,
}

impl Sealed {
    fn of(dek: &vault::Dek, kept: &KeptArtifact) -> Result<Self, DbError> {
        let row = kept.artifact.to_string();
        let json = |value: serde_json::Result<Vec<u8>>| value.map_err(|_| DbError::Corrupt("an artifact that is no JSON"));
        let seal = |column, plain: &[u8]| dek.seal(&place(column, &row, kept.case), plain);
        Ok(Self {
            summary: seal("artifacts.summary", &json(serde_json::to_vec(&kept.content.summary))?),
            payload: seal("artifacts.payload_json", &json(serde_json::to_vec(&kept.content))?),
            txt: seal("artifacts.payload_txt", kept.txt.as_bytes()),
        })
    }
}

/// An artifact's content, opened.
pub(crate) async fn open_content(
    conn: &mut PgConn,
    keys: &Keyring,
    artifact: ArtifactId,
    case: CaseId,
    blob: &[u8],
) -> Result<Artifact, DbError> {
    let plain = keys.open(conn, &place("artifacts.payload_json", &artifact.to_string(), case), blob).await?;
    serde_json::from_slice(&plain).map_err(|_| DbError::Corrupt("an artifact"))
}

/// An artifact's summary, opened.
pub(crate) async fn open_summary(
    conn: &mut PgConn,
    keys: &Keyring,
    artifact: ArtifactId,
    case: CaseId,
    blob: &[u8],
) -> Result<Summary, DbError> {
    let plain = keys.open(conn, &place("artifacts.summary", &artifact.to_string(), case), blob).await?;
    serde_json::from_slice(&plain).map_err(|_| DbError::Corrupt("a summary"))
}

/// Stores a run's artifact and its files and charges what is held: nothing of it twice. A whole report ends the run. `false` when
/// the run has this artifact already, is not begun, or was given up; then nothing is written.
///
/// # Errors
/// When the database fails or refuses.
pub async fn insert(
    conn: &mut PgConn,
    keys: &Keyring,
    kept: &KeptArtifact,
    kind: ArtifactType,
    key: &str,
) -> Result<bool, DbError> {
    let dek = keys.of(conn, KeyOwner::Case(kept.case)).await?;
    let sealed = Sealed::of(&dek, kept)?;
    let inserted = diesel::sql_query(
        "INSERT INTO psycheos.artifacts (artifact_id, context_id, service_id, run_id, owner_user_id, artifact_type, \
            artifact_version, summary, payload_json, payload_txt, risk_level, idempotency_key) \
         SELECT $1, r.context_id, r.service_id, r.run_id, r.owner_user_id, $9, $3, $4, $5, $6, $7, $8 FROM psycheos.runs r \
         WHERE r.run_id = $2 AND r.status IN ('active', 'completed', 'expired', 'failed') ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(kept.artifact.0)
    .bind::<SqlUuid, _>(kept.run.0)
    .bind::<Text, _>(&kept.content.meta.artifact_version)
    .bind::<Binary, _>(sealed.summary)
    .bind::<Binary, _>(sealed.payload)
    .bind::<Binary, _>(sealed.txt)
    .bind::<Nullable<Text>, _>(kept.risk.map(domain::DangerLevel::as_str))
    .bind::<Text, _>(key)
    .bind::<Text, _>(kind.as_str())
    .execute(conn)
    .await?;
    if inserted == 0 {
        return Ok(false);
    }
    for file in &kept.files {
        insert_file(conn, &dek, kept, file).await?;
    }
    if kind == ArtifactType::FullReport {
        diesel::sql_query(
            "UPDATE psycheos.runs SET status = 'completed', finished_at = now() WHERE run_id = $1 AND status <> 'canceled'",
        )
        .bind::<SqlUuid, _>(kept.run.0)
        .execute(conn)
        .await?;
    }
    diesel::sql_query("UPDATE psycheos.contexts SET last_activity_at = now() WHERE context_id = $1")
        .bind::<SqlUuid, _>(kept.case.0)
        .execute(conn)
        .await?;
    crate::money::commit(conn, kept.run).await?;
    Ok(true)
}

async fn insert_file(conn: &mut PgConn, dek: &vault::Dek, kept: &KeptArtifact, file: &KeptFile) -> Result<(), DbError> {
    let row = file.file.to_string();
    let (kind, format) = match file.kind {
        FileKind::Txt => ("report", "txt"),
        FileKind::Docx => ("report", "docx"),
        FileKind::Json => ("report", "json"),
        FileKind::Profile => ("chart", "profile"),
        FileKind::Portrait => ("report", "portrait"),
        FileKind::Board => ("chart", "board"),
        FileKind::Course => ("chart", "course"),
    };
    diesel::insert_into(files::table)
        .values((
            files::file_id.eq(file.file.0),
            files::context_id.eq(Some(kept.case.0)),
            files::run_id.eq(Some(kept.run.0)),
            files::artifact_id.eq(Some(kept.artifact.0)),
            files::kind.eq(kind),
            files::format.eq(format),
            files::name.eq(&file.name),
            files::mime.eq(file.mime),
            files::size.eq(i64::try_from(file.bytes.len()).unwrap_or(i64::MAX)),
            files::sha256.eq(Sha256::digest(&file.bytes).to_vec()),
            files::content.eq(Some(dek.seal(&place("files.content", &row, kept.case), &file.bytes))),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// A file that belongs to a specialist and to no case.
#[derive(Debug, Clone)]
pub struct OwnFile {
    /// Its id.
    pub file: FileId,
    /// Whose.
    pub owner: UserId,
    /// As `files.kind` says it.
    pub kind: &'static str,
    /// As `files.format` says it.
    pub format: &'static str,
    /// `[a-z0-9_.-]` only.
    pub name: String,
    /// Media type.
    pub mime: &'static str,
    /// Seconds it is kept.
    pub secs: i64,
}

/// Stores a file of a specialist, sealed with the specialist's key, for a time.
///
/// # Errors
/// When the database fails.
pub async fn insert_own_file(conn: &mut PgConn, keys: &Keyring, own: &OwnFile, bytes: &[u8]) -> Result<(), DbError> {
    let dek = keys.of(conn, KeyOwner::User(own.owner)).await?;
    let row = own.file.to_string();
    let place = Place { column: "files.content", row: &row, case: None };
    diesel::sql_query(
        "INSERT INTO psycheos.files (file_id, owner_user_id, kind, format, name, mime, size, sha256, content, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10 * interval '1 second')",
    )
    .bind::<SqlUuid, _>(own.file.0)
    .bind::<SqlUuid, _>(own.owner.0)
    .bind::<Text, _>(own.kind)
    .bind::<Text, _>(own.format)
    .bind::<Text, _>(&own.name)
    .bind::<Text, _>(own.mime)
    .bind::<BigInt, _>(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
    .bind::<Binary, _>(Sha256::digest(bytes).to_vec())
    .bind::<Binary, _>(dek.seal(&place, bytes))
    .bind::<BigInt, _>(own.secs)
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct ResultRow {
    #[diesel(sql_type = SqlUuid)]
    artifact_id: Uuid,
    #[diesel(sql_type = Text)]
    service_id: String,
    #[diesel(sql_type = Binary)]
    summary: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// A page of a case's results, newest first.
///
/// # Errors
/// When the database fails or a field does not open.
pub async fn list(
    conn: &mut PgConn,
    keys: &Keyring,
    owner: UserId,
    case: CaseId,
    page: u32,
) -> Result<Page<ResultLine>, DbError> {
    let rows: Vec<ResultRow> = diesel::sql_query(
        "SELECT artifact_id, service_id, summary, created_at, count(*) OVER () AS total FROM psycheos.artifacts \
         WHERE context_id = $1 AND owner_user_id = $2 AND artifact_type = 'full_report' \
         ORDER BY created_at DESC LIMIT $3 OFFSET $4",
    )
    .bind::<SqlUuid, _>(case.0)
    .bind::<SqlUuid, _>(owner.0)
    .bind::<BigInt, _>(PAGE_LINES as i64)
    .bind::<BigInt, _>(i64::from(page) * PAGE_LINES as i64)
    .load(conn)
    .await?;
    let pages = pages_of(rows.as_slice().first().map_or(0, |row| row.total));
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let summary = open_summary(conn, keys, ArtifactId(row.artifact_id), case, &row.summary).await?;
        lines.push(ResultLine {
            artifact: ArtifactId(row.artifact_id),
            service: row.service_id.parse().map_err(|_| DbError::Corrupt("a service"))?,
            created_at: row.created_at,
            one_liner: summary.one_liner,
        });
    }
    Ok(Page { lines, page, pages })
}

#[derive(QueryableByName)]
struct CardRow {
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = Binary)]
    payload_json: Vec<u8>,
    #[diesel(sql_type = Nullable<Binary>)]
    client_ref: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    released_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    reachable: bool,
    #[diesel(sql_type = Bool)]
    rewritable: bool,
}

/// A result with its files; `None` when it is not the owner's.
///
/// # Errors
/// When the database fails or a field does not open.
pub async fn find_card(
    conn: &mut PgConn,
    keys: &Keyring,
    owner: UserId,
    artifact: ArtifactId,
) -> Result<Option<ResultCard>, DbError> {
    let row: Option<CardRow> = diesel::sql_query(
        "SELECT a.context_id, a.payload_json, c.client_ref, a.released_at, \
                EXISTS (SELECT FROM psycheos.case_client(a.artifact_id)) AS reachable, \
                coalesce(a.rewrites < 3 AND s.answers IS NOT NULL AND 'ai_abroad' = ANY (k.scopes), false) AS rewritable \
         FROM psycheos.artifacts a JOIN psycheos.contexts c USING (context_id) \
         LEFT JOIN psycheos.screenings s ON s.run_id = a.run_id LEFT JOIN psycheos.consents k ON k.consent_id = s.consent_id \
         WHERE a.artifact_id = $1 AND a.owner_user_id = $2 AND c.deleted_at IS NULL",
    )
    .bind::<SqlUuid, _>(artifact.0)
    .bind::<SqlUuid, _>(owner.0)
    .get_result(conn)
    .await
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    let case = CaseId(row.context_id);
    let content = open_content(conn, keys, artifact, case, &row.payload_json).await?;
    let label = row.client_ref.ok_or(DbError::Corrupt("a case without a label"))?;
    let case_label = open_label(conn, keys, case, &label).await?;
    let found: Vec<(Uuid, String)> = files::table
        .filter(files::artifact_id.eq(artifact.0))
        .select((files::file_id, files::format))
        .order(files::format)
        .load(conn)
        .await?;
    let files = found
        .into_iter()
        .filter_map(|(file, format)| {
            let kind = match format.as_str() {
                "txt" => FileKind::Txt,
                "docx" => FileKind::Docx,
                "json" => FileKind::Json,
                "profile" => FileKind::Profile,
                "portrait" => FileKind::Portrait,
                "board" => FileKind::Board,
                "course" => FileKind::Course,
                _ => return None,
            };
            Some(FileLine { file: FileId(file), kind })
        })
        .collect();
    let (released_at, reachable, rewritable) = (row.released_at, row.reachable, row.rewritable);
    Ok(Some(ResultCard { artifact, case, case_label, content, files, portrait: None, released_at, reachable, rewritable }))
}

/// The client's portrait is given to the client: the chat and the case come back, once. `None`: it is not the owner's, was
/// given before, or the client cannot be reached.
///
/// # Errors
/// When the database fails.
pub async fn release_portrait(
    conn: &mut PgConn,
    owner: UserId,
    artifact: ArtifactId,
) -> Result<Option<(ChatId, CaseId)>, DbError> {
    #[derive(QueryableByName)]
    struct Released {
        #[diesel(sql_type = BigInt)]
        chat_id: i64,
        #[diesel(sql_type = SqlUuid)]
        context_id: Uuid,
    }
    let row: Option<Released> = diesel::sql_query("SELECT chat_id, context_id FROM psycheos.portrait_release($1, $2)")
        .bind::<SqlUuid, _>(artifact.0)
        .bind::<SqlUuid, _>(owner.0)
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.map(|row| (ChatId(row.chat_id), CaseId(row.context_id))))
}

/// Puts new texts and files in the place of a run's result, at most three times; its id stays. A portrait that was given to
/// the client counts as not given: it is another one. `None`: there is no such result, or it was done too often.
///
/// # Errors
/// When the database fails.
pub async fn replace(conn: &mut PgConn, keys: &Keyring, kept: &KeptArtifact) -> Result<Option<ArtifactId>, DbError> {
    let found: Option<OneId> = diesel::sql_query(
        "SELECT artifact_id AS id FROM psycheos.artifacts WHERE run_id = $1 AND artifact_type = 'full_report' AND rewrites < 3 FOR UPDATE",
    )
    .bind::<SqlUuid, _>(kept.run.0)
    .get_result(conn)
    .await
    .optional()?;
    let Some(OneId { id }) = found else { return Ok(None) };
    let kept = KeptArtifact { artifact: ArtifactId(id), ..kept.clone() };
    let dek = keys.of(conn, KeyOwner::Case(kept.case)).await?;
    let sealed = Sealed::of(&dek, &kept)?;
    diesel::sql_query(
        "UPDATE psycheos.artifacts SET summary = $2, payload_json = $3, payload_txt = $4, risk_level = $5, released_at = NULL, \
            rewrites = rewrites + 1 WHERE artifact_id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Binary, _>(sealed.summary)
    .bind::<Binary, _>(sealed.payload)
    .bind::<Binary, _>(sealed.txt)
    .bind::<Nullable<Text>, _>(kept.risk.map(domain::DangerLevel::as_str))
    .execute(conn)
    .await?;
    diesel::delete(files::table.filter(files::artifact_id.eq(id))).execute(conn).await?;
    for file in &kept.files {
        insert_file(conn, &dek, &kept, file).await?;
    }
    Ok(Some(ArtifactId(id)))
}

/// The newest result of the same tool and case that was made before that of `run`, if there is one.
///
/// # Errors
/// When the database fails or it does not open.
pub async fn find_before(conn: &mut PgConn, keys: &Keyring, case: CaseId, run: RunId) -> Result<Option<Artifact>, DbError> {
    #[derive(QueryableByName)]
    struct Before {
        #[diesel(sql_type = SqlUuid)]
        artifact_id: Uuid,
        #[diesel(sql_type = Binary)]
        payload_json: Vec<u8>,
    }
    let row: Option<Before> = diesel::sql_query(
        "SELECT a.artifact_id, a.payload_json FROM psycheos.artifacts a JOIN psycheos.runs r ON r.run_id = $2 \
         WHERE a.context_id = $1 AND a.service_id = r.service_id AND a.run_id <> r.run_id AND a.artifact_type = 'full_report' \
           AND a.created_at < coalesce((SELECT min(o.created_at) FROM psycheos.artifacts o WHERE o.run_id = r.run_id), now()) \
         ORDER BY a.created_at DESC LIMIT 1",
    )
    .bind::<SqlUuid, _>(case.0)
    .bind::<SqlUuid, _>(run.0)
    .get_result(conn)
    .await
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    open_content(conn, keys, ArtifactId(row.artifact_id), case, &row.payload_json).await.map(Some)
}

/// The content of a result, when it is the owner's and of this case; `None` for every other one, and for one that is gone.
///
/// # Errors
/// When the database fails or the content does not open.
pub async fn find_content(
    conn: &mut PgConn,
    keys: &Keyring,
    owner: UserId,
    case: CaseId,
    artifact: ArtifactId,
) -> Result<Option<Artifact>, DbError> {
    #[derive(QueryableByName)]
    struct Content {
        #[diesel(sql_type = Binary)]
        payload_json: Vec<u8>,
    }
    let row: Option<Content> = diesel::sql_query(
        "SELECT payload_json FROM psycheos.artifacts WHERE artifact_id = $1 AND owner_user_id = $2 AND context_id = $3",
    )
    .bind::<SqlUuid, _>(artifact.0)
    .bind::<SqlUuid, _>(owner.0)
    .bind::<SqlUuid, _>(case.0)
    .get_result(conn)
    .await
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    open_content(conn, keys, artifact, case, &row.payload_json).await.map(Some)
}

/// The case a file belongs to, when the file is the owner's.
///
/// # Errors
/// When the database fails.
pub async fn find_file_case(conn: &mut PgConn, owner: UserId, file: FileId) -> Result<Option<CaseId>, DbError> {
    let row: Option<OneId> = diesel::sql_query(
        "SELECT f.context_id AS id FROM psycheos.files f JOIN psycheos.contexts c USING (context_id) \
         WHERE f.file_id = $1 AND c.specialist_user_id = $2 AND c.deleted_at IS NULL",
    )
    .bind::<SqlUuid, _>(file.0)
    .bind::<SqlUuid, _>(owner.0)
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.map(|row| CaseId(row.id)))
}

#[derive(QueryableByName)]
struct OneId {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// A file as the sender needs it.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// Name to show.
    pub name: String,
    /// Media type.
    pub mime: String,
    /// Id under which the bot uploaded it before.
    pub telegram_file_id: Option<String>,
    /// The bytes; `None` when they were purged.
    pub bytes: Option<Vec<u8>>,
}

#[derive(QueryableByName)]
struct FileRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    context_id: Option<Uuid>,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    mime: String,
    #[diesel(sql_type = Nullable<Text>)]
    telegram_file_id: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    content: Option<Vec<u8>>,
}

/// A file, with its bytes unless the bot uploaded it before.
///
/// # Errors
/// When the database fails or the content does not open.
pub async fn find_file(conn: &mut PgConn, keys: &Keyring, bot: BotId, file: FileId) -> Result<Option<StoredFile>, DbError> {
    let row: Option<FileRow> = diesel::sql_query(
        "SELECT context_id, name, mime, telegram_file_ids ->> $2 AS telegram_file_id, \
                CASE WHEN telegram_file_ids ->> $2 IS NULL THEN content END AS content \
         FROM psycheos.files WHERE file_id = $1",
    )
    .bind::<SqlUuid, _>(file.0)
    .bind::<Text, _>(bot.as_str())
    .get_result(conn)
    .await
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    let bytes = match row.content {
        Some(blob) => {
            let key = file.to_string();
            let place = Place { column: "files.content", row: &key, case: row.context_id.map(CaseId) };
            Some(keys.open(conn, &place, &blob).await?)
        }
        None => None,
    };
    Ok(Some(StoredFile { name: row.name, mime: row.mime, telegram_file_id: row.telegram_file_id, bytes }))
}

/// Remembers under which id a bot uploaded a file.
///
/// # Errors
/// When the database fails.
pub async fn keep_telegram_file_id(conn: &mut PgConn, bot: BotId, file: FileId, telegram_file_id: &str) -> Result<(), DbError> {
    diesel::sql_query("UPDATE psycheos.files SET telegram_file_ids = telegram_file_ids || $2 WHERE file_id = $1")
        .bind::<SqlUuid, _>(file.0)
        .bind::<Jsonb, _>(serde_json::json!({ bot.as_str(): telegram_file_id }))
        .execute(conn)
        .await?;
    Ok(())
}
