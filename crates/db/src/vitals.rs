//! What an operator sees of the platform: metrics that are read from the tables, and measures the clock's service leaves behind.
use diesel::{
    QueryableByName,
    sql_types::{Array, BigInt, Double, Text},
};
use diesel_async::RunQueryDsl;
use telemetry::metrics::Vital;

use crate::{DbError, conn::PgConn};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Array<Text>)]
    labels: Vec<String>,
    #[diesel(sql_type = Double)]
    value: f64,
}

/// Every metric that is read from the tables.
///
/// # Errors
/// When the database fails.
pub async fn list(conn: &mut PgConn) -> Result<Vec<Vital>, DbError> {
    let rows: Vec<Row> = diesel::sql_query("SELECT name, labels, value FROM psycheos.vitals()").load(conn).await?;
    Ok(rows.into_iter().map(|Row { name, labels, value }| Vital { name, labels, value }).collect())
}

/// Leaves the measures of a run of the clock's service behind. `broken`: the id of the invariant, once for each breach.
///
/// # Errors
/// When the database fails.
pub async fn take(conn: &mut PgConn, broken: &[&str]) -> Result<(), DbError> {
    diesel::sql_query("SELECT psycheos.measures_take($1)").bind::<Array<Text>, _>(broken).execute(conn).await?;
    Ok(())
}

/// Adds what a sweep did to a sum: `name` of a metric that counts, value of its label or nothing.
///
/// # Errors
/// When the database fails.
pub async fn add(conn: &mut PgConn, name: &str, label: &str, count: i64) -> Result<(), DbError> {
    diesel::sql_query("SELECT psycheos.measures_add($1, $2, $3)")
        .bind::<Text, _>(name)
        .bind::<Text, _>(label)
        .bind::<BigInt, _>(count)
        .execute(conn)
        .await?;
    Ok(())
}

/// Tasks of the clock's service that have not gone well for longer than `secs`.
///
/// # Errors
/// When the database fails.
pub async fn list_silent(conn: &mut PgConn, secs: i64) -> Result<Vec<String>, DbError> {
    #[derive(QueryableByName)]
    struct Task {
        #[diesel(sql_type = Text)]
        task: String,
    }
    let rows: Vec<Task> = diesel::sql_query(
        "SELECT task FROM psycheos.cron_heartbeat WHERE last_ok < now() - $1 * interval '1 second' ORDER BY task LIMIT 50",
    )
    .bind::<BigInt, _>(secs)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.task).collect())
}
