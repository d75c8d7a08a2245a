//! Whether the database is there and of the version this build needs.
use diesel::{QueryableByName, sql_types::Bool};
use diesel_async::RunQueryDsl;

use crate::{DbError, NEWEST, Pool};

#[derive(QueryableByName)]
struct Migrated {
    #[diesel(sql_type = Bool)]
    migrated: bool,
}

/// Checks that the database answers and that every migration of this build is applied.
///
/// # Errors
/// [`DbError::Away`], or [`DbError::Config`] when migrations are missing.
pub async fn check_ready(pool: &Pool) -> Result<(), DbError> {
    let mut conn = pool.get().await?;
    let row: Migrated =
        diesel::sql_query("SELECT EXISTS (SELECT FROM public.__diesel_schema_migrations WHERE version = $1) AS migrated")
            .bind::<diesel::sql_types::Text, _>(NEWEST)
            .get_result(&mut *conn)
            .await?;
    if row.migrated { Ok(()) } else { Err(DbError::Config("migrations are missing: run psycheos-ops migrate".into())) }
}

#[derive(QueryableByName)]
struct Clock {
    #[diesel(sql_type = diesel::sql_types::Timestamptz)]
    now: chrono::DateTime<chrono::Utc>,
}

/// The moment, by the database's clock.
///
/// # Errors
/// When the database fails.
pub async fn now(conn: &mut crate::PgConn) -> Result<chrono::DateTime<chrono::Utc>, DbError> {
    let row: Clock = diesel::sql_query("SELECT clock_timestamp() AS now").get_result(conn).await?;
    Ok(row.now)
}

/// SHA-256 of a text or of bytes, hexadecimal.
#[must_use]
pub fn sha256_hex(of: impl AsRef<[u8]>) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(of).iter().map(|byte| format!("{byte:02x}")).collect()
}
