//! A database for each test.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result, bail};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::setting::Endpoint;
use crate::shared::{Lease, repository};
use crate::{ADMIN, PASSWORD, ROLES};

/// Advisory lock of the one process that builds the template.
const TEMPLATE_LOCK: i64 = 0x5073_7963_6865_0001;

/// A database of its own, with all migrations applied, on the shared server. It is dropped with this value, whoever is still
/// connected.
#[derive(Debug)]
pub struct TestDb {
    name: String,
    lease: Lease,
}

impl TestDb {
    /// A new database, migrated.
    ///
    /// # Errors
    /// No Postgres or PgBouncer on this machine; a migration that fails.
    pub async fn new() -> Result<Self> {
        Self::create(async |url| db::migrate(&url).await.map(drop)).await
    }

    /// A new database from a template that `migrate` builds, given the template's URL. It runs once for each state of the
    /// folder `migrations/`, whatever number of processes asks for it at the same time.
    ///
    /// # Errors
    /// As [`TestDb::new`].
    pub async fn create(migrate: impl AsyncFnOnce(String) -> Result<()>) -> Result<Self> {
        let lease = Lease::join().await?;
        let admin = connect(&lease.direct.url("postgres", ADMIN)).await?;
        let template = format!("psycheos_template_{:016x}", migrations_hash(&repository().join("migrations"))?);
        if !exists(&admin, &template).await? {
            build_template(&admin, &lease, &template, migrate).await?;
        }
        Self::clone_of(&admin, &template, lease).await
    }

    /// A new database with nothing in it: for the tests of the migrations themselves, and of the connection.
    ///
    /// # Errors
    /// No Postgres or PgBouncer on this machine.
    pub async fn empty() -> Result<Self> {
        let lease = Lease::join().await?;
        let admin = connect(&lease.direct.url("postgres", ADMIN)).await?;
        Self::clone_of(&admin, "template1", lease).await
    }

    async fn clone_of(admin: &Client, template: &str, lease: Lease) -> Result<Self> {
        let name = format!("test_{}", uuid::Uuid::now_v7().simple());
        admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
        Ok(Self { name, lease })
    }

    /// Name of the database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// URL that reaches the server itself, for a role ([`ROLES`] or [`ADMIN`]).
    pub fn url(&self, role: &str) -> String {
        self.lease.direct.url(&self.name, role)
    }

    /// URL through PgBouncer in transaction mode, for a role.
    pub fn pooled_url(&self, role: &str) -> String {
        self.lease.pooler.url(&self.name, role)
    }

    /// The shared server and the shared pooler.
    pub fn endpoints(&self) -> (Endpoint, Endpoint) {
        (self.lease.direct.clone(), self.lease.pooler.clone())
    }

    /// A plain connection of the superuser, for arranging rows and looking at them.
    ///
    /// # Errors
    /// The server is gone.
    pub async fn admin(&self) -> Result<Client> {
        connect(&self.url(ADMIN)).await
    }

    /// Passes when the view `psycheos.invariants` has no row: each of its rows is a broken promise.
    ///
    /// # Errors
    /// The rows, one a line; or the view cannot be read.
    pub async fn assert_invariants(&self) -> Result<()> {
        let broken = rows_as_text(&self.admin().await?, "SELECT * FROM psycheos.invariants").await?;
        if !broken.is_empty() {
            bail!("broken invariants:\n{}", broken.join("\n"));
        }
        Ok(())
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let drop_it = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let url = self.lease.direct.url("postgres", ADMIN);
        // A destructor cannot await: a thread of its own can. A failure leaves a database on a server that is about to go.
        let dropper = std::thread::spawn(move || -> Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async { Ok(connect(&url).await?.batch_execute(&drop_it).await?) })
        });
        let _ = dropper.join();
    }
}

/// Connects without TLS; the connection ends when the client is dropped.
///
/// # Errors
/// The URL is wrong, or nobody answers.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("cannot connect to Postgres")?;
    tokio::spawn(connection);
    Ok(client)
}

/// Lets the services' roles in, with the password [`PASSWORD`]. Roles that the migrations have not made yet are left out.
///
/// # Errors
/// `admin` may not do that.
pub async fn open_logins(admin: &Client) -> Result<()> {
    for role in ROLES {
        if admin.query_opt("SELECT 1 FROM pg_roles WHERE rolname = $1", &[&role]).await?.is_some() {
            admin.batch_execute(&format!("ALTER ROLE {role} LOGIN PASSWORD '{PASSWORD}'")).await?;
        }
    }
    Ok(())
}

/// Rows as `column=value` words: for messages to a person.
async fn rows_as_text(client: &Client, query: &str) -> Result<Vec<String>> {
    let mut rows = Vec::new();
    for message in client.simple_query(query).await? {
        if let SimpleQueryMessage::Row(row) = message {
            let words: Vec<String> = row
                .columns()
                .iter()
                .enumerate()
                .map(|(at, column)| format!("{}={}", column.name(), row.get(at).unwrap_or("NULL")))
                .collect();
            rows.push(words.join(" "));
        }
    }
    Ok(rows)
}

async fn exists(admin: &Client, database: &str) -> Result<bool> {
    Ok(admin.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&database]).await?.is_some())
}

/// Builds under another name and renames at the end: a template that exists is a finished one.
async fn build_template(
    admin: &Client,
    lease: &Lease,
    template: &str,
    migrate: impl AsyncFnOnce(String) -> Result<()>,
) -> Result<()> {
    // A lock of the session: it ends with `admin`'s connection at the latest.
    admin.execute("SELECT pg_advisory_lock($1)", &[&TEMPLATE_LOCK]).await?;
    if !exists(admin, template).await? {
        let unfinished = format!("{template}_unfinished");
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await?;
        admin.batch_execute(&format!("CREATE DATABASE {unfinished}")).await?;
        migrate(lease.direct.url(&unfinished, ADMIN)).await.context("migrations failed")?;
        open_logins(admin).await?;
        // Whoever is still connected there would stop the copying.
        admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", &[&unfinished]).await?;
        admin.batch_execute(&format!("ALTER DATABASE {unfinished} RENAME TO {template}")).await?;
        admin.batch_execute(&format!("ALTER DATABASE {template} ALLOW_CONNECTIONS false")).await?;
    }
    admin.execute("SELECT pg_advisory_unlock($1)", &[&TEMPLATE_LOCK]).await?;
    Ok(())
}

/// Changes when any file below `dir` changes, appears or goes.
fn migrations_hash(dir: &Path) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    let mut folders = vec![dir.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    for file in files {
        file.strip_prefix(dir).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_migrations_follows_their_content() {
        let dir = tempfile::tempdir().unwrap();
        let first = dir.path().join("1_start");
        fs::create_dir(&first).unwrap();
        fs::write(first.join("up.sql"), "SELECT 1").unwrap();
        let before = migrations_hash(dir.path()).unwrap();
        assert_eq!(before, migrations_hash(dir.path()).unwrap());
        fs::write(first.join("up.sql"), "SELECT 2").unwrap();
        assert_ne!(before, migrations_hash(dir.path()).unwrap());
    }
}
