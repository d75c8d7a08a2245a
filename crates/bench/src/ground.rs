//! What every measurement stands on: a Postgres that writes to disk, a pooler in transaction mode, a migrated database.
use std::path::Path;

use anyhow::Result;
use test_kit::{ADMIN, Endpoint, PgBouncer, Postgres, Setting, connect, open_logins};
use tokio_postgres::Client;

use crate::jobs::KIND;

/// Name of the database.
const DATABASE: &str = "bench";
/// Server connections of the pooler for each role.
const POOL: u32 = 10;

/// The servers. They stop with this value.
pub struct Ground {
    /// The superuser's connection.
    pub admin: Client,
    /// Whether the tables were grown: what is in them stays.
    pub grown: bool,
    /// The pooler.
    pub pooler: PgBouncer,
    /// The server.
    pub postgres: Postgres,
    folder: tempfile::TempDir,
}

impl Ground {
    /// Starts the servers and migrates.
    ///
    /// # Errors
    /// No Postgres or PgBouncer on this machine; a migration fails.
    pub async fn lay() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let postgres = Postgres::start(Some(folder.path().join("pg")), true).await?;
        connect(&postgres.url("postgres", ADMIN)).await?.batch_execute(&format!("CREATE DATABASE {DATABASE}")).await?;
        let url = postgres.url(DATABASE, ADMIN);
        db::migrate(&url).await?;
        let admin = connect(&url).await?;
        // Checkpoints come with time, as on a server that was set up for its load, and not in the middle of a short round.
        for statement in ["ALTER SYSTEM SET max_wal_size = '8GB'", "SELECT pg_reload_conf()"] {
            admin.batch_execute(statement).await?;
        }
        open_logins(&admin).await?;
        // A person of ours asks as soon as the answer is there, which nobody does.
        for setting in ["updates_per_minute = 100000000", "stranger_interval = '0 seconds'"] {
            admin.batch_execute(&format!("ALTER DATABASE {DATABASE} SET psycheos.{setting}")).await?;
        }
        let pooler = PgBouncer::start(&postgres, "transaction", POOL).await?;
        Ok(Self { admin, grown: false, pooler, postgres, folder })
    }

    /// A folder for files of a measurement.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database for a role, past the pooler.
    #[must_use]
    pub fn direct_url(&self, role: &str) -> String {
        self.postgres.url(DATABASE, role)
    }

    /// The database for a role, through the pooler.
    #[must_use]
    pub fn pooled_url(&self, role: &str) -> String {
        self.pooler.url(DATABASE, role)
    }

    /// What services find around them.
    ///
    /// # Errors
    /// No free port.
    pub fn setting(&self, telegram_url: &str, claude_url: &str) -> Result<Setting> {
        self.setting_through(self.pooler.endpoint(), telegram_url, claude_url)
    }

    /// The same, with another way to the pooler.
    ///
    /// # Errors
    /// No free port.
    pub fn setting_through(&self, pooler: Endpoint, telegram_url: &str, claude_url: &str) -> Result<Setting> {
        Setting::new(DATABASE, self.postgres.endpoint(), pooler, telegram_url, claude_url)
    }

    /// How far apart messages of a chat and of a bot are: Telegram's pace, or none worth speaking of. No service may run meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pace(&self, telegrams: bool) -> Result<()> {
        self.set_for_all(if telegrams {
            &["RESET psycheos.chat_interval", "RESET psycheos.bot_interval"]
        } else {
            &["SET psycheos.chat_interval = '1 millisecond'", "SET psycheos.bot_interval = '4 milliseconds'"]
        })
        .await
    }

    /// Settings for every connection to the database from now on, of services too: `SET a = b`, `RESET a`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_for_all(&self, settings: &[&str]) -> Result<()> {
        for setting in settings {
            self.admin.batch_execute(&format!("ALTER DATABASE {DATABASE} {setting}")).await?;
        }
        // They are read at a connection's beginning, and the pooler keeps connections.
        self.admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'psy\\_%'", &[]).await?;
        Ok(())
    }

    /// Nothing waits any more and every chat is at its first version. The empty database is empty again; in a grown one what waited counts
    /// as sent, and the jobs of the measurement are gone. No service may be at work meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear(&self) -> Result<()> {
        let ours_away = format!("DELETE FROM psycheos.jobs WHERE kind = '{KIND}'");
        let away: &[&str] = if self.grown {
            &[
                "UPDATE psycheos.outbox_messages SET status = 'sent', finished_at = now(), lease = NULL, lease_until = NULL \
                 WHERE status IN ('pending', 'sending', 'held')",
                &ours_away,
            ]
        } else {
            &["TRUNCATE psycheos.outbox_messages, psycheos.jobs, psycheos.telegram_update_dedup"]
        };
        let always = [
            "DELETE FROM psycheos.send_pace",
            "UPDATE psycheos.bot_chat_state SET version = 0",
            "VACUUM ANALYZE psycheos.outbox_messages, psycheos.jobs, psycheos.telegram_update_dedup, psycheos.bot_chat_state, \
             psycheos.send_pace, psycheos.users",
        ];
        // One by one: VACUUM stands in no transaction.
        for statement in away.iter().chain(&always) {
            self.admin.batch_execute(statement).await?;
        }
        Ok(())
    }

    /// What is in memory is on the disk. Afterwards each page that is changed goes into the log as a whole once, so this comes before a
    /// measurement and not before each of its rounds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn checkpoint(&self) -> Result<()> {
        Ok(self.admin.batch_execute("CHECKPOINT").await?)
    }

    /// A number from the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&self, query: &str) -> Result<i64> {
        Ok(self.admin.query_one(query, &[]).await?.try_get(0)?)
    }

    /// Specialists with these Telegram ids; [`user_of`] tells their ids in the platform.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_specialists(&self, first: i64, count: i64) -> Result<()> {
        let insert = format!(
            "INSERT INTO psycheos.users (user_id, telegram_id, full_name, language_code) \
             SELECT {}, n, 'Ольга', 'ru' FROM generate_series($1::bigint, $1 + $2 - 1) n ON CONFLICT DO NOTHING",
            user_of("n")
        );
        self.admin.execute(&insert, &[&first, &count]).await?;
        Ok(())
    }
}

/// SQL for the id of the specialist whose Telegram id `sql` says.
#[must_use]
pub fn user_of(sql: &str) -> String {
    format!("lpad(to_hex({sql}::bigint), 32, '0')::uuid")
}

/// SQL for an id like those the platform makes (UUID version 7): the moment, then chance, so that new rows stand side by side.
#[must_use]
pub fn id_at(moment: &str) -> String {
    format!(
        "(lpad(to_hex((extract(epoch FROM {moment}) * 1000)::bigint), 12, '0') || '7' || substr(gen_random_uuid()::text, 16))::uuid"
    )
}
