//! The audit log: who looked at what and changed what. Rows are added and, after three years, forgotten; never changed.
use bot_kit::FailedId;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use domain::{ArtifactId, CaseId, UserId};

use crate::{DbError, conn::PgConn};

/// What a specialist did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Opened a case.
    CaseView,
    /// Opened a result.
    ResultView,
    /// Had a file of a result sent.
    FileSent,
    /// Took a case along.
    CaseExport,
    /// Took the whole account along.
    AccountExport,
}

impl Act {
    const fn as_str(self) -> &'static str {
        match self {
            Self::CaseView => "case_view",
            Self::ResultView => "result_view",
            Self::FileSent => "file_sent",
            Self::CaseExport => "case_export",
            Self::AccountExport => "account_export",
        }
    }
}

/// Writes down what an administrator did, in the transaction in which it is done.
///
/// # Errors
/// When the database fails.
pub async fn record_admin(conn: &mut PgConn, admin: UserId, action: &str, detail: &str) -> Result<(), DbError> {
    record_as(conn, &format!("user:{admin}"), "admin", action, detail).await
}

/// Writes down what was done from the command line, in the transaction in which it is done.
///
/// # Errors
/// When the database fails.
pub async fn record_operator(conn: &mut PgConn, action: &str, detail: &str) -> Result<(), DbError> {
    record_as(conn, "operator", "operator", action, detail).await
}

async fn record_as(conn: &mut PgConn, actor: &str, role: &str, action: &str, detail: &str) -> Result<(), DbError> {
    diesel::sql_query("INSERT INTO psycheos.audit_log (actor, role, action, detail) VALUES ($1, $2, $3, $4)")
        .bind::<Text, _>(actor)
        .bind::<Text, _>(role)
        .bind::<Text, _>(action)
        .bind::<Text, _>(detail)
        .execute(conn)
        .await?;
    Ok(())
}

/// How something that failed is named in the log and on the command line.
#[must_use]
pub fn name_of(id: FailedId) -> String {
    match id {
        FailedId::Job(job) => format!("job {job}"),
        FailedId::Message(message) => format!("message {message}"),
        FailedId::Update(bot, update) => format!("update {bot}:{update}"),
    }
}

/// Writes down what a specialist did, in the transaction in which it is done.
///
/// # Errors
/// When the database fails.
pub async fn record(
    conn: &mut PgConn,
    user: UserId,
    act: Act,
    case: Option<CaseId>,
    artifact: Option<ArtifactId>,
) -> Result<(), DbError> {
    diesel::sql_query(
        "INSERT INTO psycheos.audit_log (actor, role, action, context_id, artifact_id) VALUES ('user:' || $1::text, 'specialist', $2, $3, $4)",
    )
    .bind::<SqlUuid, _>(user.0)
    .bind::<Text, _>(act.as_str())
    .bind::<Nullable<SqlUuid>, _>(case.map(|case| case.0))
    .bind::<Nullable<SqlUuid>, _>(artifact.map(|artifact| artifact.0))
    .execute(conn)
    .await?;
    Ok(())
}
