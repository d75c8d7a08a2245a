//! Specialists' training with virtual clients.
use diesel::{
    OptionalExtension as _, QueryableByName,
    sql_types::{Integer, Jsonb, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use domain::UserId;
use serde_json::Value;

use crate::{DbError, conn::PgConn};

/// A specialist's sessions.
#[derive(Debug, QueryableByName)]
pub struct Profile {
    /// How many were completed.
    #[diesel(sql_type = Integer)]
    pub sessions: i32,
    /// What was kept of each of the latest, the earliest first: a list in Simulator's form.
    #[diesel(sql_type = Jsonb)]
    pub history: Value,
}

/// The sessions of a specialist; none when there were none.
///
/// # Errors
/// When the database fails.
pub async fn find(conn: &mut PgConn, specialist: UserId) -> Result<Option<Profile>, DbError> {
    Ok(diesel::sql_query("SELECT sessions, history FROM psycheos.simulator_profiles WHERE user_id = $1")
        .bind::<SqlUuid, _>(specialist.0)
        .get_result(conn)
        .await
        .optional()?)
}

/// Adds a session. Two at the same time both count; of more than two hundred the earliest are forgotten.
///
/// # Errors
/// When the database fails.
pub async fn add(conn: &mut PgConn, specialist: UserId, record: &Value) -> Result<(), DbError> {
    diesel::sql_query(
        "INSERT INTO psycheos.simulator_profiles AS p (user_id, sessions, history) VALUES ($1, 1, jsonb_build_array($2)) \
         ON CONFLICT (user_id) DO UPDATE SET sessions = p.sessions + 1, updated_at = now(), \
             history = CASE WHEN jsonb_array_length(p.history) >= 200 THEN p.history - 0 ELSE p.history END || excluded.history",
    )
    .bind::<SqlUuid, _>(specialist.0)
    .bind::<Jsonb, _>(record)
    .execute(conn)
    .await?;
    Ok(())
}
