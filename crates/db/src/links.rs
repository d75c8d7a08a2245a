//! Passes as other programs make and use them. The bots' own way is [`crate::passes`].
use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName,
    sql_types::{BigInt, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{CaseId, PassId, PassRefusal, Role, RunId, ServiceId, TelegramId, UserId};
use uuid::Uuid;

use crate::{DbError, Keyring, conn::PgConn, passes::open_token, people::token_hash};

/// A case that a pass is to be made for, locked until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockedCase {
    /// Whose.
    pub owner: UserId,
    /// It is in the archive, or its specialist is blocked: nobody is let in.
    pub closed: bool,
}

#[derive(QueryableByName)]
struct CaseRow {
    #[diesel(sql_type = SqlUuid)]
    specialist_user_id: Uuid,
    #[diesel(sql_type = Bool)]
    closed: bool,
}

/// A case, locked; `None` when there is no such case, or it is not `viewer`'s.
///
/// # Errors
/// When the database fails.
pub async fn lock_case(conn: &mut PgConn, case: CaseId, viewer: Option<UserId>) -> Result<Option<LockedCase>, DbError> {
    let row: Option<CaseRow> = diesel::sql_query(
        "SELECT c.specialist_user_id, c.archived_at IS NOT NULL OR u.status = 'blocked' AS closed \
         FROM psycheos.contexts c JOIN psycheos.users u ON u.user_id = c.specialist_user_id \
         WHERE c.context_id = $1 AND c.deleted_at IS NULL AND ($2 IS NULL OR c.specialist_user_id = $2) FOR UPDATE OF c",
    )
    .bind::<SqlUuid, _>(case.0)
    .bind::<Nullable<SqlUuid>, _>(viewer.map(|viewer| viewer.0))
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.map(|row| LockedCase { owner: UserId(row.specialist_user_id), closed: row.closed }))
}

/// A run's pass, as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Its id.
    pub pass: PassId,
    /// Of which case.
    pub case: CaseId,
    /// For which tool.
    pub service: ServiceId,
    /// For whom.
    pub role: Role,
    /// What the program calls that person.
    pub subject: Option<String>,
    /// Until when it opens.
    pub expires_at: DateTime<Utc>,
    /// What the link carries; `None` once it was opened, revoked or has run out.
    pub token: Option<String>,
}

#[derive(QueryableByName)]
struct IssuedRow {
    #[diesel(sql_type = SqlUuid)]
    jti: Uuid,
    #[diesel(sql_type = SqlUuid)]
    context_id: Uuid,
    #[diesel(sql_type = Text)]
    service_id: String,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Nullable<Text>)]
    subject_id: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    expires_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Binary>)]
    token: Option<Vec<u8>>,
}

/// How a run's id is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// There is no such run.
    Free,
    /// A run whose pass is gone.
    WithoutPass,
    /// A run with its pass.
    Issued(Issued),
}

/// The run with this id and its pass, if there is one.
///
/// # Errors
/// When the database fails or the pass does not open.
pub async fn find_issued(conn: &mut PgConn, keys: &Keyring, run: RunId) -> Result<Taken, DbError> {
    let row: Option<IssuedRow> = diesel::sql_query(
        "SELECT jti, context_id, service_id, role, subject_id, expires_at, \
                CASE WHEN used_at IS NULL AND revoked_at IS NULL AND expires_at > now() THEN token END AS token \
         FROM psycheos.link_tokens WHERE run_id = $1",
    )
    .bind::<SqlUuid, _>(run.0)
    .get_result(conn)
    .await
    .optional()?;
    let Some(row) = row else {
        let run_is_there = diesel::sql_query("SELECT FROM psycheos.runs WHERE run_id = $1").bind::<SqlUuid, _>(run.0);
        return Ok(if run_is_there.execute(conn).await? == 0 { Taken::Free } else { Taken::WithoutPass });
    };
    let case = CaseId(row.context_id);
    let token = match row.token {
        Some(sealed) => Some(open_token(conn, keys, PassId(row.jti), case, &sealed).await?),
        None => None,
    };
    Ok(Taken::Issued(Issued {
        pass: PassId(row.jti),
        case,
        service: row.service_id.parse().map_err(|_| DbError::Corrupt("a service"))?,
        role: row.role.parse().map_err(|_| DbError::Corrupt("a role"))?,
        subject: row.subject_id,
        expires_at: row.expires_at,
        token,
    }))
}

/// Notes what a program calls the person a new pass is for, and says until when the pass opens.
///
/// # Errors
/// When the database fails.
pub async fn set_subject(conn: &mut PgConn, run: RunId, subject: Option<&str>) -> Result<DateTime<Utc>, DbError> {
    #[derive(QueryableByName)]
    struct Until {
        #[diesel(sql_type = Timestamptz)]
        expires_at: DateTime<Utc>,
    }
    let row: Until = diesel::sql_query("UPDATE psycheos.link_tokens SET subject_id = $2 WHERE run_id = $1 RETURNING expires_at")
        .bind::<SqlUuid, _>(run.0)
        .bind::<Nullable<Text>, _>(subject)
        .get_result(conn)
        .await?;
    Ok(row.expires_at)
}

/// What a pass that was shown leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The run it opens.
    pub run: RunId,
    /// Its case.
    pub case: CaseId,
    /// What the program that made it calls the person.
    pub subject: Option<String>,
    /// It was opened for the first time.
    pub first: bool,
    /// Until when the person may come back.
    pub expires_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct VerifiedRow {
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    run_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    context_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    subject_id: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    expires_at: Option<DateTime<Utc>>,
}

/// Checks a pass and uses it for a person, in one guarded statement.
///
/// # Errors
/// When the database fails.
pub async fn verify(
    conn: &mut PgConn,
    token: &str,
    service: ServiceId,
    role: Role,
    person: TelegramId,
    viewer: Option<UserId>,
) -> Result<Result<Verified, PassRefusal>, DbError> {
    let row: VerifiedRow = diesel::sql_query("SELECT * FROM psycheos.pass_verify($1, $2, $3, $4, $5)")
        .bind::<Binary, _>(token_hash(token))
        .bind::<Text, _>(service.as_str())
        .bind::<Text, _>(role.as_str())
        .bind::<BigInt, _>(person.0)
        .bind::<Nullable<SqlUuid>, _>(viewer.map(|viewer| viewer.0))
        .get_result(conn)
        .await?;
    match (row.run_id, row.context_id, row.expires_at) {
        (Some(run), Some(case), Some(expires_at)) => Ok(Ok(Verified {
            run: RunId(run),
            case: CaseId(case),
            subject: row.subject_id,
            first: row.outcome == "first",
            expires_at,
        })),
        _ => row.outcome.parse().map(Err).map_err(|_| DbError::Corrupt("what came of a pass")),
    }
}
