//! Everything that is started: servers, links, stand-ins, services in several copies.
use std::{collections::BTreeMap, net::SocketAddr, path::Path, time::Duration};

use anyhow::{Context as _, Result};
use fake_claude::FakeClaude;
use fake_telegram::{BotConfig, FakeTelegram};
use sha2::{Digest as _, Sha256};
use test_kit::{ADMIN, Endpoint, PgBouncer, Postgres, Proxy, Services, Setting, connect, open_logins};

use crate::people::Practice;

/// Name of the database.
pub(crate) const DATABASE: &str = "proof";
/// Connections of the pooler to the server.
const POOL: u32 = 20;
/// Copies of each service that runs all the time.
pub const COPIES: [&str; 6] =
    ["psycheos-api", "psycheos-api#2", "psycheos-worker", "psycheos-worker#2", "psycheos-sender", "psycheos-sender#2"];

/// What is to be started.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Commits are flushed to the disk.
    pub durable: bool,
    /// Telegram's flood control is on.
    pub limits: bool,
    /// Real seconds that one of Telegram's seconds lasts; people's and senders' paces are scaled alike.
    pub time_scale: f64,
    /// Practices that may register.
    pub practices: usize,
    /// Leases run out within seconds, as nobody waits two and a half minutes for a sender that was killed.
    pub short_leases: bool,
}

/// A running platform. Fields are in the order in which they end: servers go last.
pub struct Ground {
    /// The processes.
    pub services: Services,
    /// Addresses, tokens, secrets.
    pub setting: Setting,
    /// Telegram.
    pub telegram: FakeTelegram,
    /// Claude.
    pub claude: FakeClaude,
    /// A connection of the superuser, past pooler and links.
    pub admin: tokio_postgres::Client,
    /// The link of each copy to the database, by its name.
    pub links: BTreeMap<&'static str, Proxy>,
    /// The balancer before both copies of the api.
    pub balancer: Proxy,
    /// The pooler.
    pub pooler: PgBouncer,
    /// The server.
    pub postgres: Postgres,
}

