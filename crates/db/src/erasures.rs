//! The log of what was erased, kept apart from the backups and replayed after one is restored.
use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName,
    sql_types::{Nullable, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::{CaseId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{DbError, conn::PgConn};

/// Something that was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Erased {
    /// A case.
    Case(CaseId),
    /// A specialist's account with every case.
    Account(UserId),
}

/// A line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// What.
    #[serde(flatten)]
    pub erased: Erased,
    /// When.
    pub at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    context_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    user_id: Option<Uuid>,
    #[diesel(sql_type = Timestamptz)]
    requested_at: DateTime<Utc>,
}

/// Everything that was erased since a moment, the oldest first. Needs the rights of the database's owner.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut PgConn, since: DateTime<Utc>) -> Result<Vec<Erasure>, DbError> {
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT context_id, user_id, requested_at FROM psycheos.erasure_log WHERE requested_at >= $1 ORDER BY requested_at, subject",
    )
    .bind::<Timestamptz, _>(since)
    .load(conn)
    .await?;
    let line = |row: Row| {
        let erased = match (row.context_id, row.user_id) {
            (Some(case), _) => Erased::Case(CaseId(case)),
            (None, user) => Erased::Account(UserId(user?)),
        };
        Some(Erasure { erased, at: row.requested_at })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

/// Erases it, if it is there; `false` when it is not, or was erased before. Needs the rights of the database's owner.
///
/// # Errors
/// When the database fails.
pub async fn erase(conn: &mut PgConn, what: Erased) -> Result<bool, DbError> {
    #[derive(QueryableByName)]
    struct Done {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        done: bool,
    }
    let query = match what {
        Erased::Case(case) => diesel::sql_query(
            "SELECT psycheos.case_erase(context_id, specialist_user_id) AS done FROM psycheos.contexts WHERE context_id = $1",
        )
        .bind::<SqlUuid, _>(case.0),
        Erased::Account(user) => {
            diesel::sql_query("SELECT psycheos.account_erase(user_id) AS done FROM psycheos.users WHERE user_id = $1")
                .bind::<SqlUuid, _>(user.0)
        }
    };
    let done: Option<Done> = query.get_result(conn).await.optional()?;
    Ok(done.is_some_and(|row| row.done))
}
