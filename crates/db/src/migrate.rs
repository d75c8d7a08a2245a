//! Migrations, embedded in the binaries. They need the direct address.
use anyhow::Context as _;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::url::DatabaseUrl;

/// Every migration of this build.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Applies what is missing and returns the names of what was applied. Safe when several start at once: they wait for each
/// other, and the later ones find nothing to do.
///
/// # Errors
/// When the database cannot be reached or a migration fails; what was applied before stays.
pub async fn migrate(direct_url: &str) -> anyhow::Result<Vec<String>> {
    let url = DatabaseUrl::parse(direct_url)?;
    let mut conn = connect(&url).await?;
    // A session lock is allowed here and nowhere else: this connection is direct and lives for the migration only.
    conn.batch_execute("SELECT pg_advisory_lock(hashtext('psycheos migrations'))").await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    tokio::task::spawn_blocking(move || {
        let applied = harness.run_pending_migrations(MIGRATIONS).map_err(|e| anyhow::anyhow!("{e}"))?;
        Ok(applied.iter().map(ToString::to_string).collect())
    })
    .await
    .context("the migration task")?
}

async fn connect(url: &DatabaseUrl) -> anyhow::Result<AsyncPgConnection> {
    Ok(match url.tls() {
        None => {
            let (client, connection) = url.config().connect(tokio_postgres::NoTls).await?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await?
        }
        Some(tls) => {
            let (client, connection) = url.config().connect(tls).await?;
            AsyncPgConnection::try_from_client_and_connection(client, connection).await?
        }
    })
}

/// The newest migration of this build, as it stands in the database when all are applied.
pub const NEWEST: &str = "20261126000029";