impl Ground {
    /// Starts everything and returns when all copies are ready.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn start(folder: &Path, shape: Shape) -> Result<Self> {
        // An error means that it was chosen before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let postgres = Postgres::start(Some(folder.join("pg")), shape.durable).await?;
        connect(&postgres.url("postgres", ADMIN)).await?.batch_execute(&format!("CREATE DATABASE {DATABASE}")).await?;
        let url = postgres.url(DATABASE, ADMIN);
        let programs = Services::new(folder.join("logs"))?;
        let mut setting = Setting::new(DATABASE, postgres.endpoint(), postgres.endpoint(), "", "")?;
        programs.run_once("psycheos-ops", &["migrate"], &setting.env("psycheos-ops")?).await?;
        let admin = connect(&url).await?;
        open_logins(&admin).await?;
        prepare(&admin, shape).await?;
        let pooler = PgBouncer::start(&postgres, "transaction", POOL).await?;
        let claude = FakeClaude::start(fake_claude::Config::default()).await?;
        crate::replies::prepare(&claude)?;
        let bots = setting.bots.iter().map(|bot| BotConfig {
            id_name: bot.bot.clone(),
            token: bot.token.clone(),
            username: bot.username.clone(),
        });
        let telegram = FakeTelegram::start(fake_telegram::Config {
            bots: bots.collect(),
            time_scale: shape.time_scale,
            limits: shape.limits,
            ..Default::default()
        })?;
        setting.telegram_url = telegram.base_url();
        setting.claude_url = claude.base_url();
        setting.pooler = pooler.endpoint();
        let mut links = BTreeMap::new();
        for name in COPIES {
            links.insert(name, Proxy::start(vec![local(pooler.port())]).await?);
        }
        let ports = [test_kit::free_port()?, test_kit::free_port()?];
        let balancer = Proxy::start(ports.map(local).to_vec()).await?;
        setting.webhook_base_url = format!("http://127.0.0.1:{}", balancer.port());
        let mut ground = Self { services: programs, setting, telegram, claude, admin, links, balancer, pooler, postgres };
        for (at, name) in COPIES.into_iter().enumerate() {
            let mut env = ground.env(name)?;
            if let Some(port) = ports.get(at) {
                env.insert("PORT".to_owned(), port.to_string());
            }
            ground.services.start(name, env).await?;
        }
        let env = ground.setting.env("psycheos-ops")?;
        ground.services.run_once("psycheos-ops", &["set-webhooks"], &env).await?;
        Ok(ground)
    }

    /// Process ids of the copies that run, by name.
    #[must_use]
    pub fn pids(&self) -> BTreeMap<String, u32> {
        COPIES.iter().filter_map(|name| Some(((*name).to_owned(), self.services.pid(name)?))).collect()
    }

    /// Variables of a copy: its database is at the other end of its own link.
    fn env(&self, name: &str) -> Result<BTreeMap<String, String>> {
        let link = self.links.get(name).with_context(|| format!("{name} has no link"))?;
        let setting = Setting { pooler: Endpoint::local(link.port()), ..self.setting.clone() };
        setting.env(name)
    }

    /// Runs psycheos-cron once.
    ///
    /// # Errors
    /// It ended with another code than 0; the error has the end of its output.
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

    /// A new connection of the superuser, after the server was away.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn connect_again(&mut self) -> Result<()> {
        self.admin = connect(&self.postgres.url(DATABASE, ADMIN)).await?;
        Ok(())
    }

    /// Waits until no update is on its way, no message to be sent, no job to be done; what is still open when the time is over.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn drain(&self, within: Duration) -> Result<Option<String>> {
        let until = tokio::time::Instant::now() + within;
        loop {
            let messages = self
                .count("SELECT count(*) FROM psycheos.outbox_messages WHERE status IN ('pending', 'sending', 'held')")
                .await?;
            let jobs = self.count("SELECT count(*) FROM psycheos.jobs WHERE status IN ('queued', 'running')").await?;
            let idle = self.telegram.idle();
            if idle && messages == 0 && jobs == 0 {
                return Ok(None);
            }
            if tokio::time::Instant::now() > until {
                return Ok(Some(format!("updates under way: {}, open messages: {messages}, open jobs: {jobs}", !idle)));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Ends everything as an operator would.
    ///
    /// # Errors
    /// A service did not end within its time.
    pub async fn stop(mut self) -> Result<()> {
        let stopped = self.services.terminate_all().await;
        self.telegram.stop().await;
        self.claude.stop().await;
        stopped
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// Invitations for the specialists; paces in Telegram's time; leases that run out sooner.
async fn prepare(admin: &tokio_postgres::Client, shape: Shape) -> Result<()> {
    let of_chats = (1050.0 * shape.time_scale).max(1.0);
    let of_bots = 33.334 * shape.time_scale;
    let settings = [
        format!("chat_interval = '{of_chats} milliseconds'"),
        format!("bot_interval = '{of_bots} milliseconds'"),
        "updates_per_minute = 1000000".to_owned(),
        "stranger_interval = '0 seconds'".to_owned(),
    ];
    for setting in settings {
        admin.batch_execute(&format!("ALTER DATABASE {DATABASE} SET psycheos.{setting}")).await?;
    }
    for number in 0..shape.practices {
        let hash = Sha256::digest(Practice::invitation(number).as_bytes()).to_vec();
        admin
            .execute(
                "INSERT INTO psycheos.specialist_invites (invite_id, token_hash, max_uses, expires_at) \
                 VALUES (gen_random_uuid(), $1, 1, now() + interval '1 day')",
                &[&hash],
            )
            .await?;
    }
    if shape.short_leases {
        admin.batch_execute(SOONER).await?;
    }
    Ok(())
}

/// The same leases, shorter. A job that takes longer than its lease loses it, which is one more case.
const SOONER: &str = "
CREATE FUNCTION psycheos.sooner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.lease_until := least(NEW.lease_until, now() + interval '10 seconds');
    RETURN NEW;
END $$;
CREATE TRIGGER sooner BEFORE UPDATE OF lease_until ON psycheos.jobs FOR EACH ROW
    WHEN (NEW.lease_until IS NOT NULL) EXECUTE FUNCTION psycheos.sooner();
CREATE TRIGGER sooner BEFORE UPDATE OF lease_until ON psycheos.outbox_messages FOR EACH ROW
    WHEN (NEW.lease_until IS NOT NULL) EXECUTE FUNCTION psycheos.sooner();
";
