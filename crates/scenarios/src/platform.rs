//! Everything that is started.
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fake_claude::FakeClaude;
use fake_telegram::{BotConfig, FakeTelegram};
use sha2::{Digest, Sha256};
use test_kit::{Services, Setting, TestDb};

use crate::Ear;

/// The services that run all the time.
const RUNNING: [&str; 3] = ["psycheos-api", "psycheos-worker", "psycheos-sender"];
/// Longer than anything a test waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running platform. Processes end with it.
pub struct Platform {
    /// The processes. They end first: nothing else may go while they run.
    pub services: Services,
    /// Whoever listens to what services say of themselves.
    pub ear: Ear,
    /// Telegram.
    pub telegram: FakeTelegram,
    /// Claude.
    pub claude: FakeClaude,
    /// A connection of the superuser, to look at rows.
    pub admin: tokio_postgres::Client,
    /// The database.
    pub db: TestDb,
    /// Addresses, tokens, secrets.
    pub setting: Setting,
    pub(crate) story: crate::play::Story,
    logs: tempfile::TempDir,
}

/// Jobs that run or could: one that stands behind a running job of its chat waits for what that one waits for.
const OPEN_JOBS: &str = "SELECT count(*) FROM psycheos.jobs j WHERE j.status = 'running' OR j.status = 'queued' AND NOT EXISTS \
     (SELECT FROM psycheos.jobs r WHERE r.status = 'running' AND r.bot_id = j.bot_id AND r.chat_id = j.chat_id)";

impl Platform {
    /// Starts everything and returns when all services are ready. An invitation `invite_story` is good for one specialist and
    /// `invite_second` for one more; each gets 500 Stars; Claude's answers wait until they are released.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn start() -> Result<Self> {
        Self::start_with(false).await
    }

    /// The same, with services that export their traces and report their faults.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn start_heard() -> Result<Self> {
        Self::start_with(true).await
    }

    async fn start_with(heard: bool) -> Result<Self> {
        // An error means that it was chosen before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let db = TestDb::new().await?;
        let admin = db.admin().await?;
        // The people of a story tap faster than any person.
        for setting in ["chat_interval = '5 milliseconds'", "updates_per_minute = 100000", "stranger_interval = '0 seconds'"] {
            admin.batch_execute(&format!("ALTER DATABASE {} SET psycheos.{setting}", db.name())).await?;
        }
        let claude = FakeClaude::start(fake_claude::Config { latency: Duration::ZERO, ..Default::default() }).await?;
        claude.hold();
        let mut setting = Setting::of_test(&db, "", &claude.base_url())?;
        let bots = setting.bots.iter().map(|bot| BotConfig {
            id_name: bot.bot.clone(),
            token: bot.token.clone(),
            username: bot.username.clone(),
        });
        let config = fake_telegram::Config { bots: bots.collect(), time_scale: 0.05, limits: false, ..Default::default() };
        let telegram = FakeTelegram::start(config)?;
        setting.telegram_url = telegram.base_url();
        let ear = Ear::start().await?;
        if heard {
            setting.extra.insert("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), ear.base_url());
            setting.extra.insert("SENTRY_DSN".to_owned(), ear.dsn());
        }
        setting.extra.insert("ADMIN_IDS".to_owned(), crate::play::ADMIN_ID.to_string());
        for secret in ["story", "second"] {
            let hash = Sha256::digest(secret.as_bytes()).to_vec();
            admin
                .execute(
                    "INSERT INTO psycheos.specialist_invites (invite_id, token_hash, max_uses, expires_at) \
                     VALUES (gen_random_uuid(), $1, 1, now() + interval '1 day')",
                    &[&hash],
                )
                .await?;
        }
        let logs = tempfile::tempdir()?;
        let mut services = Services::new(logs.path())?;
        for name in RUNNING {
            services.start(name, setting.env(name)?).await?;
        }
        services.run_once("psycheos-ops", &["set-webhooks"], &setting.env("psycheos-ops")?).await?;
        let story = crate::play::Story::default();
        Ok(Self { db, admin, ear, telegram, claude, services, setting, story, logs })
    }

    /// Starts another copy of a service.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn replica(&mut self, name: &str, port: Option<u16>) -> Result<()> {
        let mut env = self.setting.env(name)?;
        if let Some(port) = port {
            env.insert("PORT".into(), port.to_string());
        }
        self.services.start(name, env).await
    }

    /// Runs psycheos-cron once; an error when it ends with anything but 0.
    ///
    /// # Errors
    /// Its log.
    pub async fn cron(&self) -> Result<()> {
        self.services.run_once("psycheos-cron", &[], &self.setting.env("psycheos-cron")?).await.map(drop)
    }

    /// A number the database answers.
    ///
    /// # Errors
    /// When the query fails.
    pub async fn count(&self, query: &str) -> Result<i64> {
        Ok(self.admin.query_one(query, &[]).await.with_context(|| query.to_owned())?.get(0))
    }

    /// Waits until nothing happens any more: no update on its way, no message to be sent, no job but those that wait for Claude.
    ///
    /// # Errors
    /// When it does not become quiet; with what is still open.
    pub async fn quiet(&self) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        let mut quiet = 0;
        while quiet < 2 {
            let open = self.open().await?;
            quiet = if open.is_empty() { quiet + 1 } else { 0 };
            ensure!(Instant::now() < until, "still open: {open}; logs:\n{}", self.log_tails());
            tokio::time::sleep(Duration::from_millis(if quiet > 0 { 5 } else { 10 })).await;
        }
        Ok(())
    }

    async fn open(&self) -> Result<String> {
        if !self.telegram.idle() {
            return Ok("updates".into());
        }
        let messages =
            self.count("SELECT count(*) FROM psycheos.outbox_messages WHERE status IN ('pending', 'sending', 'held')").await?;
        let jobs = self.count(OPEN_JOBS).await?;
        let waiting = i64::try_from(self.claude.waiting()).unwrap_or(i64::MAX);
        Ok(match (messages, jobs - waiting.min(jobs)) {
            (0, 0) => String::new(),
            (messages, jobs) => format!("{messages} messages, {jobs} jobs"),
        })
    }

    /// The ends of all logs, for a failure's message.
    #[must_use]
    pub fn log_tails(&self) -> String {
        let mut out = String::new();
        for name in RUNNING {
            let text = std::fs::read_to_string(self.services.log(name)).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let tail = &lines[lines.len().saturating_sub(6)..];
            out.push_str(&format!("{name}:\n{}\n", tail.join("\n")));
        }
        out
    }

    /// What must hold at the end of every test: nothing in flight, no open lease, no broken invariant, nothing failed.
    ///
    /// # Errors
    /// What does not hold.
    pub async fn check(&self) -> Result<()> {
        self.quiet().await?;
        self.db.assert_invariants().await?;
        let dead = self.count("SELECT count(*) FROM psycheos.dead_updates").await?;
        let failed = self.count("SELECT count(*) FROM psycheos.jobs WHERE status = 'failed'").await?;
        if dead + failed > 0 {
            bail!("{dead} dead updates, {failed} failed jobs; logs:\n{}", self.log_tails());
        }
        Ok(())
    }

    /// Folder of the logs.
    #[must_use]
    pub fn logs(&self) -> &std::path::Path {
        self.logs.path()
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        // A test that is over need not wait for a clean end; that the services end cleanly is a test of its own.
        for name in RUNNING.into_iter().chain(["psycheos-api#2", "psycheos-worker#2"]) {
            if let Some(pid) = self.services.pid(name) {
                let _ = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
            }
        }
    }
}
