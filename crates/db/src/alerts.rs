//! What whoever operates the platform must hear of.
use diesel::{
    QueryableByName,
    sql_types::{BigInt, Nullable, Text},
};
use diesel_async::RunQueryDsl;

use crate::{DbError, conn::PgConn};

/// Writes an alert: a stable word, and a detail that never holds clinical text, names or secrets.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut PgConn, code: &str, detail: Option<&str>) -> Result<(), DbError> {
    diesel::sql_query("INSERT INTO psycheos.operator_alerts (code, detail) VALUES ($1, $2)")
        .bind::<Text, _>(code)
        .bind::<Nullable<Text>, _>(detail)
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes an alert unless the same one was written within an hour: what lasts is told again, but not each minute.
///
/// # Errors
/// When the database fails.
pub async fn insert_once(conn: &mut PgConn, code: &str, detail: &str) -> Result<(), DbError> {
    diesel::sql_query(
        "INSERT INTO psycheos.operator_alerts (code, detail) SELECT $1, $2 WHERE NOT EXISTS \
         (SELECT FROM psycheos.operator_alerts WHERE code = $1 AND detail = $2 AND created_at > now() - interval '1 hour')",
    )
    .bind::<Text, _>(code)
    .bind::<Text, _>(detail)
    .execute(conn)
    .await?;
    Ok(())
}

/// An alert nobody has passed on yet.
#[derive(Debug, QueryableByName)]
pub struct Alert {
    /// Its number.
    #[diesel(sql_type = BigInt)]
    pub alert_id: i64,
    /// A stable word.
    #[diesel(sql_type = Text)]
    pub code: String,
    /// More about it.
    #[diesel(sql_type = Nullable<Text>)]
    pub detail: Option<String>,
}

/// Takes up to `limit` alerts to be passed on in the same transaction.
///
/// # Errors
/// When the database fails.
pub async fn take(conn: &mut PgConn, limit: i64) -> Result<Vec<Alert>, DbError> {
    Ok(diesel::sql_query(
        "UPDATE psycheos.operator_alerts a SET sent_at = now() \
         WHERE a.alert_id IN (SELECT alert_id FROM psycheos.operator_alerts WHERE sent_at IS NULL ORDER BY alert_id \
                              LIMIT $1 FOR UPDATE SKIP LOCKED) \
         RETURNING a.alert_id, a.code, a.detail",
    )
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?)
}
